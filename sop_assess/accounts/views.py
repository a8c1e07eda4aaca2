"""Sign-in, sign-out, setting up, the own account, and where the start address leads."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import now
from ..errors import SopError
from ..page import LANGUAGES, assessment, company, reachable
from ..web import stores
from . import queries, service, session
from .limits import Limit
from .passwords import PasswordError
from .policy import policy

blueprint = Blueprint("accounts", __name__, template_folder="templates")

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 10, 50


def _limits() -> tuple[Limit, Limit]:
    """The attempts per account and per address of this app."""
    found: tuple[Limit, Limit] = current_app.extensions.setdefault(
        "sign_in_limits", (Limit(PER_ACCOUNT, WINDOW), Limit(PER_ADDRESS, WINDOW))
    )
    return found


@blueprint.get("/")
@policy.public
def start() -> ResponseReturnValue:
    """Where somebody belongs: the own first page, the sign-in, or how to set up."""
    if session.signed_in() is None:
        with stores().core.reading() as reading:
            ready = queries.has_administrator(reading)
        return redirect("/login", 303) if ready else render_template("accounts/not_set_up.html")
    found = assessment()
    names = ("", "plan", "themes", "redaction")
    pages = [f"/a/{found.id}/{name}" for name in names] if found else []
    for url in [*pages, *([] if found else ["/start"]), "/tasks", "/people"]:
        if reachable(url):
            return redirect(url, 303)
    return render_template("accounts/nothing.html")


@blueprint.get("/login")
@policy.public
def login() -> ResponseReturnValue:
    """The sign-in."""
    if session.signed_in() is not None:
        return redirect(_next(), 303)
    return render_template("accounts/login.html", email="", error="", next=_next())


@blueprint.post("/login")
@policy.public
def sign_in() -> ResponseReturnValue:
    """Sign in; the answer for an unknown address is the answer for a wrong password."""
    email, moment = request.form.get("email", ""), now()
    accounts, addresses = _limits()
    free = addresses.attempt(request.remote_addr or "", moment)
    if not (accounts.attempt(email.strip().lower()[:254], moment) and free):
        error = _("Too many attempts. Wait 15 minutes, then try again.")
        return _login_again(email, error), 429
    begun = service.sign_in(stores(), email, request.form.get("password", ""), moment)
    if begun is None:
        return _login_again(email, _("E-mail and password do not belong together.")), 422
    accounts.clear(email.strip().lower()[:254])
    session.begin(begun.user_id, begun.sign_in, begun.epoch, moment)
    return redirect(_next(), 303)


def _login_again(email: str, error: str) -> str:
    return render_template("accounts/login.html", email=email[:254], error=error, next=_next())


def _next() -> str:
    """Where to go after the sign-in: an address of this site only."""
    wanted = request.values.get("next", "/")
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if safe and "\\" not in wanted and len(wanted) < 500 else "/"


@blueprint.post("/logout")
@policy.signed_in
def logout() -> ResponseReturnValue:
    """End this sign-in."""
    person = session.current_person()
    service.sign_out(stores(), person.id, session.sign_in_id() or "", now())
    session.end()
    return redirect("/login", 303)


@blueprint.get("/setup/<token>")
@policy.public
def setup(token: str) -> ResponseReturnValue:
    """The page on which an invited person, or the first one, sets a password."""
    link = service.find_link(stores(), token, now())
    return render_template("accounts/setup.html", link=link, errors={}, values={})


@blueprint.post("/setup/<token>")
@policy.public
def use_setup(token: str) -> ResponseReturnValue:
    """Set the password and sign in."""
    values, moment = request.form, now()
    link = service.find_link(stores(), token, moment)
    known = company()
    try:
        begun = service.redeem_link(
            stores(), token, name=values.get("name", ""), email=values.get("email", ""),
            password=values.get("password", ""), company=known.name if known else "", now=moment,
        )  # fmt: skip
    except SopError as error:
        if error.status == 410:
            raise
        errors = {_culprit(error): error.sentence}
        return render_template("accounts/setup.html", link=link, errors=errors, values=values), 422
    session.begin(begun.user_id, begun.sign_in, begun.epoch, moment)
    return redirect("/", 303)


def _culprit(error: SopError) -> str:
    if isinstance(error, PasswordError):
        return "password"
    return "name" if isinstance(error, service.NameInvalidError) else "email"


@blueprint.get("/account")
@policy.signed_in
def account() -> ResponseReturnValue:
    """The own account: password, language, other sign-ins."""
    return _account_page({})


def _account_page(errors: dict[str, str]) -> str:
    person = session.current_person()
    with stores().core.reading() as reading:
        others = queries.other_sign_ins(reading, person.id, session.sign_in_id() or "")
    return render_template("accounts/account.html", errors=errors, others=others)


@blueprint.post("/account/password")
@policy.signed_in
def change_password() -> ResponseReturnValue:
    """Take a new password; every other sign-in ends."""
    person, moment, known = session.current_person(), now(), company()
    accounts, _addresses = _limits()
    if not accounts.attempt(f"password:{person.id}", moment):
        error = _("Too many attempts. Wait 15 minutes, then try again.")
        return _account_page({"old": error}), 429
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        begun = service.change_password(
            stores(), person.id, old, new, known.name if known else "", moment
        )
    except service.WrongPasswordError as error:
        return _account_page({"old": error.sentence}), 422
    except PasswordError as error:
        return _account_page({"new": error.sentence}), 422
    accounts.clear(f"password:{person.id}")
    session.begin(begun.user_id, begun.sign_in, begun.epoch, moment)
    flash(_("The new password counts from now on. All other sign-ins have ended."))
    return redirect("/account", 303)


@blueprint.post("/account/others")
@policy.signed_in
def end_others() -> ResponseReturnValue:
    """End all other sign-ins."""
    person = session.current_person()
    service.end_others(stores(), person.id, session.sign_in_id() or "", now())
    flash(_("All other sign-ins have ended."))
    return redirect("/account", 303)


@blueprint.post("/account/language")
@policy.signed_in
def language() -> ResponseReturnValue:
    """Keep the language of the pages in this browser."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        cookie["language"] = wanted
    return redirect("/account", 303)
