"""The buttons that send mail: invitations and reminders, each as a job."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import signed_in
from ..db import now
from ..errors import ConflictError, InvalidError, NotFoundError
from ..web import queue, settings, stores
from .inviting import note_mailing
from .queries import Door, door_of
from .reminders import AUDIENCES

blueprint = Blueprint("mailing", __name__, template_folder="templates")

_BASE = "/a/<int:assessment_id>/rounds/<int:round_id>/invitations"


@blueprint.post(f"{_BASE}/mail")
@policy("owner", "planner")
def mail(assessment_id: int, round_id: int) -> Response:
    """Send every invited person who has none yet the mail with their link."""
    return _start(_door(assessment_id, round_id), "send_invitations")


@blueprint.post(f"{_BASE}/reminders")
@policy("owner", "planner")
def remind(assessment_id: int, round_id: int) -> Response:
    """Remind everybody, or those without a ballot."""
    door, to = _door(assessment_id, round_id), request.form.get("to", "")
    if to not in AUDIENCES:
        raise InvalidError("Remind everybody, or those without a ballot.")
    return _start(door, "send_reminders", to=to)


def _start(door: Door, name: str, **more: str) -> Response:
    if door.phase(now()) != "open":
        raise ConflictError("Mail goes out while the survey is open.")
    if not settings().sends_mail:
        raise ConflictError("No mail server is set: SOP_SMTP_URL and SOP_MAIL_FROM.")
    person = signed_in()
    note_mailing(stores(), door, name, by=person.id if person else None, now=now())
    back = url_for("invitations.invitations", assessment_id=door.assessment_id, round_id=door.id)
    job_id = queue().start(name, next_url=back, round_id=door.id, **more)
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _door(assessment_id: int, round_id: int) -> Door:
    door = door_of(stores(), round_id)
    if door is None or door.assessment_id != assessment_id or not door.anonymous:
        raise NotFoundError("This assessment has no such anonymous survey.")
    return door
