"""The company, its assessments with stages, hand-offs and places, and the findings."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, JsonObject, Moment


class Company(CoreBase):
    """The one company of this installation; `profile` holds the answers of the first screen."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(5), default="en")
    is_sample: Mapped[bool] = mapped_column(default=False)
    profile: Mapped[JsonObject]


class Assessment(CoreBase):
    """One cycle of finding out."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("state IN ('planning','collecting','analysing','final')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default="planning")
    methods: Mapped[JsonObject]  # {"chosen": ["survey", …]}
    plan: Mapped[JsonObject]  # dates and effort per method, as proposed and taken
    settings: Mapped[JsonObject]  # thresholds of the readings, frozen when collecting starts
    starts_on: Mapped[Moment | None]
    ends_on: Mapped[Moment | None]
    edition: Mapped[int] = mapped_column(default=0)
    final_at: Mapped[Moment | None]
    created_at: Mapped[Moment]


class Stage(CoreBase):
    """A step of the sales life cycle; skipping one is explicit and has a reason."""

    __tablename__ = "stage"
    __table_args__ = (UniqueConstraint("assessment_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    name: Mapped[JsonObject]
    skipped: Mapped[bool] = mapped_column(default=False)
    skip_reason: Mapped[str | None] = mapped_column(String(300))


class Handoff(CoreBase):
    """The joint between two neighbouring stages; a row of its own for the planning steps."""

    __tablename__ = "handoff"
    __table_args__ = (UniqueConstraint("assessment_id", "giver", "receiver"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    giver: Mapped[str] = mapped_column(String(10))
    receiver: Mapped[str] = mapped_column(String(10))


class Location(CoreBase):
    """A place or channel that customers meet."""

    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("assessment_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))


class Finding(CoreBase):
    """A statement about one subject and topic, recomputed from released cells."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("assessment_id", "subject", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    subject: Mapped[str] = mapped_column(String(20))  # S4 or S4>S5
    topic: Mapped[str] = mapped_column(String(30))
    polarity: Mapped[str] = mapped_column(String(10))  # works, fails, mixed, disputed
    label: Mapped[str] = mapped_column(String(20))
    confidence: Mapped[str] = mapped_column(String(10))
    weight: Mapped[float]  # order among the findings of one polarity
    verdicts: Mapped[JsonObject]  # {"survey": {...}, …}
    reasons: Mapped[JsonObject]  # how the label came about
    evidence: Mapped[JsonObject]  # {"cells": [cell id, …], "quotes": […], "imports": […]}
