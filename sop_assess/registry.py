"""Registries: each module of a folder is imported once, in name order, and holds one entry."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from .errors import RegistryError


class Keyed(Protocol):
    """Anything with a permanent key."""

    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=Keyed)


class Registry(Generic[Entry]):
    """The entries of one extension folder, loaded at first use."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._entries: dict[str, Entry] | None = None

    def __getitem__(self, key: str) -> Entry:
        return self._load()[key]

    def __contains__(self, key: str) -> bool:
        return key in self._load()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._load().values())

    def get(self, key: str) -> Entry | None:
        """The entry, or None for a stored key whose code is gone."""
        return self._load().get(key)

    def keys(self) -> tuple[str, ...]:
        """All keys in name order of their files."""
        return tuple(self._load())

    def _load(self) -> dict[str, Entry]:
        if self._entries is None:
            self._entries = self._discover()
        return self._entries

    def _discover(self) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        package = importlib.import_module(self._package)
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            entry: Entry = importlib.import_module(f"{self._package}.{info.name}").ENTRY
            if entry.key in entries:
                raise RegistryError(f"{self._package}: the key {entry.key!r} is registered twice.")
            entries[entry.key] = entry
        return entries
