"""The files that the fine and the fast tier read: where they lie, and whether they are the ones."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sop_assess.errors import ModelError

SHIPPED = Path(__file__).parent / "model"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One entry of ``manifest.json``: a file with its origin, licence, size and SHA-256."""

    name: str
    package: str
    version: str
    file: str
    bytes: int
    sha256: str
    licence: str
    shipped: bool
    module: str = ""


@lru_cache(maxsize=1)
def manifest() -> dict[str, ModelFile]:
    """The entries of the manifest by their key.

    >>> manifest()["minilm"].licence
    'Apache-2.0'
    """
    entries: dict[str, Any] = json.loads((SHIPPED / "manifest.json").read_text(encoding="utf-8"))
    return {key: ModelFile(**entry) for key, entry in entries.items()}


def find_model(key: str, folder: Path | None = None) -> Path | None:
    """Where the file lies: in the folder if one is given, else shipped or in its package.

    None when it is not there; the package is looked up and never imported.

    >>> find_model("tokenizer").name
    'tokenizer.json'
    """
    entry = manifest()[key]
    places = [SHIPPED] if entry.shipped else _package_folders(entry.module)
    if folder is not None and not entry.shipped:
        places = [folder]
    return next((p / entry.file for p in places if (p / entry.file).is_file()), None)


def read_model(key: str, folder: Path | None = None) -> bytes:
    """The file's bytes, compared with the manifest's SHA-256.

    Raises ModelError when the file is missing, unreadable or another one.
    """
    entry, path = manifest()[key], find_model(key, folder)
    if path is None:
        raise _missing(entry, folder)
    try:
        content = path.read_bytes()
    except OSError:
        raise ModelError("%(name)s: %(path)s cannot be read. Change its owner.",
                         name=entry.name, path=path) from None  # fmt: skip
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise _another(entry, path, folder)
    return content


def _package_folders(module: str) -> list[Path]:
    spec = find_spec(module)
    return [Path(place) for place in (spec and spec.submodule_search_locations) or ()]


def _missing(entry: ModelFile, folder: Path | None) -> ModelError:
    named = {"name": entry.name, "file": entry.file, "package": entry.package,
             "version": entry.version, "folder": folder}  # fmt: skip
    if entry.shipped:
        return ModelError(
            "%(name)s: %(file)s is not installed. Install this program again.", **named
        )
    if folder is None:
        return ModelError(
            "%(name)s: %(file)s is not installed. Install %(package)s %(version)s.", **named
        )
    return ModelError(
        "%(name)s: %(file)s is not installed. "
        "Put %(file)s of %(package)s %(version)s into %(folder)s.", **named,
    )  # fmt: skip


def _another(entry: ModelFile, path: Path, folder: Path | None) -> ModelError:
    named = {"name": entry.name, "file": entry.file, "package": entry.package,
             "version": entry.version, "path": path, "folder": folder}  # fmt: skip
    if entry.shipped:
        return ModelError(
            "%(name)s: %(path)s is not version %(version)s. Install this program again.", **named
        )
    if folder is None:
        return ModelError(
            "%(name)s: %(path)s is not version %(version)s. Install %(package)s %(version)s.",
            **named,
        )
    return ModelError(
        "%(name)s: %(path)s is not version %(version)s. "
        "Put %(file)s of %(package)s %(version)s into %(folder)s.", **named,
    )  # fmt: skip
