"""SQLite's file format, as far as an attacker needs it: journal frames and places of cells."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .snapshots import Files, Snapshot

_LEAVES = {0x0A, 0x0D}
_INDEX = {0x02, 0x0A}
_KEY_BYTES = 64


def wal_states(copy: Files) -> list[Files]:
    """The database as it was after each commit that its write-ahead journal still holds."""
    parts = dict(copy.files)
    name = copy.files[0][0]
    pages, size = _pages(parts[name])
    states = [Files(copy.store, ((name, _joined(pages, size)),))]
    for frames, length in _commits(parts.get(f"{name}-wal", b"")):
        pages.update(frames)
        states.append(Files(copy.store, ((name, _joined(pages, size or len(frames[1]), length)),)))
    return states


def replay(snapshot: Snapshot) -> dict[str, list[Snapshot]]:
    """Each store's history out of one copy taken while it ran; time is the commit's number."""
    found = {}
    for store, copy in snapshot.copies.items():
        assert isinstance(copy, Files)
        states = wal_states(copy)
        found[store] = [Snapshot(float(n), {store: state}) for n, state in enumerate(states)]
    return found


def _pages(content: bytes) -> tuple[dict[int, bytes], int]:
    size = int.from_bytes(content[16:18], "big")
    size = 65536 if size == 1 else size
    count = len(content) // size if size else 0
    return {n + 1: content[n * size : (n + 1) * size] for n in range(count)}, size


def _joined(pages: dict[int, bytes], size: int, length: int | None = None) -> bytes:
    last = length or max(pages, default=0)
    content = bytearray(b"".join(pages.get(n, bytes(size)) for n in range(1, last + 1)))
    if content:
        content[18:20] = b"\x01\x01"  # opens without a journal beside it
    return bytes(content)


def _commits(wal: bytes) -> Iterator[tuple[dict[int, bytes], int]]:
    if len(wal) < 32:
        return
    size, salts = struct.unpack(">I", wal[8:12])[0], wal[16:24]
    frames: dict[int, bytes] = {}
    for start in range(32, len(wal) - size - 23, size + 24):
        number, length = struct.unpack(">II", wal[start : start + 8])
        if wal[start + 8 : start + 16] != salts:
            return
        frames[number] = wal[start + 24 : start + 24 + size]
        if length:
            yield frames, length
            frames = {}


def byte_order(copy: Files, table: str) -> list[str]:
    """First column of a table's rows in the order in which their cells came into the file.

    SQLite fills a page from its end, so within a page the later cell has the lower offset.
    """
    content = wal_states(copy)[-1].files[0][1]
    pages, size = _pages(content)
    places = sorted(_cells(pages, size, _root(content, table)))
    return [key for _, _, key in places]


def _root(content: bytes, table: str) -> int:
    with tempfile.TemporaryDirectory(prefix="attack") as folder:
        path = Path(folder) / "copy.sqlite"
        path.write_bytes(content)
        connection = sqlite3.connect(path)
        query = "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?"
        (root,) = connection.execute(query, (table,)).fetchone()
        connection.close()
    return int(root)


def _cells(pages: dict[int, bytes], size: int, number: int) -> Iterator[tuple[int, int, str]]:
    page, start = pages[number], 100 if number == 1 else 0
    kind = page[start]
    header = 8 if kind in _LEAVES else 12
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    for n in range(count):
        pointer = start + header + 2 * n
        offset = int.from_bytes(page[pointer : pointer + 2], "big")
        if kind not in _LEAVES:
            yield from _cells(pages, size, int.from_bytes(page[offset : offset + 4], "big"))
        if kind in _INDEX or kind in _LEAVES:
            body = offset + (0 if kind in _LEAVES else 4)
            yield number, -offset, _first_text(page, body, rowid=kind == 0x0D)
    if kind not in _LEAVES:
        yield from _cells(pages, size, int.from_bytes(page[start + 8 : start + 12], "big"))


def _first_text(page: bytes, at: int, *, rowid: bool) -> str:
    _, at = _varint(page, at)
    if rowid:
        _, at = _varint(page, at)
    length, body = _varint(page, at)
    kind, _ = _varint(page, body)
    width = (kind - 13) // 2 if kind >= 13 else 0
    start = at + length
    return page[start : start + min(width, _KEY_BYTES)].decode("utf-8", "replace")


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(9):
        byte = page[at + n]
        if n == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + n + 1
    raise AssertionError
