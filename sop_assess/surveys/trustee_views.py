"""The trustee's page: make the key, try it out, and open the ballots, all on their own device."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..db import now
from ..errors import InvalidError, NotFoundError
from ..instruments.models import Round
from ..release.opening import open_ballots
from ..web import queue, stores
from . import trusteeship

blueprint = Blueprint("trustee", __name__, template_folder="templates")

_BASE = "/a/<int:assessment_id>/rounds/<int:round_id>/trustee"
_ROLES = ("owner", "trustee")


@blueprint.get(_BASE)
@policy(*_ROLES)
def page(assessment_id: int, round_id: int) -> str:
    """Where the trustee stands: no key, a key to try out, ready, or ballots to open."""
    found = _round(assessment_id, round_id)
    wanted = found.state == "planned" and "again" not in request.args
    named = trusteeship.trustee_of(stores(), round_id) if wanted else None
    person = signed_in()
    return render_template(
        "surveys/trustee.html", round=found, trustee=named, base=request.path,
        suggested=person.name if person else "",
        name=named.name if named else found.policy.get("trustee", ""),
    )  # fmt: skip


@blueprint.post(f"{_BASE}/key")
@policy(*_ROLES)
def key(assessment_id: int, round_id: int) -> Response:
    """Take the public half of a key that was made on the trustee's device."""
    _round(assessment_id, round_id)
    given = _given()
    trusteeship.name_trustee(
        stores(), round_id, str(given.get("name") or ""), str(given.get("spki") or "")
    )
    return jsonify({"kept": True})


@blueprint.post(f"{_BASE}/test")
@policy(*_ROLES)
def test(assessment_id: int, round_id: int) -> Response:
    """The test ballot as the trustee's device opened it."""
    _round(assessment_id, round_id)
    trusteeship.pass_drill(stores(), round_id, str(_given().get("text") or ""))
    return jsonify({"passed": True})


@blueprint.get(f"{_BASE}/ballots")
@policy(*_ROLES)
def ballots(assessment_id: int, round_id: int) -> Response:
    """The sealed ballots of a round that is being closed."""
    return jsonify(
        {"ballots": trusteeship.sealed_ballots(stores(), _round(assessment_id, round_id))}
    )


@blueprint.post(f"{_BASE}/opened")
@policy(*_ROLES)
def opened(assessment_id: int, round_id: int) -> Response:
    """What the trustee's device opened and shuffled: it becomes answers, then figures."""
    _round(assessment_id, round_id)
    contents = trusteeship.opened_contents(_given())
    open_ballots(stores(), round_id, now=now(), opened=contents)
    back = url_for("assessment.home", assessment_id=assessment_id) + "results"
    job_id = queue().start("close_round", next_url=back, round_id=round_id)
    return jsonify({"next": url_for("pages.job", job_id=job_id)})


def _round(assessment_id: int, round_id: int) -> Round:
    with stores().core.reading() as session:
        found = session.get(Round, round_id)
    if found is None or found.assessment_id != assessment_id or found.label != "anonymous_trustee":
        raise NotFoundError("This assessment has no such survey with a trustee.")
    return found


def _given() -> dict[str, Any]:
    data: Any = request.get_json()
    if not isinstance(data, dict):
        raise InvalidError("This request could not be read. Load the page again.")
    return data
