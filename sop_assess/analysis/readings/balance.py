"""The survey: how much more of what was answered speaks for a (subject, topic) than against it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...errors import TooFewError
from ..frames import Column, Frame, Rows
from ..reading import Reading, Thresholds
from ..results import Cell, Polarity, Result, Verdict
from ..statistics.mean import SIDES, favour
from ..statistics.share import Z, effective_size

LEVELS = frozenset({"ordinal", "fact", "rating"})
DEFAULTS: Thresholds = {"clear": 0.20, "prominent": 0.40, "theme": 0.10, "minimum": 10,
                        "response": 0.50}  # fmt: skip
_EXACT = 1e-9


def balance_interval(
    balance: float, square: float, n: float, population: int | None = None
) -> tuple[float, float]:
    """The 95 % interval of a mean of values between -1 and 1.

    balance : their mean. square : the mean of their squares. n : how many. The interval of
    Agresti and Coull, widened from two values (-1, 1) to any between: z² imagined answers, half at
    each end, are added, so that a unanimous handful does not look certain. Always contains
    `balance`. TooFewError without any.

    >>> [round(bound, 2) for bound in balance_interval(1.0, 1.0, 10)]
    [0.36, 1.0]
    """
    if n <= 0:
        raise TooFewError("Nobody answered here. Wait for the first answer.")
    size = effective_size(n, population)
    if math.isinf(size):
        return balance, balance
    total = size + Z * Z
    centre = size * balance / total
    spread = (size * square + Z * Z) / total - centre * centre
    half = Z * math.sqrt(max(0.0, spread) / total)
    return max(-1.0, min(balance, centre - half)), min(1.0, max(balance, centre + half))


def summarise(
    frame: Frame, columns: Sequence[Column], rows: Rows, population: int | None
) -> Result:
    """The balance, -1 to 1, of all answers to the given questions together.

    columns : those of one (subject, topic); others than ordinal, fact and rating are passed over.
    Every answer counts once, so that the balance follows from the figures of its questions and
    tells nothing that they do not: counting people instead would tell about the few who left one
    of the questions out. n : respondents with any answer, which is what the range rests on.
    TooFewError without one.

    >>> fact = Column("q", "fact", np.zeros(4, np.int8), "S1", "promise",
    ...               categories=("yes", "no"), codes=np.array([0, 0, 0, 1], np.int16))
    >>> summarise(Frame("survey", 4, {"q": fact}), [fact], np.arange(4), None).value
    0.5
    """
    said = [favour(column, rows) for column in columns if column.level in LEVELS]
    table = np.vstack(said) if said else np.empty((0, len(rows)))
    known = ~np.isnan(table)
    n = int(known.any(axis=0).sum())
    if not n:
        raise TooFewError("Nobody answered this yet. Wait for the first answer.")
    shares = [float((table == mark).sum() / known.sum()) for mark in (1, 0, -1)]
    value = shares[0] - shares[2]
    low, high = balance_interval(value, shares[0] + shares[2], n, population)
    detail = dict(zip(SIDES, shares, strict=True))
    return Result(n, value, low, high, detail={**detail, "scale": [-1.0, 1.0]})


def read(method: str, cell: Cell, thresholds: Thresholds) -> Verdict:
    """The verdict from the released cell alone.

    A theme that enough people raised makes it prominent: findings put its share into
    `detail["theme_share"]` before reading.
    """
    if cell.shown == "hidden":
        return Verdict(method, "silent", concerns=("hidden",))
    if cell.shown == "band":
        return _read_band(method, cell, thresholds)
    if cell.value is None or not cell.n:
        return Verdict(method, "silent")
    return Verdict(
        method,
        _polarity(cell, thresholds),
        abs(cell.value) >= thresholds["prominent"] - _EXACT or _raised(cell, thresholds),
        cell.n >= thresholds["minimum"],
        cell.n,
        _concerns(cell, thresholds),
    )


def _polarity(cell: Cell, thresholds: Thresholds) -> Polarity:
    value, low, high = cell.value or 0.0, cell.low, cell.high
    if low is not None and value >= thresholds["clear"] - _EXACT and low > 0:
        return "works"
    if high is not None and value <= -thresholds["clear"] + _EXACT and high < 0:
        return "fails"
    return "mixed"


def _read_band(method: str, cell: Cell, thresholds: Thresholds) -> Verdict:
    # Five is the least that the band can stand for: nothing may be claimed beyond it.
    extremes: dict[str, Polarity] = {"very_low": "fails", "very_high": "works"}
    band = str(cell.detail.get("band", ""))
    prominent = band in extremes or _raised(cell, thresholds)
    return Verdict(method, extremes.get(band, "mixed"), prominent, False, 5,
                   _concerns(cell, thresholds))  # fmt: skip


def _raised(cell: Cell, thresholds: Thresholds) -> bool:
    return float(cell.detail.get("theme_share", 0.0)) >= thresholds["theme"] - _EXACT


def _concerns(cell: Cell, thresholds: Thresholds) -> tuple[str, ...]:
    few = cell.population and cell.n and cell.n / cell.population < thresholds["response"]
    found = {"response_low": bool(few), "rolled_up": bool(cell.detail.get("rolled_up"))}
    return tuple(key for key, holds in found.items() if holds)


ENTRY = Reading("balance", summarise, read, DEFAULTS)
