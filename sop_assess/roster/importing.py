"""What an import would change: the list of the file beside the list that is kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .reading import Entry, Path

Known = Mapping[str, tuple[str, Path]]  # by address: name, and units from the top down


@dataclass(frozen=True)
class Changes:
    """How many people an import touches, and the units that it makes or no longer names."""

    new: int
    changed: int
    unchanged: int
    gone: int
    new_units: tuple[Path, ...]
    gone_units: tuple[Path, ...]


def compare(known: Known, units: Sequence[Path], entries: Sequence[Entry]) -> Changes:
    """What `entries` change about the people and units that are kept."""
    here = [entry for entry in entries if entry.email in known]
    same = sum(_same(entry, *known[entry.email]) for entry in here)
    kept, wanted = {folded(path): path for path in units}, _with_parents(entries)
    return Changes(
        new=len(entries) - len(here),
        changed=len(here) - same,
        unchanged=same,
        gone=len(known) - len(here),
        new_units=tuple(path for key, path in wanted.items() if key not in kept),
        gone_units=tuple(path for key, path in kept.items() if key not in wanted),
    )


def folded(path: Path) -> Path:
    """The path as it is compared: capital letters make no other unit.

    >>> folded(("Sales", "INSIDE"))
    ('sales', 'inside')
    """
    return tuple(part.casefold() for part in path)


def _same(entry: Entry, name: str, unit: Path) -> bool:
    # A file without names leaves the known ones as they are.
    return (not entry.name or entry.name == name) and folded(entry.unit) == folded(unit)


def _with_parents(entries: Sequence[Entry]) -> dict[Path, Path]:
    found: dict[Path, Path] = {}
    for unit in dict.fromkeys(entry.unit for entry in entries):
        for depth in range(1, len(unit) + 1):
            found.setdefault(folded(unit[:depth]), unit[:depth])
    return found
