"""How bad a theme is: the mean of the severities given beside its comments."""

from __future__ import annotations

import numpy as np

from ...errors import TooFewError
from ..frames import STATES, Column, Numbers
from ..results import Result
from ..statistics.mean import compute

MINIMUM = 5
STEPS = ("1", "2", "3", "4")


def severity(given: Numbers, population: int | None = None) -> Result:
    """The mean severity, 1 to 4, with its 95 % t-interval; `detail` holds the counts per step.

    given : (n_comments,), the whole numbers 1 to 4, NaN where none was given. population : how many
    comments there are in all where these are a part of them. TooFewError below five; ValueError
    for another number.

    >>> result = severity(np.array([2, 3, 3, 4, 4, np.nan]))
    >>> result.n, result.value, result.detail["steps"]
    (5, 3.2, {'1': 0, '2': 1, '3': 2, '4': 2})
    """
    known = given[~np.isnan(given)]
    if not np.isin(known, (1, 2, 3, 4)).all():
        raise ValueError("a severity is one of 1, 2, 3, 4")
    if len(known) < MINIMUM:
        raise TooFewError(
            f"A severity needs {MINIMUM} comments that carry one; there are {len(known)}. "
            "Read them instead."
        )
    result = compute(_column(given), np.arange(len(given)), population)
    counts = np.bincount(known.astype(int), minlength=5)[1:]
    detail = {
        "scale": result.detail["scale"],
        "spread": result.detail["spread"],
        "steps": dict(zip(STEPS, map(int, counts), strict=True)),
    }
    return Result(result.n, result.value, result.low, result.high, result.caveat, detail)


def _column(given: Numbers) -> Column:
    answered, skipped = STATES.index("answered"), STATES.index("skipped")
    states = np.where(np.isnan(given), skipped, answered).astype(np.int8)
    return Column("severity", "ordinal", states, categories=STEPS, numbers=given)
