"""Reading a named round: release, its summary, and the CSV, from 1,000 to 100,000 submissions.

    python -m benchmarks.read [--sizes 1000,10000,100000] [--repeat 3]

Every size runs in a process of its own. The last line is JSON. Theming free texts is timed apart:
it grows with the texts, not with the answers.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

ITEMS = 31
NOW = datetime(2026, 10, 5, tzinfo=UTC)
TEXTS = ("The stock list was old and the date slipped.", "The invoice had another price.",
         "Nobody answered for two weeks.", "Packed with care, nothing broken.")  # fmt: skip


def main() -> None:
    """Run every size and print the figures; the last line is JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one, arguments.repeat)))
        return
    sizes = [int(size) for size in arguments.sizes.split(",")]
    found = {size: _in_own_process(size, arguments.repeat) for size in sizes}
    print(json.dumps({"items": ITEMS, "sizes": found, **_growth(found)}))


def _in_own_process(size: int, repeat: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.read", "--one", str(size), "--repeat", str(repeat)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{size:>7} submissions: " + ", ".join(f"{k} {v}" for k, v in figures.items()), flush=True
    )
    return figures


def _growth(found: dict[int, dict[str, float]]) -> dict[str, float]:
    if not {10_000, 100_000} <= set(found):
        return {}
    return {
        f"exponent_{key}": round(math.log10(found[100_000][key] / found[10_000][key]), 2)
        for key in ("release_cpu_s", "csv_cpu_s")
    }


def measure(size: int, repeat: int) -> dict[str, float]:
    """The figures of one size in this process."""
    from sop_assess.config import Settings
    from sop_assess.migrations import upgrade
    from sop_assess.release import job
    from sop_assess.stores import open_stores

    with tempfile.TemporaryDirectory() as folder:
        stores = open_stores(Settings(instance=Path(folder), secret_key="b" * 40))
        upgrade(stores)
        round_id, assessment_id = _fill(stores, size)
        figures: dict[str, float] = {}
        releases = [_timed(lambda: _release(stores, round_id)) for _ in range(repeat)]
        figures["release_s"] = round(statistics.median(t for t, _ in releases), 3)
        figures["release_cpu_s"] = round(statistics.median(c for _, c in releases), 3)
        figures["release_with_themes_s"] = round(
            _timed(lambda: job.release_round(stores, _silent, round_id))[0], 3
        )
        reads = [_timed(lambda: _summary(stores, assessment_id))[0] for _ in range(repeat)]
        figures["summary_first_ms"] = round(reads[0] * 1000, 1)
        figures["summary_again_ms"] = round(statistics.median(reads[1:] or reads) * 1000, 1)
        figures |= _csv(stores, round_id, repeat)
        stores.dispose()
    return figures


def _release(stores: Any, round_id: int) -> None:
    """What the release job does, without the themes of free texts."""
    from sop_assess.analysis.disclosure import NAMED
    from sop_assess.instruments.models import Round
    from sop_assess.instruments.queries import definition_of
    from sop_assess.instruments.registries import KINDS
    from sop_assess.release.job import figure_cells
    from sop_assess.release.sources import named_source
    from sop_assess.release.store import Edition, write_release

    with stores.core.reading() as session:
        found = session.get_one(Round, round_id)
    source = named_source(stores, found, definition_of(stores, found.version_id))
    cells = figure_cells(source.frame, KINDS["shop"], NAMED)
    edition = Edition(found.assessment_id, f"round:{round_id}", "shop", {}, source.input_hash, {})
    write_release(stores, edition, cells, now=NOW)


def _summary(stores: Any, assessment_id: int) -> None:
    from sop_assess.release.queries import cells, current_releases

    ids = [release.id for release in current_releases(stores, assessment_id)]
    if not cells(stores, ids, group="all"):
        raise SystemExit("nothing was released")


def _csv(stores: Any, round_id: int, repeat: int) -> dict[str, float]:
    from sop_assess.instruments.export import csv_rows

    totals, firsts, cpus = [], [], []
    before = _resident_mb()
    with _Peak() as peak:
        for _ in range(repeat):
            begun, cpu = time.perf_counter(), time.process_time()
            pieces = csv_rows(stores, round_id)
            next(pieces), next(pieces)
            firsts.append(time.perf_counter() - begun)
            size = sum(len(piece) for piece in pieces)
            totals.append(time.perf_counter() - begun)
            cpus.append(time.process_time() - cpu)
    return {
        "csv_s": round(statistics.median(totals), 3),
        "csv_cpu_s": round(statistics.median(cpus), 3),
        "csv_first_byte_s": round(statistics.median(firsts), 3),
        "csv_more_memory_mb": round(peak.highest - before, 1),
        "csv_mb": round(size / 1e6, 1),
    }


class _Peak:
    """The highest resident memory while something runs."""

    def __enter__(self) -> _Peak:
        self.highest, self._run = _resident_mb(), True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._run = False
        self._thread.join()

    def _watch(self) -> None:
        while self._run:
            self.highest = max(self.highest, _resident_mb())
            time.sleep(0.01)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _timed(action: Callable[[], object]) -> tuple[float, float]:
    begun, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - begun, time.process_time() - cpu


def _fill(stores: Any, size: int) -> tuple[int, int]:
    from sop_assess.instruments import service as instruments
    from sop_assess.instruments.answer_models import Submission
    from sop_assess.models import assessment

    with stores.core.writing() as session:
        session.add(assessment.Company(id=1, name="Benchmark", profile={}))
        row = assessment.Assessment(
            name="Benchmark", methods={"chosen": ["shop"]}, plan={}, settings={}, created_at=NOW
        )
        session.add(row)
        session.flush()
        assessment_id = row.id
    version = instruments.publish(stores, assessment_id, _definition(), now=NOW)
    round_id = instruments.plan_round(stores, assessment_id, version, name="B", access="tasks")
    instruments.open_round(stores, round_id, now=NOW)
    with stores.core.writing() as session:
        for batch in _batches(size, round_id, version):
            session.execute(insert(Submission), batch)
    return round_id, assessment_id


def _definition() -> Any:
    """31 items: 20 facts, 6 ratings on five points, 3 durations, 2 texts."""
    from sop_assess.instruments.definition import STAGE_CODES, TOPICS, Definition

    words = {"en": "What happened?"}
    points = [{"code": str(n), "text": {"en": str(n)}, "favour": (n > 3) - (n < 3)}
              for n in range(1, 6)]  # fmt: skip
    items: list[dict[str, Any]] = []
    for number in range(ITEMS):
        kind = ("fact" if number < 20 else "likert" if number < 26
                else "duration" if number < 29 else "long_text")  # fmt: skip
        item: dict[str, Any] = {"code": f"q{number}", "type": kind, "text": words}
        if kind != "long_text":
            item |= {"subject": STAGE_CODES[number % 8], "topic": TOPICS[number % 14]}
        else:
            item["role"] = "problem" if number == 29 else "keep"
        items.append(item | ({"options": points} if kind == "likert" else {}))
    return Definition.model_validate({
        "code": "benchmark", "kind": "shop", "title": words,
        "sections": [{"code": "s", "title": words, "items": items}],
    })  # fmt: skip


def _batches(size: int, round_id: int, version: int) -> Iterator[list[dict[str, Any]]]:
    dice = random.Random(1)
    for start in range(0, size, 5000):
        yield [_row(dice, round_id, version) for _ in range(min(5000, size - start))]


def _row(dice: random.Random, round_id: int, version: int) -> dict[str, Any]:
    answers: dict[str, dict[str, Any]] = {}
    for number in range(20):
        answers[f"q{number}"] = (
            {"value": dice.choice(["yes", "no"])} if dice.random() < 0.9
            else {"state": "not_observed"}
        )  # fmt: skip
    answers |= {f"q{n}": {"value": str(dice.randint(1, 5))} for n in range(20, 26)}
    answers |= {f"q{n}": {"value": float(dice.randint(1, 5000))} for n in range(26, 29)}
    answers |= {f"q{n}": {"value": dice.choice(TEXTS)} for n in (29, 30)}
    document = {"answers": answers, "events": [], "context": {}, "attachments": [],
                "language": "en"}  # fmt: skip
    return {
        "id": str(uuid.UUID(int=dice.getrandbits(128))), "round_id": round_id,
        "version_id": version, "document": document, "received_at": NOW,
        "content_hash": f"{dice.getrandbits(64):064x}", "review": "accepted",
    }  # fmt: skip


def _silent(share: float, message: str) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    main()
