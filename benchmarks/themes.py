"""How well themes agree with people's labels, and what they cost.

python -m benchmarks.themes --csv FILE --text-column text --label-column label [--themes K]
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from sklearn.metrics import adjusted_mutual_info_score

from sop_assess.analysis.text.clean import NON_ANSWER, UNPLACED
from sop_assess.analysis.text.themes import Clustering, cluster


def main(argv: Sequence[str] | None = None) -> None:
    """Print each run's themes when asked to, and one JSON line with the figures last."""
    options = _options(argv)
    texts, labels = _read(options.csv, options.text_column, options.label_column)
    runs, seconds, scores = [], [], []
    for seed in range(options.seeds):
        start = time.process_time()
        run = cluster(texts, language=options.language, seed=seed, themes=options.themes)
        seconds.append(time.process_time() - start)
        scores.append(float(adjusted_mutual_info_score(labels, run.labels)))
        runs.append(run)
    if options.show:
        _show(runs[0], texts)
    print(json.dumps(_figures(options.csv, runs, scores, seconds)))


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--csv", type=Path, required=True, help="file with a header row, UTF-8")
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--label-column", default="label")
    parser.add_argument("--themes", type=int, help="number of themes; chosen when left out")
    parser.add_argument("--seeds", type=int, default=3, help="how many runs")
    parser.add_argument("--language", default="en")
    parser.add_argument("--show", action="store_true", help="print the themes of the first run")
    return parser.parse_args(argv)


def _read(path: Path, text_column: str, label_column: str) -> tuple[list[str], list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row[text_column] for row in rows], [row[label_column] for row in rows]


def _show(run: Clustering, texts: Sequence[str]) -> None:
    for theme in run.themes:
        doubt = ", mixed" if theme.mixed else ""
        print(
            f"{theme.key} {theme.size:5} {theme.cohesion:.2f} {theme.firmness}{doubt}: {theme.name}"
        )
        for quote in theme.quotes:
            print(f"      {texts[quote][:110]}")


def _figures(
    path: Path, runs: Sequence[Clustering], scores: Sequence[float], seconds: Sequence[float]
) -> dict[str, object]:
    first = runs[0].labels
    return {
        "corpus": path.name,
        "texts": len(first),
        "tier": runs[0].tier,
        "themes": [len(run.themes) for run in runs],
        "ami": round(median(scores), 3),
        "ami_runs": [round(score, 3) for score in scores],
        "unplaced": int((first == UNPLACED).sum()),
        "non_answers": int((first == NON_ANSWER).sum()),
        "cpu_seconds": round(median(seconds), 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
