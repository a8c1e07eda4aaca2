"""The tasks of a leader and the named form that every kind shares."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from ..accounts.policy import policy
from ..accounts.session import current_person
from ..db import now
from ..errors import AnswersInvalidError
from ..page import language, stage_names
from ..web import stores
from . import service
from .answers import Fields, read_document
from .attachments import get_attachment
from .definition import Definition
from .extras import fields_to_send, first_fields, kind_form, read_extras
from .forms import Form
from .queries import AssignmentView
from .registries import KINDS, QUESTIONS

blueprint = Blueprint("instruments", __name__, template_folder="templates")


@blueprint.get("/tasks")
@policy("leader", "owner", "planner")
def tasks() -> ResponseReturnValue:
    """What this person still has to do and has done."""
    mine = service.assignments(stores(), assignee_id=current_person().id)
    waiting = [task for task in mine if task.state != "done" and task.round_state == "open"]
    done = [task for task in mine if task.state == "done"]
    return render_template("instruments/tasks.html", waiting=waiting, done=done, kinds=KINDS)


@blueprint.get("/tasks/<key>")
@policy("leader", "owner", "planner")
def task(key: str) -> ResponseReturnValue:
    """The form of one task with what was saved before."""
    found = _mine(key)
    return _page(found, service.load_draft(stores(), key) or first_fields(found))


@blueprint.post("/tasks/<key>")
@policy("leader", "owner", "planner")
def send(key: str) -> ResponseReturnValue:
    """Keep the draft, or send the form."""
    found = _mine(key)
    fields = _fields()
    service.save_draft(stores(), key, fields, now=now())
    if request.form.get("step") == "save":
        return redirect(url_for("instruments.task", key=key, saved=1), 303)
    definition = service.definition_of(stores(), found.version_id)
    sent_fields = fields_to_send(found.kind, definition, fields)
    events, context, messages = _read(found, definition, sent_fields)
    if messages:
        return _page(found, fields, messages), 422
    service.submit_named(
        stores(), key, submission_id=_submission_id(), fields=sent_fields, events=events,
        context=context, language=language(), now=now(),
    )  # fmt: skip
    return redirect(url_for("instruments.sent", key=key), 303)


@blueprint.post("/tasks/<key>/draft")
@policy("leader", "owner", "planner")
def draft(key: str) -> ResponseReturnValue:
    """Keep what was typed so far; sent by the page itself."""
    _mine(key)
    data: Any = request.get_json(silent=True)
    fields = data.get("fields") if isinstance(data, dict) else None
    if not isinstance(fields, dict):
        abort(400)
    given = {str(k): [str(v) for v in values] for k, values in fields.items()
             if isinstance(values, list)}  # fmt: skip
    service.save_draft(stores(), key, given, now=now())
    return jsonify(saved=now().isoformat(timespec="seconds"))


@blueprint.get("/tasks/<key>/sent")
@policy("leader", "owner", "planner")
def sent(key: str) -> ResponseReturnValue:
    """Proof that the form is on disk."""
    return render_template("instruments/sent.html", task=_mine(key), kind=KINDS[_mine(key).kind])


@blueprint.get("/attachments/<attachment_id>")
@policy("owner", "planner", "coder")
def attachment(attachment_id: str) -> ResponseReturnValue:
    """A photo as a download."""
    found = get_attachment(stores(), attachment_id)
    assessment_id = service.get_round(stores(), found.round_id).assessment_id
    if not current_person().may("owner", "planner", "coder", assessment_id=assessment_id):
        abort(403)
    return send_file(found.path, mimetype=found.media_type, as_attachment=True,
                     download_name=f"{found.name.rpartition('.')[0] or found.name}.jpg",
                     max_age=0)  # fmt: skip


def _mine(key: str) -> AssignmentView:
    """The task, if this person is to do it or plans the assessment; shoppers use their link."""
    found = service.get_assignment(stores(), key)
    person = current_person()
    plans = person.may("owner", "planner", assessment_id=found.assessment_id)
    if found.assignee_id != person.id and not plans:
        abort(403)
    return found


def _read(
    found: AssignmentView, definition: Definition, fields: Fields
) -> tuple[list[dict[str, Any]], Mapping[str, Any], dict[str, str]]:
    """Events and context of the kind's own part, and every message of the whole form at once."""
    _, messages = read_document(definition, QUESTIONS.get, fields)
    try:
        events, context = read_extras(found, fields)
    except AnswersInvalidError as error:
        return [], {}, {**error.messages, **messages}
    return events, context, messages


def _fields() -> dict[str, list[str]]:
    own = {"csrf_token", "step", "submission_id"}
    return {name: values for name, values in request.form.lists() if name not in own}


def _page(found: AssignmentView, fields: Fields, errors: dict[str, str] | None = None) -> str:
    definition = service.definition_of(stores(), found.version_id)
    tongue = language() if language() in definition.languages else definition.languages[0]
    names = stage_names(found.assessment_id, tongue)
    form = Form(definition, tongue, fields, errors or {}, names)
    extra = kind_form(found.kind)
    shown = extra.sections(found, definition, fields) if extra and extra.sections else None
    return render_template(
        "instruments/task.html", task=found, form=form, extra=extra, shown=shown,
        kind=KINDS[found.kind], submission_id=_submission_id(),
        saved=request.args.get("saved") or (found.state != "done" and found.draft_saved_at),
    )  # fmt: skip


def _submission_id() -> str:
    """The id made for this attempt; it stays through corrections of the same page."""
    given = request.form.get("submission_id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid4())
