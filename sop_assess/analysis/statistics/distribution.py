"""How the answers to a choice spread over its categories."""

from __future__ import annotations

import numpy as np

from ...errors import TooFewError
from ..frames import Column, Rows
from ..results import Result
from ..statistic import Statistic
from .mean import favour, sides
from .share import count_states

LEVELS = frozenset({"nominal", "multiple", "ordinal", "fact"})


def distribution(column: Column, rows: Rows) -> dict[str, int]:
    """How often each category was chosen among the rows, in the order of the definition.

    One person counts once in every category chosen; states other than answered count nowhere.

    >>> choice = Column("q", "nominal", np.array([0, 0, 7], np.int8), categories=("a", "b"),
    ...                 codes=np.array([0, 0, -1], np.int16))
    >>> distribution(choice, np.arange(3))
    {'a': 2, 'b': 0}
    """
    given = column.answered[rows]
    if column.chosen is not None:
        counts = column.chosen[rows][given].sum(axis=0)
    elif column.codes is not None:
        counts = np.bincount(column.codes[rows][given], minlength=len(column.categories))
    else:
        raise ValueError(f"{column.code} carries no choices.")
    return {code: int(n) for code, n in zip(column.categories, counts, strict=True)}


def compute(column: Column, rows: Rows, population: int | None = None) -> Result:
    """Share 0 to 1 and count of each category, and of each state; `value` stays None.

    Shares of a multiple choice may add up to more than 1. Where categories speak for or against,
    the three sides are given as well. TooFewError without an answer.

    >>> choice = Column("q", "nominal", np.zeros(4, np.int8), categories=("a", "b"),
    ...                 codes=np.array([0, 0, 0, 1], np.int16))
    >>> compute(choice, np.arange(4)).detail["shares"]
    {'a': 0.75, 'b': 0.25}
    """
    n = int(column.answered[rows].sum())
    if not n:
        raise TooFewError(f"Nobody answered {column.code} yet. Wait for the first answer.")
    counts = distribution(column, rows)
    detail = {
        "shares": {code: count / n for code, count in counts.items()},
        "counts": counts,
        "states": count_states(column, rows),
        **sides(favour(column, rows)),
    }
    return Result(n, detail=detail)


ENTRY = Statistic("distribution", "Distribution", LEVELS, 1, compute)
