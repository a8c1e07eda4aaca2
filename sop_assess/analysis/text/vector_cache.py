"""Vectors kept by text between runs, in a file that may be lost at any time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

import numpy as np

from sop_assess.analysis.text.embedder import Embedder, Vectors

FILE = "text-vectors.sqlite"
_MOST_KEPT = 100_000
_AT_ONCE = 500
_WAIT_SECONDS = 5.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS vector"
    " (number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL)"
)
_TRIM = "DELETE FROM vector WHERE number <= (SELECT MAX(number) FROM vector) - ?"


class Versioned(Embedder, Protocol):
    """An embedder that was trained beforehand, and what its vectors depend on besides the text."""

    @property
    def version(self) -> str:
        """Changes whenever the same text would get another vector."""


class CachedEmbedder:
    """An embedder that looks up texts it has seen, in a file of the folder given.

    Keys are SHA-256 of version and text, values half precision; the oldest beyond 100,000 go. A
    short text can be guessed from its hash: give no folder for texts of people who were promised
    anonymity. A file that is missing, locked or damaged costs time and nothing else.
    """

    def __init__(self, inner: Versioned, folder: Path, *, most: int = _MOST_KEPT) -> None:
        self.inner = inner
        self.tier = inner.tier
        self.version = inner.version
        self._path = folder / FILE
        self._most = most

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Nothing to learn."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimensions), the same as without the cache."""
        keys = [_key(self.version, text) for text in texts]
        known = self._look_up(keys)
        new = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        if new or not texts:
            fresh = self.inner.embed(list(new.values()))
            self._keep(dict(zip(new, fresh, strict=True)))
            known |= dict(zip(new, fresh, strict=True))
            if not texts:
                return fresh
        return np.array([known[key] for key in keys], dtype=np.float32)

    def _look_up(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}

        def read(database: sqlite3.Connection) -> None:
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value FROM vector WHERE key IN ({marks})"  # noqa: S608
                for key, value in database.execute(query, some):
                    found[key] = np.frombuffer(value, dtype=np.float16).astype(np.float32)

        if self._path.exists():
            self._try(read)
        return found

    def _keep(self, fresh: dict[bytes, Vectors]) -> None:
        rows = [(key, vector.astype(np.float16).tobytes()) for key, vector in fresh.items()]

        def write(database: sqlite3.Connection) -> None:
            database.execute(_TABLE)
            database.executemany("INSERT OR IGNORE INTO vector (key, value) VALUES (?, ?)", rows)
            database.execute(_TRIM, (self._most,))

        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        self._try(write)

    def _try(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Work in a transaction; what goes wrong is no reason to stop, and damage is removed."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as database, database:
                work(database)
        except sqlite3.OperationalError:
            return
        except sqlite3.DatabaseError:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def _key(version: str, text: str) -> bytes:
    return hashlib.sha256(f"{version}\n{text}".encode("utf-8", "surrogatepass")).digest()
