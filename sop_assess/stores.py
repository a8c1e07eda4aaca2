"""Open the stores of an installation, with all their tables known."""

from __future__ import annotations

from . import models
from .config import Settings
from .db import STORES, Store, Stores

# The tables refer to each other by name; all of them must be known before the first query.
TABLES = models.METADATA


def open_stores(settings: Settings) -> Stores:
    """The stores of an installation; creates the instance folder, not the tables."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    core, identity, ballot = (Store(name, settings.url(name)) for name in STORES)
    files = settings.instance.resolve() / "files"
    return Stores(core, identity, ballot, files, settings.keys_folder, settings)
