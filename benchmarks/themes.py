"""How well themes agree with people's labels, and what they cost, beside BERTopic.

    python -m benchmarks.themes [--corpora FOLDER] [--tier lexical fine] [--seeds 3]
    python -m benchmarks.themes --csv FILE --text-column text --label-column label

Every figure is from a run in a process of its own with one thread: CPU seconds and peak memory are
those of the whole process, imports included. The last line is JSON. BERTopic is measured in the
same run where --bertopic-model gives a folder with all-MiniLM-L6-v2, in this Python or in the one
that --bertopic-python names.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    v_measure_score,
)

from benchmarks.children import Bertopic, Children, RunFailedError
from benchmarks.resampled import resampled
from benchmarks.theme_run import embedder
from benchmarks.theme_stability import Remembering, moved
from sop_assess.analysis.text.clean import NON_ANSWER
from sop_assess.errors import SopError
from sop_assess.imports.tables import open_table, rows

Row = dict[str, Any]

TIERS = ("lexical", "fast", "fine")
SIZES = (1_000, 5_000, 10_000, 100_000, 1_000_000)
# More would take hours and say nothing new: their time grows with every text.
LARGEST_FILE = 2_000  # megabytes
LARGEST = {"fine": 100_000, "bertopic": 10_000}
NAMES = 5
# Larger runs take long and differ little.
LARGEST_REPEATED = 10_000


@dataclass(frozen=True)
class Corpus:
    """Texts and people's labels of one file; a text without a label is sorted, but not scored."""

    name: str
    texts: list[str]
    labels: list[str]


def main(argv: Sequence[str] | None = None) -> None:
    """Print a line per measured configuration, and one JSON line with all figures last."""
    options = _options(argv)
    corpora = [_read(path, options) for path in _files(options)]
    bertopic = _bertopic(options)
    tiers = [*options.tier, *(["bertopic"] if bertopic else [])]
    figures: Row = {"python": platform.python_version(), "bertopic": bertopic is not None}
    with tempfile.TemporaryDirectory() as folder:
        children = Children.of(Path(folder), options.language, bertopic)
        for part in options.only or (["agreement"] if options.csv else PARTS):
            figures[part] = list(PARTS[part](children, corpora, tiers, options))
    print(json.dumps(figures))


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of labelled files")
    add("--csv", type=Path, help="one labelled file instead, with a header row; scores it only")
    add("--text-column", default="text")
    add("--label-column", default="label")
    add("--language", default="en")
    add("--tier", nargs="+", choices=TIERS, default=list(TIERS))
    add("--seeds", type=int, default=3, help="how many runs of each configuration")
    add("--only", nargs="+", choices=PARTS, help="parts to run")
    add("--themes", type=int, help="number of themes given, instead of the number of labels")
    add("--sizes", nargs="*", type=int, default=list(SIZES), help="resampled texts for the speed")
    add("--show", action="store_true", help="print the themes of each first run with a quote")
    add("--bertopic-model", type=Path, help="folder of all-MiniLM-L6-v2; measures BERTopic too")
    add("--bertopic-python", default=sys.executable, help="the Python that has bertopic")
    return parser.parse_args(argv)


def _files(options: argparse.Namespace) -> list[Path]:
    found = [options.csv] if options.csv else sorted(options.corpora.glob("*.csv"))
    if not found or not all(path.is_file() for path in found):
        sys.exit(f"No labelled file at {options.csv or options.corpora}. Name one with --csv.")
    return found


def _read(path: Path, options: argparse.Namespace) -> Corpus:
    try:
        table = open_table(path, limit_mb=LARGEST_FILE)
        text, label = map(table.position, (options.text_column, options.label_column))
        cells = [row.cells for row in rows(table)]
    except SopError as error:
        sys.exit(f"{path.name}: {error.sentence}")
    if not cells:
        sys.exit(f"{path.name}: There is no row below the header.")
    return Corpus(path.stem, [row[text] for row in cells], [row[label].strip() for row in cells])


def _bertopic(options: argparse.Namespace) -> Bertopic | None:
    if options.bertopic_model is None:
        return None
    # Not resolved: the link is what tells an environment's Python where its packages are.
    python = os.path.abspath(shutil.which(options.bertopic_python) or options.bertopic_python)
    found = Bertopic(python, options.bertopic_model)
    if found.works():
        return found
    print("BERTopic is not installed here; going on without it.")
    return None


def agreement(
    children: Children, corpora: Sequence[Corpus], tiers: Sequence[str], options: argparse.Namespace
) -> Iterator[Row]:
    """AMI, V-measure and ARI with the number of themes given and chosen, for every corpus."""
    for corpus in corpora:
        texts = children.keep(corpus.texts)
        given = options.themes or len(set(filter(None, corpus.labels)))
        for tier in tiers:
            for themes in (given, None):
                start: Row = {"corpus": corpus.name, "texts": len(corpus.texts), "tier": tier,
                              "themes_given": themes}  # fmt: skip
                yield _row(start, children, texts, options, corpus.labels)


def speed(
    children: Children, corpora: Sequence[Corpus], tiers: Sequence[str], options: argparse.Namespace
) -> Iterator[Row]:
    """CPU seconds and peak memory for so many different texts, resampled from all corpora.

    Where BERTopic is measured, every row says how many times a tier's CPU seconds it took.
    """
    every = [text for corpus in corpora for text in corpus.texts]
    for size in options.sizes:
        texts, beside = children.keep(resampled(size, 1, every)), 0.0
        for tier in sorted(tiers, key=lambda tier: tier != "bertopic"):
            start: Row = {"texts": size, "tier": tier}
            if size > LARGEST.get(tier, size):
                print(f"{_words(start)}: left out")
                continue
            row = _row(start, children, texts, options, None)
            if tier == "bertopic":
                beside = row.get("cpu_seconds", 0.0)
            elif beside and "failed" not in row:
                row["bertopic_times"] = round(beside / row["cpu_seconds"], 1)
                print(f"    BERTopic takes {row['bertopic_times']} times as many CPU seconds")
            yield row
        texts.unlink()


def stability(
    children: Children, corpora: Sequence[Corpus], tiers: Sequence[str], options: argparse.Namespace
) -> Iterator[Row]:
    """The share of comments that change theme when 30 % are new, and what agreement it costs."""
    for tier in (tier for tier in tiers if tier != "bertopic"):
        found = embedder(tier, options.language)
        reader = None if found is None else Remembering(found)
        for corpus in corpora:
            runs = [moved(corpus.texts, corpus.labels, reader, options.language, seed)
                    for seed in range(options.seeds)]  # fmt: skip
            row: Row = {"corpus": corpus.name, "tier": tier}
            row |= {name: median(run[name] for run in runs) for name in runs[0]}
            print(_words(row), flush=True)
            yield {**row, "runs": runs}


PARTS: dict[
    str, Callable[[Children, Sequence[Corpus], Sequence[str], argparse.Namespace], Iterator[Row]]
] = {"agreement": agreement, "speed": speed, "stability": stability}


def _row(
    start: Row,
    children: Children,
    texts: Path,
    options: argparse.Namespace,
    labels: Sequence[str] | None,
) -> Row:
    """The figures of one configuration over all seeds, printed as they come."""
    try:
        runs = [
            children.run(start["tier"], texts, seed=seed, themes=start.get("themes_given"))
            for seed in range(
                1 if start["texts"] > LARGEST_REPEATED and not labels else options.seeds
            )
        ]
    except RunFailedError as failed:
        print(f"{_words(start)}: failed: {failed}")
        return {**start, "failed": str(failed)}
    row = {**start, **_figures(runs), **(_scores(runs, labels) if labels else {})}
    print(_words({key: row[key] for key in row if not key.endswith("_runs")}), flush=True)
    if options.show:
        _show(runs[0])
    return row


def _figures(runs: Sequence[Row]) -> Row:
    """Costs, coverage and names; medians, and the peak of the largest run."""
    seconds = [run["cpu_seconds"] for run in runs]
    placed = [mean(label >= 0 for label in run["labels"]) for run in runs]
    empty = [mean(label == NON_ANSWER for label in run["labels"]) for run in runs]
    return {
        "themes": round(median(len(run["themes"]) for run in runs)),
        "coverage": round(median(placed), 3),
        "non_answers": round(median(empty), 3),
        "cpu_seconds": round(median(seconds), 2),
        "cpu_seconds_runs": seconds,
        "peak_mb": max(run["peak_mb"] for run in runs),
        "names": [theme["name"] for theme in runs[0]["themes"][:NAMES]],
    }


def _scores(runs: Sequence[Row], labels: Sequence[str]) -> Row:
    """Agreement with the labels; texts without a theme count as one theme, non-answers as one."""
    found: Row = {}
    known = [place for place, label in enumerate(labels) if label]
    people = [labels[place] for place in known]
    for name, score in (("ami", adjusted_mutual_info_score), ("v", v_measure_score),
                        ("ari", adjusted_rand_score)):  # fmt: skip
        values = [
            round(float(score(people, [run["labels"][place] for place in known])), 4)
            for run in runs
        ]
        found |= {name: round(median(values), 3), f"{name}_runs": values}
    return found


def _words(row: Row) -> str:
    return "  ".join(f"{key} {value}" for key, value in row.items() if key != "names")


def _show(run: Row) -> None:
    for theme in run["themes"]:
        marks = [str(theme.get("firmness") or ""), "mixed" if theme.get("mixed") else ""]
        print(f"    {theme['size']:6} {theme['name']}  {' '.join(filter(None, marks))}")
        for quote in theme["quotes"][:1]:
            print(f"           {quote[:110]}")


if __name__ == "__main__":
    main()
