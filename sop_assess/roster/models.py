"""Who could be asked: units, people, who was invited to which round, and the sealed ledger.

Identity store only. No table here holds a time or a number that grows: row order tells nothing.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import IdentityBase


class RosterUnit(IdentityBase):
    """A part of the staff; units form a tree. The code is permanent."""

    __tablename__ = "unit"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]


class Person(IdentityBase):
    """Somebody who can be invited by mail; the address is kept in lower case."""

    __tablename__ = "person"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)


class Invited(IdentityBase):
    """Who was invited to a round, under which reporting unit; says nothing about taking part."""

    __tablename__ = "invited"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    unit: Mapped[str | None] = mapped_column(String(60))


class Mailed(IdentityBase):
    """Whose first mail of a round was taken by the mail server. Never written for reminders."""

    __tablename__ = "mailed"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)


class SealedLedger(IdentityBase):
    """The issuance ledger of a round: one encrypted box of a size that never changes."""

    __tablename__ = "ledger"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
