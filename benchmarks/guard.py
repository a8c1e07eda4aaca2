"""Guard and release of a large anonymous round, on one core, as the release job runs them.

    python -m benchmarks.guard [--people 2000] [--units 60] [--items 40] [--attributes 4,5]

Answers are invented; one in seven is missing, so that every question has its own answerers. Prints
the figures; the last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

NOW = datetime(2026, 10, 5, tzinfo=UTC)
MISSING = 1 / 7
TOPICS = ("accuracy", "clarity", "system", "approval", "capacity")
OPTIONS = (("disagree", -1), ("neither", 0), ("agree", 1), ("strongly-agree", 1))


def main() -> None:
    """Fill a closed round, release it, print how long that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--units", type=int, default=60)
    parser.add_argument("--items", type=int, default=40)
    parser.add_argument("--attributes", default="4,5", help="options of each attribute")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    options = [int(count) for count in arguments.attributes.split(",")]
    print(json.dumps(measure(arguments.people, arguments.units, arguments.items, options,
                             arguments.seed)))  # fmt: skip


def measure(
    people: int, units: int, items: int, options: Sequence[int], seed: int
) -> dict[str, Any]:
    """The figures of one company."""
    from sop_assess.config import Settings
    from sop_assess.migrations import upgrade
    from sop_assess.release import job
    from sop_assess.stores import open_stores

    with tempfile.TemporaryDirectory() as folder:
        stores = open_stores(Settings(instance=Path(folder), secret_key="b" * 40))
        upgrade(stores)
        round_id = _fill(stores, people, units, items, options, Random(seed))
        steps: list[tuple[float, str]] = []
        begun, cpu = time.perf_counter(), time.process_time()
        job.release_round(stores, lambda share, step: steps.append((share, step)), round_id)
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
        figures = {
            "people": people, "units": units, "items": items, "attributes": list(options),
            "release_s": round(wall, 1), "release_cpu_s": round(cpu, 1), "aim_s": 120,
            "steps_of_progress": len(steps),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            **_cells(stores),
        }  # fmt: skip
        stores.dispose()
    for name, value in figures.items():
        print(f"{name:>20}: {value}")
    return figures


def _fill(
    stores: Any, people: int, units: int, items: int, options: Sequence[int], dice: Random
) -> int:
    """The id of a closed round with its answers in the core store, as opening leaves them."""
    from sop_assess.instruments import service as instruments
    from sop_assess.instruments.answer_models import AnonymousAnswers
    from sop_assess.instruments.catalogue import default_catalogue
    from sop_assess.instruments.identity import freeze
    from sop_assess.instruments.models import Round
    from sop_assess.instruments.registries import KINDS
    from sop_assess.models import assessment

    with stores.core.writing() as session:
        session.add(assessment.Company(id=1, name="Benchmark", profile={}))
        row = assessment.Assessment(name="B", methods={"chosen": ["survey"]}, plan={}, settings={},
                                    created_at=NOW)  # fmt: skip
        session.add(row)
        session.flush()
        assessment_id = row.id
    definition = _definition(items, options)
    version = instruments.publish(stores, assessment_id, definition, now=NOW)
    members, tree = _company(people, units, dice)
    policy = freeze(KINDS["survey"], "codes", tree, "anonymous")
    policy["catalogue"] = default_catalogue(tree, definition.attributes)
    with stores.core.writing() as session:
        found = Round(
            key=secrets.token_hex(8), assessment_id=assessment_id, version_id=version,
            kind="survey", name="B", state="closed", label="anonymous", access="codes",
            policy=policy, opened_at=NOW, closed_at=NOW,
        )  # fmt: skip
        session.add(found)
        session.flush()
        session.add_all(
            AnonymousAnswers(id=secrets.token_hex(16), round_id=found.id, unit=unit,
                             answers=_answers(items, options, dice))
            for unit in members
        )  # fmt: skip
        return found.id


def _definition(items: int, options: Sequence[int]) -> Any:
    from sop_assess.instruments.definition import Definition

    agree = [{"code": code, "favour": favour, "text": {"en": code}} for code, favour in OPTIONS]
    rows = [{"code": f"q{n}", "text": {"en": f"Question {n}"}, "subject": f"S{n % 8 + 1}",
             "topic": TOPICS[n % len(TOPICS)]} for n in range(items)]  # fmt: skip
    asked = [{"code": f"a{n}", "type": "single_choice", "role": "attribute",
              "text": {"en": f"Attribute {n}"},
              "options": [{"code": f"v{v}", "text": {"en": f"{v}"}} for v in range(count)]}
             for n, count in enumerate(options)]  # fmt: skip
    matrix = {"code": "m", "type": "likert_matrix", "scale": "agree", "text": {"en": "Agree?"},
              "not_my_area": True, "rows": rows}  # fmt: skip
    return Definition.model_validate(
        {"code": "benchmark", "kind": "survey", "title": {"en": "B"}, "scales": {"agree": agree},
         "sections": [{"code": "one", "title": {"en": "One"}, "items": [*asked, matrix]}]}
    )  # fmt: skip


def _company(people: int, units: int, dice: Random) -> tuple[list[str], list[Any]]:
    """Where everybody belongs, and the tree: areas, departments, teams of different sizes."""
    from sop_assess.instruments.identity import Unit

    areas, departments = max(1, units // 15), max(1, units // 5)
    teams = units - areas - departments
    sizes = [dice.lognormvariate(0, 0.6) for _ in range(teams)]
    members = [f"team{t}" for t in dice.choices(range(teams), sizes, k=people)]
    invited = Counter(members)
    tree = [Unit(f"area{n}", f"Area {n}", 0) for n in range(areas)]
    tree += [Unit(f"dep{n}", f"Department {n}", 0, f"area{n % areas}") for n in range(departments)]
    tree += [Unit(f"team{n}", f"Team {n}", round(invited[f"team{n}"] * 1.3) + 1,
                  f"dep{n % departments}") for n in range(teams)]  # fmt: skip
    return members, tree


def _answers(items: int, options: Sequence[int], dice: Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for n, count in enumerate(options):
        weights = [2.0 if v == 0 else 1.0 for v in range(count)]
        answers[f"a{n}"] = {"value": f"v{dice.choices(range(count), weights)[0]}"}
    for n in range(items):
        missing = dice.random() < MISSING
        code = dice.choice(OPTIONS)[0]
        answers[f"q{n}"] = {"state": "not_my_area"} if missing else {"value": code}
    return answers


def _cells(stores: Any) -> dict[str, Any]:
    from sqlalchemy import func, select

    from sop_assess.release.models import ReleasedCell

    query = select(ReleasedCell.shown, ReleasedCell.reason, func.count()).group_by(
        ReleasedCell.shown, ReleasedCell.reason
    )
    with stores.core.reading() as session:
        found = {(shown, reason): n for shown, reason, n in session.execute(query)}
    shown = sum(n for (how, _), n in found.items() if how != "hidden")
    would_tell = sum(n for (_, reason), n in found.items() if reason == "would_tell")
    return {"cells": sum(found.values()), "cells_shown": shown, "cells_refused": would_tell,
            "shown_of_large_enough": round(shown / max(1, shown + would_tell), 3)}  # fmt: skip


if __name__ == "__main__":
    main()
