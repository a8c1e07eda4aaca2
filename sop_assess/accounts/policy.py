"""Who may open what. Every view carries a policy; a view without one stops start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, current_app, redirect, request
from werkzeug.exceptions import Forbidden

from ..errors import RegistryError
from .roles import ROLES
from .session import Person, signed_in

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Policy:
    """For whom a view is; `roles` are those of the staff audience."""

    audience: str  # staff, signed_in, public, respondent, shopper, nobody
    roles: frozenset[str] = frozenset()

    @property
    def cookieless(self) -> bool:
        """Whether the origin check replaces the form token: these people have no staff cookie."""
        return self.audience in {"respondent", "shopper"}

    @property
    def open(self) -> bool:
        """Whether no sign-in is needed."""
        return self.audience in {"public", "respondent", "shopper"}


NOBODY = Policy("nobody")
PUBLIC = Policy("public")


class _Decorator:
    """`@policy("owner", "reader")`; also `.signed_in`, `.public`, `.respondent`, `.shopper`."""

    def __call__(self, *roles: str) -> Callable[[View], View]:
        unknown = set(roles) - set(ROLES)
        if unknown or not roles:
            raise RegistryError(f"A policy names unknown roles or none: {sorted(unknown)}.")
        return _mark(Policy("staff", frozenset(roles)))

    def signed_in(self, view: View) -> View:
        """Any person with an account."""
        return _mark(Policy("signed_in"))(view)

    def public(self, view: View) -> View:
        """Everybody."""
        return _mark(PUBLIC)(view)

    def respondent(self, view: View) -> View:
        """Employees: no cookie is read or set."""
        return _mark(Policy("respondent"))(view)

    def shopper(self, view: View) -> View:
        """Mystery shoppers; the view itself checks their link or its cookie."""
        return _mark(Policy("shopper"))(view)


policy = _Decorator()


def _mark(found: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view._policy = found  # type: ignore[attr-defined]  # functions take attributes
        return view

    return mark


def of_endpoint(app: Flask, endpoint: str | None) -> Policy:
    """The policy of an endpoint; nobody's when it has none."""
    found: Policy = getattr(app.view_functions.get(endpoint or ""), "_policy", NOBODY)
    return found


def of_request() -> Policy:
    """The policy of the view that answers; an address without a view is public (it gets a 404)."""
    if request.endpoint is None:
        return PUBLIC
    return of_endpoint(current_app, request.endpoint)


def allows(found: Policy, person: Person | None, arguments: Mapping[str, Any]) -> bool:
    """Whether a person may open a view with these arguments in its address."""
    if found.open:
        return True
    if person is None or found.audience == "nobody":
        return False
    if found.audience == "signed_in":
        return True
    return person.may(*found.roles, assessment_id=arguments.get("assessment_id"))


def require_policies(app: Flask) -> None:
    """RegistryError naming every endpoint that forgot its policy."""
    missing = [name for name in app.view_functions if of_endpoint(app, name) is NOBODY]
    if missing:
        raise RegistryError(f"These endpoints have no policy: {', '.join(sorted(missing))}.")


def init_app(app: Flask) -> None:
    """Check the policy before every view."""
    app.before_request(enforce)


def enforce() -> Response | None:
    """Let the request pass, send to the sign-in, or refuse."""
    found = of_request()
    if found.open:
        return None
    person = signed_in()
    if person is None:
        return _to_sign_in()
    if not allows(found, person, request.view_args or {}):
        raise Forbidden
    return None


def _to_sign_in() -> Response:
    from ..error_pages import error_response, wants_json

    if wants_json():
        return error_response(401)
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    target = f"/login?{urlencode({'next': back})}" if back != "/" else "/login"
    response = redirect(target, 303)
    return current_app.make_response(response)
