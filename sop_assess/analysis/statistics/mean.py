"""The mean of a scale, with its t-interval and the shares for, neutral and against."""

from __future__ import annotations

import math

import numpy as np

from ...errors import TooFewError
from ..frames import Column, Numbers, Rows
from ..results import Result
from ..statistic import Statistic
from .share import effective_size

MINIMUM = 2
SIDES = ("favourable", "neutral", "unfavourable")


def mean_interval(values: Numbers, population: int | None = None) -> tuple[float, float, float]:
    """Mean, lower and upper 95 % bound in the unit of the values.

    values : (n,), NaN dropped; at least two are needed, else TooFewError. Student's t with
    finite-population correction where `population` is known.

    >>> [round(x, 3) for x in mean_interval(np.array([1.0, 2.0, 3.0, np.nan]))]
    [2.0, -0.484, 4.484]
    """
    known = values[~np.isnan(values)]
    n = len(known)
    if n < MINIMUM:
        raise TooFewError("A mean needs at least two answers. Wait for more.")
    mean = float(known.mean())
    half = half_width(float(known.std(ddof=1)), n, population)
    return mean, mean - half, mean + half


def half_width(spread: float, n: int, population: int | None = None) -> float:
    """Half of a 95 % t-interval for a standard deviation and n; 0 where everybody answered.

    >>> round(half_width(1.0, 3), 3), half_width(1.0, 3, 3)
    (2.484, 0.0)
    """
    from scipy.special import stdtrit

    size = effective_size(n, population)
    return 0.0 if math.isinf(size) else float(stdtrit(n - 1, 0.975)) * spread / math.sqrt(size)


def favour(column: Column, rows: Rows) -> Numbers:
    """What each row says: +1 for, 0 neutral, -1 against, NaN nothing. Shape (n_rows,).

    A rating counts 0 to 4 as against, 5 and 6 as neutral, 7 to 10 as for. A fact counts Yes as
    for, unless Yes is the problem. Ordinal answers use the favour of their category.

    >>> rating = Column("q", "rating", np.zeros(3, np.int8), numbers=np.array([4.0, 5.0, 7.0]))
    >>> favour(rating, np.arange(3)).tolist()
    [-1.0, 0.0, 1.0]
    """
    given = column.answered[rows]
    if column.level == "rating" and column.numbers is not None:
        numbers = column.numbers[rows]
        said = np.where(numbers >= 7, 1.0, np.where(numbers >= 5, 0.0, -1.0))
        return np.where(given & ~np.isnan(numbers), said, np.nan)
    if column.codes is None:
        return np.full(len(rows), np.nan)
    return np.where(given, _scale(column)[column.codes[rows]], np.nan)


def _scale(column: Column) -> Numbers:
    """The favour of every category, with NaN last for the code -1."""
    if column.level == "fact":
        sign = 1.0 if column.no_means_problem else -1.0
        known = {"yes": sign, "no": -sign}
        return np.array([*(known.get(code, np.nan) for code in column.categories), np.nan])
    if len(column.favour) != len(column.categories):
        return np.full(len(column.categories) + 1, np.nan)
    return np.append(np.asarray(column.favour, dtype=np.float64), np.nan)


def sides(said: Numbers) -> dict[str, float]:
    """Shares for, neutral and against among those that say something; empty when none does.

    >>> sides(np.array([1.0, 1.0, 0.0, -1.0, np.nan]))
    {'favourable': 0.5, 'neutral': 0.25, 'unfavourable': 0.25}
    """
    known = said[~np.isnan(said)]
    if not len(known):
        return {}
    marks = zip(SIDES, (1, 0, -1), strict=True)
    return {side: float((known == mark).mean()) for side, mark in marks}


def compute(column: Column, rows: Rows, population: int | None = None) -> Result:
    """The mean of an ordinal (points 1 to n_categories) or a rating (0 to 10).

    TooFewError below two answers; other states are dropped.

    >>> rating = Column("q", "rating", np.zeros(3, np.int8), numbers=np.array([4.0, 5.0, 9.0]))
    >>> compute(rating, np.arange(3)).value
    6.0
    """
    if column.numbers is None:
        raise ValueError(f"{column.code} carries no numbers.")
    values = np.where(column.answered, column.numbers, np.nan)[rows]
    mean, low, high = mean_interval(values, population)
    ends = [0.0, 10.0] if column.level == "rating" else [1.0, float(len(column.categories))]
    known = values[~np.isnan(values)]
    caveat = "All answers are equal: the interval says nothing." if np.ptp(known) == 0 else None
    detail = {"scale": ends, "spread": float(known.std(ddof=1)), **sides(favour(column, rows))}
    return Result(len(known), mean, max(low, ends[0]), min(high, ends[1]), caveat, detail)


ENTRY = Statistic("mean", "Mean", frozenset({"ordinal", "rating"}), MINIMUM, compute)
