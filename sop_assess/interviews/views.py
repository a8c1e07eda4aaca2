"""Planning interviews; the form itself is the shared one with a part of its own."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.policy import policy
from ..accounts.queries import people
from ..db import now
from ..errors import InvalidError
from ..instruments import extras
from ..instruments import service as instruments
from ..instruments.planning import due, leaders, plan_problem
from ..instruments.queries import RoundView
from ..page import language, stage_names
from ..web import stores
from . import notes

blueprint = Blueprint("interviews", __name__, template_folder="templates")

_BASE = "/a/<int:assessment_id>/rounds/<int:round_id>/interviews"
extras.register(
    "interview",
    extras.KindForm(
        "interviews/parts.html", notes.read, notes.open_sections, {"note": notes.MARKS},
        keep=notes.only_agreed, begin=notes.planned_stages, script="session.js",
    ),
)  # fmt: skip


@blueprint.get(_BASE)
@policy("owner", "planner")
def plan(assessment_id: int, round_id: int) -> ResponseReturnValue:
    """Who is interviewed by whom, about which stages."""
    return _page(_round(assessment_id, round_id))


@blueprint.post(_BASE)
@policy("owner", "planner")
def add(assessment_id: int, round_id: int) -> ResponseReturnValue:
    """Plan one interview."""
    found = _round(assessment_id, round_id)
    form = request.form
    pseudonym = form.get("pseudonym", "").strip()[:60]
    sides = {side: form.getlist(side) for side in notes.SIDES}
    try:
        if not pseudonym or not sides["owned"]:
            raise InvalidError("Give a pseudonym and at least one stage that the person owns.")
        with stores().core.reading() as session:
            known = {str(person.id) for person in leaders(people(session), assessment_id)}
        instruments.create_assignment(
            stores(), found.id, title=_("Interview with %(who)s", who=pseudonym),
            assignee_id=int(form["leader"]) if form.get("leader") in known else None,
            pseudonym=pseudonym, stages=sides, due_on=due(form.get("due_on", ""), now()),
        )  # fmt: skip
    except InvalidError as error:
        return _page(found, error.sentence), 422
    target = url_for("interviews.plan", assessment_id=assessment_id, round_id=round_id)
    return redirect(target, 303)


def _page(found: RoundView, problem: str = "") -> str:
    tasks = instruments.assignments(stores(), round_id=found.id)
    used = {task.pseudonym for task in tasks}
    with stores().core.reading() as session:
        asking = leaders(people(session), found.assessment_id)
    names = stage_names(found.assessment_id, language())
    covered = {s for task in tasks for s in task.stages.get("owned", ())}
    return render_template(
        "interviews/plan.html", round=found, tasks=tasks, leaders=asking, stages=names,
        suggestion=next((p for p in notes.PSEUDONYMS if p not in used), ""),
        problem=problem, given=request.form,
        uncovered=[name for code, name in names.items() if code not in covered],
        sole=plan_problem(tasks),
    )  # fmt: skip


def _round(assessment_id: int, round_id: int) -> RoundView:
    found = instruments.get_round(stores(), round_id)
    if found.assessment_id != assessment_id or found.kind != "interview":
        abort(404)
    return found
