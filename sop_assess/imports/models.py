"""Rows that came from the company's own systems: complaints and time stamps."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, JsonObject, Moment


class ImportedFile(CoreBase):
    """One accepted export: what it is, where it comes from, how its columns were read."""

    __tablename__ = "imported_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # comments, times
    source: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[JsonObject]
    rows: Mapped[int]
    set_aside: Mapped[int] = mapped_column(default=0)
    imported_at: Mapped[Moment]


class ImportedComment(CoreBase):
    """One complaint with personal names masked."""

    __tablename__ = "imported_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("imported_file.id"), index=True)
    text: Mapped[str]
    stage: Mapped[str | None] = mapped_column(String(10))


class ImportedTime(CoreBase):
    """One lead or order going through one step; an end that is missing never arrived."""

    __tablename__ = "imported_time"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("imported_file.id"), index=True)
    item: Mapped[str] = mapped_column(String(120))
    step: Mapped[str] = mapped_column(String(120))
    source: Mapped[str | None] = mapped_column(String(120))
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
