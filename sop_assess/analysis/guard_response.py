"""Response rates: who came is protected like who stayed away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .disclosure import Rule
from .frames import Grouping
from .guard import Guard
from .guard_release import roll_up
from .reasons import TOO_SMALL, WOULD_TELL
from .results import Cell
from .rounding import to_step


def response_cells(
    units: Grouping, rule: Rule, arrived: Mapping[str, int] | None = None
) -> list[Cell]:
    """The response rate of all and of every unit: n is how many were invited.

    units : who belongs where, with how many were invited. A rate is hidden where 1 to k-1 people
    came, or 1 to k-1 stayed away, in the unit or in what the rates shown before, from the whole
    down, leave over. Rates are rounded to 0.05, with the ends merged. arrived : how many came
    from each unit, where their answers are kept under a wider one.

    >>> units = Grouping("unit", ("A", "B"), np.array([0] * 10 + [1] * 17), (20, 30))
    >>> [(cell.group, cell.n, cell.value) for cell in response_cells(units, Rule(5, 10, True))]
    [('all', 50, 0.55), ('unit:A', 20, 0.5), ('unit:B', 30, 0.55)]
    """
    invited = own_invited(units)
    counted = [arrived.get(name, 0) for name in units.names] if arrived else _came(units)
    came = [min(n, most) for n, most in zip(counted, invited, strict=True)]
    away = [most - n for n, most in zip(came, invited, strict=True)]
    guards = Guard(came, rule.minimum_group), Guard(away, rule.minimum_group)
    inside = _inside(units)
    cells, sizes = [], []
    for name in ["all", *sorted(inside, key=lambda name: -_sum(invited, inside[name]))]:
        members = inside[name] if name != "all" else set(range(len(invited)))
        counts = _sum(came, members), _sum(away, members)
        reason = _reason(guards, members, counts, rule.minimum_group)
        if reason is None:
            for guard in guards:
                guard.record(members)
        group = name if name == "all" else f"unit:{name}"
        cell = _cell(group, *counts, rule)
        cells.append(cell.hide(reason) if reason else cell)
        sizes.append(sum(counts))
    order = [0, *sorted(range(1, len(cells)), key=lambda place: cells[place].group)]
    larger = {f"unit:{units.names[i]}": [*(f"unit:{units.names[w]}" for w in units.above(i)[1:]),
                                         "all"] for i in range(len(units.names))}  # fmt: skip
    rolled = roll_up(cells, sizes, larger)
    return [rolled[place] for place in order]


def _reason(
    guards: tuple[Guard, Guard], members: set[int], counts: tuple[int, int], minimum: int
) -> str | None:
    if not sum(counts) or any(0 < n < minimum for n in counts):
        return TOO_SMALL
    return None if all(guard.allows(members) for guard in guards) else WOULD_TELL


def _came(units: Grouping) -> list[int]:
    known = units.members[units.members >= 0]
    return [int(n) for n in np.bincount(known, minlength=len(units.names))]


def own_invited(units: Grouping) -> list[int]:
    """How many were invited in each unit itself, without the units below it."""
    whole = list(units.population or [0] * len(units.names))
    own = list(whole)
    for index, above in enumerate(units.parents):
        if above >= 0:
            own[above] -= whole[index]
    return own


def _inside(units: Grouping) -> dict[str, set[int]]:
    inside: dict[str, set[int]] = {name: set() for name in units.names}
    for index in range(len(units.names)):
        for wider in units.above(index):
            inside[units.names[wider]].add(index)
    return inside


def _sum(counts: list[int], members: set[int]) -> int:
    return sum(counts[index] for index in members)


def _cell(group: str, came: int, away: int, rule: Rule) -> Cell:
    invited = came + away
    cell = Cell("response", "", None, None, group, invited, population=invited)
    if not invited:
        return cell
    rate = came / invited
    if not rule.bands:
        return replace(cell, value=rate)
    value, end = to_step(rate, 0.05, 0.05, 0.95)
    detail = {"end": True} if end else {}
    return replace(cell, value=value, detail=detail, shown="rounded")
