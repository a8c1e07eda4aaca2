"""Three stores, each with its own engine, tables and migrations; no foreign key crosses them.

core: staff accounts, definitions, named submissions, opened answers, released cells, backlog.
identity: who was invited. ballot: what was answered and not yet opened. Identity and ballot
never share a request, so no journal shows them side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
from sqlalchemy import JSON, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from .config import Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
STORES = ("core", "identity", "ballot")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; kept in UTC on every engine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments, convert the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as UTC; SQLite forgets the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JsonData = JSON().with_variant(JSONB(), "postgresql")
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
JsonObject = Annotated[dict[str, Any], mapped_column(JsonData)]


class CoreBase(DeclarativeBase):
    """Tables of the core store."""

    metadata = MetaData(naming_convention=NAMING)


class IdentityBase(DeclarativeBase):
    """Tables of the identity store."""

    metadata = MetaData(naming_convention=NAMING)


class BallotBase(DeclarativeBase):
    """Tables of the ballot box."""

    metadata = MetaData(naming_convention=NAMING)


class Store:
    """One database. `writing` owns a transaction; `reading` sees one consistent state."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.engine = _engine(name, url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are kept together, or not at all."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries; whatever it changes is forgotten."""
        connection = self.engine.connect().execution_options(sop_reading=True)
        with connection, Session(connection, expire_on_commit=False) as session:
            yield session
            session.expunge_all()  # else the rollback would empty what was read
            session.rollback()

    def rewrite(self) -> None:
        """Write all pages anew, so that no deleted row is left in the files."""
        if self.engine.dialect.name != "sqlite":
            with self.engine.connect() as connection:
                alone = connection.execution_options(isolation_level="AUTOCOMMIT")
                alone.exec_driver_sql("VACUUM FULL")
            return
        # Through the driver: a transaction of ours would stand in the way.
        raw = self.engine.raw_connection()
        try:
            for step in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM",
                         "PRAGMA wal_checkpoint(TRUNCATE)"):  # fmt: skip
                raw.cursor().execute(step)
        finally:
            raw.close()


@dataclass(frozen=True)
class Stores:
    """The three stores of one installation, its folders for files and keys, and its settings.

    `cache` holds what can never change once written, such as parsed definitions.
    """

    core: Store
    identity: Store
    ballot: Store
    files: Path
    keys: Path
    settings: Settings = field(compare=False, repr=False)
    cache: dict[tuple[str, int], Any] = field(default_factory=dict, compare=False, repr=False)

    def dispose(self) -> None:
        """Close all connections."""
        for store in (self.core, self.identity, self.ballot):
            store.engine.dispose()


def now() -> datetime:
    """The moment at the edge of the program; rules get it passed in."""
    return datetime.now(UTC)


def _engine(name: str, url: str) -> Engine:
    address = make_url(url)
    options: dict[str, Any] = {
        "hide_parameters": True,  # an error must not carry answers into a log
        "json_serializer": lambda data: orjson.dumps(data).decode(),
        "json_deserializer": orjson.loads,
    }
    if address.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": 10, "check_same_thread": False}
        engine = create_engine(address, **options)
        _prepare_sqlite(engine, name)
        return engine
    return create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=10, **options)


def _prepare_sqlite(engine: Engine, name: str) -> None:
    # The driver's own transaction handling starts too late and never IMMEDIATE; we begin ourselves.
    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=10000")
        # The identity store keeps no write-ahead journal: it would list who came when.
        cursor.execute(f"PRAGMA journal_mode={'DELETE' if name == 'identity' else 'WAL'}")
        cursor.execute(f"PRAGMA synchronous={'EXTRA' if name == 'identity' else 'FULL'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA secure_delete={'OFF' if name == 'core' else 'ON'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("sop_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
