"""Doing a run again from what was written down about it: are the themes the same?"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from ..analysis.text.curated import Curated
from ..analysis.text.stored import from_bytes
from ..db import Stores
from ..errors import ModelError
from ..jobs import Progress, part_of
from . import store
from .models import ThemeSet
from .sorting import Models, continued, input_digest, label_digest, sorted_anew, sorted_first
from .sources import texts_of
from .telling import worded


@dataclass(frozen=True)
class Verified:
    """One set: whether its comments are still those of the run, whether every comment came into
    the same theme again, and which versions differ ("numpy": ("2.2", "2.3"))."""

    set_id: int
    source: str
    role: str
    language: str
    comments: int
    unchanged: bool
    same: bool
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def verify(stores: Stores, assessment_id: int, progress: Progress) -> Iterator[Verified]:
    """Every set of an assessment, sorted again as it was."""
    with stores.core.reading() as session:
        rows = store.sets_of(session, assessment_id)
    for place, row in enumerate(rows):
        yield _verify(
            stores, row, part_of(worded(progress), place / len(rows), (place + 1) / len(rows))
        )


def _verify(stores: Stores, row: ThemeSet, progress: Progress) -> Verified:
    texts = texts_of(stores, row)
    unchanged = input_digest(texts) == row.run["input"]
    other = _other_versions(row)
    try:
        same = unchanged and _digest(stores, row, texts, progress) == row.run["labels"]
    except ModelError:
        same, other = False, {**other, row.run["tier"]: ("there", "missing")}
    return Verified(row.id, row.source, row.role, row.language, len(texts), unchanged, same,
                    other)  # fmt: skip


def _digest(stores: Stores, row: ThemeSet, texts: list[str], progress: Progress) -> str:
    return label_digest(_again(stores, row, texts, progress))


def _again(stores: Stores, row: ThemeSet, texts: list[str], progress: Progress) -> Curated:
    models = Models(stores.settings.text_model_folder)
    with stores.core.reading() as session:
        start = store.part(session, row.id, "start")
    if start is None:
        return sorted_first(texts, row.run, models, progress)
    again = continued if row.run["how"] == "continued" else sorted_anew
    return again(from_bytes(start), texts, row.run, models, progress)


def _other_versions(row: ThemeSet) -> dict[str, tuple[str, str]]:
    was = dict(row.run["settings"].get("versions") or {})
    now = {name: _version(name) for name in was}
    return {name: (str(was[name]), now[name]) for name in was if was[name] != now[name]}


def _version(name: str) -> str:
    if name == "python":
        return platform.python_version()
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
