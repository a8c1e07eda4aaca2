"""Named questions about the staff list; frozen answers, no names of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..db import Stores
from .models import Person, RosterUnit


@dataclass(frozen=True)
class UnitView:
    """A unit in the order of the tree: its own people, and all people from here down."""

    code: str
    name: str
    parent: str | None
    depth: int
    people: int
    total: int


def unit_tree(stores: Stores) -> list[UnitView]:
    """All units, each above the units that it holds."""
    with stores.identity.reading() as session:
        return _tree(session)


def people_by_id(stores: Stores) -> dict[str, str]:
    """The unit's code of everybody on the list, by the person's random id."""
    query = select(Person.id, RosterUnit.code).join(RosterUnit, RosterUnit.id == Person.unit_id)
    with stores.identity.reading() as session:
        return {row[0]: row[1] for row in session.execute(query)}


def children_of(units: Iterable[RosterUnit]) -> Mapping[str | None, list[RosterUnit]]:
    """Units by the id of the unit that holds them, each list in its own order."""
    found: dict[str | None, list[RosterUnit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: (unit.position, unit.code)):
        found[unit.parent_id].append(unit)
    return found


def _tree(session: Session) -> list[UnitView]:
    counts = select(Person.unit_id, func.count()).group_by(Person.unit_id)
    people = Counter({row[0]: row[1] for row in session.execute(counts)})
    children = children_of(session.scalars(select(RosterUnit)))
    found: list[UnitView] = []

    def visit(unit: RosterUnit, parent: str | None, depth: int) -> int:
        place = len(found)
        found.append(UnitView(unit.code, unit.name, parent, depth, people[unit.id], 0))
        total = people[unit.id] + sum(
            visit(child, unit.code, depth + 1) for child in children[unit.id]
        )
        found[place] = UnitView(unit.code, unit.name, parent, depth, people[unit.id], total)
        return total

    for root in children[None]:
        visit(root, None, 0)
    return found
