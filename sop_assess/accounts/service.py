"""What happens to accounts. Every function here is one transaction."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..db import Stores
from ..errors import ConflictError, GoneError, InvalidError, NotFoundError
from . import passwords, queries
from .audit import audit
from .limits import LONGEST
from .models import AccountLink, RoleGrant, SignIn, User
from .roles import COMPANY, COMPANY_ONLY, FIRST_ROLES, ROLES

LASTS = {"setup": timedelta(days=1), "invite": timedelta(days=7), "reset": timedelta(days=1)}


@dataclass(frozen=True)
class Begun:
    """A new sign-in, to be put into the browser's cookie."""

    user_id: int
    sign_in: str
    epoch: int


@dataclass(frozen=True)
class LinkView:
    """What a valid link is for; name and e-mail are empty for the first administrator."""

    purpose: str
    name: str
    email: str


class WrongPasswordError(InvalidError):
    """The present password is another one."""


class NameInvalidError(InvalidError):
    """The name of a person is missing or too long."""


def sign_in(stores: Stores, email: str, password: str, now: datetime) -> Begun | None:
    """A new sign-in; None when e-mail and password do not belong together, whatever the reason."""
    with stores.core.reading() as session:
        user = queries.find_user(session, email)
    known = user is not None and not user.disabled
    right = passwords.matches(user.password_hash if user and known else None, password)
    with stores.core.writing() as session:
        if user is None or not right:
            audit(session, user.id if user else None, "sign_in.refused", {}, now)
            return None
        if passwords.is_outdated(user.password_hash):
            session.get_one(User, user.id).password_hash = passwords.hash_password(password)
        return _begin(session, user, now)


def sign_out(stores: Stores, user_id: int, sign_in_id: str, now: datetime) -> None:
    """End one sign-in."""
    with stores.core.writing() as session:
        session.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user_id))
        audit(session, user_id, "sign_out", {}, now)


def end_others(stores: Stores, user_id: int, sign_in_id: str, now: datetime) -> int:
    """End all sign-ins of a person but this one; how many there were."""
    with stores.core.writing() as session:
        others = (SignIn.user_id == user_id, SignIn.id != sign_in_id)
        count = len(session.scalars(select(SignIn.id).where(*others)).all())
        session.execute(delete(SignIn).where(*others))
        audit(session, user_id, "sign_in.others_ended", {"count": count}, now)
        return count


def change_password(
    stores: Stores, user_id: int, old: str, new: str, company: str, now: datetime
) -> Begun:
    """Take a new password; ends all sign-ins and begins the one returned."""
    with stores.core.reading() as session:
        user = session.get_one(User, user_id)
    if not passwords.matches(user.password_hash, old):
        raise WrongPasswordError("The present password is another one.")
    hashed = _checked(new, user.name, user.email, company)
    with stores.core.writing() as session:
        user = session.get_one(User, user_id)
        user.password_hash = hashed
        _end_all(session, user)
        audit(session, user_id, "password.changed", {}, now)
        return _begin(session, user, now)


def create_setup_link(stores: Stores, now: datetime) -> str:
    """The path of the single-use page on which the first administrator sets up the installation."""
    with stores.core.writing() as session:
        if queries.has_administrator(session):
            raise ConflictError("There is an administrator already, who can invite others.")
        session.execute(delete(AccountLink).where(AccountLink.purpose == "setup"))
        audit(session, None, "setup.link", {}, now)
        return _new_link(session, "setup", None, now)


def create_admin(stores: Stores, email: str, name: str, password: str, now: datetime) -> int:
    """The id of a new administrator, for the command line; any number of them may exist."""
    hashed = _checked(password, name, email)
    with stores.core.writing() as session:
        user = _new_user(session, email, name, hashed, now)
        _grant(session, user.id, {(role, COMPANY) for role in FIRST_ROLES})
        audit(session, None, "administrator.created", {"user": user.id}, now)
        return user.id


def find_link(stores: Stores, token: str, now: datetime) -> LinkView:
    """What a link is for; GoneError when it was used, has expired or never existed."""
    with stores.core.reading() as session:
        link = _valid_link(session, token, now)
        user = session.get(User, link.user_id) if link.user_id else None
        return LinkView(link.purpose, user.name if user else "", user.email if user else "")


def redeem_link(
    stores: Stores, token: str, *, name: str, email: str, password: str, company: str, now: datetime
) -> Begun:
    """Set the password by a link and sign in; the link ends, and so do all older sign-ins."""
    found = find_link(stores, token, now)
    hashed = _checked(password, found.name or name, found.email or email, company)
    with stores.core.writing() as session:
        link = _valid_link(session, token, now)
        _use(session, link, now)
        user = _first_person(session, email, name, hashed, now) if link.user_id is None else (
            session.get_one(User, link.user_id)
        )  # fmt: skip
        user.password_hash = hashed
        _end_all(session, user)
        audit(session, user.id, f"{link.purpose}.used", {}, now)
        return _begin(session, user, now)


def invite(
    stores: Stores, email: str, name: str, grants: Iterable[tuple[str, str]], by: int, now: datetime
) -> str:
    """The path of the link by which an invited person sets a password."""
    with stores.core.writing() as session:
        user = _new_user(session, email, name, "", now)
        wanted = _known(grants)
        _grant(session, user.id, wanted)
        detail = {"user": user.id, "grants": _in_words(wanted)}
        audit(session, by, "person.invited", detail, now)
        return _new_link(session, "invite", user.id, now)


def create_reset_link(stores: Stores, user_id: int, by: int, now: datetime) -> str:
    """The path of a link by which a person sets a new password; older links end."""
    with stores.core.writing() as session:
        user = _person(session, user_id)
        session.execute(delete(AccountLink).where(AccountLink.user_id == user.id,
                                                  AccountLink.used_at.is_(None)))  # fmt: skip
        audit(session, by, "person.new_link", {"user": user.id}, now)
        return _new_link(session, "reset" if user.password_hash else "invite", user.id, now)


def set_grants(
    stores: Stores, user_id: int, grants: Iterable[tuple[str, str]], by: int, now: datetime
) -> None:
    """Give a person exactly these roles, as (role, scope)."""
    with stores.core.writing() as session:
        user = _person(session, user_id)
        before, wanted = queries.grants_of(session, user.id), _known(grants)
        session.execute(delete(RoleGrant).where(RoleGrant.user_id == user.id))
        _grant(session, user.id, wanted)
        _keep_an_administrator(session)
        detail = {
            "user": user.id,
            "given": _in_words(wanted - before),
            "taken": _in_words(before - wanted),
        }
        audit(session, by, "person.roles", detail, now)


def set_disabled(stores: Stores, user_id: int, disabled: bool, by: int, now: datetime) -> None:
    """Close or reopen an account; closing ends its sign-ins and links."""
    with stores.core.writing() as session:
        user = _person(session, user_id)
        user.disabled = disabled
        _end_all(session, user)
        session.execute(delete(AccountLink).where(AccountLink.user_id == user.id,
                                                  AccountLink.used_at.is_(None)))  # fmt: skip
        _keep_an_administrator(session)
        action = "person.disabled" if disabled else "person.enabled"
        audit(session, by, action, {"user": user.id}, now)


def _begin(session: Session, user: User, now: datetime) -> Begun:
    session.execute(delete(SignIn).where(SignIn.began_at < now - LONGEST))
    begun = Begun(user.id, secrets.token_urlsafe(24), user.session_epoch)
    session.add(SignIn(id=begun.sign_in, user_id=user.id, began_at=now))
    audit(session, user.id, "sign_in", {}, now)
    return begun


def _end_all(session: Session, user: User) -> None:
    user.session_epoch += 1
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def _checked(password: str, *personal: str) -> str:
    passwords.check(password, *personal)
    return passwords.hash_password(password)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _new_link(session: Session, purpose: str, user_id: int | None, now: datetime) -> str:
    token = secrets.token_urlsafe(24)
    session.add(
        AccountLink(
            token_hash=_hash(token), purpose=purpose, user_id=user_id,
            expires_at=now + LASTS[purpose], used_at=None,
        )
    )  # fmt: skip
    return f"/setup/{token}"


def _valid_link(session: Session, token: str, now: datetime) -> AccountLink:
    link = session.get(AccountLink, _hash(token))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise GoneError("This link was used already or is too old. Ask for a new one.")
    return link


def _use(session: Session, link: AccountLink, now: datetime) -> None:
    done = session.execute(
        update(AccountLink)
        .where(AccountLink.token_hash == link.token_hash, AccountLink.used_at.is_(None))
        .values(used_at=now)
        .returning(AccountLink.token_hash)
    ).all()
    if not done:
        raise GoneError("This link was used already. Ask for a new one.")


def _first_person(session: Session, email: str, name: str, hashed: str, now: datetime) -> User:
    if queries.has_administrator(session):
        raise ConflictError("There is an administrator already, who can invite you.")
    user = _new_user(session, email, name, hashed, now)
    _grant(session, user.id, {(role, COMPANY) for role in FIRST_ROLES})
    return user


def _new_user(session: Session, email: str, name: str, hashed: str, now: datetime) -> User:
    user = User(email=_address(email), name=_name(name), password_hash=hashed, created_at=now)
    session.add(user)
    try:
        session.flush()
    except IntegrityError:
        raise ConflictError("Somebody with this e-mail address has an account already.") from None
    return user


def _address(email: str) -> str:
    cleaned = email.strip().lower()
    local, at, domain = cleaned.rpartition("@")
    plain = cleaned.isprintable() and not any(sign.isspace() or sign in ',;<>"' for sign in cleaned)
    if not (local and at and "." in domain.strip(".") and plain and len(cleaned) <= 254):
        raise InvalidError("Write the whole e-mail address, such as name@company.example.")
    return cleaned


def _name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 120 or not cleaned.isprintable():
        raise NameInvalidError("Write a name of at most 120 letters.")
    return cleaned


def _known(grants: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    wanted = set(grants)
    if not all(_is_grant(role, scope) for role, scope in wanted):
        raise InvalidError("One of the roles is not known here. Load the page again.")
    return wanted


def _is_grant(role: str, scope: str) -> bool:
    kind, _colon, number = scope.partition(":")
    narrow = kind == "assessment" and number.isdecimal() and role not in COMPANY_ONLY
    return role in ROLES and (scope == COMPANY or narrow)


def _in_words(grants: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{role} ({scope})" for role, scope in sorted(grants)]


def _grant(session: Session, user_id: int, grants: Iterable[tuple[str, str]]) -> None:
    session.add_all(
        RoleGrant(user_id=user_id, role=role, scope=scope) for role, scope in sorted(grants)
    )
    session.flush()


def _person(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFoundError("There is no such person.")
    return user


def _keep_an_administrator(session: Session) -> None:
    session.flush()
    if not queries.has_administrator(session):
        raise ConflictError(
            "Somebody must stay administrator. Give the role to another person first."
        )
