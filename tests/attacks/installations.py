"""Empty installations of their own for recorded rounds, on both engines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from sop_assess.config import Settings
from sop_assess.db import STORES, Stores
from sop_assess.migrations import upgrade
from sop_assess.stores import open_stores

SECRET = "a secret that is only used by the attacks"


@contextmanager
def on_sqlite(folder: Path, migrated: Path | None = None) -> Iterator[tuple[Stores, Settings]]:
    """Three SQLite files in this folder; copied from a migrated folder where there is one."""
    instance = folder / "instance"
    if migrated is not None:
        shutil.copytree(migrated, instance)
    with _opened(Settings(instance=instance, secret_key=SECRET, jobs="inline")) as found:
        yield found


@contextmanager
def on_postgresql(server: str, folder: Path) -> Iterator[tuple[Stores, Settings]]:
    """Three databases of their own on this server, made anew."""
    address = make_url(server).set(drivername="postgresql+psycopg")
    urls = {}
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in STORES:
            connection.execute(text(f"DROP DATABASE IF EXISTS attacked_{name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE attacked_{name}"))
            url = address.set(database=f"attacked_{name}")
            urls[name] = url.render_as_string(hide_password=False)
    admin.dispose()
    settings = Settings(
        instance=folder / "instance", secret_key=SECRET, jobs="inline",
        database_url=urls["core"], identity_database_url=urls["identity"],
        ballot_database_url=urls["ballot"],
    )  # fmt: skip
    with _opened(settings) as found:
        yield found


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Stores, Settings]]:
    stores = open_stores(settings)
    upgrade(stores)
    try:
        yield stores, settings
    finally:
        stores.dispose()
