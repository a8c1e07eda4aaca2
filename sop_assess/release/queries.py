"""The one way out for numbers: released cells, for pages, exports, findings and backlog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..analysis.results import Cell
from ..db import Stores
from .models import Redaction, Release, ReleasedCell


@dataclass(frozen=True)
class ReleaseView:
    """A current edition of released figures."""

    id: int
    source: str
    method: str
    edition: int
    summary: Mapping[str, Any]
    rule: Mapping[str, Any]
    released_at: datetime
    rehearsal: bool


@dataclass(frozen=True)
class ReleasedFigure(Cell):
    """A cell with where it was released."""

    id: int = 0
    release_id: int = 0
    method: str = ""


@dataclass(frozen=True)
class Reading:
    """How far two people are with the comments of a survey; no text."""

    waiting: int = 0
    proposed: int = 0
    shown: int = 0
    dropped: int = 0

    @property
    def total(self) -> int:
        """All comments that could be quoted."""
        return self.undecided + self.shown + self.dropped

    @property
    def undecided(self) -> int:
        """Those that somebody must still read."""
        return self.waiting + self.proposed


def readings(stores: Stores, assessment_id: int) -> dict[str, Reading]:
    """How far the reading is, by source; only sources with comments that two people read."""
    query = (
        select(Release.source, Redaction.state, func.count())
        .join(Release, Release.id == Redaction.release_id)
        .where(Release.assessment_id == assessment_id, Release.current.is_(True))
        .group_by(Release.source, Redaction.state)
    )
    found: dict[str, dict[str, int]] = {}
    with stores.core.reading() as session:
        for source, state, count in session.execute(query):
            found.setdefault(source, {})[state] = count
    return {source: Reading(**counts) for source, counts in sorted(found.items())}


def unsorted_sources(stores: Stores, assessment_id: int) -> set[str]:
    """The anonymous surveys whose themes a person must still finish and freeze."""
    current = {r.id: r.source for r in current_releases(stores, assessment_id)}
    told = cells(stores, list(current), statistic="theming")
    return {current[f.release_id] for f in told if f.detail.get("waiting")}


def current_releases(
    stores: Stores, assessment_id: int, *, rehearsal: bool = False
) -> list[ReleaseView]:
    """The newest edition of every source of an assessment."""
    with stores.core.reading() as session:
        return current_in(session, assessment_id, rehearsal=rehearsal)


def current_in(
    session: Session, assessment_id: int, *, rehearsal: bool = False
) -> list[ReleaseView]:
    """The same within a transaction of the caller's."""
    query = (
        select(Release)
        .where(
            Release.assessment_id == assessment_id,
            Release.current.is_(True),
            Release.rehearsal.is_(rehearsal),
        )
        .order_by(Release.id)
    )
    return [
        ReleaseView(r.id, r.source, r.method, r.edition, r.summary, r.rule, r.released_at,
                    r.rehearsal)
        for r in session.scalars(query)
    ]  # fmt: skip


def cells(
    stores: Stores,
    release_ids: Sequence[int],
    *,
    statistic: str | None = None,
    subject: str | None = None,
    topic: str | None = None,
    group: str | None = None,
    about: str | None = None,
) -> list[ReleasedFigure]:
    """The released figures that match, in the order they were written."""
    wanted = {"statistic": statistic, "subject": subject, "topic": topic, "group": group,
              "about": about}  # fmt: skip
    with stores.core.reading() as session:
        return cells_in(session, release_ids, **wanted)


def cells_in(
    session: Session, release_ids: Sequence[int], **wanted: str | None
) -> list[ReleasedFigure]:
    """The same within a transaction of the caller's."""
    query = (
        select(ReleasedCell, Release.method)
        .join(Release, Release.id == ReleasedCell.release_id)
        .where(ReleasedCell.release_id.in_(release_ids))
        .order_by(ReleasedCell.id)
    )
    for column, value in wanted.items():
        if value is not None:
            query = query.where(getattr(ReleasedCell, column) == value)
    return [_figure(row, method) for row, method in session.execute(query)]


def _figure(row: ReleasedCell, method: str) -> ReleasedFigure:
    return ReleasedFigure(
        statistic=row.statistic, about=row.about, subject=row.subject, topic=row.topic,
        group=row.group, n=row.n, value=row.value, low=row.low, high=row.high, detail=row.detail,
        shown=row.shown, reason=row.reason, population=row.population,  # type: ignore[arg-type]  # checked when written
        id=row.id, release_id=row.release_id, method=method,
    )  # fmt: skip
