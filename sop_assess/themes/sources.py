"""Where the comments of a set come from, and where vectors of them are kept."""

from __future__ import annotations

from pathlib import Path

from ..db import Stores
from ..instruments.models import Round
from ..instruments.queries import definition_of
from . import store
from .models import ThemeSet


def vectors_folder(stores: Stores, assessment_id: int, source: str) -> Path:
    """The folder with vectors of a source's comments; it goes with the source."""
    return stores.files / "vectors" / f"{assessment_id}-{source.replace(':', '-')}"


def vectors_of(stores: Stores, row: ThemeSet) -> Path | None:
    """The same for a set; none for a survey, whose people were promised anonymity."""
    if row.state in ("draft", "frozen"):
        return None
    folder = vectors_folder(stores, row.assessment_id, row.source)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def texts_of(stores: Stores, row: ThemeSet) -> list[str]:
    """The comments of a set as they were sorted; those of a frozen one as the survey has them."""
    if row.state != "frozen":
        with stores.core.reading() as session:
            return store.load(session, row).base.facts.texts()
    from ..release.sources import anonymous_source
    from .sorting import comments_by_set

    with stores.core.reading() as session:
        found = session.get_one(Round, int(row.source.partition(":")[2]))
    definition = definition_of(stores, found.version_id)
    comments = anonymous_source(stores, found, definition).comments
    sets = comments_by_set(comments, definition.languages[0])
    return [c.text for c in sets.get((row.role, row.language), [])]
