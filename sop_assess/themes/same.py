"""What people say about a theme: which one of the assessment before is the same, or none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.audit import audit
from ..assessment.models import Assessment
from ..db import Stores
from ..errors import ConflictError, InvalidError
from ..release.queries import cells_in
from . import store
from .earlier import Neighbours, neighbours_in
from .matches import prefix_of
from .models import ThemeMatch, ThemeSet


def say_same(
    stores: Stores, assessment_id: int, set_id: int, theme: str, other: str, *,
    by: int | None, now: datetime,
) -> None:  # fmt: skip
    """Keep that `other` of the assessment before is the same as `theme`, or that none is (""). The
    machine's match of `other` with another theme goes."""
    with stores.core.writing() as session:
        if session.get_one(Assessment, assessment_id).state == "final":
            raise ConflictError("This assessment is final. Its figures stay as they are.")
        row = store.find(session, assessment_id, set_id, locked=True)
        source = _checked(session, neighbours_in(session, assessment_id), row, theme, other)
        _forget_others(session, row.id, source, other, theme)
        session.merge(ThemeMatch(set_id=row.id, theme=theme, source=source, other=other,
                                 score=None, by_id=by, at=now))  # fmt: skip
        detail = {"set": row.id, "theme": theme, "source": source, "other": other}
        audit(session, by, "themes.same", detail, now)


def _checked(
    session: Session, around: Neighbours, row: ThemeSet, theme: str, other: str
) -> str:  # fmt: skip
    """The source that `row` is compared with; InvalidError for a theme that is not there."""
    source = around.before.get(row.source)
    if source is None:
        raise ConflictError("The assessment before has no themes of this kind.")
    here, then = around.here[row.source], around.then[source]
    if theme not in _themes(session, here.id, row.prefix):
        raise InvalidError("This theme does not exist any more. Look at the themes again.")
    if other and other not in _themes(session, then.id, row.prefix):
        raise InvalidError("Choose a theme of the assessment before, or none.")
    return source


def _themes(session: Session, release_id: int, prefix: str) -> set[str]:
    return {f.about for f in cells_in(session, [release_id], statistic="theme")
            if f.shown != "hidden" and prefix_of(f.about) == prefix}  # fmt: skip


def _forget_others(session: Session, set_id: int, source: str, other: str, theme: str) -> None:
    """One theme then is one theme now."""
    query = select(ThemeMatch).where(
        ThemeMatch.set_id == set_id, ThemeMatch.source == source, ThemeMatch.other == other,
        ThemeMatch.theme != theme,
    )  # fmt: skip
    for row in session.scalars(query) if other else ():
        row.other = ""
    session.flush()
