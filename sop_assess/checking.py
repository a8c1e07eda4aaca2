"""`sop-assess check`: every wrong setting at once, before anything starts."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .config import Settings, SettingsError, load_settings
from .db import STORES
from .migrations import is_current
from .stores import open_stores


def problems() -> list[str]:
    """One sentence for every setting that is wrong; empty when all is right."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return error.problems
    return [*_folder(settings.instance), *_web(settings), *_databases(settings)]


def _folder(folder: Path) -> list[str]:
    if not os.access(folder, os.W_OK):
        return [f"SOP_INSTANCE: the folder {folder} cannot be written. Change its owner."]
    return []


def _web(settings: Settings) -> list[str]:
    found = []
    local = settings.base_url.startswith(("http://127.0.0.1", "http://localhost"))
    if not local and not settings.secure_cookies:
        found.append("SOP_BASE_URL must start with https:// unless it is this machine itself.")
    if bool(settings.smtp_url) != bool(settings.mail_from):
        found.append("SOP_SMTP_URL and SOP_MAIL_FROM belong together: set both, or neither.")
    if os.environ.get("FLASK_DEBUG"):
        found.append("FLASK_DEBUG must not be set: it shows the inside of the program to visitors.")
    return found


def _databases(settings: Settings) -> list[str]:
    urls = [settings.url(name) for name in STORES]
    found = []
    if len(set(urls)) != len(urls):
        found.append("The three database addresses must differ: core, identity and ballot.")
    stores = open_stores(settings)
    for store in (stores.core, stores.identity, stores.ballot):
        try:
            with store.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
                connection.rollback()
            if not is_current(store):
                found.append(f"The {store.name} store is not at the newest schema. "
                             "Run: sop-assess db upgrade")  # fmt: skip
        except SQLAlchemyError:
            found.append(f"The {store.name} store does not answer. Check its address.")
    stores.dispose()
    return found
