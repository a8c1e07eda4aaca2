"""Before an anonymous survey opens: what it will be able to show, and how people get in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..assessment.queries import get_assessment
from ..db import now
from ..errors import ConflictError, InvalidError, NotFoundError, SopError
from ..instruments.identity import MINIMUM_GROUP
from ..roster.queries import unit_tree
from ..web import queue, settings, stores
from . import launch
from .inviting import WAYS, By, Choice, LaunchPlan, choice_of, keep_choice, plan_launch
from .launching import redaction_of
from .queries import Door, door_of

blueprint = Blueprint("launching", __name__, template_folder="templates")

_PATH = "/a/<int:assessment_id>/rounds/<int:round_id>/launch"


@blueprint.get(_PATH)
@policy("owner", "planner")
def page(assessment_id: int, round_id: int) -> Response | str:
    """What the survey could show at three responses, and the form that opens it."""
    door = _door(assessment_id, round_id)
    if door.state != "planned":
        return redirect(_after(door), 303)
    return _page(door, choice_of(stores(), round_id), "")


@blueprint.post(_PATH)
@policy("owner", "planner")
def start(assessment_id: int, round_id: int) -> Response | tuple[str, int]:
    """Write down how people are invited, and open the survey as a job."""
    door = _door(assessment_id, round_id)
    choice = choice_of(stores(), round_id)
    person = signed_in()
    try:
        choice = _read_choice()
        _check(assessment_id, plan_launch(stores(), door, choice))
        keep_choice(stores(), round_id, choice, by=person.id if person else None, now=now())
    except SopError as error:
        if door.state != "planned":
            raise
        return _page(door, choice, error.sentence), error.status
    job_id = queue().start("launch_round", next_url=_after(door), round_id=round_id)
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _page(door: Door, choice: Choice, problem: str) -> str:
    listed = sum(unit.people for unit in unit_tree(stores()))
    plan = plan_launch(stores(), door, Choice("mail" if listed else "cards"))
    few = launch.too_few(plan.units)
    return render_template(
        "surveys/launch.html", door=door, plan=plan, problem=problem, few=few, listed=listed,
        choice=choice, invited=sum(unit.invited for unit in plan.units),
        outlooks=[launch.outlook(plan.units, percent) for percent in launch.RESPONSES],
        likely=launch.outlook(plan.units, launch.LIKELY), minimum=MINIMUM_GROUP,
        sends_mail=settings().sends_mail, redaction=redaction_of(stores(), door.assessment_id),
    )  # fmt: skip


def _read_choice() -> Choice:
    by, spare = request.form.get("by", ""), request.form.get("spare", "").strip() or "0"
    ways: dict[str, By] = {way: way for way in WAYS}
    if by not in ways:
        raise InvalidError("Choose how people are invited: by mail or with cards.")
    if not (spare.isascii() and spare.isdigit() and len(spare) < 4):
        raise InvalidError("How many spare cards for each unit? Write a number, such as 2.")
    return Choice(ways[by], int(spare), "bands_only" in request.form)


def _check(assessment_id: int, plan: LaunchPlan) -> None:
    if get_assessment(stores(), assessment_id).state == "final":
        raise ConflictError("This assessment is final. Start a new one to change anything.")
    if not settings().browsers_can_seal:
        raise ConflictError(
            "Browsers seal answers over HTTPS only. Put the site behind HTTPS and set "
            "SOP_BASE_URL to its address."
        )  # fmt: skip
    if sum(unit.invited for unit in plan.units) < MINIMUM_GROUP:
        raise ConflictError(
            "Fewer than %(minimum)s people are invited: no figure could be shown.",
            minimum=MINIMUM_GROUP,
        )  # fmt: skip


def _door(assessment_id: int, round_id: int) -> Door:
    door = door_of(stores(), round_id)
    if door is None or door.assessment_id != assessment_id or not door.anonymous:
        raise NotFoundError("This assessment has no such anonymous survey.")
    return door


def _after(door: Door) -> str:
    return url_for("invitations.invitations", assessment_id=door.assessment_id, round_id=door.id)
