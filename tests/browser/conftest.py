"""A real site on a free port and a real browser; a complaint on the console is a failure."""

from __future__ import annotations

import atexit
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    sync_playwright,
)
from waitress.server import create_server

from sop_assess import create_app
from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.models import METADATA
from sop_assess.stores import open_stores
from tests.compiled import share_compiled
from tests.conftest import skip_or_fail

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
# Details of what is in order would take as long again.
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "resultTypes": ["violations"]}  # fmt: skip
# What is different in the dark: test_the_dark_changes_colours_only.
COLOURS = {**WCAG, "runOnly": ["color-contrast", "link-in-text-block"]}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (360, 1280)


@dataclass
class LiveServer:
    """A running site: its address and its stores."""

    url: str
    app: Flask
    stores: Stores
    settings: Settings


@dataclass
class Watched:
    """A page that remembers what went wrong on it. `expected` holds parts of allowed messages."""

    page: Page
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        """Messages that no test announced."""
        return [p for p in self.problems if not any(part in p for part in self.expected)]


@pytest.fixture(scope="session")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One site for all browser tests of a run; each test makes its own rounds and people."""
    with serving(tmp_path_factory.mktemp("instance")) as site:
        yield site


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[LiveServer]:
    """A site of its own, on which nobody has set up anything."""
    with serving(tmp_path) as site:
        yield site


@contextmanager
def serving(folder: Path, **more: Any) -> Iterator[LiveServer]:
    """A site in this folder, answering on a free port of this machine; `more` are settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = Settings(instance=folder, secret_key="k" * 48, base_url=url, jobs="inline", **more)
    stores = open_stores(settings)
    for name, metadata in METADATA.items():
        metadata.create_all(getattr(stores, name).engine)
    app = share_compiled(create_app(settings, stores=stores))
    server = create_server(app, host="127.0.0.1", port=port, threads=4, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield LiveServer(url, app, stores, settings)
    server.close()
    thread.join(timeout=5)
    stores.dispose()


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """The browser of this process."""
    return _browser()


@cache
def _browser() -> Browser:
    """The system's Chromium, else Playwright's own. Two of them cannot run in one process, and
    two folders of tests ask for it, so it stays until the process ends."""
    names = ("chromium", "chromium-browser", "google-chrome")
    system = next((path for name in names if (path := shutil.which(name))), None)
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    try:
        return playwright.chromium.launch(executable_path=system, args=ARGS)
    except Error:
        skip_or_fail("No Chromium: install the package 'chromium', then repeat make test.")


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Watched]]:
    """Open pages; options of a context: viewport, color_scheme, locale, java_script_enabled."""
    contexts: list[BrowserContext] = []
    pages: list[Watched] = []

    def opened(**options: Any) -> Watched:
        options = {"viewport": {"width": 360, "height": 740}, "locale": "en-GB", **options}
        context = chromium.new_context(**options)
        context.set_default_timeout(8000)
        contexts.append(context)
        watched = Watched(context.new_page())
        watch(watched)
        pages.append(watched)
        return watched

    yield opened
    problems = [problem for watched in pages for problem in watched.unexpected()]
    for context in contexts:
        context.close()
    assert not problems, problems


@pytest.fixture
def browser_page(open_page: Callable[..., Watched]) -> Page:
    """A page of 360 px in English; console errors and policy violations fail the test."""
    return open_page().page


def watch(watched: Watched) -> None:
    """Collect what the console and the page itself complain about."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            watched.problems.append(f"{message.type}: {message.text}")

    watched.page.on("console", on_console)
    watched.page.on("pageerror", lambda error: watched.problems.append(f"page error: {error}"))
    watched.page.on("dialog", lambda dialog: dialog.accept())


def looks(page: Page, widths: Sequence[int] = WIDTHS) -> Iterator[tuple[int, Scheme]]:
    """The page as it is at each of these widths, light and dark; nothing is loaded again."""
    for width, scheme in product(widths, SCHEMES):
        show(page, width, scheme)
        yield width, scheme


def show(page: Page, width: int, scheme: Scheme) -> None:
    """The page at this width in this colour scheme."""
    page.set_viewport_size({"width": width, "height": 800})
    # A colour that is still changing has no contrast of its own yet.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def accessibility(page: Page, scheme: str = "") -> list[str]:
    """The violations that axe finds on the page, each in one line; in the dark only of colours,
    for a page that was looked at in light as well."""
    options = COLOURS if scheme == "dark" else WCAG
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
