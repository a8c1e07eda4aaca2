"""Keep what a holder of every backup has: each commit's copy of the stores with their journals.

On SQLite a copy is the database file with `-wal`, `-shm` and `-journal` as they lie on disk; on
PostgreSQL it is a dump of all tables with the hidden columns of a restored base backup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.pool import ConnectionPoolEntry

from .snapshots import Copy, Dump, Files, Row, Snapshot, plain

JOURNALS = ("", "-wal", "-shm", "-journal")


@dataclass
class Recorder:
    """Watches engines and keeps a snapshot of all stores after every commit of any of them."""

    engines: Mapping[str, Engine]
    clock: float = 0.0
    snapshots: list[Snapshot] = field(default_factory=list)
    clicks: list[tuple[float, str]] = field(default_factory=list)
    _listening: list[tuple[Engine, str, Any]] = field(default_factory=list)
    _seen: dict[str, Any] = field(default_factory=dict)
    _copies: dict[str, Copy] = field(default_factory=dict)

    def start(self) -> None:
        """Keep the state as it is now, then watch."""
        for name, engine in self.engines.items():
            self._copy(name, engine)
            self._listening.append((engine, "commit", _mark))
            self._listening.append((engine, "checkin", self._after(name, engine)))
        for target in self._listening:
            event.listen(*target)
        self._keep()

    def stop(self) -> None:
        """Watch no longer."""
        for target in self._listening:
            event.remove(*target)
        self._listening.clear()

    def clicked(self, person: str) -> None:
        """A line in the log of the mail gateway: who opened the link, and when."""
        self.clicks.append((self.clock, person))

    def _after(self, name: str, engine: Engine) -> Any:
        def checkin(connection: Any, record: ConnectionPoolEntry) -> None:
            committed = record.info.pop("attacks.committed", False)
            # VACUUM and checkpoints change files without a commit of the session.
            if not committed and engine.dialect.name != "sqlite":
                return
            if self._copy(name, engine):
                self._keep()

        return checkin

    def _copy(self, name: str, engine: Engine) -> bool:
        if engine.dialect.name != "sqlite":
            self._copies[name] = dump(engine, name)
            return True
        files = _files(engine)
        state = [(path.stat().st_mtime_ns, path.stat().st_size) for path in files]
        if self._seen.get(name) == (files, state):
            return False
        self._seen[name] = (files, state)
        self._copies[name] = Files(name, tuple((p.name, p.read_bytes()) for p in files))
        return True

    def _keep(self) -> None:
        self.snapshots.append(Snapshot(self.clock, dict(self._copies)))


def _mark(connection: Any) -> None:
    connection.info["attacks.committed"] = True


def _files(engine: Engine) -> list[Path]:
    database = engine.url.database or ""
    paths = [Path(database + ending) for ending in JOURNALS]
    return [path for path in paths if path.exists()]


def dump(engine: Engine, store: str) -> Dump:
    """All rows of all tables with `xmin` and `ctid`, read over a connection of its own."""
    recording = engine.execution_options(isolation_level="REPEATABLE READ")
    rows: list[Row] = []
    with recording.connect() as connection:
        names = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        for name in names:
            query = f'SELECT xmin::text AS "xmin!", ctid::text AS "ctid!", * FROM "{name}"'
            for found in connection.execute(text(query)).mappings():
                values = tuple((k, plain(v)) for k, v in found.items() if not k.endswith("!"))
                rows.append(Row(store, name, values, int(found["xmin!"]), found["ctid!"]))
        connection.rollback()
    return Dump(store, frozenset(rows))
