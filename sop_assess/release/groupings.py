"""Who belongs to which group: units in their tree, attributes, places, roles, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..analysis.frames import Column, Grouping
from ..instruments.catalogue import invited_below
from ..instruments.definition import Definition
from ..instruments.identity import Unit


def unit_grouping(known: Sequence[Unit], units: Sequence[str | None]) -> Grouping:
    """Who belongs to which unit, by the codes in `units`; units lie below each other."""
    sizes, codes = invited_below(known), [unit.code for unit in known]
    parents = tuple(codes.index(u.parent) if u.parent in codes else -1 for u in known)
    whole = _grouping("unit", units, codes, tuple(sizes[code] for code in codes))
    return replace(whole, parents=parents)


def attribute_groupings(definition: Definition, table: Mapping[str, Column]) -> dict[str, Grouping]:
    """What people said about themselves; who did not say it belongs to no group of it."""
    found = {}
    for code in definition.attributes:
        column = table[code]
        if column.codes is not None:
            members = np.where(column.answered, column.codes, -1).astype(np.int32)
            found[code] = Grouping(code, column.categories, members)
    return found


def named_groupings(contexts: Sequence[Mapping[str, Any]]) -> dict[str, Grouping]:
    found = {}
    for key in ("location", "shopper", "role", "case"):
        values = [context.get(key) for context in contexts]
        if any(values):
            found[key] = _grouping(key, [str(v) if v else None for v in values])
    return found


def _grouping(
    key: str,
    values: Sequence[str | None],
    names: Sequence[str] | None = None,
    population: tuple[int, ...] | None = None,
) -> Grouping:
    known = tuple(names) if names is not None else tuple(sorted({v for v in values if v}))
    index: dict[str | None, int] = {name: i for i, name in enumerate(known)}
    members = np.array([index.get(value, -1) for value in values], dtype=np.int32)
    return Grouping(key, known, members, population)
