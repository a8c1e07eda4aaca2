"""Planning observations; the form itself is the shared one with a part of its own."""

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
from ..instruments.planning import due, leaders
from ..instruments.queries import RoundView
from ..page import language, places, stage_names
from ..web import stores
from . import events

blueprint = Blueprint("shadowing", __name__, template_folder="templates")

_BASE = "/a/<int:assessment_id>/rounds/<int:round_id>/observations"
ENOUGH_SESSIONS = 3
extras.register(
    "shadow",
    extras.KindForm(
        "shadowing/parts.html", events.read, events.open_sections,
        {"event": events.EVENTS, "lasting": events.LASTING, "moment": events.MOMENTS},
        script="shadow.js",
    ),
)  # fmt: skip


@blueprint.get(_BASE)
@policy("owner", "planner")
def plan(assessment_id: int, round_id: int) -> ResponseReturnValue:
    """Which roles are watched, how often, by whom."""
    return _page(_round(assessment_id, round_id))


@blueprint.post(_BASE)
@policy("owner", "planner")
def add(assessment_id: int, round_id: int) -> ResponseReturnValue:
    """Plan three sessions with a role, or one more."""
    found = _round(assessment_id, round_id)
    form = request.form
    role, owned = form.get("role", "").strip()[:60], form.getlist("owned")
    try:
        if not role or not owned:
            raise InvalidError("Name the role and at least one stage that it works in.")
        day = due(form.get("due_on", ""), now())
        with stores().core.reading() as session:
            known = {str(person.id) for person in leaders(people(session), assessment_id)}
        before = sum(1 for t in _tasks(found) if t.pseudonym == role)
        for number in range(before + 1, before + 1 + int(form.get("sessions") == "3") * 2 + 1):
            instruments.create_assignment(
                stores(), found.id,
                title=_("%(role)s, session %(number)s", role=role, number=number),
                assignee_id=int(form["leader"]) if form.get("leader") in known else None,
                pseudonym=role, location=form.get("site") or None, stages={"owned": owned},
                context={"role": role, "site": form.get("site", ""), "session": number},
                due_on=day,
            )  # fmt: skip
    except InvalidError as error:
        return _page(found, error.sentence), 422
    target = url_for("shadowing.plan", assessment_id=assessment_id, round_id=round_id)
    return redirect(target, 303)


def _page(found: RoundView, problem: str = "") -> str:
    tasks = _tasks(found)
    with stores().core.reading() as session:
        watching = leaders(people(session), found.assessment_id)
    counts = {t.pseudonym: sum(o.pseudonym == t.pseudonym for o in tasks) for t in tasks}
    return render_template(
        "shadowing/plan.html", round=found, tasks=tasks, leaders=watching, problem=problem,
        stages=stage_names(found.assessment_id, language()), places=places(found.assessment_id),
        given=request.form,
        thin=sorted(r for r, count in counts.items() if r and count < ENOUGH_SESSIONS),
    )  # fmt: skip


def _tasks(found: RoundView) -> list[instruments.AssignmentView]:
    return instruments.assignments(stores(), round_id=found.id)


def _round(assessment_id: int, round_id: int) -> RoundView:
    found = instruments.get_round(stores(), round_id)
    if found.assessment_id != assessment_id or found.kind != "shadow":
        abort(404)
    return found
