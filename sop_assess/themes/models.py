"""Themes as people leave them: one set per source, side and language, and what was decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, JsonData, JsonObject, Moment


class ThemeSet(CoreBase):
    """The themes of one side (problems, or what works) of one source in one language."""

    __tablename__ = "theme_set"
    __table_args__ = (
        UniqueConstraint("assessment_id", "source", "role", "language"),
        CheckConstraint("state IN ('open','draft','frozen','list')", name="state"),
        CheckConstraint("role IN ('problem','keep')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    source: Mapped[str] = mapped_column(String(40))  # as a release has it: round:3, comments:2
    role: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    prefix: Mapped[str] = mapped_column(String(12))  # what its cells' `about` begins with: p, k-de
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int] = mapped_column(default=1)
    base: Mapped[str] = mapped_column(String(32))  # new whenever the part "base" is written anew
    run: Mapped[JsonObject]  # how the comments were sorted: enough to do it again


class ThemePart(CoreBase):
    """A large piece of a set, apart from it so that a decision does not write megabytes again.

    base: the sorting that decisions start from; facts: its comments; start: what the sorting went
    on from, if it did; proposal: another sorting, until a person takes it or not; before: what the
    proposal went on from; learned: what the corrections of people taught, and what it proposes.
    """

    __tablename__ = "theme_part"
    __table_args__ = (
        CheckConstraint(
            "part IN ('base','facts','start','proposal','before','learned')", name="part"
        ),
    )

    set_id: Mapped[int] = mapped_column(ForeignKey("theme_set.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ThemeShown(CoreBase):
    """What pages show of a set, so that none of them unpacks a sorting for a few figures.

    It was right at `revision` of the set and counts at no other. `totals` are of the set as a
    whole, `themes` its rows. `curated` are the themes as decisions left them, `of` the hash of
    these decisions and of what they start from.
    """

    __tablename__ = "theme_shown"

    set_id: Mapped[int] = mapped_column(ForeignKey("theme_set.id"), primary_key=True)
    revision: Mapped[int]
    totals: Mapped[JsonObject]
    themes: Mapped[list[dict[str, Any]]] = mapped_column(JsonData)
    of: Mapped[str] = mapped_column(String(64))
    curated: Mapped[bytes] = mapped_column(LargeBinary)


class ThemeDecision(CoreBase):
    """One thing that a person decided about a set; of an anonymous survey only the day is kept."""

    __tablename__ = "theme_decision"
    __table_args__ = (
        UniqueConstraint("set_id", "number"),
        CheckConstraint("state IN ('done','undone','settled')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("theme_set.id"))
    number: Mapped[int]
    what: Mapped[JsonObject]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[Moment]
    state: Mapped[str] = mapped_column(String(10), default="done")


class ThemeMatch(CoreBase):
    """A theme of a set and the same theme of another source: of the assessment before, or of this
    one. `other` is empty where there is none; `score` says how alike their words are, and is empty
    once a person decided."""

    __tablename__ = "theme_match"

    set_id: Mapped[int] = mapped_column(ForeignKey("theme_set.id"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(40), primary_key=True)  # as its cells' `about`
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    other: Mapped[str] = mapped_column(String(40), default="")
    score: Mapped[float | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[Moment]
