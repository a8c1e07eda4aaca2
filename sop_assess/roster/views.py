"""The staff list: units with counts, and its import. Names are shown to nobody."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..db import now
from ..errors import InvalidError, SopError
from ..imports import uploads
from ..page import company
from ..web import settings, stores
from . import service
from .files import StaffFile, open_file
from .queries import unit_tree
from .reading import Staff, read_staff

blueprint = Blueprint("roster", __name__, template_folder="templates")

KEEPERS = ("owner", "planner", "administrator")
LISTED = 200
Page = str | tuple[str, int]


@blueprint.get("/roster")
@policy(*KEEPERS)
def index() -> str:
    """How many people could be asked, by unit."""
    units = unit_tree(stores())
    people = sum(unit.people for unit in units)
    return render_template("roster/index.html", units=units, people=people)


@blueprint.get("/roster/import")
@policy(*KEEPERS)
def choose() -> str:
    """The form for choosing a file."""
    return _choose_page("")


@blueprint.post("/roster/import")
@policy(*KEEPERS)
def upload() -> Response | Page:
    """Take the file in and go on to what it would change; nothing is written."""
    given, limit = request.files.get("file"), settings().upload_limit_mb
    try:
        if given is None or not given.filename:
            raise InvalidError("Choose a file first.")
        token = uploads.keep(stores(), given.stream, given.filename, limit_mb=limit, now=now())
        _read_or_discard(token)
    except SopError as error:
        return _choose_page(error.sentence), error.status
    return redirect(url_for("roster.check", token=token), 303)


@blueprint.get("/roster/import/<token>")
@policy(*KEEPERS)
def check(token: str) -> str:
    """What the file would change, and which lines are set aside."""
    return _check_page(token, "")


@blueprint.post("/roster/import/<token>")
@policy(*KEEPERS)
def confirm(token: str) -> Response | Page:
    """Write what the page before said."""
    mode: service.Mode = "add" if request.form.get("mode") == "add" else "replace"
    if request.form.get("mode") not in {"add", "replace"}:
        return _check_page(token, _("Say whether the file replaces the list or adds to it.")), 422
    staff = _read(token)[1]
    if not staff.entries:
        return _check_page(token, _("No line of the file can be taken in.")), 422
    done = service.import_staff(stores(), staff.entries, mode)
    uploads.discard(stores(), token)
    person = signed_in()
    service.note_import(stores(), done, mode, by=person.id if person else None, now=now())
    flash(ngettext("One person is on the staff list.", "%(num)s people are on the staff list.",
                   done.people))  # fmt: skip
    return redirect(url_for("roster.index"), 303)


def _read(token: str) -> tuple[StaffFile, Staff]:
    path = uploads.find(stores(), token).path
    file = open_file(path, limit_mb=settings().upload_limit_mb)
    known = company()
    return file, read_staff(file, known.name if known else _("Everybody"))


def _read_or_discard(token: str) -> None:
    try:
        _read(token)
    except SopError:
        uploads.discard(stores(), token)
        raise


def _choose_page(problem: str) -> str:
    people = sum(unit.people for unit in unit_tree(stores()))
    return render_template(
        "roster/choose.html", problem=problem, limit=settings().upload_limit_mb, people=people
    )


def _check_page(token: str, problem: str) -> str:
    file, staff = _read(token)
    return render_template(
        "roster/check.html", token=token, file=file, staff=staff, problem=problem, listed=LISTED,
        changes=service.preview(stores(), staff.entries), upload=uploads.find(stores(), token),
    )  # fmt: skip
