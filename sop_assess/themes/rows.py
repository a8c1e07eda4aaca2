"""What pages show of the themes of a set: plain data, kept as JSON beside the set. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple


class Severity(NamedTuple):
    """The mean of what writers rated from 1 to 4, with its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


class Judged(NamedTuple):
    """How many comments of a theme people judged, duplicates counted like their text."""

    problem: int
    keep: int


@dataclass(frozen=True)
class ThemeRow:
    """One theme. `about` is its key among released cells; `share` is of all comments of the set;
    `moved` different comments were put here by hand. `side` is where it is shown once people
    judged some of its comments: problem, keep or mixed."""

    key: str
    about: str
    name: str
    keywords: tuple[str, ...]
    size: int
    share: float
    named: bool = False
    pinned: bool = False
    merged: bool = False
    kept: bool = False
    topic: str = ""
    stage: str = ""
    owner: str = ""
    stability: float | None = None
    firmness: str | None = None
    mixed: bool = False
    quotes: tuple[str, ...] = ()
    severity: Severity | None = None
    moved: int = 0
    side: str = "problem"
    judged: Judged | None = None


@dataclass(frozen=True)
class Totals:
    """What is said of a set as a whole. `corrected` counts the different comments that people put
    into a theme and judged; `mixed` themes look like several subjects, and `split` is the key and
    the name of the first of them that nobody keeps."""

    comments: int
    placed: int
    unplaced: int
    non_answers: int
    themes: int
    mixed: int
    split: tuple[str, str] | None
    suggested: int
    fewest: int
    most: int
    note: str | None
    corrected: Mapping[str, int]


class Shown(NamedTuple):
    """All that pages show of a set, the largest theme first."""

    totals: Totals
    themes: tuple[ThemeRow, ...]


def split_of(themes: tuple[ThemeRow, ...]) -> tuple[str, str] | None:
    """The first mixed theme that nobody keeps."""
    return next(((row.key, row.name) for row in themes if row.mixed and not row.kept), None)


def plain(one: ThemeRow | Totals) -> dict[str, Any]:
    """The fields as JSON knows them."""
    found = {field.name: getattr(one, field.name) for field in fields(one)}
    return {name: list(value) if isinstance(value, tuple) else value
            for name, value in found.items()}  # fmt: skip


def totals_from(kept: Mapping[str, Any]) -> Totals:
    """What `plain` made of totals."""
    return Totals(**{**kept, "split": tuple(kept["split"]) if kept["split"] else None})


def row_from(kept: Mapping[str, Any]) -> ThemeRow:
    """What `plain` made of a theme."""
    read = {name: make(kept[name]) for name, make in _MADE_OF.items() if kept[name] is not None}
    return ThemeRow(**{**kept, **read})


_MADE_OF: Final[Mapping[str, Any]] = {
    "keywords": tuple, "quotes": tuple, "severity": Severity._make, "judged": Judged._make,
}  # fmt: skip
