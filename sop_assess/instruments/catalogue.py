"""The catalogue of a round: every group that may ever be asked for, most important first. Pure.

It is fixed when the round opens. What the guard refuses later is refused because of what stands
further up in this list, never because of what somebody looked at first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .identity import Unit

EVERYBODY: Final = "all"


def default_catalogue(
    units: Sequence[Unit], attributes: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """Names of groups: everybody, units from large to small, each attribute, unit by attribute.

    `attributes` : the options of every attribute by its code, in the order of the form. A unit
    counts its own invited people and those of the units below it.

    >>> units = [Unit("north", "North", 0), Unit("shop", "Shop", 9, "north"),
    ...          Unit("yard", "Yard", 12, "north")]
    >>> default_catalogue(units, {"shift": ["day"]})  # doctest: +NORMALIZE_WHITESPACE
    ['all', 'unit:north', 'unit:yard', 'unit:shop', 'shift:day', 'unit:north+shift:day',
     'unit:yard+shift:day', 'unit:shop+shift:day']
    """
    sizes = invited_below(units)
    ordered = sorted(units, key=lambda unit: -sizes[unit.code])
    places = [f"unit:{unit.code}" for unit in ordered]
    values = [f"{code}:{option}" for code, options in (attributes or {}).items()
              for option in options]  # fmt: skip
    return [EVERYBODY, *places, *values, *(f"{p}+{v}" for p in places for v in values)]


def tree_of(units: Sequence[Unit], groups: Iterable[Mapping[str, Any]] = ()) -> list[Unit]:
    """The reporting units of a round together with the groups above them.

    >>> [unit.code for unit in tree_of([Unit("a", "A", 9, "n")], [{"code": "n", "name": "N"}])]
    ['n', 'a']
    """
    known = {unit.code for unit in units}
    above = [Unit(group["code"], group["name"], 0, group.get("parent")) for group in groups
             if group["code"] not in known]  # fmt: skip
    return [*above, *units]


def invited_below(units: Sequence[Unit]) -> dict[str, int]:
    """How many were invited in every unit and all units below it.

    >>> invited_below([Unit("a", "A", 2), Unit("b", "B", 9, "a")])
    {'a': 11, 'b': 9}
    """
    parents = {unit.code: unit.parent for unit in units}
    sizes = dict.fromkeys(parents, 0)
    for unit in units:
        for code in above(unit.code, parents):
            sizes[code] += unit.invited
    return sizes


def above(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """A unit and the units above it, from small to large; a loop is cut where it closes.

    >>> above("b", {"a": None, "b": "a"})
    ['b', 'a']
    """
    found: list[str] = []
    at: str | None = code
    while at is not None and at in parents and at not in found:
        found.append(at)
        at = parents[at]
    return found
