"""Importing the company's own records: choose a file, name its columns, check, confirm, result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..assessment.queries import get_assessment, stages_of
from ..db import now
from ..errors import InvalidError, SopError
from ..page import stage_name
from ..release.queries import ReleaseView, cells, current_releases
from ..web import queue, settings, stores
from . import page_model, uploads
from .comments import CommentColumns, read_comments
from .queries import FileView, files_of, get_file
from .service import ImportReport, import_comments, import_times, time_columns
from .suggestions import guess_subject, stage_lookup, subjects_of, suggest_columns
from .tables import Table, first_rows, open_table
from .times import read_times

blueprint = Blueprint("imports", __name__, template_folder="templates")

READERS = ("owner", "planner", "reader", "coder")
CHANGERS = ("owner", "planner")
ROLES = {"comments": ("text", "stage"), "times": ("item", "start", "end", "step", "source")}
NEEDED = {"comments": ("text",), "times": ("item", "start", "end")}
PREVIEW, SAMPLE = 3, 50
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
            raise InvalidError(_("Choose a file first."))
        token = uploads.keep(stores(), given.stream, given.filename, limit_mb=limit, now=now())
        _open_or_discard(token)
    except SopError as error:
        return _choose_page(assessment_id, kind, error.sentence), error.status
    return redirect(url_for("imports.columns", assessment_id=assessment_id, kind=kind,
                            token=token), 303)  # fmt: skip


@blueprint.get("/a/<int:assessment_id>/imports/<any(comments, times):kind>/<token>")
@policy(*CHANGERS)
def columns(assessment_id: int, kind: str, token: str) -> str:
    """Which column holds what, as far as the names tell."""
    table = _open(token)
    rows = first_rows(table, SAMPLE)
    guessed = suggest_columns(table.columns, rows, ROLES[kind])
    values = {role: column or "" for role, column in guessed.items()}
    return _columns_page(assessment_id, kind, token, values, "")


@blueprint.post("/a/<int:assessment_id>/imports/<any(comments, times):kind>/<token>")
@policy(*CHANGERS)
def confirm(assessment_id: int, kind: str, token: str) -> Response | Page:
    """Check the whole file with these columns; once confirmed, import it and work it out."""
    values = {name: request.form.get(name, "") for name in (*ROLES[kind], *_EXTRA[kind])}
    try:
        _check_needed(kind, values)
        if "confirmed" not in request.form:
            return _check_page(assessment_id, kind, token, values)
        report = _import(assessment_id, kind, token, values)
    except SopError as error:
        return _columns_page(assessment_id, kind, token, values, error.sentence), error.status
    uploads.discard(stores(), token)
    return _work_out(assessment_id, report.file_id)


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
    return render_template(
        f"imports/{file.kind}_result.html", file=file, release=release, figures=figures,
        steps=page_model.steps(figures) if file.kind == "times" else [],
        theming=made[0].detail if made else {}, model=page_model, assessment_id=assessment_id,
        may_import=_may_import(assessment_id),
    )  # fmt: skip


@blueprint.post("/a/<int:assessment_id>/imports/<int:file_id>/release")
@policy(*CHANGERS)
def release_again(assessment_id: int, file_id: int) -> Response:
    """Work the figures of a file out again."""
    get_file(stores(), file_id, assessment_id)
    return _work_out(assessment_id, file_id)


_EXTRA: Mapping[str, tuple[str, ...]] = {
    "comments": ("origin",), "times": ("origin", "step_label", "order"),
}  # fmt: skip


def _work_out(assessment_id: int, file_id: int) -> Response:
    target = url_for("imports.result", assessment_id=assessment_id, file_id=file_id)
    job_id = queue().start("release_import", next_url=target, file_id=file_id)
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _open(token: str) -> Table:
    path = uploads.find(stores(), token).path
    return open_table(path, limit_mb=settings().import_limit_mb)


def _open_or_discard(token: str) -> None:
    try:
        first_rows(_open(token), PREVIEW)
    except SopError:
        uploads.discard(stores(), token)
        raise


def _check_needed(kind: str, values: Mapping[str, str]) -> None:
    missing = [role for role in NEEDED[kind] if not values[role]]
    if missing:
        names = ", ".join(role_words()[role] for role in missing)
        raise InvalidError(_("Choose a column for: %(names)s.", names=names))
    if not values["origin"].strip():
        raise InvalidError(_("Say where the file comes from."))


def _import(assessment_id: int, kind: str, token: str, values: Mapping[str, str]) -> ImportReport:
    found = uploads.find(stores(), token)
    person = signed_in()
    common: dict[str, Any] = {
        "file_name": found.file_name, "limit_mb": settings().import_limit_mb,
        "by": person.id if person else None, "now": now(),
    }  # fmt: skip
    if kind == "comments":
        return import_comments(
            stores(), assessment_id, found.path, text_column=values["text"],
            stage_column=values["stage"] or None, source=values["origin"], **common,
        )  # fmt: skip
    names, subjects = request.form.getlist("step_name"), request.form.getlist("step_subject")
    return import_times(
        stores(), assessment_id, found.path, item=values["item"], start=values["start"],
        end=values["end"], step=values["step"] or None, source_column=values["source"] or None,
        step_label=values["step_label"], order=values["order"] or None,
        subjects=dict(zip(names, subjects, strict=False)), source_name=values["origin"], **common,
    )  # fmt: skip


def _check_page(assessment_id: int, kind: str, token: str, values: Mapping[str, str]) -> str:
    checked = _checked_comments if kind == "comments" else _checked_times
    return render_template(
        "imports/check.html", kind=kind, token=token, values=values, model=page_model,
        assessment_id=assessment_id, roles=role_words(), upload=uploads.find(stores(), token),
        **checked(assessment_id, token, values),
    )  # fmt: skip


def _checked_comments(assessment_id: int, token: str, values: Mapping[str, str]) -> dict[str, Any]:
    stages = stage_lookup((s.code, s.name) for s in stages_of(stores(), assessment_id))
    columns = CommentColumns(values["text"], values["stage"] or None)
    found = read_comments(_open(token), columns, stages, lambda share, message: None)
    return {
        "kept": len(found.found), "set_aside": dict(found.set_aside), "steps": [],
        "examples": [text for text, _stage in found.found[:PREVIEW]],
        "unknown_stages": found.unknown_stages.most_common(5),
        "with_stage": sum(stage is not None for _text, stage in found.found),
    }  # fmt: skip


def _checked_times(assessment_id: int, token: str, values: Mapping[str, str]) -> dict[str, Any]:
    columns = time_columns(item=values["item"], start=values["start"], end=values["end"],
                           step=values["step"] or None, source=values["source"] or None,
                           step_label=values["step_label"], order=values["order"])  # fmt: skip
    found = read_times(_open(token), columns, lambda share, message: None)
    codes = [s.code for s in stages_of(stores(), assessment_id) if not s.skipped]
    counts: dict[str, int] = {}
    for row in found.found:
        counts[row.step] = counts.get(row.step, 0) + 1
    steps = [(step, count, guess_subject(step, codes) or "") for step, count in counts.items()]
    first = min(row.started_at for row in found.found)
    last = max(row.started_at for row in found.found)
    return {
        "kept": len(found.found), "set_aside": dict(found.set_aside), "steps": steps,
        "sources": sorted({row.source for row in found.found if row.source}),
        "never": sum(row.ended_at is None for row in found.found), "first": first, "last": last,
        "subjects": [("", _("none")), *((code, stage_name(code)) for code in subjects_of(codes))],
    }  # fmt: skip


def _choose_page(assessment_id: int, kind: str, problem: str) -> str:
    return render_template(
        "imports/choose.html", kind=kind, problem=problem, assessment_id=assessment_id,
        limit=settings().import_limit_mb,
    )  # fmt: skip


def _columns_page(
    assessment_id: int, kind: str, token: str, values: Mapping[str, str], problem: str
) -> str:
    table = _open(token)
    empty = {name: "" for name in (*ROLES[kind], *_EXTRA[kind])}
    return render_template(
        "imports/columns.html", kind=kind, token=token, values={**empty, **values},
        problem=problem, table=table, rows=first_rows(table, PREVIEW), needed=NEEDED[kind],
        fields=ROLES[kind], roles=role_words(), hints=role_hints(), assessment_id=assessment_id,
        upload=uploads.find(stores(), token),
    )  # fmt: skip


def role_words() -> dict[str, str]:
    """What a column can hold."""
    return {
        "text": _("Text of the comment"), "stage": _("Stage"), "item": _("Lead or order"),
        "start": _("Start"), "end": _("End"), "step": _("Step"), "source": _("Source"),
    }  # fmt: skip


def role_hints() -> dict[str, str]:
    """What each column is for."""
    return {
        "text": _("What the customer or colleague wrote. Names after a title, addresses and long "
                  "numbers are masked."),
        "stage": _("S1 to S8, or the name of a stage."),
        "item": _("The number that tells one from the other."),
        "start": _("When it came in or was handed on."),
        "end": _("When it arrived. Empty means it never did."),
        "step": _("What happened between the two. Without a column, name it below."),
        "source": _("Where it came from: web form, phone, fair. Never a person’s name."),
    }  # fmt: skip


def _release_of(file: FileView) -> ReleaseView | None:
    found = current_releases(stores(), file.assessment_id)
    return next((r for r in found if r.source == file.release_source), None)


def _may_import(assessment_id: int) -> bool:
    person = signed_in()
    return person is not None and person.may(*CHANGERS, assessment_id=assessment_id)
