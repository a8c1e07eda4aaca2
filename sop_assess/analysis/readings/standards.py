"""Mystery shopping: which standards were met, which promises of time were kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import TooFewError
from ..frames import Column, Frame, Numbers, Rows
from ..reading import Reading, Thresholds
from ..results import Cell, Polarity, Result, Verdict
from ..statistics.mean import favour
from ..statistics.severity import linked_parts
from ..statistics.share import wilson

DEFAULTS: Thresholds = {"low": 0.5, "share": 0.8, "fails": 0.7, "critical_visits": 2,
                        "prominent": 0.5, "minimum": 4}  # fmt: skip
_EXACT = 1e-9


def summarise(
    frame: Frame, columns: Sequence[Column], rows: Rows, population: int | None
) -> Result:
    """Passed among judged standards, 0 to 1, with the Wilson interval.

    Facts pass by Yes (by No where Yes is the problem), clocks by keeping their promise in
    minutes. Ratings and impressions never enter. n : judged standards, several per case, so the
    interval is a little too narrow. TooFewError when nothing was judged.

    >>> clock = Column("q", "ratio", np.zeros(2, np.int8), "S1", "response_time", promise=60,
    ...                numbers=np.array([45.0, 200.0]))
    >>> summarise(Frame("shop", 2, {"q": clock}), [clock], np.arange(2), None).value
    0.5
    """
    judged = [(column, _passes(column, rows)) for column in columns if _is_standard(column)]
    table = np.vstack([said for _, said in judged]) if judged else np.full((1, len(rows)), np.nan)
    passed, failed = int((table == 1).sum()), int((table == -1).sum())
    if not passed + failed:
        raise TooFewError("No visit has judged this yet. Plan one.")
    low, high = wilson(passed, passed + failed)
    cases = (~np.isnan(table)).any(axis=0)
    critical = np.array([column.weight == "critical" for column, _ in judged])
    detail = {
        "passed": passed, "judged": passed + failed, "cases": int(cases.sum()),
        "of_cases": len(rows), "failed_cases": int((table == -1).any(axis=0).sum()),
        "critical_failed_visits": int((table[critical] == -1).any(axis=0).sum()),
        "critical": bool((~np.isnan(table[critical])).any()),
        "connected": _connected(frame, rows[cases]),
    }  # fmt: skip
    caveat = "Few visits: one more can change this." if detail["cases"] < 4 else None
    return Result(passed + failed, passed / (passed + failed), low, high, caveat, detail)


def _is_standard(column: Column) -> bool:
    if column.role in {"impression", "header"}:
        return False
    return column.level == "fact" or (column.level == "ratio" and column.promise is not None)


def _passes(column: Column, rows: Rows) -> Numbers:
    """+1 passed, -1 failed, NaN not judged; (n_rows,)."""
    if column.level == "fact" or column.numbers is None or column.promise is None:
        return favour(column, rows)
    took = np.where(column.answered, column.numbers, np.nan)[rows]
    return np.where(np.isnan(took), np.nan, np.where(took <= column.promise, 1.0, -1.0))


def _connected(frame: Frame, rows: Rows) -> bool:
    places, people = frame.groupings.get("location"), frame.groupings.get("shopper")
    if places is None or people is None:
        return True
    return linked_parts(places.members[rows], people.members[rows]) <= 1


def read(method: str, cell: Cell, thresholds: Thresholds) -> Verdict:
    """The verdict from the released cell alone; a critical standard broken twice decides."""
    if cell.shown == "hidden":
        return Verdict(method, "silent", concerns=("hidden",))
    if cell.value is None or not cell.n:
        return Verdict(method, "silent")
    cases = int(cell.detail.get("cases", 0))
    polarity = _polarity(cell, thresholds)
    prominent = _prominent(cell, polarity, thresholds)
    enough = cases >= thresholds["minimum"]
    found = {"few_visits": not enough, "unconnected": cell.detail.get("connected") is False,
             "rolled_up": bool(cell.detail.get("rolled_up"))}  # fmt: skip
    concerns = tuple(key for key, holds in found.items() if holds)
    return Verdict(method, polarity, prominent, enough, cases, concerns)


def _polarity(cell: Cell, thresholds: Thresholds) -> Polarity:
    broken = cell.detail.get("critical_failed_visits", 0) >= thresholds["critical_visits"]
    if broken or (cell.high is not None and cell.high <= thresholds["fails"]):
        return "fails"
    sure = cell.low is not None and cell.low >= thresholds["low"]
    return "works" if sure and (cell.value or 0.0) >= thresholds["share"] - _EXACT else "mixed"


def _prominent(cell: Cell, polarity: Polarity, thresholds: Thresholds) -> bool:
    detail = cell.detail
    if polarity == "fails":
        seen, of, critical = "failed_cases", "cases", detail.get("critical_failed_visits", 0) > 0
    else:
        seen, of, critical = "cases", "of_cases", bool(detail.get("critical"))
    share = detail.get(seen, 0) / max(1, detail.get(of, 0))
    return bool(critical or share >= thresholds["prominent"])


ENTRY = Reading("standards", summarise, read, DEFAULTS)
