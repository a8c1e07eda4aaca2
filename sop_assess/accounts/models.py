"""Staff accounts, their roles, links for setting up, and the log of staff actions."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import CoreBase, JsonObject, Moment


class User(CoreBase):
    """A person with an account. Employees and shoppers have none."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to end all sign-ins
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]


class RoleGrant(CoreBase):
    """A role of a person, for the whole company or one scope such as 'assessment:1'."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    scope: Mapped[str] = mapped_column(String(60), default="company")


class SignIn(CoreBase):
    """A sign-in that counts; ending it deletes the row, whatever cookie still exists."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # random, inside a signed cookie
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    began_at: Mapped[Moment]


class AccountLink(CoreBase):
    """A single-use link by which somebody sets a password; only its hash is kept."""

    __tablename__ = "account_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))  # setup, invite, reset
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class AuditEntry(CoreBase):
    """One staff action; each entry carries the hash of the one before."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(String(60))
    detail: Mapped[JsonObject]
    chain: Mapped[str] = mapped_column(String(64))
