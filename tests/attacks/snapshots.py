"""Read copies of stores the way an attacker does: from their bytes."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One row of one table; two rows are equal when their visible values are."""

    store: str
    table: str
    values: tuple[tuple[str, Any], ...]
    xmin: int = field(default=0, compare=False)
    ctid: str = field(default="", compare=False)

    def __getitem__(self, column: str) -> Any:
        return dict(self.values)[column]

    def has(self, column: str) -> bool:
        """Whether the table has this column."""
        return any(name == column for name, _ in self.values)

    def mentions(self) -> set[str]:
        """Every text value, to look names up in."""
        return {value for _, value in self.values if isinstance(value, str)}


Rows = frozenset[Row]


@dataclass(frozen=True)
class Files:
    """A SQLite store as files: (name, bytes), the database first."""

    store: str
    files: tuple[tuple[str, bytes], ...]

    def rows(self) -> Rows:
        """All rows, with what the journal adds."""
        return _rows_of(self.store, self.files)


@dataclass(frozen=True)
class Dump:
    """A PostgreSQL store as its rows."""

    store: str
    found: Rows

    def rows(self) -> Rows:
        """All rows."""
        return self.found


Copy = Files | Dump


@dataclass(frozen=True)
class Snapshot:
    """All stores at one moment."""

    time: float
    copies: Mapping[str, Copy]

    def rows(self) -> Rows:
        """The rows of all stores."""
        return frozenset().union(*(copy.rows() for copy in self.copies.values()))


@dataclass(frozen=True)
class Change:
    """A row that came or went between two snapshots."""

    at: float
    row: Row
    gone: bool


def changes(snapshots: list[Snapshot]) -> Iterator[Change]:
    """What differs from each snapshot to the next, in order."""
    for before, after in pairwise(snapshots):
        for name, copy in after.copies.items():
            earlier = before.copies[name]
            if earlier is copy:
                continue
            old, new = earlier.rows(), copy.rows()
            yield from (Change(after.time, row, False) for row in _sorted(new - old))
            yield from (Change(after.time, row, True) for row in _sorted(old - new))


def _sorted(rows: Rows) -> list[Row]:
    return sorted(rows, key=lambda row: repr(row.values))


def plain(value: Any) -> Any:
    """A value that can be compared and hashed."""
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


@lru_cache(maxsize=1024)
def _rows_of(store: str, files: tuple[tuple[str, bytes], ...]) -> Rows:
    with tempfile.TemporaryDirectory(prefix="attack") as folder:
        for name, content in files:
            if not name.endswith(("-shm", "-journal")):
                (Path(folder) / name).write_bytes(content)
        connection = sqlite3.connect(Path(folder) / files[0][0])
        try:
            return frozenset(_read(store, connection))
        finally:
            connection.close()


def _read(store: str, connection: sqlite3.Connection) -> Iterator[Row]:
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        cursor = connection.execute(f'SELECT * FROM "{table}"')
        columns = [entry[0] for entry in cursor.description]
        for found in cursor:
            yield Row(store, table, tuple(zip(columns, map(plain, found), strict=True)))
