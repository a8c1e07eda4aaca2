"""Taking in a staff list. Each public function owns one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..accounts.audit import audit
from ..assessment.profile import slug
from ..db import Stores
from .importing import Changes, compare, folded
from .models import Person, RosterUnit
from .queries import children_of
from .reading import Entry, Path

Mode = Literal["add", "replace"]


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    people: int
    new: int
    changed: int
    removed: int


def preview(stores: Stores, entries: Sequence[Entry]) -> Changes:
    """What an import of these people would change."""
    with stores.identity.reading() as session:
        paths = _paths(session)
        known = {p.email: (p.name, paths[p.unit_id]) for p in session.scalars(select(Person))}
        return compare(known, list(paths.values()), entries)


def import_staff(stores: Stores, entries: Sequence[Entry], mode: Mode) -> Imported:
    """Write the people of a file: add them to the list, or make them the whole list."""
    with stores.identity.writing() as session:
        units = _provide_units(session, entries)
        new, changed = _write_people(session, entries, units)
        removed = _remove_others(session, {e.email for e in entries}) if mode == "replace" else 0
        if mode == "replace":
            _remove_empty_units(session)
        people = session.scalar(select(func.count()).select_from(Person)) or 0
    return Imported(people, new, changed, removed)


def note_import(
    stores: Stores, done: Imported, mode: Mode, *, by: int | None, now: datetime
) -> None:
    """Log that a list was taken in: how many people, never whom."""
    detail = {"mode": mode, "people": done.people, "new": done.new, "removed": done.removed}
    with stores.core.writing() as session:
        audit(session, by, "staff list imported", detail, now)


def _paths(session: Session) -> dict[str, Path]:
    """The names from the top down of every unit, by its id."""
    children = children_of(session.scalars(select(RosterUnit)))
    found: dict[str, Path] = {}
    waiting: list[tuple[RosterUnit, Path]] = [(unit, ()) for unit in children[None]]
    while waiting:
        unit, above = waiting.pop(0)
        found[unit.id] = (*above, unit.name)
        waiting += [(child, found[unit.id]) for child in children.get(unit.id, ())]
    return found


def _provide_units(session: Session, entries: Iterable[Entry]) -> dict[Path, str]:
    """The id of every unit by its folded path; missing ones are made, those above first."""
    known = {folded(path): unit_id for unit_id, path in _paths(session).items()}
    codes = set(session.scalars(select(RosterUnit.code)))
    for unit in dict.fromkeys(entry.unit for entry in entries):
        for depth in range(1, len(unit) + 1):
            key = folded(unit[:depth])
            if key not in known:
                code = slug(unit[depth - 1], tuple(codes))
                codes.add(code)
                known[key] = _add_unit(session, unit[depth - 1], code, known.get(key[:-1]),
                                       len(codes))  # fmt: skip
    return known


def _add_unit(session: Session, name: str, code: str, parent: str | None, position: int) -> str:
    unit = RosterUnit(id=secrets.token_hex(16), parent_id=parent, code=code, name=name,
                      position=position)  # fmt: skip
    session.add(unit)
    session.flush()
    return unit.id


def _write_people(
    session: Session, entries: Sequence[Entry], units: dict[Path, str]
) -> tuple[int, int]:
    known = {person.email: person for person in session.scalars(select(Person))}
    new = changed = 0
    for entry in entries:
        unit, person = units[folded(entry.unit)], known.get(entry.email)
        if person is None:
            new += 1
            session.add(Person(id=secrets.token_hex(16), unit_id=unit, name=entry.name,
                               email=entry.email))  # fmt: skip
        elif person.unit_id != unit or (entry.name and person.name != entry.name):
            changed += 1
            person.unit_id, person.name = unit, entry.name or person.name
    session.flush()
    return new, changed


def _remove_others(session: Session, kept: set[str]) -> int:
    others = [p for p in session.scalars(select(Person)) if p.email not in kept]
    for person in others:
        session.delete(person)
    session.flush()
    return len(others)


def _remove_empty_units(session: Session) -> None:
    """Units without people, from the lowest up, so that a unit with full ones in it stays."""
    while True:
        used = set(session.scalars(select(Person.unit_id).distinct()))
        holding = set(session.scalars(select(RosterUnit.parent_id).distinct()))
        empty = [u for u in session.scalars(select(RosterUnit.id)) if u not in used | holding]
        if not empty:
            return
        session.execute(delete(RosterUnit).where(RosterUnit.id.in_(empty)))
        session.flush()
