"""Read what the stores declare, out of the databases themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, text

_TIMES = re.compile(r"DATE|TIME|INTERVAL", re.I)
_NUMBERS = re.compile(r"INT|SERIAL|NUMERIC|REAL|FLOAT|DOUBLE", re.I)
_MOVING = re.compile(r"now|current|nextval|uuid|random|strftime|datetime", re.I)


@dataclass(frozen=True)
class Column:
    """One column as the database declares it."""

    table: str
    name: str
    type: str
    default: str
    key: bool


def columns(engine: Engine) -> list[Column]:
    """All columns of all tables of a store."""
    read = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    return list(read(engine))


def order_or_time(found: list[Column], tables: set[str]) -> list[str]:
    """What in these tables could tell when or in which order a row came."""
    problems = []
    for column in found:
        if column.table not in tables:
            continue
        place = f"{column.table}.{column.name}"
        if _TIMES.search(column.type):
            problems.append(f"{place} is a time")
        if column.key and _NUMBERS.search(column.type) and not column.name.endswith("_id"):
            problems.append(f"{place} is a counted key")
        if _MOVING.search(column.default):
            problems.append(f"{place} is filled by the database")
    return problems


def with_rowid(engine: Engine, tables: set[str]) -> set[str]:
    """SQLite tables among these whose rows carry a hidden number that grows."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
        return {
            name for name, sql in found if name in tables and "WITHOUT ROWID" not in sql.upper()
        }


def _sqlite(engine: Engine) -> Iterator[Column]:
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'"))
        for name in names.all():
            for row in connection.execute(text(f'PRAGMA table_info("{name}")')):
                yield Column(name, row.name, row.type, str(row.dflt_value or ""), bool(row.pk))


def _postgresql(engine: Engine) -> Iterator[Column]:
    keys = """SELECT k.table_name, k.column_name FROM information_schema.key_column_usage k
        JOIN information_schema.table_constraints c USING (constraint_name, table_name)
        WHERE c.constraint_type = 'PRIMARY KEY'"""
    query = """SELECT table_name, column_name, data_type, column_default
        FROM information_schema.columns WHERE table_schema = 'public'"""
    with engine.connect() as connection:
        primary = {tuple(row) for row in connection.execute(text(keys))}
        for table, name, kind, default in connection.execute(text(query)):
            yield Column(table, name, kind, default or "", (table, name) in primary)
