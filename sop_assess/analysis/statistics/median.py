"""The median and the 90th percentile of a quantity, with distribution-free intervals."""

from __future__ import annotations

import numpy as np

from ...errors import TooFewError
from ..frames import Column, Numbers, Rows
from ..results import Result
from ..statistic import Statistic

Bound = float | None


def quantile_interval(values: Numbers, q: float) -> tuple[float, Bound, Bound]:
    """A quantile with its 95 % interval from order statistics, in the unit of the values.

    values : (n,), NaN dropped, one is needed, else TooFewError. q : 0 to 1. The bounds are values
    that occurred; a bound is None where n is too small to give one (a median needs n of 6).
    Source: binomial interval of a quantile (Conover, Practical Nonparametric Statistics).

    >>> quantile_interval(np.arange(1.0, 11.0), 0.5)
    (5.5, 2.0, 9.0)
    """
    from scipy.special import bdtr

    known = np.sort(values[~np.isnan(values)])
    n = len(known)
    if not n:
        raise TooFewError("There is no value to order here. Wait for the first one.")
    below = bdtr(np.arange(n, dtype=np.float64), n, q)
    lower = int((below <= 0.025).sum())
    upper = int((below < 0.975).sum()) + 1
    low = float(known[lower - 1]) if lower else None
    high = float(known[upper - 1]) if upper <= n else None
    return float(np.quantile(known, q)), low, high


def median(values: Numbers) -> Result:
    """The median, with p90 and both intervals in the detail.

    values : (n,) in one unit, NaN dropped; TooFewError without any.

    >>> result = median(np.array([1.0, 2.0, 30.0]))
    >>> result.n, result.value, result.low
    (3, 2.0, None)
    """
    value, low, high = quantile_interval(values, 0.5)
    p90, p90_low, p90_high = quantile_interval(values, 0.9)
    n = int((~np.isnan(values)).sum())
    caveat = "Fewer than six values: no interval can be given." if n < 6 else None
    detail = {"p90": p90, "p90_low": p90_low, "p90_high": p90_high}
    return Result(n, value, low, high, caveat, detail)


def compute(column: Column, rows: Rows, population: int | None = None) -> Result:
    """The median of a quantity in its own unit (durations in minutes).

    `population` is not used: the interval holds without assumptions and is a little too wide
    where nearly everybody answered. TooFewError without a value.

    >>> minutes = Column("q", "ratio", np.zeros(3, np.int8), numbers=np.array([5.0, 7.0, 60.0]))
    >>> compute(minutes, np.arange(3)).value
    7.0
    """
    if column.numbers is None:
        raise ValueError(f"{column.code} carries no numbers.")
    return median(np.where(column.answered, column.numbers, np.nan)[rows])


ENTRY = Statistic("median", "Median", frozenset({"ratio"}), 1, compute)
