"""What was answered: named submissions, opened ballots, and ballots in the box.

Apart from the other tables, because pages, findings and exports may not import them: figures
leave by the release job only.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import BallotBase, CoreBase, JsonObject, Moment


class Submission(CoreBase):
    """One answered named form: one JSON document in one row. A correction is a new revision."""

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint("review IN ('new','accepted','excluded')", name="review"),
        Index("ix_submission_current", "round_id", "superseded_by", "review"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("definition_version.id"))
    document: Mapped[JsonObject]  # {"answers", "events", "context", "attachments", "language"}
    content_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[Moment]
    case_key: Mapped[str | None] = mapped_column(String(60))
    episode: Mapped[str | None] = mapped_column(String(20))
    superseded_by: Mapped[str | None] = mapped_column(String(36))
    review: Mapped[str] = mapped_column(String(20), default="accepted")
    review_reason: Mapped[str | None] = mapped_column(String(500))


class Attachment(CoreBase):
    """One re-encoded photo or receipt that a submission's manifest names."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    submission_id: Mapped[str] = mapped_column(String(36), index=True)
    name: Mapped[str] = mapped_column(String(120))
    content_hash: Mapped[str] = mapped_column(String(64))  # of what the device sent
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    stored_as: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[Moment]


class AnonymousAnswers(CoreBase):
    """One opened ballot without its free texts: random key, no person, no time, no order."""

    __tablename__ = "anonymous_answers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    unit: Mapped[str | None] = mapped_column(String(60))
    answers: Mapped[JsonObject]


class PublishedReceipt(CoreBase):
    """One receipt of a closed round: proof that a ballot was counted, and no more."""

    __tablename__ = "receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)


class AnonymousComment(CoreBase):
    """One free text that stands alone: text, question, stage and severity beside it, no more."""

    __tablename__ = "anonymous_comment"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    item: Mapped[str] = mapped_column(String(60))
    stage: Mapped[str | None] = mapped_column(String(10))
    severity: Mapped[int | None]
    text: Mapped[str]


class Ballot(BallotBase):
    """One ballot as it arrived: no person, no time, no order."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    nullifier: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_key: Mapped[str] = mapped_column(String(32), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str | None] = mapped_column(String(60))  # which unit's key signed a sealed ballot
    box: Mapped[bytes] = mapped_column(LargeBinary)  # empty when it was withdrawn


class BallotBox(BallotBase):
    """Whether the box of a round takes ballots; read in the transaction that drops one."""

    __tablename__ = "ballot_box"

    round_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    accepting: Mapped[bool]
