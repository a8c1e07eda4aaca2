"""The backlog's pages: list and board, one issue, an issue by hand, the CSV file."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..assessment.queries import findings_of, stages_of
from ..db import now
from ..errors import InvalidError, SopError
from ..imports.suggestions import subjects_of
from ..page import stage_name
from ..web import stores
from . import issue_page, page_model, words, working
from .csv_export import csv_lines
from .fields import READERS as FIELD_READERS
from .fields import FieldsInvalidError
from .queries import Filter, IssueView, discussion, get_issue, issues, matching, owners
from .score import CONFIDENCE
from .service import change, comment, create_by_hand, issue_from_finding, issue_from_theme
from .states import MOVES, STATES

blueprint = Blueprint("backlog", __name__, template_folder="templates")

READERS = ("owner", "planner", "reader", "leader")
CHANGERS = ("owner", "planner")
TALKERS = ("owner", "planner", "leader")
Page = str | tuple[str, int]


@blueprint.get("/a/<int:assessment_id>/backlog")
@policy(*READERS)
def index(assessment_id: int) -> str:
    """All issues in order, and by state."""
    return _list_page(assessment_id)


@blueprint.get("/a/<int:assessment_id>/backlog.csv")
@policy(*READERS)
def as_csv(assessment_id: int) -> Response:
    """All issues as a file for spreadsheets."""
    found = issues(stores(), assessment_id)
    response = Response(csv_lines(found), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="backlog.csv"'
    return response


@blueprint.get("/a/<int:assessment_id>/backlog/new")
@policy(*CHANGERS)
def new(assessment_id: int) -> str:
    """A form for an issue that comes from no finding."""
    return _new_page(assessment_id, {}, {})


@blueprint.post("/a/<int:assessment_id>/backlog/new")
@policy(*CHANGERS)
def create(assessment_id: int) -> AnyResponse | Page:
    """Write the issue down."""
    given = _fields()
    try:
        number = create_by_hand(stores(), assessment_id, given, by=_who(), now=now())
    except FieldsInvalidError as error:
        return _new_page(assessment_id, given, error.messages), 422
    return redirect(_url(assessment_id, number), 303)


@blueprint.post("/a/<int:assessment_id>/backlog/from-finding/<int:finding_id>")
@policy(*CHANGERS)
def create_from_finding(assessment_id: int, finding_id: int) -> AnyResponse:
    """Make an issue from a finding, with its evidence as it is today."""
    number = issue_from_finding(stores(), assessment_id, finding_id, **_start(), by=_who(),
                                now=now())  # fmt: skip
    return redirect(_url(assessment_id, number), 303)


@blueprint.post("/a/<int:assessment_id>/backlog/from-theme/<int:release_id>/<theme>")
@policy(*CHANGERS)
def create_from_theme(assessment_id: int, release_id: int, theme: str) -> AnyResponse:
    """Make an issue from a theme of comments."""
    number = issue_from_theme(stores(), assessment_id, release_id, theme, **_start(), by=_who(),
                              now=now())  # fmt: skip
    return redirect(_url(assessment_id, number), 303)


@blueprint.get("/a/<int:assessment_id>/backlog/<int:number>")
@policy(*READERS)
def issue(assessment_id: int, number: int) -> str:
    """One issue: its score, evidence, discussion and history."""
    return _issue_page(assessment_id, number, {}, {})


@blueprint.post("/a/<int:assessment_id>/backlog/<int:number>")
@policy(*CHANGERS)
def save(assessment_id: int, number: int) -> AnyResponse | Page:
    """Change fields of an issue."""
    given = _fields()
    try:
        changed = change(stores(), assessment_id, number, given,
                         reason=request.form.get("reason", ""), by=_who(), now=now())  # fmt: skip
    except SopError as error:
        messages = error.messages if isinstance(error, FieldsInvalidError) else {}
        page = _issue_page(assessment_id, number, messages or {"state": error.sentence}, given)
        return page, error.status
    flash(_("Saved.") if changed else _("Nothing was different, so nothing was changed."))
    return redirect(_url(assessment_id, number), 303)


@blueprint.post("/a/<int:assessment_id>/backlog/<int:number>/move")
@policy(*CHANGERS)
def move(assessment_id: int, number: int) -> AnyResponse | Page:
    """Move an issue to another state, from the board."""
    state = request.form.get("state", "")
    try:
        change(stores(), assessment_id, number, {"state": state},
               reason=request.form.get("reason", ""), by=_who(), now=now())  # fmt: skip
    except SopError as error:
        return _list_page(assessment_id, {number: error.sentence}), error.status
    return redirect(f"{url_for('backlog.index', assessment_id=assessment_id)}#board", 303)


@blueprint.post("/a/<int:assessment_id>/backlog/<int:number>/comments")
@policy(*TALKERS)
def add_comment(assessment_id: int, number: int) -> AnyResponse | Page:
    """Add to the discussion."""
    text = request.form.get("say", "")
    try:
        comment(stores(), assessment_id, number, text, by=_who(), now=now())
    except InvalidError as error:
        page = _issue_page(assessment_id, number, {"say": error.sentence}, {"say": text})
        return page, error.status
    return redirect(f"{_url(assessment_id, number)}#discussion", 303)


def _list_page(assessment_id: int, problems: Mapping[int, str] | None = None) -> str:
    found = issues(stores(), assessment_id)
    wanted = _wanted()
    person = signed_in()
    return render_template(
        "backlog/index.html", found=found, shown=matching(found, wanted), wanted=wanted,
        saved=page_model.saved_filters(found, wanted, person.name if person else ""),
        board=page_model.board(found), step=page_model.next_step(found, now()),
        has_findings=bool(findings_of(stores(), assessment_id)), problems=problems or {},
        assessment_id=assessment_id, today=now(), stages=_stages(assessment_id), states=STATES,
        moves=MOVES, may_change=_may(assessment_id, CHANGERS), **_words(),
    )  # fmt: skip


def _issue_page(
    assessment_id: int, number: int, errors: Mapping[str, str], given: Mapping[str, str]
) -> str:
    found = get_issue(stores(), assessment_id, number)
    every, entries = issues(stores(), assessment_id), discussion(stores(), found.id)
    ranked = [i.number for i in every if i.score is not None]
    rank = ranked.index(number) + 1 if number in ranked else None
    return render_template(
        "backlog/issue.html", issue=found, errors=errors, values={**_values(found), **given},
        rank=rank, scored=len(ranked), entries=entries, moves=(found.state, *MOVES[found.state]),
        assessment_id=assessment_id, may_change=_may(assessment_id, CHANGERS),
        may_talk=_may(assessment_id, TALKERS), owners=owners(every),
        subjects=_subjects(assessment_id), confidences=list(CONFIDENCE), **_words(),
    )  # fmt: skip


def _new_page(assessment_id: int, given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "backlog/new.html", values=given, errors=errors, assessment_id=assessment_id,
        subjects=_subjects(assessment_id), confidences=list(CONFIDENCE),
        owners=owners(issues(stores(), assessment_id)), **_words(),
    )  # fmt: skip


def _words() -> dict[str, object]:
    return {"model": page_model, "one": issue_page, "working": working, "words": words,
            "word": words.word}  # fmt: skip


def _values(found: IssueView) -> dict[str, str]:
    """An issue as its form shows it."""
    reach, effort = found.inputs.reach, found.inputs.effort
    values = {
        "title": found.title, "description": found.description, "kind": found.kind,
        "horizon": found.horizon, "target_period": found.target_period, "owner": found.owner,
        "due_on": f"{found.due_on:%Y-%m-%d}" if found.due_on else "",
        "reach": f"{reach * 100:.4g}" if reach is not None else "", "impact": found.inputs.impact,
        "confidence": found.inputs.confidence, "effort": f"{effort:g}" if effort else "",
        "subject": found.subject, "cost": found.cost, "external_link": found.external_link,
        "state": found.state, "reason": "", "say": "",
    }  # fmt: skip
    affected = {name: found.affected.get(name, "") for name in ("source", "segment", "roles")}
    return {**{name: str(value or "") for name, value in values.items()}, **affected}


def _wanted() -> Filter:
    asked, person = request.args, signed_in()
    mine = person.name if person and asked.get("mine") else ""
    return Filter(
        stage=asked.get("stage", ""), state=asked.get("state", ""),
        words=asked.get("q", "")[:100], horizon=asked.get("horizon", ""),
        without_owner=bool(asked.get("without_owner")), owner=mine,
    )  # fmt: skip


def _fields() -> dict[str, str]:
    return {n: request.form[n] for n in (*FIELD_READERS, "state") if n in request.form}


def _start() -> dict[str, str]:
    form = request.form
    return {"title": form.get("title", ""), "owner": form.get("owner", ""),
            "horizon": form.get("horizon") or "planned"}  # fmt: skip


def _stages(assessment_id: int) -> list[str]:
    return [s.code for s in stages_of(stores(), assessment_id) if not s.skipped]


def _subjects(assessment_id: int) -> list[tuple[str, str]]:
    codes = subjects_of(_stages(assessment_id))
    return [("", _("no stage")), *((code, stage_name(code)) for code in codes)]


def _may(assessment_id: int, roles: tuple[str, ...]) -> bool:
    person = signed_in()
    return person is not None and person.may(*roles, assessment_id=assessment_id)


def _who() -> int | None:
    person = signed_in()
    return person.id if person else None


def _url(assessment_id: int, number: int) -> str:
    return url_for("backlog.issue", assessment_id=assessment_id, number=number)
