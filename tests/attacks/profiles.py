"""A browser that keeps a profile on disk, and what is found in it afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.conftest import ARGS


@contextmanager
def profile(chromium: Browser, folder: Path) -> Iterator[Page]:
    """A browser that keeps its profile in this folder."""
    names = ("chromium", "chromium-browser", "google-chrome")
    context = chromium.browser_type.launch_persistent_context(
        folder, executable_path=next((p for name in names if (p := shutil.which(name))), None),
        args=ARGS, locale="en-GB",
    )  # fmt: skip
    yield context.new_page()
    context.close()


def holding(folder: Path, *words: str) -> set[str]:
    """The parts of a browser profile that hold one of these texts."""
    marks = [mark for word in words for mark in (word.encode(), word.encode("utf-16-le"))]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) > 10_000
    found = [path for path in files if any(mark in path.read_bytes() for mark in marks)]
    parts = (path.relative_to(folder).parts for path in found)
    return {part[1] if part[0] == "Default" else part[0] for part in parts}
