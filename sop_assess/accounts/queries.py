"""Questions to the tables of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import AuditEntry, RoleGrant, SignIn, User
from .roles import COMPANY, REDACTING


def signed_in_user(session: Session, user_id: int, sign_in: str) -> User | None:
    """The enabled user of a sign-in that has not been ended."""
    query = (
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(User.id == user_id, SignIn.id == sign_in, User.disabled.is_(False))
    )
    return session.scalars(query).first()


def grants_of(session: Session, user_id: int) -> frozenset[tuple[str, str]]:
    """The (role, scope) pairs of a user."""
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.scope).where(RoleGrant.user_id == user_id)
    )
    return frozenset((role, scope) for role, scope in rows)


def find_user(session: Session, email: str) -> User | None:
    """The user with this e-mail address."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).first()


def has_administrator(session: Session) -> bool:
    """Whether somebody who can sign in holds the administrator role."""
    query = (
        select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role == "administrator", User.disabled.is_(False), User.password_hash != ""
        )
    )
    return session.scalars(query.limit(1)).first() is not None


def count_readers(session: Session, assessment_id: int) -> int:
    """How many open accounts may read the comments of an assessment before they are shown."""
    query = (
        select(func.count(func.distinct(User.id)))
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role.in_(REDACTING), User.disabled.is_(False), User.password_hash != "",
            RoleGrant.scope.in_((COMPANY, f"assessment:{assessment_id}")),
        )
    )  # fmt: skip
    return session.scalar(query) or 0


@dataclass(frozen=True)
class PersonRow:
    """A person as the People page lists them."""

    id: int
    name: str
    email: str
    disabled: bool
    invited: bool  # has not set a password yet
    grants: frozenset[tuple[str, str]]

    @property
    def roles(self) -> dict[str, list[str]]:
        """The scopes in which each role is held."""
        found: dict[str, list[str]] = {}
        for role, scope in sorted(self.grants):
            found.setdefault(role, []).append(scope)
        return found


def people(session: Session) -> list[PersonRow]:
    """Everybody with an account, by name; closed accounts last."""
    grants: dict[int, set[tuple[str, str]]] = {}
    for grant in session.scalars(select(RoleGrant)):
        grants.setdefault(grant.user_id, set()).add((grant.role, grant.scope))
    users = session.scalars(select(User).order_by(User.disabled, func.lower(User.name)))
    return [_row(user, frozenset(grants.get(user.id, set()))) for user in users]


def find_person(session: Session, user_id: int) -> PersonRow | None:
    """One person with roles."""
    user = session.get(User, user_id)
    return _row(user, grants_of(session, user.id)) if user else None


def _row(user: User, grants: frozenset[tuple[str, str]]) -> PersonRow:
    return PersonRow(user.id, user.name, user.email, user.disabled, not user.password_hash, grants)


def other_sign_ins(session: Session, user_id: int, sign_in: str) -> int:
    """How many sign-ins a person has beside this one."""
    query = select(func.count()).where(SignIn.user_id == user_id, SignIn.id != sign_in)
    return session.scalar(query) or 0


def log_entries(session: Session, before: int | None, most: int) -> Sequence[AuditEntry]:
    """The newest entries of the log, or those before an id."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(most)
    return session.scalars(query.where(AuditEntry.id < before) if before else query).all()


def names(session: Session) -> dict[int, str]:
    """The names of all people by id."""
    return {row.id: row.name for row in session.execute(select(User.id, User.name))}
