"""Pages that only tests need."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from sop_assess.accounts.policy import policy


def add_page(app: Flask, path: str, view: Callable[[], object], **options: object) -> None:
    """A page that only a test needs."""
    app.add_url_rule(path, path, policy.public(view), **options)  # type: ignore[arg-type]


def raise_(error: Exception) -> Callable[[], object]:
    """A view that fails."""

    def view() -> object:
        raise error

    return view
