"""Writing a numbered edition of released cells, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from ..analysis.results import Cell
from ..db import Stores
from .models import Redaction, Release, ReleasedCell

Within = Callable[[Session, Release], None]


@dataclass(frozen=True)
class Edition:
    """What a release says about itself."""

    assessment_id: int
    source: str
    method: str
    rule: Mapping[str, Any]
    input_hash: str
    summary: Mapping[str, Any]
    rehearsal: bool = False


def write_release(
    stores: Stores,
    edition: Edition,
    cells: Sequence[Cell],
    *,
    within: Within | None = None,
    now: datetime,
) -> int:
    """The id of the new edition; the one before it is kept, but is no longer current.

    `within` adds to the edition in the same transaction.
    """
    same = (Release.assessment_id == edition.assessment_id, Release.source == edition.source,
            Release.rehearsal == edition.rehearsal)  # fmt: skip
    with stores.core.writing() as session:
        last = session.scalar(select(func.max(Release.edition)).where(*same)) or 0
        session.execute(update(Release).where(*same).values(current=False))
        release = Release(
            assessment_id=edition.assessment_id, source=edition.source, method=edition.method,
            edition=last + 1, rehearsal=edition.rehearsal, rule=dict(edition.rule),
            input_hash=edition.input_hash, summary=dict(edition.summary), released_at=now,
        )  # fmt: skip
        session.add(release)
        session.flush()
        rows = [{"release_id": release.id, **cell_row(cell)} for cell in cells]
        if rows:
            session.execute(insert(ReleasedCell), rows)
        if within is not None:
            within(session, release)
        return release.id


def hold(session: Session, release_id: int, quotes: Sequence[Cell]) -> None:
    """Keep quotes that wait for two readers."""
    waiting = [_waiting(release_id, cell) for cell in quotes]
    # In the order of their random keys, so that not even the pages of the file tell another.
    waiting.sort(key=lambda row: row.key)
    session.add_all(waiting)


def is_released(stores: Stores, assessment_id: int, source: str) -> bool:
    """Whether real figures of this source were released before."""
    query = select(Release.id).where(
        Release.assessment_id == assessment_id,
        Release.source == source,
        Release.rehearsal.is_(False),
    )
    with stores.core.reading() as session:
        return session.scalars(query.limit(1)).first() is not None


def forget_rehearsal(stores: Stores, assessment_id: int, source: str) -> None:
    """Remove the invented figures of a rehearsal."""
    with stores.core.writing() as session:
        ids = select(Release.id).where(
            Release.assessment_id == assessment_id,
            Release.source == source,
            Release.rehearsal.is_(True),
        )
        session.execute(delete(ReleasedCell).where(ReleasedCell.release_id.in_(ids)))
        session.execute(
            delete(Release).where(
                Release.assessment_id == assessment_id,
                Release.source == source,
                Release.rehearsal.is_(True),
            )
        )


def _waiting(release_id: int, cell: Cell) -> Redaction:
    row = cell_row(cell)
    text = row["detail"].pop("text")
    return Redaction(key=secrets.token_hex(16), release_id=release_id, about=cell.about, cell=row,
                     original=text)  # fmt: skip


def cell_row(cell: Cell) -> dict[str, Any]:
    """The columns of a released cell."""
    row = asdict(cell)
    for name in ("value", "low", "high"):
        row[name] = None if row[name] is None else float(row[name])
    row["n"] = None if cell.n is None else int(cell.n)
    row["detail"] = plain(cell.detail)
    return row


def plain(data: Any) -> Any:
    """JSON data without numpy's own number types."""
    if isinstance(data, Mapping):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(value) for value in data]
    return data.item() if hasattr(data, "item") else data
