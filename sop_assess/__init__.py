"""Find out how sales and operations really work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .config import Settings
    from .db import Stores


def create_app(settings: Settings | None = None, *, stores: Stores | None = None) -> Flask:
    """The site of one installation, ready for a WSGI server."""
    # Here and not above: whoever sorts texts or runs a command waits for no web framework.
    from .application import join_parts

    return join_parts(settings, stores=stores)
