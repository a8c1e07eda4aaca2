"""Bringing the stores to the newest schema, each by its own migration tree."""

from __future__ import annotations

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
        with store.engine.begin() as connection:
            command.upgrade(configuration(store.name, connection), revision)


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
