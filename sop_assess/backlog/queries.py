"""The backlog as pages and exports read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..accounts.models import User
from ..assessment.models import Company
from ..db import Stores
from ..errors import NotFoundError
from .models import Issue, IssueChange, IssueComment
from .score import Inputs, place, score
from .states import CLOSED


@dataclass(frozen=True)
class IssueView:
    """One issue with its key, its inputs and what it earns."""

    id: int
    number: int
    key: str
    kind: str
    title: str
    description: str
    origin: str
    origin_key: str | None
    subject: str | None
    topic: str | None
    state: str
    horizon: str
    target_period: str | None
    owner: str | None
    due_on: datetime | None
    inputs: Inputs
    affected: Mapping[str, str]
    cost: str | None
    decision: str | None
    decided_on: datetime | None
    external_link: str | None
    evidence: Mapping[str, Any]
    created_at: datetime

    @property
    def score(self) -> float | None:
        """Reach × impact × confidence ÷ effort; None without one of the four."""
        return score(self.inputs)

    @property
    def closed(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in CLOSED


@dataclass(frozen=True)
class Entry:
    """One line of the discussion and history; a comment has `text`, a change has `field`."""

    at: datetime
    who: str | None
    text: str | None = None
    field: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Filter:
    """Which issues to list; empty means all."""

    stage: str = ""
    state: str = ""
    words: str = ""
    horizon: str = ""
    without_owner: bool = False
    owner: str = ""

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return self != Filter()


def issue_key(company: str, number: int) -> str:
    """How an issue is called in talk: the company's first letter and its number.

    >>> issue_key("Kestrel Laptops", 1), issue_key("3M", 2), issue_key("", 3)
    ('K-1', 'M-2', 'I-3')
    """
    letter = next((c for c in company if c.isalpha()), "I").upper()[:1]
    return f"{letter}-{number}"


def issues(stores: Stores, assessment_id: int) -> list[IssueView]:
    """All issues of an assessment, in order of what each earns alone."""
    with stores.core.reading() as session:
        company = session.get(Company, 1)
        rows = session.scalars(select(Issue).where(Issue.assessment_id == assessment_id))
        found = [_view(row, company.name if company else "") for row in rows]
    return sorted(found, key=lambda issue: place(issue.inputs, issue.number))


def get_issue(stores: Stores, assessment_id: int, number: int) -> IssueView:
    """The issue with this number."""
    query = select(Issue).where(Issue.assessment_id == assessment_id, Issue.number == number)
    with stores.core.reading() as session:
        row = session.scalars(query).first()
        if row is None:
            raise NotFoundError("This issue does not exist.")
        company = session.get(Company, 1)
        return _view(row, company.name if company else "")


def matching(found: Sequence[IssueView], wanted: Filter) -> list[IssueView]:
    """The issues that a filter lets through, in the same order."""
    return [issue for issue in found if _matches(issue, wanted)]


def discussion(stores: Stores, issue_id: int) -> list[Entry]:
    """Comments and changes, latest first."""
    comments = (
        select(IssueComment.written_at, User.name, IssueComment.text)
        .outerjoin(User, User.id == IssueComment.user_id)
        .where(IssueComment.issue_id == issue_id)
        .order_by(IssueComment.id)
    )
    changes = (
        select(IssueChange.changed_at, User.name, IssueChange.field, IssueChange.before,
               IssueChange.after)
        .outerjoin(User, User.id == IssueChange.user_id)
        .where(IssueChange.issue_id == issue_id)
        .order_by(IssueChange.id)
    )  # fmt: skip
    with stores.core.reading() as session:
        found = [Entry(at, who, field=f, before=b, after=a)
                 for at, who, f, b, a in session.execute(changes)]  # fmt: skip
        found += [Entry(at, who, text=text) for at, who, text in session.execute(comments)]
    return sorted(found, key=lambda entry: entry.at)[::-1]


def owners(found: Sequence[IssueView]) -> list[str]:
    """The owners named so far, for suggesting them again."""
    return sorted({issue.owner for issue in found if issue.owner})


def _matches(issue: IssueView, wanted: Filter) -> bool:
    words = f"{issue.key} {issue.title} {issue.description} {issue.owner or ''}".casefold()
    return (
        (not wanted.stage or wanted.stage in (issue.subject or "").split(">"))
        and (not wanted.state or issue.state == wanted.state)
        and (not wanted.horizon or issue.horizon == wanted.horizon)
        and (not wanted.without_owner or not (issue.owner or issue.closed))
        and (not wanted.owner or (issue.owner or "").casefold() == wanted.owner.casefold())
        and all(part in words for part in wanted.words.casefold().split())
    )


def _view(row: Issue, company: str) -> IssueView:
    return IssueView(
        id=row.id, number=row.number, key=issue_key(company, row.number), kind=row.kind,
        title=row.title, description=row.description, origin=row.origin,
        origin_key=row.origin_key, subject=row.subject, topic=row.topic, state=row.state,
        horizon=row.horizon, target_period=row.target_period, owner=row.owner, due_on=row.due_on,
        inputs=Inputs(row.reach, row.impact, row.confidence, row.effort), affected=row.affected,
        cost=row.cost, decision=row.decision, decided_on=row.decided_on,
        external_link=row.external_link, evidence=row.evidence, created_at=row.created_at,
    )  # fmt: skip
