"""The store of released cells: the only figures that anything outside reads."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, JsonObject, Moment


class Release(CoreBase):
    """One numbered edition of the figures of a round or an import."""

    __tablename__ = "release"
    __table_args__ = (Index("ix_release_source", "assessment_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    source: Mapped[str] = mapped_column(String(40))  # round:3, comments:2, times:1
    method: Mapped[str] = mapped_column(String(20))
    edition: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    rehearsal: Mapped[bool] = mapped_column(default=False)
    rule: Mapped[JsonObject]
    input_hash: Mapped[str] = mapped_column(String(64))
    summary: Mapped[JsonObject]  # n, population, note, tier of the themes
    released_at: Mapped[Moment]


class ReleasedCell(CoreBase):
    """One published figure; columns as in analysis.results.Cell."""

    __tablename__ = "released_cell"
    __table_args__ = (
        Index("ix_released_cell_lookup", "release_id", "statistic", "group"),
        Index("ix_released_cell_topic", "release_id", "subject", "topic"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    statistic: Mapped[str] = mapped_column(String(30))
    about: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(30))
    group: Mapped[str] = mapped_column(String(120))
    n: Mapped[int | None]
    value: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    detail: Mapped[JsonObject]
    shown: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(30))
    population: Mapped[int | None]


class Redaction(CoreBase):
    """A comment of an anonymous round that may be quoted once two people approved the same words.

    What was decided keeps no text here: a quote that is shown is a released cell.
    """

    __tablename__ = "redaction"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','proposed','shown','dropped')", name="state"),
        CheckConstraint("first_id <> second_id", name="two_people"),
        CheckConstraint(
            "state <> 'shown' OR (first_id IS NOT NULL AND second_id IS NOT NULL)",
            name="shown_by_two",
        ),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(32), primary_key=True)  # random: no order tells
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    about: Mapped[str] = mapped_column(String(60))
    cell: Mapped[JsonObject]  # the quote's cell without its text
    original: Mapped[str] = mapped_column(Text)
    proposed: Mapped[str] = mapped_column(Text, default="")
    first_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str] = mapped_column(String(20), default="")
