"""Named questions to the core store about instruments; frozen answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..db import Stores
from ..errors import NotFoundError
from . import identity
from .answer_models import Ballot, Submission
from .definition import Definition
from .identity import Unit
from .models import Assignment, DefinitionVersion, Draft, Round, RoundUnit
from .registries import KINDS


@dataclass(frozen=True)
class RoundView:
    """A round as pages and other packages see it; `received` is None where it may not be told."""

    id: int
    key: str
    assessment_id: int
    version_id: int
    kind: str
    name: str
    state: str
    label: str
    access: str
    policy: Mapping[str, Any]
    opens_at: datetime | None
    closes_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    set_aside: int
    units: tuple[Unit, ...]
    counts: Mapping[str, Any]
    received: int | None

    @property
    def invited(self) -> int:
        """How many people or tasks the round reaches."""
        return sum(unit.invited for unit in self.units)


@dataclass(frozen=True)
class AssignmentView:
    """A named task as pages see it."""

    id: int
    key: str
    round_id: int
    round_name: str
    round_state: str
    kind: str
    version_id: int
    assessment_id: int
    title: str
    pseudonym: str | None
    location: str | None
    stages: Mapping[str, list[str]]
    context: Mapping[str, Any]
    due_on: datetime | None
    state: str
    assignee_id: int | None
    shopper_id: int | None
    draft_saved_at: datetime | None


@dataclass(frozen=True)
class SubmissionView:
    """A named submission as reviewers see it."""

    id: str
    round_id: int
    assignment_key: str | None
    title: str
    version_id: int
    document: Mapping[str, Any]
    received_at: datetime
    review: str
    review_reason: str | None
    superseded_by: str | None


def get_round(stores: Stores, round_id: int) -> RoundView:
    """The round with this id."""
    with stores.core.reading() as session:
        found = session.get(Round, round_id)
        if found is None:
            raise NotFoundError("This round does not exist.")
        return _round_view(stores, session, found)


def find_round(stores: Stores, key: str) -> RoundView | None:
    """The round with this public key, or None."""
    with stores.core.reading() as session:
        found = session.scalars(select(Round).where(Round.key == key)).first()
        return _round_view(stores, session, found) if found else None


def rounds_of(stores: Stores, assessment_id: int) -> list[RoundView]:
    """All rounds of an assessment in the order they were planned."""
    with stores.core.reading() as session:
        found = session.scalars(
            select(Round).where(Round.assessment_id == assessment_id).order_by(Round.id)
        )
        return [_round_view(stores, session, entry) for entry in found]


def definition_of(stores: Stores, version_id: int) -> Definition:
    """The published definition; parsed once per process, because it never changes."""
    known: Definition | None = stores.cache.get(("definition", version_id))
    if known is None:
        known = Definition.model_validate(_document(stores, version_id))
        stores.cache["definition", version_id] = known
    return known


def assignments(
    stores: Stores,
    *,
    round_id: int | None = None,
    assignee_id: int | None = None,
    shopper_id: int | None = None,
) -> list[AssignmentView]:
    """Named tasks of a round, a leader or a shopper, by due date."""
    query = _assignment_query().order_by(Assignment.due_on, Assignment.id)
    for column, value in (
        (Assignment.round_id, round_id),
        (Assignment.assignee_id, assignee_id),
        (Assignment.shopper_id, shopper_id),
    ):
        if value is not None:
            query = query.where(column == value)
    with stores.core.reading() as session:
        return [_assignment_view(*row) for row in session.execute(query)]


def get_assignment(stores: Stores, key: str) -> AssignmentView:
    """The task with this key."""
    with stores.core.reading() as session:
        row = session.execute(_assignment_query().where(Assignment.key == key)).first()
    if row is None:
        raise NotFoundError("This task does not exist, or it was withdrawn.")
    return _assignment_view(*row)


def submissions(stores: Stores, round_id: int) -> list[SubmissionView]:
    """The current submissions of a named round, newest first."""
    query = (
        select(Submission, Assignment.key, Assignment.title)
        .outerjoin(Assignment, Assignment.id == Submission.assignment_id)
        .where(Submission.round_id == round_id, Submission.superseded_by.is_(None))
        .order_by(Submission.received_at.desc())
    )
    with stores.core.reading() as session:
        return [
            SubmissionView(s.id, s.round_id, key, title or "", s.version_id, s.document,
                           s.received_at, s.review, s.review_reason, s.superseded_by)
            for s, key, title in session.execute(query)
        ]  # fmt: skip


def load_draft(stores: Stores, key: str) -> dict[str, list[str]]:
    """The autosaved fields of a task; empty when nothing was saved."""
    query = select(Draft.fields).join(Assignment).where(Assignment.key == key)
    with stores.core.reading() as session:
        return dict(session.scalars(query).first() or {})


def _document(stores: Stores, version_id: int) -> dict[str, Any]:
    with stores.core.reading() as session:
        found = session.get(DefinitionVersion, version_id)
    if found is None:
        raise NotFoundError("This version of the form does not exist.")
    return found.document


def _round_view(stores: Stores, session: Session, found: Round) -> RoundView:
    units = session.scalars(
        select(RoundUnit).where(RoundUnit.round_id == found.id).order_by(RoundUnit.position)
    )
    return RoundView(
        id=found.id, key=found.key, assessment_id=found.assessment_id,
        version_id=found.version_id, kind=found.kind, name=found.name, state=found.state,
        label=found.label, access=found.access, policy=found.policy, opens_at=found.opens_at,
        closes_at=found.closes_at, opened_at=found.opened_at, closed_at=found.closed_at,
        set_aside=found.set_aside,
        units=identity.units_of(found.policy)
        or tuple(Unit(u.code, u.name, u.invited) for u in units),
        counts=found.counts,
        received=_received(stores, session, found),
    )  # fmt: skip


def _received(stores: Stores, session: Session, found: Round) -> int | None:
    kind = KINDS[found.kind]
    if not kind.anonymous:
        return session.scalar(
            select(func.count()).select_from(Submission)
            .where(Submission.round_id == found.id, Submission.superseded_by.is_(None))
        )  # fmt: skip
    if found.state in ("planned", "closed"):
        return None
    if identity.is_anonymous(found.label):
        # Counted once a day by the job, never on demand: a counter that moves tells who was here.
        counted: int | None = found.counts.get("response", {}).get("received")
        return counted
    with stores.ballot.reading() as box:
        count = box.scalar(
            select(func.count()).select_from(Ballot).where(Ballot.round_key == found.key)
        )
    return identity.counter(count or 0, anonymous=True)


def _assignment_query() -> Any:
    return (
        select(Assignment, Round, Draft.saved_at)
        .join(Round, Round.id == Assignment.round_id)
        .outerjoin(Draft, Draft.assignment_id == Assignment.id)
    )


def _assignment_view(task: Assignment, found: Round, saved: datetime | None) -> AssignmentView:
    return AssignmentView(
        id=task.id, key=task.key, round_id=task.round_id, round_name=found.name,
        round_state=found.state, kind=found.kind, version_id=found.version_id,
        assessment_id=found.assessment_id, title=task.title, pseudonym=task.pseudonym,
        location=task.location, stages=task.stages, context=task.context, due_on=task.due_on,
        state=task.state, assignee_id=task.assignee_id, shopper_id=task.shopper_id,
        draft_saved_at=saved,
    )  # fmt: skip
