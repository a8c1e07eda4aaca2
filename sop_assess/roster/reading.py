"""From the lines of a staff list to people with units, and a sentence for each line that is not
taken. Nothing is stored here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from ..imports.tables import Row
from . import addresses
from .files import StaffFile

Path = tuple[str, ...]
LONGEST_NAME: Final = 120
DEEPEST: Final = 8
_STEP: Final = re.compile(r"\s+[/>]\s+|\s*[>→]\s*")


@dataclass(frozen=True)
class Entry:
    """One person of the list, with the names of their units from the top down."""

    line: int
    name: str
    email: str
    unit: Path


@dataclass(frozen=True)
class Problem:
    """A line that is not taken, and why."""

    line: int
    words: str


@dataclass(frozen=True)
class Staff:
    """What a file gives: whom, and which lines are set aside."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def read_staff(file: StaffFile, everybody: str) -> Staff:
    """Read a whole file. Without a column for units all belong to one, called `everybody`."""
    above = _parents(file) if "parent" in file.places else {}
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for row in file.rows():
        found = _read(file, row, everybody, above)
        if isinstance(found, Entry) and found.email in entries:
            first = entries[found.email]
            found = _("the address “%(address)s” stands on line %(first)s already; that line "
                      "counts", address=found.email, first=first.line)  # fmt: skip
        if isinstance(found, Entry):
            entries[found.email] = found
        else:
            problems.append(Problem(row.line, found))
    return Staff(tuple(entries.values()), tuple(problems))


def _read(file: StaffFile, row: Row, everybody: str, above: Mapping[str, str]) -> Entry | str:
    if not row.whole:
        return str(_("it has another number of cells than the header, so its cells may be shifted"))
    cells = {role: row.cells[place].strip() for role, place in file.places.items()}
    hidden = [role for role, text in cells.items() if addresses.has_control(text)]
    if hidden:
        return str(_("the %(role)s hides a line break or another invisible sign",
                     role=_words(hidden[0])))  # fmt: skip
    email = addresses.normal(cells["mail"])
    problem = _("it has no mail address") if not email else addresses.problem_of(email)
    if problem:
        return f"“{cells['mail'][:60]}”: {problem}" if email else str(problem)
    name = " ".join(_name(cells).split())
    unit = _unit(cells, above) if "unit" in cells else (everybody,)
    problem = _problem_of_unit(unit, name)
    return problem or Entry(row.line, name, email, unit)


def _name(cells: Mapping[str, str]) -> str:
    return cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}"


def _unit(cells: Mapping[str, str], above: Mapping[str, str]) -> Path:
    path = split_path(cells["unit"])
    parent = cells.get("parent", "")
    if not path or not parent:
        return path
    return (*_ancestors(parent, above), *path)


def split_path(text: str) -> Path:
    """The units that a text names, from the top down.

    >>> split_path("Sales / Inside sales"), split_path("Sales > Export"), split_path("R/D")
    (('Sales', 'Inside sales'), ('Sales', 'Export'), ('R/D',))
    """
    return tuple(" ".join(part.split()) for part in _STEP.split(text.strip()) if part.strip())


def _ancestors(parent: str, above: Mapping[str, str]) -> Path:
    """The path down to a parent unit; a circle is cut after the deepest allowed step."""
    path = split_path(parent)
    while len(path) <= DEEPEST and (upper := above.get(path[0].casefold())):
        path = (*split_path(upper), *path)
    return path


def _parents(file: StaffFile) -> dict[str, str]:
    unit, parent = file.places.get("unit"), file.places["parent"]
    above: dict[str, str] = {}
    for row in file.rows() if unit is not None else ():
        path = split_path(row.cells[unit or 0])
        if path and row.cells[parent].strip():
            above.setdefault(path[0].casefold(), row.cells[parent].strip())
    return above


def _problem_of_unit(unit: Path, name: str) -> str:
    if not unit:
        return str(_("it names no unit"))
    if len(unit) > DEEPEST:
        return str(
            _("its units lie more than %(deepest)s steps deep, or in a circle", deepest=DEEPEST)
        )
    if len({part.casefold() for part in unit}) < len(unit):
        return str(_("the unit “%(unit)s” lies inside itself", unit=" / ".join(unit)[:80]))
    if max(map(len, unit)) > LONGEST_NAME or len(name) > LONGEST_NAME:
        return str(_("a name is longer than %(most)s characters", most=LONGEST_NAME))
    return ""


def _words(role: str) -> str:
    return str({"mail": _("mail address"), "unit": _("unit"), "parent": _("unit")}.get(
        role, _("name")))  # fmt: skip
