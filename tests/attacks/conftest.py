"""Databases for the naive builds, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from sop_assess.config import Settings
from sop_assess.db import Stores

from .installations import on_postgresql, on_sqlite
from .opened import Survey, survey
from .ours import Played, play


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


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stores, Settings]]:
    """An installation that keeps what was recorded on it."""
    folder = tmp_path_factory.mktemp("attacked")
    if request.param == "sqlite":
        opened = on_sqlite(folder, request.getfixturevalue("migrated"))
    else:
        opened = on_postgresql(request.getfixturevalue("postgresql"), folder)
    with opened as found:
        yield found


@pytest.fixture(scope="session")
def played(installation: tuple[Stores, Settings]) -> Iterator[tuple[Survey, Played]]:
    """A recorded round of 60 people of one unit, closed and released."""
    stores, settings = installation
    with survey(stores, settings, [60]) as made:
        yield made, play(made, seed=1)
