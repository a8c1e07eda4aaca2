"""What a decision or a proposal would change, theme by theme, before anything changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .measured import Labels, Measured


@dataclass(frozen=True)
class ChangeRow:
    """One theme. `before` is None for a new one, `after` for one that goes; `left` and `joined` are
    the comments that leave it and that come to it."""

    key: str
    name: str
    was: str
    before: int | None
    after: int | None
    left: int
    joined: int
    keywords: tuple[str, ...]
    quotes: tuple[str, ...]

    @property
    def kind(self) -> str:
        """same, changed, new or gone."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        return "changed" if self.left or self.joined or self.name != self.was else "same"


@dataclass(frozen=True)
class Change:
    """The difference between two states of a set. `moving` comments change their theme."""

    before: int
    after: int
    moving: int
    rows: tuple[ChangeRow, ...]

    @property
    def changed(self) -> tuple[ChangeRow, ...]:
        """The themes that do not stay as they are."""
        return tuple(row for row in self.rows if row.kind != "same")


def change_between(before: Measured, after: Measured) -> Change:
    """How the themes of one state become those of another one of the same comments."""
    old = {theme.key: i for i, theme in enumerate(before.curated.themes)}
    new = {theme.key: i for i, theme in enumerate(after.curated.themes)}
    numbers = {key: number for number, key in enumerate([*old, *(k for k in new if k not in old)])}
    was = _numbered(before, numbers)
    now = _numbered(after, numbers)
    rows = tuple(
        _row(before, after, key, old.get(key), new.get(key),
             int(((was == number) & (now != number)).sum()),
             int(((was != number) & (now == number)).sum()))
        for key, number in numbers.items()
    )  # fmt: skip
    return Change(len(old), len(new), int(np.count_nonzero(was != now)), rows)


def _numbered(measured: Measured, numbers: Mapping[str, int]) -> Labels:
    """The number of the theme of every comment; NON_ANSWER and UNPLACED stay what they are."""
    of_theme = [numbers[theme.key] for theme in measured.curated.themes]
    places: Labels = np.array([*of_theme, -2, -1], dtype=np.intp)
    return places[measured.labels]


def _row(
    before: Measured,
    after: Measured,
    key: str,
    old: int | None,
    new: int | None,
    left: int,
    joined: int,
) -> ChangeRow:
    side, place = (before, old) if new is None else (after, new)
    theme = side.curated.themes[place or 0]
    return ChangeRow(
        key=key, name=theme.name, was="" if old is None else before.curated.themes[old].name,
        before=None if old is None else before.figures[old].size,
        after=None if new is None else after.figures[new].size,
        left=left, joined=joined, keywords=theme.keywords, quotes=side.quotes(place or 0),
    )  # fmt: skip
