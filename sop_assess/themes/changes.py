"""What a decision or a proposal would change, theme by theme, before anything changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..analysis.text.curated import CuratedTheme
from .measured import Labels, Measured


@dataclass(frozen=True)
class ChangeRow:
    """One theme. `before` is None for a new one, `after` for one that goes; `left` and `joined` are
    the comments that leave it and that come to it. `other` names the theme that a new one has most
    of its comments from, or that most of a theme that goes went to; "" where there is none."""

    key: str
    name: str
    was: str
    before: int | None
    after: int | None
    left: int
    joined: int
    keywords: tuple[str, ...]
    quotes: tuple[str, ...]
    other: str = ""

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
    old, new = _places(before), _places(after)
    numbers = {key: number for number, key in enumerate({**old, **new})}
    was, now = _numbered(before, numbers), _numbered(after, numbers)
    both = (was >= 0) & (now >= 0)
    shared = np.bincount(was[both] * len(numbers) + now[both], minlength=len(numbers) ** 2)
    shared = shared.reshape(len(numbers), len(numbers))
    names = [_theme_of(before, after, old, new, key).name for key in numbers]
    rows = []
    for key, number in numbers.items():
        stays = int(shared[number, number])
        side = shared[:, number] if key not in old else shared[number]
        other = "" if key in old and key in new else _most_of(side, names)
        rows.append(_row(before, after, key, old.get(key), new.get(key), stays, other))
    return Change(len(old), len(new), int(np.count_nonzero(was != now)), tuple(rows))


def _places(measured: Measured) -> dict[str, int]:
    return {theme.key: place for place, theme in enumerate(measured.curated.themes)}


def _theme_of(
    before: Measured,
    after: Measured,
    old: Mapping[str, int],
    new: Mapping[str, int],
    key: str,
) -> CuratedTheme:
    if key in new:
        return after.curated.themes[new[key]]
    return before.curated.themes[old[key]]


def _most_of(shared: NDArray[np.int64], names: Sequence[str]) -> str:
    """The name of the theme that has more than half of these comments."""
    place = int(np.argmax(shared)) if len(shared) else 0
    return names[place] if shared.sum() and shared[place] * 2 > shared.sum() else ""


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
    stays: int,
    other: str,
) -> ChangeRow:
    side, place = (before, old) if new is None else (after, new)
    theme = side.curated.themes[place or 0]
    was = None if old is None else before.figures[old].size
    now = None if new is None else after.figures[new].size
    return ChangeRow(
        key=key, name=theme.name, was="" if old is None else before.curated.themes[old].name,
        before=was, after=now, left=(was or 0) - stays, joined=(now or 0) - stays,
        keywords=theme.keywords, quotes=side.quotes(place or 0), other=other,
    )  # fmt: skip
