"""One run of BERTopic in a process of its own; benchmarks.themes starts it and reads its result.

python benchmarks/bertopic_run.py JOB.json

Needs bertopic and sentence-transformers and nothing of this project, so that it may run in another
environment. all-MiniLM-L6-v2 in fp32, UMAP, HDBSCAN and c-TF-IDF as BERTopic sets them by default.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from costs import costs


def main(path: Path) -> None:
    """Write labels, names, quotes and costs to where the job says."""
    job = json.loads(path.read_text(encoding="utf-8"))
    texts = json.loads(Path(job["texts"]).read_text(encoding="utf-8"))
    result = run(texts, job["model"], int(job["seed"]), job["themes"])
    Path(job["out"]).write_text(json.dumps({**result, **costs()}), encoding="utf-8")


def run(texts: list[str], model: str, seed: int, themes: int | None) -> dict[str, Any]:
    """The topics of the texts; with `themes` they are merged until so many are left."""
    from bertopic import BERTopic
    from sentence_transformers import SentenceTransformer
    from umap import UMAP

    vectors = SentenceTransformer(model, device="cpu").encode(texts, show_progress_bar=False)
    # BERTopic's own settings of UMAP, with a seed: without one no two runs agree.
    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False,
                random_state=seed)  # fmt: skip
    # It counts the texts without a topic as a topic when it merges.
    topics = BERTopic(
        embedding_model=None, umap_model=umap, nr_topics=None if themes is None else themes + 1
    )
    labels, _ = topics.fit_transform(texts, embeddings=vectors)
    placed = sorted(set(labels) - {-1})
    return {
        "labels": [int(label) for label in labels],
        "tier": "bertopic",
        "themes": [
            {
                "name": ", ".join(word for word, _ in topics.get_topic(topic)[:4]),
                "size": labels.count(topic),
                "quotes": (topics.get_representative_docs(topic) or [])[:3],
            }
            for topic in placed
        ],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
