"""What grew and what shrank between two assessments, from the figures that were released."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ..results import Cell
from ..rounding import outward, share_step
from ..statistics.share import Z, wilson
from .holm import CLEAR, holm, two_sided

Word = Literal["grew", "shrank", "no clear change", "new", "gone"]

_COMPARABLE: Final = ("full", "rounded")


class Bounds(NamedTuple):
    """A share, 0 to 1, and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """One theme in two assessments: its shares of those who wrote and their difference, -1 to 1.

    `p` is adjusted for all themes. `word` : "grew" and "shrank" need p below 0.05; "new" and "gone"
    need it too, and that the theme was not among those of the other assessment.
    """

    theme: str
    word: Word
    before: float | None
    after: float | None
    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Side:
    """The theme cells of one assessment by the theme's lasting key, hidden ones included.

    `wrote` : how many people wrote, None where that was not released. `least` : from how many
    people a theme was released; 1 in named methods.
    """

    cells: Mapping[str, Cell]
    wrote: int | None
    least: int = 1


def changes(before: Side, after: Side) -> tuple[Change, ...]:
    """Every theme whose shares can be compared, the surest change first.

    Only what was released is used: value and interval of a rounded cell as displayed, so that
    nothing is told that the two figures do not tell; the result is rounded outward by the coarser
    of their steps. A theme hidden or banded on either side is left out. One that is missing on one
    side may have been raised there by fewer than `least` people: it counts as nobody, with the
    interval reaching up to that many. It is left out where `wrote` is None. People who wrote both
    times are not told apart, which makes the intervals too wide rather than too narrow.
    Source: Newcombe 1998 (difference of proportions), method 10; Holm 1979.

    >>> old = Side({"a": Cell("theme", "a", None, None, "all", 40, 0.4)}, wrote=100)
    >>> new = Side({"a": Cell("theme", "a", None, None, "all", 16, 0.2)}, wrote=80)
    >>> (change,) = changes(old, new)
    >>> change.word, change.difference, round(change.low, 2), round(change.high, 2)
    ('shrank', -0.2, -0.32, -0.06)
    """
    found = []
    for theme in sorted(set(before.cells) | set(after.cells)):
        old, new = _bounds(before, theme), _bounds(after, theme)
        if old is not None and new is not None:
            found.append((theme, old, new))
    p_values = holm([p_of_difference(old, new) for _, old, new in found])
    told = [
        _change(theme, old, new, p, before.cells.get(theme), after.cells.get(theme))
        for (theme, old, new), p in zip(found, p_values, strict=True)
    ]
    return tuple(sorted(told, key=lambda change: (change.p, -abs(change.difference), change.theme)))


def newcombe(before: Bounds, after: Bounds) -> tuple[float, float]:
    """The 95 % interval of after minus before, from the two intervals alone.

    >>> [round(x, 4) for x in newcombe(Bounds(0.6, *wilson(48, 80)), Bounds(0.8, *wilson(56, 70)))]
    [0.0524, 0.3339]
    """
    difference = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    return max(-1.0, difference - down), min(1.0, difference + up)


def p_of_difference(before: Bounds, after: Bounds) -> float:
    """The two-sided p-value of no difference; below 0.05 exactly where the interval leaves 0 out.

    The side of the interval that points to 0 is taken for 1.96 standard errors.

    >>> round(p_of_difference(Bounds(0.5, 0.4, 0.6), Bounds(0.5, 0.3, 0.7)), 2)
    1.0
    """
    difference = after.value - before.value
    if abs(difference) < 1e-12:
        return 1.0
    if difference > 0:
        half = math.hypot(after.value - after.low, before.high - before.value)
    else:
        half = math.hypot(after.high - after.value, before.value - before.low)
    return two_sided(Z * difference / half) if half else 0.0


def _bounds(side: Side, theme: str) -> Bounds | None:
    """The released share with its interval, None where nothing may or can be said."""
    cell = side.cells.get(theme)
    if cell is None:
        return None if not side.wrote else _absent(side.wrote, side.least)
    if cell.shown not in _COMPARABLE or cell.value is None:
        return None
    if cell.low is not None and cell.high is not None:
        return Bounds(cell.value, cell.low, cell.high)
    wrote = int(cell.detail.get("who_wrote") or side.wrote or 0)
    if cell.shown == "rounded" or not wrote:
        return None
    return Bounds(cell.value, *wilson(cell.value * wrote, wrote, cell.population))


def _absent(wrote: int, least: int) -> Bounds:
    return Bounds(0.0, 0.0, wilson(min(wrote, least - 1), wrote)[1])


def _change(
    theme: str, old: Bounds, new: Bounds, p: float, was: Cell | None, now: Cell | None
) -> Change:
    low, high = newcombe(old, new)
    step = max((share_step(c.n or 0) for c in (was, now) if c and c.shown == "rounded"), default=0)
    if step:
        low, high = outward(low, high, step)
    return Change(
        theme,
        _word(new.value - old.value, p, was, now),
        None if was is None else old.value,
        None if now is None else new.value,
        round(new.value - old.value, 4),
        low,
        high,
        p,
    )


def _word(difference: float, p: float, was: Cell | None, now: Cell | None) -> Word:
    if p >= CLEAR:
        return "no clear change"
    if was is None:
        return "new"
    if now is None:
        return "gone"
    return "grew" if difference > 0 else "shrank"
