"""Rounds: choose a ready-made form, tailor it, and lead it from opening to closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..db import now
from ..errors import ConflictError, InvalidError, NotFoundError, SopError
from ..instruments import ready_made, service
from ..instruments.forms import Form
from ..instruments.identity import is_anonymous
from ..instruments.registries import KINDS
from ..instruments.service import RoundView, Unit, definition_of
from ..instruments.wording import our_words
from ..page import text
from ..release.queries import Reading, current_releases, readings, unsorted_sources
from ..web import queue, stores
from . import new_round, plan_words, queries, tailoring
from .ballot_sums import ballot_sums
from .next_step import TASK_PAGES
from .profile import read_units
from .service import discard_round, record
from .views import READERS, fields, who

blueprint = Blueprint("rounds", __name__, template_folder="templates")


@blueprint.get("/a/<int:assessment_id>/rounds/new")
@policy("owner", "planner")
def new(assessment_id: int) -> str:
    """The ready-made forms of one method."""
    kind = request.args.get("kind", "survey")
    if kind not in KINDS:
        raise NotFoundError("There is no method of this name. The plan page has the four.")
    company = queries.find_company(stores())
    return render_template(
        "assessment/rounds_new.html", found=_changeable(assessment_id), kind=kind,
        forms=[form for form in ready_made.available() if form.kind == kind],
        variant=company.profile.sells if company else "trade", words=plan_words,
    )  # fmt: skip


@blueprint.get("/a/<int:assessment_id>/rounds/tailor")
@policy("owner", "planner")
def tailor(assessment_id: int) -> str:
    """One form, question by question, before it is given out."""
    return _tailor_page(assessment_id, request.args, {}, "")


@blueprint.post("/a/<int:assessment_id>/rounds/tailor")
@policy("owner", "planner")
def publish(assessment_id: int) -> Response | tuple[str, int]:
    """Publish the tailored form and plan a round with it."""
    given = fields()
    _changeable(assessment_id)
    try:
        round_id = new_round.publish_and_plan(stores(), assessment_id, given, by=who(), now=now())
    except InvalidError as error:
        return _tailor_page(assessment_id, request.form, given, error.sentence), 422
    return redirect(_url(assessment_id, round_id), 303)


@blueprint.get("/a/<int:assessment_id>/rounds/<int:round_id>")
@policy(*READERS)
def page(assessment_id: int, round_id: int) -> str:
    """One round: state, promise, units, how answers come in, what has come."""
    return _round_page(assessment_id, round_id, "", "")


@blueprint.get("/a/<int:assessment_id>/rounds/<int:round_id>/form")
@policy(*READERS)
def preview(assessment_id: int, round_id: int) -> str:
    """The form as it will be seen; nothing in it can be sent."""
    found = _round(assessment_id, round_id)
    definition = definition_of(stores(), found.version_id)
    asked = request.args.get("lang") or str(get_locale() or "en").split("_")[0]
    language = asked if asked in definition.languages else definition.languages[0]
    stages = {s.code: text(dict(s.name)) for s in queries.stages_of(stores(), assessment_id)
              if not s.skipped}  # fmt: skip
    return render_template(
        "assessment/round_form.html", round=found, definition=definition,
        form=Form(definition, language, stages=stages), form_language=language,
        back=_url(assessment_id, round_id),
    )  # fmt: skip


@blueprint.post("/a/<int:assessment_id>/rounds/<int:round_id>/units")
@policy("owner", "planner")
def units(assessment_id: int, round_id: int) -> Response | tuple[str, int]:
    """Say which units are invited, and how many people are in each."""
    _round(assessment_id, round_id)
    given = request.form.get("units", "")
    found, problem = read_units(given)
    if problem or not found:
        problem = problem or _("Write at least one unit with its number of people.")
        return _round_page(assessment_id, round_id, problem, given), 422
    try:
        service.set_units(stores(), round_id, [Unit(u.code, u.name, u.people) for u in found])
    except SopError as error:
        return _round_page(assessment_id, round_id, error.sentence, given), error.status
    flash(_("The units are saved."))
    return redirect(_url(assessment_id, round_id), 303)


@blueprint.post("/a/<int:assessment_id>/rounds/<int:round_id>/open")
@policy("owner", "planner")
def open_(assessment_id: int, round_id: int) -> Response:
    """Open the round; what it promises is fixed from now on."""
    found = _round(assessment_id, round_id)
    _changeable(assessment_id)
    if is_anonymous(found.label):
        return redirect(f"{_url(assessment_id, round_id)}/launch", 303)
    if KINDS[found.kind].anonymous and not found.invited:
        raise ConflictError("Say first which units are invited and how many people they have.")
    service.open_round(stores(), round_id, now=now())
    _record("round.opened", found)
    flash(_("The round is open."))
    return redirect(_url(assessment_id, round_id), 303)


@blueprint.post("/a/<int:assessment_id>/rounds/<int:round_id>/discard")
@policy("owner", "planner")
def discard(assessment_id: int, round_id: int) -> Response:
    """Remove a round that was never opened."""
    discard_round(stores(), assessment_id, round_id, by=who(), now=now())
    flash(_("The round is gone."))
    return redirect(url_for("assessment.plan", assessment_id=assessment_id), 303)


@blueprint.post("/a/<int:assessment_id>/rounds/<int:round_id>/rehearse")
@policy("owner", "planner")
def rehearse(assessment_id: int, round_id: int) -> Response:
    """Fill the result pages with invented answers, to see them before the round opens."""
    found = _round(assessment_id, round_id)
    if found.state != "planned":
        raise ConflictError("Only a round that is not open yet can be rehearsed.")
    return _job("rehearse_round", found, f"results?rehearsal={round_id}")


@blueprint.post("/a/<int:assessment_id>/rounds/<int:round_id>/close")
@policy("owner", "planner")
def close(assessment_id: int, round_id: int) -> Response:
    """Close the round and work out its figures."""
    found = _round(assessment_id, round_id)
    if found.state not in {"open", "closing"}:
        raise ConflictError("Only an open round can be closed.")
    _record("round.closed", found)
    if found.label == "anonymous_trustee" and found.state == "closing":
        raise ConflictError("The trustee opens the ballots now, with the key file.")
    if is_anonymous(found.label):
        # Two jobs, one after the other: what sees who was invited never sees what was answered.
        queue().start("end_issuing", next_url=_url(assessment_id, round_id), round_id=found.id)
    if found.label == "anonymous_trustee":
        return redirect(_url(assessment_id, round_id), 303)
    if KINDS[found.kind].anonymous:
        return _job("close_round", found, "results")
    service.close_named_round(stores(), round_id, now=now())
    return _job("release_round", found, "results")


@blueprint.post("/a/<int:assessment_id>/rounds/<int:round_id>/release")
@policy("owner", "planner")
def release(assessment_id: int, round_id: int) -> Response:
    """Work out the figures of a named round again, with what has come in since."""
    found = _round(assessment_id, round_id)
    _changeable(assessment_id)
    if KINDS[found.kind].anonymous or not found.received:
        raise ConflictError("There is nothing in this round that could be worked out now.")
    return _job("release_round", found, "results")


def _tailor_page(
    assessment_id: int,
    chosen: Mapping[str, str],
    given: Mapping[str, Sequence[str]],
    problem: str,
) -> str:
    found = _changeable(assessment_id)
    definition, shown = new_round.ready_made_form(
        stores(), assessment_id, chosen.get("code", ""), chosen.get("variant", "")
    )
    part = found.plan.part(shown.kind) if found.plan else None
    suggested = {
        "name": [f"{plan_words.method_name(shown.kind)}, {found.name}"],
        "closes": [part.ends.isoformat() if part and part.ends >= now().date() else ""],
        "promise": ["anonymous"],
    }
    return render_template(
        "assessment/tailor.html", found=found, form=shown, variant=definition.variant,
        given={**suggested, **given}, posted=bool(given), problem=problem, words=plan_words,
        kept=frozenset(given.get("keep", tailoring.answerable(shown))),
        left_out=new_round.left_out(stores(), assessment_id), anonymous=KINDS[shown.kind].anonymous,
        our_words={code: our_words(shown, code) for code in shown.languages},
    )  # fmt: skip


def _round_page(assessment_id: int, round_id: int, problem: str, given: str) -> str:
    found = _round(assessment_id, round_id)
    definition = definition_of(stores(), found.version_id)
    company = queries.find_company(stores())
    released = {r.source: r for r in current_releases(stores(), assessment_id)}
    tasks = service.assignments(stores(), round_id=round_id)
    return render_template(
        "assessment/round.html", round=found, definition=definition, kind=KINDS[found.kind],
        found=queries.get_assessment(stores(), assessment_id), problem=problem, tasks=tasks,
        given=given or "\n".join(f"{unit.name} {unit.invited}" for unit in found.units),
        summary=released[f"round:{round_id}"].summary if f"round:{round_id}" in released else None,
        task_page=TASK_PAGES.get(found.kind, ""), words=plan_words, sums=ballot_sums(found.counts),
        people=company.profile.people if company else 0,
        unread=readings(stores(), assessment_id).get(f"round:{round_id}", Reading()).undecided,
        unsorted=f"round:{round_id}" in unsorted_sources(stores(), assessment_id),
    )  # fmt: skip


def _round(assessment_id: int, round_id: int) -> RoundView:
    found = service.get_round(stores(), round_id)
    if found.assessment_id != assessment_id:
        abort(404)
    return found


def _changeable(assessment_id: int) -> queries.AssessmentView:
    found = queries.get_assessment(stores(), assessment_id)
    if found.state == "final":
        raise ConflictError("This assessment is final. Start a new one to change anything.")
    return found


def _job(name: str, found: RoundView, then: str) -> Response:
    back = url_for("assessment.home", assessment_id=found.assessment_id) + then
    job_id = queue().start(name, next_url=back, round_id=found.id)
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _record(action: str, found: RoundView) -> None:
    detail = {"assessment": found.assessment_id, "round": found.id}
    record(stores(), who(), action, detail, now=now())


def _url(assessment_id: int, round_id: int) -> str:
    return url_for("rounds.page", assessment_id=assessment_id, round_id=round_id)
