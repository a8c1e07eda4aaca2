"""People, their roles, and the log of what staff did."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..assessment.models import Assessment
from ..db import now
from ..errors import ConflictError, InvalidError, NotFoundError
from ..web import settings, stores
from . import queries, service
from .audit import verify_chain
from .policy import policy
from .roles import COMPANY, COMPANY_ONLY, NAMES, ROLES
from .session import current_person

blueprint = Blueprint("people", __name__, template_folder="templates")

LOG_PAGE = 100


@blueprint.get("/people")
@policy("administrator")
def people() -> ResponseReturnValue:
    """Everybody with an account."""
    with stores().core.reading() as session:
        rows, scopes = queries.people(session), _scopes(session)
    return render_template("accounts/people.html", people=rows, names=NAMES, scopes=dict(scopes))


@blueprint.get("/people/invite")
@policy("administrator")
def invite_form() -> ResponseReturnValue:
    """The form of an invitation."""
    return _form_page("accounts/invite.html", values={}, chosen=[])


@blueprint.post("/people/invite")
@policy("administrator")
def invite() -> ResponseReturnValue:
    """Make an account and show its link once."""
    email, name = request.form.get("email", ""), request.form.get("name", "")
    try:
        path = service.invite(stores(), email, name, _grants(), current_person().id, now())
    except (ConflictError, InvalidError) as error:
        culprit = "name" if isinstance(error, service.NameInvalidError) else "email"
        return _form_page(
            "accounts/invite.html", values=request.form, chosen=request.form.getlist("grant"),
            errors={culprit: error.sentence},
        ), 422  # fmt: skip
    return _link_page(name, path, days=7)


@blueprint.get("/people/<int:user_id>")
@policy("administrator")
def person(user_id: int) -> ResponseReturnValue:
    """One person: roles, a new link, closing."""
    return _person_page(user_id, {})


@blueprint.post("/people/<int:user_id>/roles")
@policy("administrator")
def set_roles(user_id: int) -> ResponseReturnValue:
    """Give a person the ticked roles and no others."""
    try:
        service.set_grants(stores(), user_id, _grants(), current_person().id, now())
    except (ConflictError, InvalidError) as error:
        return _person_page(user_id, {"roles": error.sentence}), 422
    flash(_("The roles are kept."))
    return redirect("/people", 303)


@blueprint.post("/people/<int:user_id>/link")
@policy("administrator")
def new_link(user_id: int) -> ResponseReturnValue:
    """A link for a new password, shown once."""
    path = service.create_reset_link(stores(), user_id, current_person().id, now())
    with stores().core.reading() as session:
        found = queries.find_person(session, user_id)
    return _link_page(found.name if found else "", path, days=7 if found and found.invited else 1)


@blueprint.post("/people/<int:user_id>/closed")
@policy("administrator")
def close(user_id: int) -> ResponseReturnValue:
    """Close or reopen an account."""
    disabled = request.form.get("closed") == "yes"
    try:
        service.set_disabled(stores(), user_id, disabled, current_person().id, now())
    except ConflictError as error:
        return _person_page(user_id, {"closed": error.sentence}), 422
    flash(_("The account is closed.") if disabled else _("The account is open again."))
    return redirect("/people", 303)


@blueprint.get("/people/log")
@policy("administrator")
def log() -> ResponseReturnValue:
    """What staff did, newest first, and whether the log is whole."""
    before = request.args.get("before", type=int)
    with stores().core.reading() as session:
        entries = queries.log_entries(session, before, LOG_PAGE)
        return render_template(
            "accounts/log.html", entries=entries, names=queries.names(session),
            broken=verify_chain(session), more=len(entries) == LOG_PAGE, first=before is None,
        )  # fmt: skip


def _form_page(template: str, **context: Any) -> str:
    with stores().core.reading() as session:
        scopes = _scopes(session)
    shown = {"scopes": scopes, "roles": ROLES, "names": NAMES, "company_only": COMPANY_ONLY}
    return render_template(template, **{"errors": {}, **shown, **context})


def _person_page(user_id: int, errors: dict[str, str]) -> str:
    with stores().core.reading() as session:
        found = queries.find_person(session, user_id)
    if found is None:
        raise NotFoundError("There is no such person.")
    posted = request.form.getlist("grant") if "roles" in errors else None
    chosen = posted if posted is not None else [f"{role}|{scope}" for role, scope in found.grants]
    return _form_page("accounts/person.html", found=found, chosen=chosen, errors=errors)


def _link_page(name: str, path: str, days: int) -> str:
    url = settings().base_url + path
    return render_template("accounts/link.html", name=name, url=url, days=days)


def _grants() -> set[tuple[str, str]]:
    """The ticked boxes of a form, each "role|scope"."""
    pairs = (entry.partition("|") for entry in request.form.getlist("grant"))
    return {(role, scope) for role, _bar, scope in pairs}


def _scopes(session: Session) -> list[tuple[str, str]]:
    """The scopes a role may have, with their names."""
    rows = session.execute(select(Assessment.id, Assessment.name).order_by(Assessment.id.desc()))
    return [(COMPANY, _("the whole company"))] + [(f"assessment:{key}", name) for key, name in rows]
