"""Looking for the same themes elsewhere, and correcting what was found."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import current_person
from ..db import now
from ..errors import InvalidError
from ..web import queue, stores
from .access import CURATORS
from .same import say_same

blueprint = Blueprint("same", __name__)


@blueprint.post("/a/<int:assessment_id>/themes/match")
@policy(*CURATORS)
def match(assessment_id: int) -> Response:
    """Look for the same themes elsewhere, as a job."""
    job_id = queue().start("match_themes", next_url=_themes_url(assessment_id),
                           assessment_id=assessment_id)  # fmt: skip
    return redirect(url_for("pages.job", job_id=job_id), 303)


@blueprint.post("/a/<int:assessment_id>/themes/same")
@policy(*CURATORS)
def say(assessment_id: int) -> Response:
    """Keep which theme of the assessment before is the same."""
    form = request.form
    set_id = form.get("set", type=int)
    if set_id is None:
        raise InvalidError("This theme does not exist any more. Look at the themes again.")
    say_same(stores(), assessment_id, set_id, form.get("theme", "")[:40],
             form.get("other", "")[:40], by=current_person().id, now=now())  # fmt: skip
    flash(_("Kept. The comparison with the assessment before follows it."))
    return redirect(_themes_url(assessment_id), 303)


def _themes_url(assessment_id: int) -> str:
    return url_for("themes.index", assessment_id=assessment_id, _anchor="since-h")
