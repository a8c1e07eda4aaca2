"""Marks that travel with a request and must be found nowhere afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import text

from sop_assess.config import Settings
from sop_assess.db import STORES, Stores

from .recording import dump


def headers(number: int) -> dict[str, str]:
    """Headers of one submission, each with a mark that nobody else sends."""
    return {
        "X-Forwarded-For": address(number),
        "Forwarded": f"for={address(number)}",
        "X-Real-IP": address(number),
        "User-Agent": f"Mozilla/5.0 ({_mark('agent')})",
        "Referer": f"http://localhost/{_mark('referer')}",
        "Cookie": f"staff={_mark('cookie')}; session={_mark('session')}",
        "Accept-Language": f"en, {_mark('language')};q=0.1",
        "X-Request-Id": _mark("request"),
        "Authorization": f"Basic {_mark('basic')}",
    }


def address(number: int) -> str:
    """A loopback address of this submission's own."""
    return f"127.77.{number // 200}.{number % 200 + 11}"


def words(sent: Iterable[dict[str, str]]) -> set[bytes]:
    """All marks of these headers, as they would stand in a file."""
    found: set[bytes] = set()
    for given in sent:
        for value in given.values():
            parts = value.replace("=", " ").replace("(", " ").replace(")", " ").replace("/", " ")
            found |= {
                part.strip(";,").encode()
                for part in parts.split()
                if "canary" in part or part.startswith("127.77.")
            }
    return found


def left(marks: set[bytes], places: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Where a mark was found."""
    found = []
    for name, content in places:
        if b"canary" in content or b"127.77." in content:
            found += [(name, mark) for mark in marks if mark in content]
    return found


def places(stores: Stores, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Every file of the installation and its keys, and every row of its databases."""
    for folder in (settings.instance, settings.keys_folder):
        for path in folder.rglob("*") if folder.exists() else ():
            if path.is_file():
                yield str(path), path.read_bytes()
    if settings.database_url:
        for name in STORES:
            rows = dump(getattr(stores, name).engine, name)
            yield name, repr([row.values for row in rows.found]).encode()
            yield from _server_log(stores)


def _server_log(stores: Stores) -> Iterator[tuple[str, bytes]]:
    with stores.core.engine.connect() as connection:
        folder = Path(connection.scalar(text("SHOW data_directory")) or ".")
    for path in [*folder.glob("*log*"), *folder.glob("log/*")]:
        if path.is_file():
            yield path.name, path.read_bytes()


def _mark(kind: str) -> str:
    return f"canary-{kind}-{secrets.token_hex(6)}"
