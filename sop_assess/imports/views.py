"""Importing the company's own records: choose a file, name its columns, check, confirm, result."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..assessment.queries import get_assessment
from ..db import now
from ..errors import InvalidError, SopError
from ..release.queries import ReleaseView, cells, current_releases
from ..web import queue, settings, stores
from . import mapping, page_model, uploads
from .queries import FileView, files_of, get_file
from .suggestions import suggest_columns
from .tables import check_table, first_rows
from .workbook import check_workbook, is_workbook

blueprint = Blueprint("imports", __name__, template_folder="templates")

READERS = ("owner", "planner", "reader", "coder")
CHANGERS = ("owner", "planner")
SAMPLE = 50
LISTED = 100
Page = str | tuple[str, int]


@blueprint.get("/a/<int:assessment_id>/imports")
@policy(*READERS)
def index(assessment_id: int) -> str:
    """What was imported, and what it shows."""
    released = {r.source for r in current_releases(stores(), assessment_id)}
    return render_template(
        "imports/index.html", files=files_of(stores(), assessment_id), model=page_model,
        released=released, assessment_id=assessment_id, may_import=_may_import(assessment_id),
    )  # fmt: skip


@blueprint.get("/a/<int:assessment_id>/imports/<any(comments, times):kind>")
@policy(*CHANGERS)
def choose(assessment_id: int, kind: str) -> str:
    """The form for choosing a file."""
    return _choose_page(assessment_id, kind, "")


@blueprint.post("/a/<int:assessment_id>/imports/<any(comments, times):kind>")
@policy(*CHANGERS)
def upload(assessment_id: int, kind: str) -> Response | Page:
    """Take the file in, look whether it can be read, and go on to its columns."""
    get_assessment(stores(), assessment_id)
    given, limit = request.files.get("file"), settings().import_limit_mb
    try:
        if given is None or not given.filename:
            raise InvalidError("Choose a file first.")
        token = uploads.keep(stores(), given.stream, given.filename, limit_mb=limit, now=now())
        sheet = _checked_or_discarded(token)
    except SopError as error:
        return _choose_page(assessment_id, kind, error.sentence), error.status
    if sheet:
        return _read_workbook(assessment_id, kind, token)
    return redirect(url_for("imports.columns", assessment_id=assessment_id, kind=kind,
                            token=token), 303)  # fmt: skip


@blueprint.get("/a/<int:assessment_id>/imports/<any(comments, times):kind>/<token>")
@policy(*CHANGERS)
def columns(assessment_id: int, kind: str, token: str) -> str:
    """Which column holds what, as far as the names tell."""
    table = mapping.open_upload(token)
    rows = first_rows(table, SAMPLE)
    guessed = suggest_columns(table.columns, rows, mapping.ROLES[kind])
    values = {role: column or "" for role, column in guessed.items()}
    return _columns_page(assessment_id, kind, token, values, "")


@blueprint.post("/a/<int:assessment_id>/imports/<any(comments, times):kind>/<token>")
@policy(*CHANGERS)
def confirm(assessment_id: int, kind: str, token: str) -> Response | Page:
    """Check the whole file with these columns; once confirmed, start to import it."""
    values = {name: request.form.get(name, "") for name in mapping.fields(kind)}
    try:
        mapping.check_needed(kind, values)
        if "confirmed" not in request.form:
            return _check_page(assessment_id, kind, token, values)
        mapping.check_new(assessment_id, kind, token, values)
    except SopError as error:
        return _columns_page(assessment_id, kind, token, values, error.sentence), error.status
    return _start(assessment_id, kind, token, values)


@blueprint.get("/a/<int:assessment_id>/imports/<int:file_id>")
@policy(*READERS)
def result(assessment_id: int, file_id: int) -> str:
    """What one file shows."""
    file = get_file(stores(), file_id, assessment_id)
    release = _release_of(file)
    ids = [release.id] if release else []
    statistic = "waits" if file.kind == "times" else "theme"
    figures = cells(stores(), ids, statistic=statistic) if ids else []
    made = cells(stores(), ids, statistic="theming") if ids else []
    listed = cells(stores(), ids, statistic="quote", about="p-list") if ids else []
    return render_template(
        f"imports/{file.kind}_result.html", file=file, release=release, figures=figures,
        steps=page_model.steps(figures) if file.kind == "times" else [],
        theming=made[0].detail if made else {}, listed=listed[:LISTED],
        model=page_model, assessment_id=assessment_id,
        may_import=_may_import(assessment_id),
    )  # fmt: skip


@blueprint.post("/a/<int:assessment_id>/imports/<int:file_id>/release")
@policy(*CHANGERS)
def release_again(assessment_id: int, file_id: int) -> Response:
    """Work the figures of a file out again."""
    get_file(stores(), file_id, assessment_id)
    return _work_out(assessment_id, file_id)


@blueprint.post("/a/<int:assessment_id>/imports/<int:file_id>/withdraw")
@policy(*CHANGERS)
def withdraw(assessment_id: int, file_id: int) -> Response:
    """Remove a file that was imported by mistake, with everything it shows."""
    get_file(stores(), file_id, assessment_id)
    target = url_for("imports.index", assessment_id=assessment_id)
    job_id = queue().start("withdraw_import", next_url=target, file_id=file_id, by=_who())
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _work_out(assessment_id: int, file_id: int) -> Response:
    target = url_for("imports.result", assessment_id=assessment_id, file_id=file_id)
    job_id = queue().start("release_import", next_url=target, file_id=file_id)
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _checked_or_discarded(token: str) -> bool:
    """Whether the upload is a workbook, whose sheet must still be read."""
    path = uploads.find(stores(), token).path
    try:
        if path.stat().st_size and is_workbook(path):
            check_workbook(path)
            return True
        check_table(path, limit_mb=settings().import_limit_mb)
    except SopError:
        uploads.discard(stores(), token)
        raise
    return False


def _read_workbook(assessment_id: int, kind: str, token: str) -> Response:
    back = url_for("imports.choose", assessment_id=assessment_id, kind=kind)
    job_id = queue().start("read_workbook", next_url=back, assessment_id=assessment_id, kind=kind,
                           token=token)  # fmt: skip
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _start(assessment_id: int, kind: str, token: str, values: Mapping[str, str]) -> Response:
    names, subjects = request.form.getlist("step_name"), request.form.getlist("step_subject")
    columns = mapping.import_columns(kind, values, dict(zip(names, subjects, strict=False)))
    back = url_for("imports.columns", assessment_id=assessment_id, kind=kind, token=token)
    job_id = queue().start(f"import_{kind}", next_url=back, assessment_id=assessment_id,
                           token=token, columns=columns, by=_who())  # fmt: skip
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _check_page(assessment_id: int, kind: str, token: str, values: Mapping[str, str]) -> str:
    return render_template(
        "imports/check.html", kind=kind, token=token, values=values, model=page_model,
        assessment_id=assessment_id, upload=uploads.find(stores(), token),
        **mapping.checked(assessment_id, kind, token, values),
    )  # fmt: skip


def _choose_page(assessment_id: int, kind: str, problem: str) -> str:
    return render_template(
        "imports/choose.html", kind=kind, problem=problem, assessment_id=assessment_id,
        limit=settings().import_limit_mb,
    )  # fmt: skip


def _columns_page(
    assessment_id: int, kind: str, token: str, values: Mapping[str, str], problem: str
) -> str:
    table = mapping.open_upload(token)
    rows = [zip(table.columns, row, strict=True) for row in first_rows(table, mapping.EXAMPLES)]
    empty = dict.fromkeys(mapping.fields(kind), "")
    return render_template(
        "imports/columns.html", kind=kind, token=token, rows=rows, values={**empty, **values},
        problem=problem, table=table, needed=mapping.NEEDED[kind],
        fields=mapping.ROLES[kind], roles=mapping.role_words(), hints=mapping.role_hints(),
        assessment_id=assessment_id, upload=uploads.find(stores(), token),
    )  # fmt: skip


def _release_of(file: FileView) -> ReleaseView | None:
    found = current_releases(stores(), file.assessment_id)
    return next((r for r in found if r.source == file.release_source), None)


def _may_import(assessment_id: int) -> bool:
    person = signed_in()
    return person is not None and person.may(*CHANGERS, assessment_id=assessment_id)


def _who() -> int | None:
    person = signed_in()
    return person.id if person else None
