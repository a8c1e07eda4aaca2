"""`sop-assess demo`: build the sample company once, then serve it."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from pathlib import Path

from ..config import Settings, load_settings
from ..db import Stores, now
from ..errors import SopError
from ..migrations import upgrade
from ..stores import open_stores
from .truths import ALL
from .world import World

DEFAULT_SEED = 2026


def run_demo(*, port: int, serve: bool, reset: bool, seed: int | None) -> int:
    """Build what is missing, make a login for this run, serve unless told otherwise."""
    settings = load_settings()
    folder = settings.instance / "demo"
    if reset and folder.exists():
        shutil.rmtree(folder)
    if not folder.exists():
        _build(settings, folder, DEFAULT_SEED if seed is None else seed)
    ready = _settings(settings, folder).model_copy(
        update={"port": port, "base_url": f"http://127.0.0.1:{port}"}
    )
    stores = open_stores(ready)
    upgrade(stores)
    email, password = _login(stores)
    print(
        f"\n  Address   {ready.base_url}\n  Sign in   {email}\n  Password  {password}\n", flush=True
    )
    stores.dispose()
    if not serve:
        return 0
    from ..serving import serve as serve_site

    return serve_site(ready)


def _settings(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(
        update={
            "instance": folder,
            "keys": settings.instance / "demo-keys",
            "sample_data": True,
            "database_url": "",
            "identity_database_url": "",
            "ballot_database_url": "",
        }
    )


def _build(settings: Settings, folder: Path, seed: int) -> None:
    """Build beside the final place and rename, so that no half-built company is ever served."""
    unfinished = folder.with_name("demo.unfinished")
    for left in (unfinished, settings.instance / "demo-keys"):
        shutil.rmtree(left, ignore_errors=True)
    begun = time.monotonic()
    print("Building the sample company. This takes about half a minute, once.", flush=True)
    # Two spinning threads on two busy cores were many times slower than one.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    build(_settings(settings, unfinished), World(seed, ALL))
    unfinished.rename(folder)
    print(f"Built in {time.monotonic() - begun:.0f} seconds.", flush=True)


def build(settings: Settings, world: World, *, say: bool = True) -> int:
    """The id of a finished assessment of the sample company in an empty installation."""
    from .. import create_app
    from . import backlog, cycle

    stores = open_stores(settings)
    upgrade(stores)
    app = create_app(settings.model_copy(update={"jobs": "inline"}), stores=stores)
    speak = _speak if say else _silent
    begun = cycle.start(app, settings, stores, world, now=now(), say=speak)
    cycle.run(begun)
    backlog.fill(begun)
    stores.dispose()
    return begun.assessment_id


def _login(stores: Stores) -> tuple[str, str]:
    """A password made for this run; the one of the run before ends."""
    from ..accounts.queries import find_user
    from ..accounts.service import create_reset_link, redeem_link
    from .cycle import OWNER_EMAIL

    with stores.core.reading() as session:
        owner = find_user(session, OWNER_EMAIL)
    if owner is None:
        raise SopError("The sample company has no owner. Build it again: make demo ARGS=--reset")
    token = create_reset_link(stores, owner.id, owner.id, now()).rpartition("/")[2]
    password = secrets.token_urlsafe(12)
    redeem_link(stores, token, name="", email="", password=password, company="", now=now())
    return OWNER_EMAIL, password


def _speak(sentence: str) -> None:
    print(f"  {sentence}", flush=True)


def _silent(_: str) -> None:
    """Say nothing."""
