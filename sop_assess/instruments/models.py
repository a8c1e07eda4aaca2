"""What the instrument core stores about asking: versions, rounds, tasks, invitations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, IdentityBase, JsonObject, Moment
from ..errors import ConflictError


class DefinitionVersion(CoreBase):
    """One published, immutable version of a definition."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("assessment_id", "code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"))
    code: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    document: Mapped[JsonObject]
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[Moment]


class Round(CoreBase):
    """One distribution of one published version; its identity policy is frozen at opening."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("state IN ('planned','open','closing','closed')", name="state"),
        CheckConstraint(
            "label IN ('anonymous_trustee','anonymous','confidential','named')", name="label"
        ),
        CheckConstraint("state = 'planned' OR opened_at IS NOT NULL", name="opened"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessment.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="planned")
    label: Mapped[str] = mapped_column(String(20))
    access: Mapped[str] = mapped_column(String(20))  # link, codes, tasks
    policy: Mapped[JsonObject]
    opens_at: Mapped[Moment | None]
    closes_at: Mapped[Moment | None]
    opened_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    set_aside: Mapped[int] = mapped_column(default=0)
    counts: Mapped[JsonObject] = mapped_column(
        default=dict
    )  # what the round's bookkeeping adds up to


@event.listens_for(Round, "before_update")
def _stay_frozen(_: object, __: object, changed: Round) -> None:
    """What was promised at the opening stays, whoever tries to change it."""
    state: Any = inspect(changed)
    was = state.attrs.state.history
    if "planned" in (was.deleted or was.unchanged or ()):
        return
    for name in ("policy", "label", "access", "version_id", "kind"):
        if state.attrs[name].history.has_changes():
            raise ConflictError("The round is open; what it promises is fixed.")


class RoundUnit(CoreBase):
    """A reporting unit of a round, with how many were invited, as it was at opening."""

    __tablename__ = "round_unit"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    invited: Mapped[int]


class Assignment(CoreBase):
    """A named task: an interview, an observation, a visit. `context` holds what the kind adds."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("state IN ('open','started','done','withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    shopper_id: Mapped[int | None] = mapped_column(ForeignKey("shopper.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    pseudonym: Mapped[str | None] = mapped_column(String(60))
    location: Mapped[str | None] = mapped_column(String(60))
    stages: Mapped[JsonObject]  # {"owned": [...], "supplied": [...], "received": [...]}
    context: Mapped[JsonObject]
    due_on: Mapped[Moment | None]
    state: Mapped[str] = mapped_column(String(20), default="open")


class Draft(CoreBase):
    """The fields of a named task as saved or sent last, to go on from while the round is open."""

    __tablename__ = "draft"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    fields: Mapped[JsonObject]
    saved_at: Mapped[Moment]


class Invitation(IdentityBase):
    """One single-use code of a round, kept as its hash; sorted by hash, so no order remains."""

    __tablename__ = "invitation"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    unit: Mapped[str | None] = mapped_column(String(60))
    issued: Mapped[int] = mapped_column(default=0)
