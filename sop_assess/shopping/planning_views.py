"""The owner's side of mystery shopping: shoppers, links, cases, review, download."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..accounts.audit import audit
from ..accounts.policy import policy
from ..accounts.session import current_person
from ..db import now
from ..errors import InvalidError
from ..instruments import service as instruments
from ..instruments.answer_words import answers_in_words
from ..instruments.attachments import attachments_of
from ..instruments.export import csv_rows
from ..instruments.queries import RoundView
from ..page import language, places
from ..web import settings, stores
from . import service

blueprint = Blueprint("visit_plan", __name__, template_folder="templates")

_BASE = "/a/<int:assessment_id>/rounds/<int:round_id>/visits"
LINK_LASTS = timedelta(days=42)


@blueprint.get(_BASE)
@policy("owner", "planner")
def plan(assessment_id: int, round_id: int) -> ResponseReturnValue:
    """Shoppers with their links, cases, and what came in."""
    return _page(_round(assessment_id, round_id))


@blueprint.post(f"{_BASE}/shoppers")
@policy("owner", "planner")
def add_shopper(assessment_id: int, round_id: int) -> ResponseReturnValue:
    """A new shopper; the link is shown on this answer only."""
    found = _round(assessment_id, round_id)
    alias = request.form.get("alias", "")
    link = service.add_shopper(stores(), assessment_id, alias, expires_at=now() + LINK_LASTS)
    _note("shopper added", {"alias": alias})
    return _page(found, link=f"{settings().base_url}/v/{link.token}", alias=alias)


@blueprint.post(f"{_BASE}/shoppers/<int:shopper_id>/link")
@policy("owner", "planner")
def renew(assessment_id: int, round_id: int, shopper_id: int) -> ResponseReturnValue:
    """A new link for a shopper; the one before ends."""
    found = _round(assessment_id, round_id)
    shopper = _shopper(assessment_id, shopper_id)
    link = service.renew_link(stores(), shopper.id, expires_at=now() + LINK_LASTS)
    _note("shopper link renewed", {"alias": shopper.alias})
    return _page(found, link=f"{settings().base_url}/v/{link.token}", alias=shopper.alias)


@blueprint.post(f"{_BASE}/shoppers/<int:shopper_id>/end")
@policy("owner", "planner")
def end(assessment_id: int, round_id: int, shopper_id: int) -> ResponseReturnValue:
    """End a shopper's link at once."""
    _round(assessment_id, round_id)
    shopper = _shopper(assessment_id, shopper_id)
    service.revoke_link(stores(), shopper.id)
    _note("shopper link ended", {"alias": shopper.alias})
    return _back(assessment_id, round_id)


@blueprint.post(f"{_BASE}/cases")
@policy("owner", "planner")
def add_case(assessment_id: int, round_id: int) -> ResponseReturnValue:
    """Give a case to a shopper."""
    found = _round(assessment_id, round_id)
    chosen = request.form.get("shopper", "")
    if not chosen.isdigit():
        raise InvalidError("Choose the shopper who makes this visit.")
    shopper = _shopper(assessment_id, int(chosen))
    number = len(instruments.assignments(stores(), round_id=round_id)) + 1
    location = request.form.get("location", "").strip()
    context = {"case": f"C{number:02d}", "channel": request.form.get("channel", ""),
               "scenario": request.form.get("scenario", "").strip()[:2000]}  # fmt: skip
    instruments.create_assignment(
        stores(), found.id, title=_("Case %(number)s", number=f"C{number:02d}"),
        shopper_id=shopper.id, location=location or None,
        context={name: value for name, value in context.items() if value},
        due_on=_due(request.form.get("due_on", "")),
    )  # fmt: skip
    return _back(assessment_id, round_id)


@blueprint.post(f"{_BASE}/review/<submission_id>")
@policy("owner", "planner")
def review(assessment_id: int, round_id: int, submission_id: str) -> ResponseReturnValue:
    """Accept a visit, or exclude it with a reason."""
    found = _round(assessment_id, round_id)
    if submission_id not in {s.id for s in instruments.submissions(stores(), found.id)}:
        abort(404)
    accept = request.form.get("step") == "accept"
    reason = request.form.get("reason", "")
    instruments.review_submission(stores(), submission_id, accept=accept, reason=reason)
    _note("visit reviewed", {"submission": submission_id, "accepted": accept})
    return _back(assessment_id, round_id)


@blueprint.get(f"{_BASE}.csv")
@policy("owner", "planner")
def download(assessment_id: int, round_id: int) -> Response:
    """Every visit as a row."""
    found = _round(assessment_id, round_id)
    name = f"visits-{found.id}.csv"
    return Response(csv_rows(stores(), found.id), mimetype="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


def _page(found: RoundView, link: str = "", alias: str = "") -> str:
    submissions = instruments.submissions(stores(), found.id)
    definition = instruments.definition_of(stores(), found.version_id)
    shoppers = service.shoppers(stores(), found.assessment_id)
    return render_template(
        "shopping/plan.html", round=found, link=link, alias=alias, today=now(),
        shoppers=shoppers, aliases={shopper.id: shopper.alias for shopper in shoppers},
        cases=instruments.assignments(stores(), round_id=found.id), submissions=submissions,
        photos={s.id: attachments_of(stores(), s.id) for s in submissions},
        answers={
            s.id: answers_in_words(definition, s.document["answers"], language())
            for s in submissions
        },
        places=places(found.assessment_id),
    )  # fmt: skip


def _round(assessment_id: int, round_id: int) -> RoundView:
    found = instruments.get_round(stores(), round_id)
    if found.assessment_id != assessment_id or found.kind != "shop":
        abort(404)
    return found


def _shopper(assessment_id: int, shopper_id: int) -> service.ShopperView:
    for shopper in service.shoppers(stores(), assessment_id):
        if shopper.id == shopper_id:
            return shopper
    abort(404)


def _due(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        raise InvalidError("Give the day as year-month-day, such as 2026-10-05.") from None
    return datetime.combine(day, time(0), now().tzinfo)


def _back(assessment_id: int, round_id: int) -> ResponseReturnValue:
    target = url_for("visit_plan.plan", assessment_id=assessment_id, round_id=round_id)
    return redirect(target, 303)


def _note(action: str, detail: dict[str, Any]) -> None:
    with stores().core.writing() as session:
        audit(session, current_person().id, action, detail, now())
