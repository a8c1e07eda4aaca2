"""Where rows lie inside a store: the order in which they were written, unless somebody mixed it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from sop_assess.config import Settings
from sop_assess.db import STORES, Stores

from .snapshots import Copy, Files, Row
from .sqlite_files import byte_order


def written_order(copy: Copy, table: str, key: str) -> list[str]:
    """The keys of a table in the order of their places."""
    rows = [row for row in copy.rows() if row.table == table]
    if rows and isinstance(copy, Files):
        return byte_order(copy, table)
    return [str(row[key]) for row in sorted(rows, key=_place)]


def data_files(stores: Stores, settings: Settings) -> list[Path]:
    """The files in which the three stores lie on disk now, journals included."""
    if not settings.database_url:
        return [path for path in settings.instance.rglob("*") if path.is_file()]
    found: list[Path] = []
    for name in STORES:
        with getattr(stores, name).engine.connect() as connection:
            folder = Path(connection.scalar(text("SHOW data_directory")))
            number = connection.scalar(
                text("SELECT oid FROM pg_database WHERE datname = current_database()")
            )
            connection.commit()
            connection.execute(text("CHECKPOINT"))
        found.extend(p for p in (folder / "base" / str(number)).iterdir() if p.is_file())
    return found


def _place(row: Row) -> tuple[int, ...]:
    return tuple(int(part) for part in row.ctid.strip("()").split(","))
