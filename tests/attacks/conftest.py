"""Databases for the naive builds, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text


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
