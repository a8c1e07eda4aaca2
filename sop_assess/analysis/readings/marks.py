"""The interview: who of those that own the stage say it works, does not, or both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import TooFewError
from ..frames import STATES, Column, Frame, Rows
from ..reading import Reading, Thresholds
from ..results import Cell, Polarity, Result, Verdict
from ..statistics.mean import favour
from ..statistics.share import Mask, wilson

DEFAULTS: Thresholds = {"minimum": 2, "prominent": 0.5}
_OUTSIDE = np.array([STATES.index(state) for state in ("not_my_area", "not_asked")])
_SKIPPED = STATES.index("skipped")


def summarise(
    frame: Frame, columns: Sequence[Column], rows: Rows, population: int | None
) -> Result:
    """How many interviewees mark a (subject, topic) as working, failing or mixed.

    n : who marked it. value : share of them who say it works, with its Wilson interval. "asked"
    in the detail counts those whose stages include it, whether or not they said something; who
    skipped everything about the subject is taken to stand outside. TooFewError when nobody was
    asked; who was asked and marked nothing leaves n at 0 without a value.

    >>> mark = Column("q", "ordinal", np.array([0, 0, 2], np.int8), "S1", "promise",
    ...               categories=("works", "fails"), favour=np.array([1.0, -1.0]),
    ...               codes=np.array([0, 1, -1], np.int16))
    >>> summarise(Frame("interview", 3, {"q": mark}), [mark], np.arange(3), None).detail
    {'asked': 2, 'works': 1, 'fails': 1, 'mixed': 0}
    """
    asked = _asked(frame, columns, rows)
    if not asked.any():
        raise TooFewError("No interviewee owns this stage yet. Plan one interview for it.")
    marks = [favour(column, rows) for column in columns if column.level in {"ordinal", "fact"}]
    table = np.vstack(marks) if marks else np.full((1, len(rows)), np.nan)
    given = (~np.isnan(table)).sum(axis=0)
    works = (given > 0) & ((table == 1).sum(axis=0) == given)
    fails = (given > 0) & ((table == -1).sum(axis=0) == given)
    n, good = int((given > 0).sum()), int(works.sum())
    detail = {"asked": int(asked.sum()), "works": good, "fails": int(fails.sum()),
              "mixed": n - good - int(fails.sum())}  # fmt: skip
    if not n:
        return Result(0, detail=detail)
    low, high = wilson(good, n, population)
    return Result(n, good / n, low, high, detail=detail)


def _asked(frame: Frame, columns: Sequence[Column], rows: Rows) -> Mask:
    subjects = {column.subject for column in columns}
    about = [column for column in frame.columns.values() if column.subject in subjects]
    took_part = np.zeros(len(rows), dtype=np.bool_)
    for column in about or columns:
        took_part |= ~np.isin(column.states[rows], (*_OUTSIDE, _SKIPPED))
    inside = np.zeros(len(rows), dtype=np.bool_)
    for column in columns:
        inside |= ~np.isin(column.states[rows], _OUTSIDE)
    return inside & took_part


def read(method: str, cell: Cell, thresholds: Thresholds) -> Verdict:
    """Works or fails when all who marked it say so, and enough of them did."""
    if cell.shown == "hidden":
        return Verdict(method, "silent", concerns=("hidden",))
    marked = cell.n or 0
    if not marked:
        return Verdict(method, "silent")
    asked = int(cell.detail.get("asked", marked))
    needed = 1 if asked == 1 else int(thresholds["minimum"])
    polarity: Polarity = "mixed"
    if marked >= needed and cell.detail.get("works") == marked:
        polarity = "works"
    elif marked >= needed and cell.detail.get("fails") == marked:
        polarity = "fails"
    prominent = marked >= thresholds["prominent"] * asked
    concerns = ("rolled_up",) if cell.detail.get("rolled_up") else ()
    return Verdict(method, polarity, prominent, marked >= needed, marked, concerns)


ENTRY = Reading("marks", summarise, read, DEFAULTS)
