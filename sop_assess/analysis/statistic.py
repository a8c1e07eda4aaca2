"""What a statistic declares about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .frames import Column, Rows
from .results import Result


@dataclass(frozen=True)
class Statistic:
    """One figure per leaf and group. `compute(column, rows, population)` looks at the given rows
    only and raises TooFewError below `minimum`. Statistics with no `levels` are called by name."""

    key: str
    name: str
    levels: frozenset[str]
    minimum: int
    compute: Callable[[Column, Rows, int | None], Result] | None = None
