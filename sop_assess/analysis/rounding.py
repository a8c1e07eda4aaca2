"""How a figure of an anonymous round is shown: by its n alone, whatever the data say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from .readings.balance import balance_interval
from .results import Cell
from .statistics.mean import SIDES, half_width
from .statistics.share import wilson

SMALL: Final = 10
OPTIONS: Final = 20
LARGE: Final = 50
COUNT_STEP: Final = 5
SHARE_BANDS: Final = ("low", "middle", "high")
MEAN_BANDS: Final = ("very_low", "low", "high", "very_high")
# What describes a theme in words; no count about its people is handed on.
_KEPT: Final = ("rolled_up", "name", "keywords", "role", "firmness", "mixed")
_EPS: Final = 1e-9

Detail = dict[str, Any]


def minimum_people(cell: Cell, minimum: int) -> int | None:
    """From how many people the figure can be shown at all; None for one that never is.

    A median has no band and is somebody's answer; options without a side are never grouped.

    >>> minimum_people(Cell("median", "q", None, None, "all", 30), 5)
    10
    """
    if cell.statistic not in _SHAPES:
        return None
    if cell.statistic == "median":
        return max(minimum, SMALL)
    grouped = SIDES[0] in cell.detail
    if cell.statistic == "distribution" and not grouped:
        return max(minimum, OPTIONS)
    return minimum


def display_rounded(cell: Cell, *, level: int | None = None) -> Cell:
    """The cell in its band or its steps; one that is rounded already comes back as it is. `level`
    is the n that decides about the steps, where that is smaller than the cell's own.

    >>> display_rounded(Cell("share", "q", None, None, "all", 7, 6 / 7)).detail
    {'n_band': '5-9', 'band': 'high'}
    """
    if cell.shown != "full":
        return cell
    n = cell.n or 0
    least = n if level is None else min(n, level)
    kept = {key: cell.detail[key] for key in _KEPT if key in cell.detail}
    if least < SMALL:
        detail = {**kept, "n_band": "5-9", "band": _band(cell)}
        return replace(cell, n=None, value=None, low=None, high=None, detail=detail, shown="band")
    rounded = _SHAPES[cell.statistic](cell, least)
    return replace(rounded, detail={**kept, **rounded.detail}, shown="rounded")


def floored(count: int) -> int:
    """A count on the step below it: it stands for itself and the four above.

    >>> floored(10), floored(14), floored(52)
    (10, 10, 50)
    """
    return count // COUNT_STEP * COUNT_STEP


def to_step(value: float, step: float, lowest: float, highest: float) -> tuple[float, bool]:
    """The value on the grid of steps, and whether it stands for a merged end.

    >>> to_step(0.0, 0.05, 0.05, 0.95), to_step(0.62, 0.05, 0.05, 0.95)
    ((0.05, True), (0.6, False))
    """
    rounded = round(round(value / step) * step, 4)
    merged = rounded <= lowest + _EPS or rounded >= highest - _EPS
    return min(max(rounded, lowest), highest), merged


def outward(low: float, high: float, step: float) -> tuple[float, float]:
    """An interval widened to the next steps.

    >>> outward(0.31, 0.69, 0.05)
    (0.3, 0.7)
    """
    return (
        round(math.floor(low / step + _EPS) * step, 4),
        round(math.ceil(high / step - _EPS) * step, 4),
    )


def _band(cell: Cell) -> str:
    if cell.statistic in {"mean", "balance"}:
        lowest, highest = cell.detail["scale"]
        place = ((cell.value or 0.0) - lowest) / (highest - lowest)
        at = 0 if place <= 0.25 else 1 if place < 0.5 else 2 if place < 0.75 else 3
        return MEAN_BANDS[at]
    share = cell.detail.get(SIDES[0], 0.0) if cell.value is None else cell.value
    return SHARE_BANDS[0 if share < 1 / 3 else 1 if share <= 2 / 3 else 2]


def share_step(n: int) -> float:
    """The step that shares are rounded to."""
    return 0.01 if n >= LARGE else 0.05


def lowest_share(n: int, of: int | None = None) -> float:
    """The end of the scale: it stands for nobody and for one person alike, "none or nearly none".
    `of` : how many the share is of, where that is not n.

    >>> [lowest_share(n) for n in (10, 19, 20, 49, 50, 99, 100)]
    [0.1, 0.1, 0.05, 0.05, 0.02, 0.02, 0.01]
    """
    step = share_step(n)
    return round(math.ceil(1 / ((of or n) * step) - _EPS) * step, 4)


def _one_share(value: float, n: int, of: int | None = None) -> tuple[float, bool]:
    """A share on its grid, with its ends merged."""
    lowest = lowest_share(n, of)
    return to_step(value, share_step(n), lowest, round(1 - lowest, 4))


def _share(cell: Cell, level: int) -> Cell:
    value, end = _one_share(cell.value or 0.0, level, max(level, cell.n or 0))
    # The share of a theme is of everybody who wrote; its n is who raised it.
    n = int(cell.detail.get("who_wrote") or cell.n or 1)
    low, high = outward(*wilson(value * n, n, cell.population), share_step(level))
    detail: Detail = {}
    if end:
        # A merged end may stand for nobody or for everybody: the interval must say so.
        low, high = (0.0, high) if value < 0.5 else (low, 1.0)
        detail["end"] = True
    return replace(cell, value=value, low=low, high=high, detail=detail)


def _theme(cell: Cell, level: int) -> Cell:
    """A theme's share is one of those who wrote. Only the steps that both numbers lie on enter,
    each by its middle: a share of the numbers themselves would often fit one pair alone."""
    raised = floored(cell.n or 0)
    wrote = max(raised, floored(int(cell.detail.get("who_wrote") or 0)))
    share = (raised + COUNT_STEP // 2) / (wrote + COUNT_STEP // 2)
    counted = replace(cell, n=wrote, value=share, detail={"who_wrote": wrote})
    return replace(_share(counted, min(level, raised)), n=raised)


def _sides(detail: Mapping[str, Any], level: int) -> dict[str, float]:
    if SIDES[0] not in detail:
        return {}
    good, bad = (_one_share(detail[side], level)[0] for side in (SIDES[0], SIDES[2]))
    return dict(zip(SIDES, (good, max(0.0, round(1 - good - bad, 4)), bad), strict=True))


def _balance(cell: Cell, level: int) -> Cell:
    sides = _sides(cell.detail, level)
    good, bad = sides[SIDES[0]], sides[SIDES[2]]
    value = round(good - bad, 4)
    interval = balance_interval(value, good + bad, cell.n or 1, cell.population)
    low, high = outward(*interval, share_step(level))
    detail: Detail = {**sides, "scale": [-1.0, 1.0]}
    if abs(value) >= 1 - 2 * lowest_share(level) - _EPS:
        low, high = (-1.0, high) if value < 0 else (low, 1.0)
        detail["end"] = True
    return replace(cell, value=value, low=low, high=high, detail=detail)


def _mean(cell: Cell, level: int) -> Cell:
    lowest, highest = cell.detail["scale"]
    step = 0.1 if level >= LARGE else 0.25
    # From 50 on, an end in steps of 0.1 stands for several people who answered otherwise.
    inset = 0.0 if level >= LARGE else step
    given = lowest if cell.value is None else cell.value
    value, end = to_step(given, step, lowest + inset, highest - inset)
    sides = _sides(cell.detail, level)
    half = half_width(_widest_spread(value, lowest, highest, sides), cell.n or 2, cell.population)
    low, high = outward(max(lowest, value - half), min(highest, value + half), step)
    detail: Detail = {**sides, "scale": [lowest, highest]}
    if end:
        low, high = (lowest, high) if value < (lowest + highest) / 2 else (low, highest)
        detail["end"] = True
    return replace(cell, value=value, low=low, high=high, detail=detail)


def _widest_spread(
    value: float, lowest: float, highest: float, sides: Mapping[str, float]
) -> float:
    """The largest standard deviation that the displayed figures leave possible.

    The measured one is not used: published, it would be a second figure about the same people.
    """
    widest = (highest - value) * (value - lowest)
    if sides:
        middle = (lowest + highest) / 2
        centre = (middle - value) ** 2
        above, below = max(highest - value, value - middle) ** 2, max(
            value - lowest, middle - value) ** 2  # fmt: skip
        good, neutral, bad = (sides[side] for side in SIDES)
        # Favourable may be either end of the scale.
        grouped = max(good * above + bad * below, bad * above + good * below) + neutral * centre
        widest = min(widest, grouped)
    return math.sqrt(max(0.0, widest))


def _distribution(cell: Cell, level: int) -> Cell:
    detail: Detail = dict(_sides(cell.detail, level))
    if level >= OPTIONS:
        shown = {code: _one_share(part, level) for code, part in cell.detail["shares"].items()}
        detail["shares"] = {code: part for code, (part, _) in shown.items()}
        detail["ends"] = [code for code, (_, end) in shown.items() if end]
    return replace(cell, value=None, low=None, high=None, detail=detail)


def _significant(value: float, towards: Callable[[float], float]) -> float:
    """Two significant digits."""
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return round(towards(value / step) * step, 10)


def _median(cell: Cell, level: int) -> Cell:
    def around(value: float | None, low: float | None, high: float | None) -> list[float | None]:
        return [
            None if x is None else _significant(x, towards)
            for x, towards in ((value, round), (low, math.floor), (high, math.ceil))
        ]

    value, low, high = around(cell.value, cell.low, cell.high)
    keys = ("p90", "p90_low", "p90_high")
    detail: Detail = {}
    if level >= LARGE:
        detail = dict(zip(keys, around(*(cell.detail.get(key) for key in keys)), strict=True))
    return replace(cell, value=value, low=low, high=high, detail=detail)


_SHAPES: Final[Mapping[str, Callable[[Cell, int], Cell]]] = {
    "share": _share,
    "theme": _theme,
    "mean": _mean,
    "balance": _balance,
    "distribution": _distribution,
    "median": _median,
}
