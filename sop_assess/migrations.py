"""Bringing the stores to the newest schema, each by its own migration tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Connection

from .db import STORES, Store, Stores, UtcDateTime

ROOT = Path(__file__).resolve().parent.parent / "migrations"


def configuration(name: str, connection: Connection | None = None) -> Config:
    """Alembic's configuration for one store."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / name))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(stores: Stores, revision: str = "head") -> None:
    """Bring all three stores to the newest schema."""
    for store in (stores.core, stores.identity, stores.ballot):
        with changing(store) as connection:
            command.upgrade(configuration(store.name, connection), revision)


@contextmanager
def changing(store: Store) -> Iterator[Connection]:
    """One transaction for changing the schema.

    SQLite changes a table by building it anew; references to it rest meanwhile, and all of them
    are checked before the change is kept.
    """
    with store.engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            _references(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError("A schema change would leave rows that refer to nothing.")
        finally:
            if on_sqlite:
                _references(connection, "ON")


def _references(connection: Connection, state: str) -> None:
    # Through the driver, because the setting cannot change once a transaction has begun.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()


def is_current(store: Store) -> bool:
    """Whether the store's schema is the newest one."""
    script = ScriptDirectory.from_config(configuration(store.name))
    with store.engine.connect().execution_options(sop_reading=True) as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
        connection.rollback()
    return set(heads) == set(script.get_heads())


def run_environment(name: str) -> None:
    """What each tree's env.py does: run the steps in the connection that was handed over."""
    from .models import METADATA

    if name not in STORES:
        raise ValueError(name)
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=METADATA[name],
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _render(kind: str, item: Any, _: object) -> str | Literal[False]:
    # A migration must not import the application: write the plain types instead of ours.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return "JSON_DATA"
    return False
