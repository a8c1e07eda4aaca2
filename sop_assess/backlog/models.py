"""Issues with their evidence, discussion and history."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, JsonObject, Moment


class Issue(CoreBase):
    """An entry of the backlog: a problem or an opportunity."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("assessment_id", "number"),
        CheckConstraint(
            "state IN ('new','discussing','planned','doing','done','verified','declined')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default="problem")  # problem, opportunity
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(
        String(20)
    )  # finding, theme, observation, flag, review, hand
    origin_key: Mapped[str | None] = mapped_column(String(60))  # finding:12, theme:comments:2:t03
    subject: Mapped[str | None] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(20), default="new")
    horizon: Mapped[str] = mapped_column(String(20), default="planned")  # immediate, planned
    target_period: Mapped[str | None] = mapped_column(String(40))
    owner: Mapped[str | None] = mapped_column(String(120))
    due_on: Mapped[Moment | None]
    reach: Mapped[float | None]  # share 0 to 1
    impact: Mapped[int | None]  # 1 to 4
    confidence: Mapped[str | None] = mapped_column(String(10))
    effort: Mapped[float | None]  # person-weeks
    affected: Mapped[JsonObject]  # source, segment, roles
    cost: Mapped[str | None] = mapped_column(String(200))
    decision: Mapped[str | None] = mapped_column(String(500))
    decided_on: Mapped[Moment | None]
    external_link: Mapped[str | None] = mapped_column(String(300))
    evidence: Mapped[JsonObject]  # snapshot of released figures: {"facts": [...], "quotes": [...]}
    created_at: Mapped[Moment]


class IssueComment(CoreBase):
    """One contribution to the discussion of an issue."""

    __tablename__ = "issue_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str]
    written_at: Mapped[Moment]


class IssueChange(CoreBase):
    """One change of an issue: who, when, what, from, to."""

    __tablename__ = "issue_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[Moment]
    field: Mapped[str] = mapped_column(String(30))
    before: Mapped[str | None]
    after: Mapped[str | None]
