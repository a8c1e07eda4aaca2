"""Named questions about the company and its assessments; frozen answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import Stores
from ..errors import NotFoundError
from ..instruments.models import Round
from .models import Assessment, Company, Finding, Handoff, Location, Stage
from .planning import Plan
from .profile import Profile


@dataclass(frozen=True)
class CompanyView:
    """The company with the answers of the first screen."""

    name: str
    language: str
    is_sample: bool
    profile: Profile


@dataclass(frozen=True)
class AssessmentView:
    """One assessment; `state` follows from its rounds until it is final."""

    id: int
    name: str
    purpose: str
    state: str
    methods: tuple[str, ...]
    plan: Plan | None
    settings: Mapping[str, Any]
    starts_on: datetime | None
    ends_on: datetime | None
    edition: int
    final_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class StageView:
    """A stage with the company's name for it."""

    code: str
    name: Mapping[str, str]
    skipped: bool
    reason: str


@dataclass(frozen=True)
class LocationView:
    """A place or channel that customers meet."""

    code: str
    name: str


@dataclass(frozen=True)
class FindingView:
    """A finding without its evidence."""

    id: int
    subject: str
    topic: str
    polarity: str
    label: str
    confidence: str
    weight: float

    @property
    def spoke(self) -> bool:
        """Whether any method said something about it."""
        return self.label != "none"


def find_company(stores: Stores) -> CompanyView | None:
    """The company; None before the first screen was answered."""
    with stores.core.reading() as session:
        row = session.get(Company, 1)
    if row is None:
        return None
    profile = Profile.from_json({**row.profile, "company": row.name, "language": row.language})
    return CompanyView(row.name, row.language, row.is_sample, profile)


def get_assessment(stores: Stores, assessment_id: int) -> AssessmentView:
    """The assessment with this id."""
    with stores.core.reading() as session:
        row = session.get(Assessment, assessment_id)
        if row is None:
            raise NotFoundError("This assessment does not exist.")
        return _view(session, row)


def current_assessment(stores: Stores) -> AssessmentView | None:
    """The newest assessment, or None."""
    with stores.core.reading() as session:
        row = session.scalars(select(Assessment).order_by(Assessment.id.desc()).limit(1)).first()
        return _view(session, row) if row else None


def assessments(stores: Stores) -> list[AssessmentView]:
    """All assessments, newest first."""
    with stores.core.reading() as session:
        rows = session.scalars(select(Assessment).order_by(Assessment.id.desc()))
        return [_view(session, row) for row in rows]


def stages_of(stores: Stores, assessment_id: int) -> list[StageView]:
    """The stages in their order, the skipped ones too."""
    query = select(Stage).where(Stage.assessment_id == assessment_id).order_by(Stage.position)
    with stores.core.reading() as session:
        return [
            StageView(row.code, dict(row.name), row.skipped, row.skip_reason or "")
            for row in session.scalars(query)
        ]


def handoffs_of(stores: Stores, assessment_id: int) -> list[tuple[str, str]]:
    """Giver and receiver of each hand-off."""
    query = select(Handoff).where(Handoff.assessment_id == assessment_id).order_by(Handoff.giver)
    with stores.core.reading() as session:
        return [(row.giver, row.receiver) for row in session.scalars(query)]


def locations_of(stores: Stores, assessment_id: int) -> list[LocationView]:
    """The places that customers meet, as they were written."""
    query = select(Location).where(Location.assessment_id == assessment_id).order_by(Location.id)
    with stores.core.reading() as session:
        return [LocationView(row.code, row.name) for row in session.scalars(query)]


def findings_of(stores: Stores, assessment_id: int) -> list[FindingView]:
    """The findings, the heaviest first."""
    query = (
        select(Finding).where(Finding.assessment_id == assessment_id)
        .order_by(Finding.weight.desc(), Finding.id)
    )  # fmt: skip
    with stores.core.reading() as session:
        return [
            FindingView(f.id, f.subject, f.topic, f.polarity, f.label, f.confidence, f.weight)
            for f in session.scalars(query)
        ]


def state_of(stored: str, rounds: Sequence[str]) -> str:
    """The state of an assessment whose rounds are in these states.

    >>> state_of("planning", []), state_of("planning", ["open", "planned"])
    ('planning', 'collecting')
    >>> state_of("planning", ["closed", "closed"]), state_of("final", ["closed"])
    ('analysing', 'final')
    """
    if stored == "final" or not set(rounds) - {"planned"}:
        return stored
    return "analysing" if set(rounds) == {"closed"} else "collecting"


def _view(session: Session, row: Assessment) -> AssessmentView:
    rounds = session.scalars(select(Round.state).where(Round.assessment_id == row.id)).all()
    return AssessmentView(
        id=row.id, name=row.name, purpose=row.purpose, state=state_of(row.state, rounds),
        methods=tuple(row.methods.get("chosen", ())),
        plan=Plan.from_json(row.plan) if "parts" in row.plan else None,
        settings=row.settings, starts_on=row.starts_on, ends_on=row.ends_on,
        edition=row.edition, final_at=row.final_at, created_at=row.created_at,
    )  # fmt: skip
