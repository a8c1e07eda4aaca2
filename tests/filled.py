"""What takes long to make is made once in a process, and copied to wherever a test wants it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, null, select

from sop_assess.config import Settings
from sop_assess.db import STORES, Store, Stores
from sop_assess.migrations import upgrade
from sop_assess.models import METADATA
from sop_assess.stores import open_stores

Fill = Callable[[Stores], Any]


def fill(stores: Stores, content: Fill) -> Any:
    """Put what `content` makes in empty stores beside what is in these; what it returns.
    `content` is known by its identity: a function of a module, or one that is kept. For fixtures:
    what a test has changed in the product by then would reach other tests."""
    source, made = _made(content)
    for name in STORES:
        _copy(getattr(source, name), getattr(stores, name))
    if source.files.exists():
        shutil.copytree(source.files, stores.files, dirs_exist_ok=True)
    return made


@cache
def _made(content: Fill) -> tuple[Stores, Any]:
    folder = Path(tempfile.mkdtemp(prefix="sop-filled"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(instance=folder / "instance", secret_key="f" * 48, jobs="inline")
    stores = open_stores(settings)
    upgrade(stores)
    return stores, content(stores)


def _copy(source: Store, target: Store) -> None:
    counts = target.engine.dialect.name == "postgresql"
    with source.engine.connect() as old, target.engine.begin() as new:
        for table in METADATA[source.name].sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            _insert(table, rows, new)
            if rows and counts and table.autoincrement_column is not None:
                _go_on_counting(table, table.autoincrement_column.name, new)


def _insert(table: Table, rows: list[dict[str, Any]], new: Connection) -> None:
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        empty = frozenset(key for key, value in row.items() if value is None)
        alike.setdefault(empty, []).append({k: v for k, v in row.items() if k not in empty})
    for empty, found in alike.items():
        # Said as NULL: None in a JSON column would become its word null.
        new.execute(insert(table).values(dict.fromkeys(empty, null())), found)


def _go_on_counting(table: Table, column: str, new: Connection) -> None:
    """The next row of this table gets a number that is still free."""
    highest = select(func.max(table.c[column])).scalar_subquery()
    new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column), highest)))
