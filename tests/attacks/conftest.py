"""Databases for the naive builds, on both engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from sop_assess.config import Settings
from sop_assess.db import Stores

# The browser of the browser tests serves these attacks as well.
from tests.browser.conftest import chromium, live_server

from .installations import on_postgresql, on_sqlite
from .opened import Survey, survey
from .ours import Played, play

__all__ = ["chromium", "live_server"]
# `make attack` runs the same tests at full length, on both engines throughout.
FULL = os.environ.get("ATTACKS") == "full"


@pytest.fixture(scope="session")
def naive_postgresql(postgresql: str) -> str:
    """A database of its own beside the three stores."""
    address = make_url(postgresql).set(drivername="postgresql+psycopg")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE naive"))
    admin.dispose()
    return address.set(database="naive").render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def naive_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine for a naive build."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'survey.sqlite'}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    else:
        engine = create_engine(request.getfixturevalue("naive_postgresql"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_installation(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stores, Settings]]:
    """An installation that keeps what was recorded on it."""
    with on_sqlite(tmp_path_factory.mktemp("attacked"), migrated) as found:
        yield found


@pytest.fixture(scope="session")
def postgresql_installation(
    postgresql: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stores, Settings]]:
    """The same on PostgreSQL, with three databases of its own."""
    with on_postgresql(postgresql, tmp_path_factory.mktemp("attacked")) as found:
        yield found


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest) -> tuple[Stores, Settings]:
    """An installation that keeps what was recorded on it, on each engine."""
    found: tuple[Stores, Settings] = request.getfixturevalue(f"{request.param}_installation")
    return found


@pytest.fixture(scope="session")
def played(installation: tuple[Stores, Settings]) -> Iterator[tuple[Survey, Played]]:
    """A recorded round of one unit, closed and released."""
    stores, settings = installation
    small = bool(settings.database_url) and not FULL
    with survey(stores, settings, [15 if small else 60]) as made:
        yield made, play(made, seed=1)
