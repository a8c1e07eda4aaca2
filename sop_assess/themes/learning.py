"""Learning from corrections, called by the job queue: what it finds is kept and never applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from ..db import Stores, now
from ..errors import ConflictError
from ..jobs import Progress
from . import learned, store

# The worker speaks no language: the page of a job translates these.
STEPS: Final[Mapping[str, LazyString]] = {
    "theme": _l("Learning which comments belong to which theme"),
    "polarity": _l("Learning what is praise and what is a problem"),
}


def learn_themes(
    stores: Stores, progress: Progress, assessment_id: int, set_id: int
) -> dict[str, Any]:
    """Learn from the comments of a set that people corrected, and keep what is proposed for the
    others until a person looks at it."""
    with stores.core.reading() as session:
        row = store.find(session, assessment_id, set_id)
        loaded, base = store.load(session, row), row.base
    if not learned.enough(loaded.current):
        raise ConflictError("The site learns from 500 corrected comments on. Correct more first.")
    found = learned.taught(loaded.measured, loaded.role, loaded.run,
                           lambda share, kind: progress(share, str(STEPS[kind])))  # fmt: skip
    content = learned.to_bytes(found, now().date().isoformat(), int(loaded.run["seed"]))
    with stores.core.writing() as session:
        row = store.find(session, assessment_id, set_id, locked=True)
        if row.base != base:
            raise ConflictError("The comments were sorted anew meanwhile. Let the site learn "
                                "again.")  # fmt: skip
        store.write_part(session, row.id, "learned", content)
    return {"set": set_id, **{kind: len(one.texts) for kind, one in found.items() if one}}
