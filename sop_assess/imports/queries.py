"""What was imported, for the release job and for pages that list files (never their rows)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..db import Stores
from ..errors import NotFoundError
from .models import ImportedComment, ImportedFile, ImportedTime
from .times import TimeRow


@dataclass(frozen=True)
class FileView:
    """One accepted file."""

    id: int
    assessment_id: int
    kind: str
    source: str
    file_name: str
    content_hash: str
    mapping: Mapping[str, Any]
    rows: int
    set_aside: int
    imported_at: datetime

    @property
    def kept(self) -> int:
        """The rows that count."""
        return self.rows - self.set_aside

    @property
    def release_source(self) -> str:
        """How its releases are called: "comments:2", "times:1"."""
        return f"{self.kind}:{self.id}"


def files_of(stores: Stores, assessment_id: int) -> list[FileView]:
    """The files of an assessment, newest first."""
    query = (
        select(ImportedFile)
        .where(ImportedFile.assessment_id == assessment_id)
        .order_by(ImportedFile.id.desc())
    )
    with stores.core.reading() as session:
        return [_view(row) for row in session.scalars(query)]


def get_file(stores: Stores, file_id: int, assessment_id: int | None = None) -> FileView:
    """The file with this id, of this assessment where one is given."""
    with stores.core.reading() as session:
        row = session.get(ImportedFile, file_id)
    if row is None or assessment_id not in {None, row.assessment_id}:
        raise NotFoundError("This import does not exist.")
    return _view(row)


def comment_rows(stores: Stores, file_id: int) -> list[tuple[str, str | None]]:
    """The masked texts of a file with their stages; for the release job only."""
    query = (
        select(ImportedComment.text, ImportedComment.stage)
        .where(ImportedComment.file_id == file_id)
        .order_by(ImportedComment.id)
    )
    with stores.core.reading() as session:
        return [(text, stage) for text, stage in session.execute(query)]


def time_rows(stores: Stores, file_id: int) -> list[TimeRow]:
    """The time stamps of a file; for the release job only."""
    query = (
        select(ImportedTime.item, ImportedTime.step, ImportedTime.source,
               ImportedTime.started_at, ImportedTime.ended_at)
        .where(ImportedTime.file_id == file_id)
        .order_by(ImportedTime.id)
    )  # fmt: skip
    with stores.core.reading() as session:
        return [TimeRow(*row) for row in session.execute(query)]


def _view(row: ImportedFile) -> FileView:
    return FileView(
        id=row.id, assessment_id=row.assessment_id, kind=row.kind, source=row.source,
        file_name=row.file_name, content_hash=row.content_hash, mapping=row.mapping, rows=row.rows,
        set_aside=row.set_aside, imported_at=row.imported_at,
    )  # fmt: skip
