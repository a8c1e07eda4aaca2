"""What the site learned from corrections: how good it is, and proposals for a person to take."""

from __future__ import annotations

from typing import Final

from flask import (
    Blueprint,
    flash,
    get_flashed_messages,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import current_person
from ..db import now
from ..errors import ConflictError, InvalidError, NotFoundError
from ..web import queue, stores
from . import learned_queries, learned_words, page_model, service, words
from .access import SORTERS, seen
from .forms import decision_of, revision_of
from .queries import SetView
from .views import PER_PAGE, frame

blueprint = Blueprint("learned", __name__)

Answer = Response | tuple[str, int]
Group = tuple[str, str]
_PATH: Final = "/a/<int:assessment_id>/themes/sort/<int:set_id>/learned"


@blueprint.get(_PATH)
@policy(*SORTERS)
def page(assessment_id: int, set_id: int) -> str:
    """How far the corrections are, what they taught, and one group of proposals."""
    return _page(assessment_id, set_id, request.args)


@blueprint.post(_PATH)
@policy(*SORTERS)
def learn(assessment_id: int, set_id: int) -> Answer:
    """Learn from all corrections, as a job."""
    found = _sorting(assessment_id, set_id)
    corrected = learned_queries.corrected(stores(), found)
    if not (corrected.enough and page_model.changeable(found)):
        problem = (_("The site learns from 500 corrected comments on. Correct more first.")
                   if page_model.changeable(found) else
                   _("This assessment is final. Its figures stay as they are."))  # fmt: skip
        return _page(assessment_id, set_id, request.args, problem), ConflictError.status
    target = url_for("learned.page", assessment_id=assessment_id, set_id=set_id)
    job_id = queue().start("learn_themes", next_url=target, assessment_id=assessment_id,
                           set_id=set_id)  # fmt: skip
    return redirect(url_for("pages.job", job_id=job_id), 303)


@blueprint.post(f"{_PATH}/decide")
@policy(*SORTERS)
def decide(assessment_id: int, set_id: int) -> Answer:
    """Put the ticked comments where the site proposes, as a decision like any other."""
    found, form = _sorting(assessment_id, set_id), request.form
    try:
        decision = decision_of(form)
        if decision["do"] not in {"move", "judge"}:
            raise InvalidError("Choose what to do with the theme, then send it again.")
        service.decide(stores(), assessment_id, set_id, decision, by=current_person().id,
                       now=now(), expected=revision_of(form))  # fmt: skip
    except (InvalidError, ConflictError) as error:
        return _page(assessment_id, set_id, form, error.sentence), error.status
    flash(words.decided(decision, {theme.key: theme.name for theme in found.themes}), "theme")
    return redirect(
        url_for("learned.page", assessment_id=assessment_id, set_id=set_id,
                kind=form.get("kind", ""), label=form.get("label", ""),
                page=form.get("page", "1"), _anchor="list-h"),
        303,
    )  # fmt: skip


def _page(assessment_id: int, set_id: int, asked: MultiDict[str, str], problem: str = "") -> str:
    found = _sorting(assessment_id, set_id)
    learning = learned_queries.learning(stores(), assessment_id, set_id)
    chosen = _chosen(learning, (asked.get("kind", ""), asked.get("label", "")))
    shown = chosen and learned_queries.suggested(
        stores(), assessment_id, set_id, *chosen, asked.get("page", 1, type=int), PER_PAGE
    )
    return render_template(
        "themes/learned.html", found=found, learning=learning, shown=shown, problem=problem,
        ticked=set(asked.getlist("texts")), assessment_id=assessment_id, words=words,
        said=learned_words, done_here=get_flashed_messages(category_filter=["theme"]),
        names={theme.key: theme.name for theme in found.themes} | {"unplaced": _("fits nowhere")},
        **frame(assessment_id, found),
    )  # fmt: skip


def _sorting(assessment_id: int, set_id: int) -> SetView:
    found = seen(assessment_id, set_id)
    if not (page_model.readable(found) and found.themes):
        raise NotFoundError("There is nothing to learn here. Go back to the themes.")
    return found


def _chosen(learning: learned_queries.Learning, asked: Group) -> Group | None:
    """The group that was asked for, or the one with most proposals; None where there is none."""
    if asked in learning.waiting:
        return asked
    return next(iter(learning.waiting), None)
