"""Released figures built by hand: an assessment of an invented company, without any answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sop_assess.analysis.results import Cell
from sop_assess.assessment.contrasts import wilson_low
from sop_assess.assessment.models import Assessment, Company, Handoff, Location, Stage
from sop_assess.assessment.stages import DEFAULT_NAMES, handoffs
from sop_assess.db import Stores
from sop_assess.release.queries import ReleasedFigure
from sop_assess.release.store import Edition, write_release

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
METHODS = ("survey", "interview", "shadow", "shop")


def balance(place: str, topic: str, good: float, bad: float, n: int = 118, **more: Any) -> Cell:
    """What staff think; the interval has a width that fits n."""
    value, half = round(good - bad, 4), round(0.9 / n**0.5, 2)
    detail = {"favourable": good, "unfavourable": bad, "neutral": round(1 - good - bad, 4)}
    ends = max(-1.0, value - half), min(1.0, value + half)
    return Cell("balance", "", place, topic, "all", n, value, *ends, detail, shown="rounded",
                population=240, **more)  # fmt: skip


def band(place: str, topic: str, which: str) -> Cell:
    """What five to nine people think."""
    detail = {"n_band": "5-9", "band": which}
    return Cell("balance", "", place, topic, "all", None, detail=detail, shown="band")


def marks(place: str, topic: str, asked: int, works: int, fails: int = 0, mixed: int = 0) -> Cell:
    """What interviewees say."""
    n = works + fails + mixed
    detail = {"asked": asked, "works": works, "fails": fails, "mixed": mixed}
    low = wilson_low(works, n)
    high = 1 - wilson_low(n - works, n)
    return Cell("marks", "", place, topic, "all", n, works / n if n else None, low, high, detail)


def checks(place: str, topic: str, yes: int, no: int, sessions: int = 6, events: int = 0) -> Cell:
    """What observers saw."""
    n = yes + no
    detail = {"sessions": sessions, "seen_in": sessions if n else 0, "yes": yes, "no": no,
              "sessions_with_events": events, "first_sessions_only": False}  # fmt: skip
    return Cell("checks", "", place, topic, "all", n, yes / n if n else None,
                wilson_low(yes, n), 1 - wilson_low(no, n), detail)  # fmt: skip


def standards(
    place: str, topic: str, passed: int, judged: int, *, group: str = "all", critical: int = 0,
) -> Cell:  # fmt: skip
    """What shoppers got, one judgement in each case."""
    failed = judged - passed
    detail = {"passed": passed, "judged": judged, "cases": judged, "of_cases": judged,
              "failed_cases": failed, "critical_failed_visits": critical, "critical": critical > 0,
              "connected": True}  # fmt: skip
    return Cell("standards", "", place, topic, group, judged, passed / judged,
                wilson_low(passed, judged), 1 - wilson_low(failed, judged), detail)  # fmt: skip


def wait(
    group: str, n: int, days: float, *, subject: str = "S1", step: str = "First reply"
) -> Cell:
    """How long work waited in the company's own records."""
    minutes = days * 1440
    detail = {"step": step, "p90": minutes * 3, "never": 0, "n_ended": n}
    return Cell("waits", "first-reply", subject, None, group, n, minutes, minutes * 0.9,
                minutes * 1.1, detail)  # fmt: skip


def theme(key: str, name: str, stage: str, n: int, role: str = "problem", **more: Any) -> Cell:
    """A theme of what staff wrote."""
    detail = {"name": name, "keywords": name.lower().split()[:3], "role": role, "firmness": "firm",
              "mixed": False, "comments": n, "who_wrote": 160, "stages": {stage: n},
              "severity": 3.2, **more}  # fmt: skip
    return Cell(
        "theme", key, stage, None, "all", n, n / 160, n / 160 - 0.05, n / 160 + 0.05, detail
    )


def quote(key: str, text: str, stage: str) -> Cell:
    """Somebody's words, under their theme."""
    detail = {"text": text, "stage": stage, "severity": None, "who": None, "mark": None}
    return Cell("quote", key, stage, None, "all", None, detail=detail)


def note(text: str, stage: str, who: str, role: str = "keep") -> Cell:
    """What an interviewee said, with consent."""
    detail = {"text": text, "who": who, "role": role, "mark": None, "item": "x"}
    return Cell("note", "", stage, None, "all", None, detail=detail)


def response(group: str, invited: int, rate: float | None) -> Cell:
    """How many of a unit answered."""
    cell = Cell(
        "response", "", None, None, group, invited, rate, shown="rounded", population=invited
    )
    return cell if rate is not None else cell.hide("too_small")


def figures(method: str, cells: Sequence[Cell], start: int = 1) -> list[ReleasedFigure]:
    """The cells as if they had been released."""
    return [
        ReleasedFigure(**vars(replace(cell)), id=start + i, release_id=start, method=method)
        for i, cell in enumerate(cells)
    ]


def start(stores: Stores, chosen: Sequence[str] = METHODS, *, sample: bool = True) -> int:
    """An assessment with eight stages; nothing has been asked."""
    with stores.core.writing() as session:
        session.add(Company(id=1, name="Kestrel Laptops", is_sample=sample, profile={}))
        session.flush()
        assessment = Assessment(
            name="Autumn assessment 2026", methods={"chosen": list(chosen)}, plan={}, settings={},
            created_at=NOW,
        )  # fmt: skip
        session.add(assessment)
        session.flush()
        for position, (code, name) in enumerate(DEFAULT_NAMES.items()):
            session.add(Stage(assessment_id=assessment.id, code=code, position=position,
                              name=dict(name)))  # fmt: skip
        for giver, receiver in handoffs():
            session.add(Handoff(assessment_id=assessment.id, giver=giver, receiver=receiver))
        session.add(Location(assessment_id=assessment.id, code="harbour", name="Harbour"))
        return assessment.id


def release(
    stores: Stores, assessment_id: int, method: str, cells: Sequence[Cell], *,
    source: str | None = None, rehearsal: bool = False, **summary: Any,
) -> int:  # fmt: skip
    """One edition with these cells."""
    edition = Edition(
        assessment_id, source or f"round:{100 + METHODS.index(method)}", method,
        {"minimum_group": 5, "minimum_quotes": 10, "bands": method == "survey"}, "0" * 64,
        {"n": 120, "population": None, **summary}, rehearsal,
    )  # fmt: skip
    return write_release(stores, edition, cells, now=NOW)
