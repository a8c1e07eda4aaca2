"""Sign-ins of staff: a signed cookie names a sign-in, the database says whether it still counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Response, g, request
from flask import session as cookie

from ..db import now
from ..errors import ForbiddenError
from ..web import stores
from . import queries
from .limits import IDLE, LONGEST
from .roles import COMPANY

# The cookie is written again at most this often, so that most answers carry none.
RENEWED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Person:
    """Who is signed in, with roles as (role, scope)."""

    id: int
    name: str
    email: str
    grants: frozenset[tuple[str, str]]

    def may(self, *roles: str, assessment_id: int | None = None) -> bool:
        """Whether one of the roles is held: for the company, or for this assessment."""
        if assessment_id is None:
            return any(role in roles for role, _scope in self.grants)
        scopes = {COMPANY, f"assessment:{assessment_id}"}
        return any(role in roles and scope in scopes for role, scope in self.grants)


def init_app(app: Flask) -> None:
    """Keep the time of the last request in the cookie."""
    app.after_request(_renew)


def signed_in() -> Person | None:
    """The person of this request; None on respondents' pages, which read no cookie."""
    from .policy import of_request

    if "person" not in g:
        g.person = None if of_request().cookieless else _read(now())
    found: Person | None = g.person
    return found


def current_person() -> Person:
    """The person of a view that only signed-in people reach."""
    person = signed_in()
    if person is None:
        raise ForbiddenError("Sign in first.")
    return person


def begin(user_id: int, sign_in: str, epoch: int, moment: datetime) -> None:
    """Start a sign-in in this browser; of the one before only the language stays."""
    # Who signs in again after a pause finds the forms in other tabs still working.
    again = cookie.get("user") == user_id
    kept = {name: cookie[name] for name in ("language", "csrf_token") if name in cookie}
    cookie.clear()
    cookie.permanent = True
    at = moment.timestamp()
    cookie.update(user=user_id, sign_in=sign_in, epoch=epoch, began=at, seen=at)
    cookie.update({name: kept[name] for name in kept if again or name == "language"})
    g.pop("person", None)


def end() -> None:
    """Forget the sign-in of this browser."""
    cookie.clear()
    g.person = None


def sign_in_id() -> str | None:
    """The id of the current sign-in."""
    found: str | None = cookie.get("sign_in")
    return found


def _read(moment: datetime) -> Person | None:
    user_id, began, seen = (cookie.get(name) for name in ("user", "began", "seen"))
    if not isinstance(user_id, int) or began is None or seen is None:
        return None
    at = moment.timestamp()
    if at - seen > IDLE.total_seconds() or at - began > LONGEST.total_seconds():
        return None
    with stores().core.reading() as session:
        found = queries.signed_in_user(session, user_id, str(cookie.get("sign_in")))
        if found is None or found.session_epoch != cookie.get("epoch"):
            return None
        return Person(found.id, found.name, found.email, queries.grants_of(session, found.id))


def _renew(response: Response) -> Response:
    if g.get("person") is not None and request.endpoint != "pages.asset_file":
        at = now().timestamp()
        if at - cookie.get("seen", at) > RENEWED_AFTER.total_seconds():
            cookie["seen"] = at
    return response
