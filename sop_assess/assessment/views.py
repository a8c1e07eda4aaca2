"""The owner's way: first screen, home, plan, stages, and making an assessment final."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..db import now
from ..errors import InvalidError, SopError
from ..instruments.service import rounds_of
from ..page import stage_name
from ..release.queries import current_releases
from ..web import stores
from . import plan_words, queries, service
from .next_step import next_step, steps
from .planning import Plan, alternatives, propose
from .profile import Profile, read_profile
from .situation import standing
from .stages import BEGINS_AND_ENDS, StageChange

blueprint = Blueprint("assessment", __name__, template_folder="templates")

STATES = ("planning", "collecting", "analysing", "final")
READERS = ("owner", "planner", "reader", "leader", "coder")


def who() -> int | None:
    """The id of the person who acts."""
    person = signed_in()
    return person.id if person else None


def fields() -> dict[str, list[str]]:
    """The form of this request, every value of every field."""
    return {name: request.form.getlist(name) for name in request.form}


@blueprint.get("/start")
@policy("owner", "planner")
def start() -> str:
    """The first screen, with what is known already."""
    company = queries.find_company(stores())
    known = _as_fields(company.profile) if company else {}
    return _start_page(known, None, {})


@blueprint.post("/start")
@policy("owner", "planner")
def take() -> Response | tuple[str, int] | str:
    """Work out the plan from the answers, or take it."""
    given = fields()
    profile, messages = read_profile(given)
    if profile is None:
        return _start_page(given, None, messages), 422
    by_hand = "replan" in given and "propose" not in given
    chosen = given.get("methods") if by_hand else None
    plan = propose(profile, now().date(), chosen or None)
    if "take" not in given:
        return _start_page(given, (profile, plan), {}, by_hand=by_hand)
    try:
        made = service.take_plan(
            stores(), profile, plan, name=request.form.get("name", ""), by=who(), now=now()
        )
    except InvalidError as error:
        errors = {"name": error.sentence}
        return _start_page(given, (profile, plan), errors, by_hand=by_hand), 422
    return redirect(url_for("assessment.stages", assessment_id=made), 303)


@blueprint.get("/a/<int:assessment_id>/")
@policy(*READERS)
def home(assessment_id: int) -> str:
    """The one next step, where the assessment stands, and what is known."""
    found = queries.get_assessment(stores(), assessment_id)
    where = standing(stores(), found, stage_name, moment=now())
    todo = steps(where.situation)
    return render_template(
        "assessment/home.html", found=found, where=where, step=todo[0], later=todo[1:6],
        states=_state_bar(found.state), today=now(), span=plan_words.span,
        long_hours=plan_words.long_hours,
        others=[entry for entry in queries.assessments(stores()) if entry.id != assessment_id],
    )  # fmt: skip


@blueprint.get("/a/<int:assessment_id>/plan")
@policy(*READERS)
def plan(assessment_id: int) -> str:
    """The methods with their rounds, and the plan that was taken."""
    return _plan_page(assessment_id, "")


@blueprint.post("/a/<int:assessment_id>/plan")
@policy("owner", "planner")
def change_methods(assessment_id: int) -> Response | tuple[str, int]:
    """Choose other methods; dates and amounts follow."""
    chosen = request.form.getlist("methods")
    company = queries.find_company(stores())
    again = propose(company.profile, now().date(), chosen) if company and chosen else None
    try:
        service.choose_methods(stores(), assessment_id, chosen, plan=again, by=who(), now=now())
    except SopError as error:
        return _plan_page(assessment_id, error.sentence), error.status
    flash(_("The methods are changed."))
    return redirect(url_for("assessment.plan", assessment_id=assessment_id), 303)


@blueprint.get("/a/<int:assessment_id>/stages")
@policy("owner", "planner")
def stages(assessment_id: int) -> str:
    """The eight stages: their names, and those left out."""
    return _stages_page(assessment_id, {}, "")


@blueprint.post("/a/<int:assessment_id>/stages")
@policy("owner", "planner")
def change_stages(assessment_id: int) -> Response | tuple[str, int]:
    """Rename stages and leave some out."""
    given = fields()
    before = queries.stages_of(stores(), assessment_id)
    changes = [_stage_change(stage, given) for stage in before]
    try:
        service.set_stages(stores(), assessment_id, changes, by=who(), now=now())
    except SopError as error:
        return _stages_page(assessment_id, given, error.sentence), error.status
    flash(_("The stages are saved."))
    return redirect(url_for("assessment.home", assessment_id=assessment_id), 303)


@blueprint.post("/a/<int:assessment_id>/final")
@policy("owner")
def final(assessment_id: int) -> Response:
    """Freeze the assessment as a numbered edition."""
    edition = service.make_final(stores(), assessment_id, by=who(), now=now())
    flash(_("Edition %(number)s is final.", number=edition))
    return redirect(url_for("assessment.home", assessment_id=assessment_id), 303)


def _start_page(
    given: Mapping[str, Sequence[str]],
    proposed: tuple[Profile, Plan] | None,
    messages: Mapping[str, str],
    *,
    by_hand: bool = False,
) -> str:
    smaller = alternatives(*proposed, now().date()) if proposed else ()
    return render_template(
        "assessment/start.html", given=given, errors=messages, words=plan_words,
        profile=proposed[0] if proposed else None, plan=proposed[1] if proposed else None,
        smaller=smaller, by_hand=by_hand,
        name=_one(given, "name") or _default_name(proposed[1].starts if proposed else None),
        notes=_distinct(proposed[1]) if proposed else [],
    )  # fmt: skip


def _distinct(plan: Plan) -> list[str]:
    return list(dict.fromkeys(plan_words.reason(entry) for entry in plan.reasons))


def _plan_page(assessment_id: int, problem: str) -> str:
    found = queries.get_assessment(stores(), assessment_id)
    rounds = rounds_of(stores(), assessment_id)
    where = standing(stores(), found, stage_name, moment=now())
    told = {release.source: release.summary.get("n")
            for release in current_releases(stores(), assessment_id)}  # fmt: skip
    return render_template(
        "assessment/plan.html", found=found, rounds=rounds, problem=problem, words=plan_words,
        stages=queries.stages_of(stores(), assessment_id),
        notes=_distinct(found.plan) if found.plan else [],
        used={entry.kind for entry in rounds}, step=next_step(where.situation),
        told={entry.id: told.get(f"round:{entry.id}") for entry in rounds},
        not_final=service.why_not_final(stores(), assessment_id),
    )  # fmt: skip


def _stages_page(assessment_id: int, given: Mapping[str, Sequence[str]], problem: str) -> str:
    found = queries.get_assessment(stores(), assessment_id)
    started = found.state != "planning"
    return render_template(
        "assessment/stages.html", found=found, given=given, problem=problem, started=started,
        stages=queries.stages_of(stores(), assessment_id), about=BEGINS_AND_ENDS, one=_one,
    )  # fmt: skip


def _stage_change(stage: queries.StageView, given: Mapping[str, Sequence[str]]) -> StageChange:
    name = {
        language: _one(given, f"{stage.code}.{language}") if f"{stage.code}.{language}" in given
        else words
        for language, words in stage.name.items()
    }  # fmt: skip
    skipped = bool(given.get(f"{stage.code}.skip"))
    return StageChange(stage.code, name, skipped, _one(given, f"{stage.code}.reason"))


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or ("",)
    return str(values[0])


def _as_fields(profile: Profile) -> dict[str, list[str]]:
    units = "\n".join(f"{unit.name} {unit.people}" for unit in profile.units)
    return {
        "company": [profile.company],
        "people": [str(profile.people)],
        "units": [units],
        "places": ["\n".join(profile.places)],
        "sells": [profile.sells],
        "hours": [f"{profile.hours:g}"],
        "have": sorted(profile.exports),
        "language": [profile.language],
    }


def _default_name(starts: date | None) -> str:
    if starts is None:
        return ""
    seasons = (_("Winter"), _("Spring"), _("Summer"), _("Autumn"))
    season = seasons[starts.month % 12 // 3]
    return _("%(season)s assessment %(year)s", season=season, year=starts.year)


def _state_bar(state: str) -> list[tuple[str, str, str]]:
    names = {
        "planning": (_("Planning"), _("methods, stages, forms")),
        "collecting": (_("Collecting"), _("rounds are open")),
        "analysing": (_("Analysing"), _("results are read")),
        "final": (_("Final"), _("report frozen, staff hear back")),
    }
    here = STATES.index(state)
    marks = ["past"] * here + ["now"] + ["later"] * (len(STATES) - here - 1)
    return [(mark, *names[key]) for mark, key in zip(marks, STATES, strict=True)]
