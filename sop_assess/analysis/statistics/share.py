"""The share of Yes among Yes and No, with the Wilson interval."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ...errors import TooFewError
from ..frames import STATES, Column, Rows
from ..results import Result
from ..statistic import Statistic

Z = 1.959963984540054
Mask = npt.NDArray[np.bool_]


def effective_size(n: float, population: int | None) -> float:
    """The sample size that an infinite population would need for the same precision.

    n : how many answered. population : how many could have answered, None where unlimited.
    Returns n·(N-1)/(N-n), infinite where everybody answered: then nothing is left to estimate.
    Source: finite-population correction of the simple random sample.

    >>> effective_size(30, None), effective_size(30, 30), round(effective_size(30, 60), 1)
    (30, inf, 59.0)
    """
    if population is None:
        return n
    return math.inf if population <= n else n * (population - 1) / (population - n)


def wilson(passed: float, n: float, population: int | None = None) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, as shares 0 to 1.

    passed : how many of n, may be fractional when it comes from a displayed share. Needs n > 0,
    else TooFewError. With `population` the interval narrows by the finite-population correction.
    Source: Newcombe 1998, method 3.

    >>> [round(bound, 4) for bound in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if n <= 0:
        raise TooFewError("There is no answer to count here. Wait for the first one.")
    p, size = passed / n, effective_size(n, population)
    if math.isinf(size):
        return p, p
    weight = Z * Z / size
    centre = (p + weight / 2) / (1 + weight)
    half = Z * math.sqrt(p * (1 - p) / size + weight / (4 * size)) / (1 + weight)
    return max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half))


def yes_and_no(column: Column, rows: Rows) -> tuple[Mask, Mask]:
    """Where a fact was answered Yes, and where No; each (n_rows,). Other states are neither.

    >>> fact = Column("q", "fact", np.array([0, 0, 3], np.int8), categories=("yes", "no"),
    ...               codes=np.array([1, 0, -1], np.int16))
    >>> [mask.tolist() for mask in yes_and_no(fact, np.arange(3))]
    [[False, True, False], [True, False, False]]
    """
    if column.codes is None:
        raise ValueError(f"{column.code} carries no codes.")
    names = np.asarray((*column.categories, ""), dtype=object)[column.codes[rows]]
    given = column.answered[rows]
    return np.asarray(given & (names == "yes")), np.asarray(given & (names == "no"))


def count_states(column: Column, rows: Rows) -> dict[str, int]:
    """How many of the rows have each state; states that nobody has are left out.

    >>> count_states(Column("q", "fact", np.array([0, 0, 3], np.int8)), np.arange(3))
    {'answered': 2, 'not_observed': 1}
    """
    counts = np.bincount(column.states[rows], minlength=len(STATES))
    return {state: int(n) for state, n in zip(STATES, counts, strict=True) if n}


def share(passed: int, failed: int, population: int | None = None) -> Result:
    """The share of passes among passes and failures, 0 to 1, with its Wilson interval.

    TooFewError without any. Below four the counts say more than the share: see the caveat.
    Source: Newcombe 1998.

    >>> result = share(4, 0)
    >>> result.n, result.value, round(result.low, 2), result.high
    (4, 1.0, 0.51, 1.0)
    """
    n = passed + failed
    low, high = wilson(passed, n, population)
    caveat = "Fewer than four answers: read the counts, not the share." if n < 4 else None
    detail = {"yes": passed, "no": failed}
    return Result(n, passed / n, low, high, caveat, detail)


def compute(column: Column, rows: Rows, population: int | None = None) -> Result:
    """The share of Yes among Yes and No of a fact; other states are counted beside it.

    column : level fact. rows : submissions to look at, (n_rows,). TooFewError without a Yes or No.

    >>> fact = Column("q", "fact", np.array([0, 0, 3], np.int8), categories=("yes", "no"),
    ...               codes=np.array([1, 0, -1], np.int16))
    >>> compute(fact, np.arange(3)).value
    0.5
    """
    yes, no = yes_and_no(column, rows)
    if not (yes | no).any():
        raise TooFewError(f"Nobody answered {column.code} with Yes or No. Wait for the first.")
    result = share(int(yes.sum()), int(no.sum()), population)
    detail = {**result.detail, "states": count_states(column, rows)}
    return Result(result.n, result.value, result.low, result.high, result.caveat, detail)


ENTRY = Statistic("share", "Share of Yes", frozenset({"fact"}), 1, compute)
