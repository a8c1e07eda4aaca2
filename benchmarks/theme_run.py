"""One run of the themes in a process of its own; benchmarks.themes starts it and reads its result.

python -m benchmarks.theme_run JOB.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from benchmarks.costs import costs
from sop_assess.analysis.text.clustering import Clustering, cluster
from sop_assess.analysis.text.embedder import Embedder
from sop_assess.analysis.text.tiers import Tier, open_embedder


def main(path: Path) -> None:
    """Write labels, names, quotes and costs to where the job says."""
    job = json.loads(path.read_text(encoding="utf-8"))
    texts = json.loads(Path(job["texts"]).read_text(encoding="utf-8"))
    found = cluster(texts, language=job["language"], seed=int(job["seed"]),
                    embedder=embedder(job["tier"], job["language"]),
                    themes=job["themes"])  # fmt: skip
    Path(job["out"]).write_text(json.dumps({**_told(found, texts), **costs()}), encoding="utf-8")


def embedder(tier: str, language: str) -> Embedder | None:
    """The embedder of a tier; ModuleNotFoundError or ModelError where it is not installed."""
    return open_embedder(cast(Tier, tier), language)


def _told(found: Clustering, texts: Sequence[str]) -> dict[str, Any]:
    return {
        "labels": found.labels.tolist(),
        "tier": found.tier,
        "themes": [
            {
                "name": theme.name,
                "size": theme.size,
                "firmness": theme.firmness,
                "mixed": theme.mixed,
                "quotes": [texts[quote] for quote in theme.quotes],
            }
            for theme in found.themes
        ],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
