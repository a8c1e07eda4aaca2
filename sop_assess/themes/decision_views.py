"""What people decide about a sorting: each address takes one form and goes back to its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import current_person
from ..db import now
from ..errors import ConflictError, InvalidError
from ..web import queue, stores
from . import page_model, service, words
from .access import SORTERS, seen
from .forms import decision_of, revision_of
from .queries import SetView
from .views import comments_page, set_page, set_url

blueprint = Blueprint("deciding", __name__)

Answer = Response | tuple[str, int]
_PATH: Final = "/a/<int:assessment_id>/themes/sort/<int:set_id>"


@blueprint.post(f"{_PATH}/decide")
@policy(*SORTERS)
def decide(assessment_id: int, set_id: int) -> Answer:
    """One decision: rename, merge, split, pin, set, move, judge or cut."""
    before = seen(assessment_id, set_id)
    form = request.form
    try:
        decision = decision_of(form)
        service.decide(stores(), assessment_id, set_id, decision, **_signed())
    except (InvalidError, ConflictError) as error:
        return _refused(assessment_id, set_id, error)
    names = _names(seen(assessment_id, set_id)) | _names(before)
    flash(words.decided(decision, names), "theme")
    if decision["do"] in {"move", "judge"}:
        return redirect(_comments_url(assessment_id, set_id), 303)
    return redirect(set_url(assessment_id, set_id, _place(decision), "list-h"), 303)


@blueprint.post(f"{_PATH}/undo")
@policy(*SORTERS)
def undo(assessment_id: int, set_id: int) -> Answer:
    """Take the last decision back."""
    return _step(assessment_id, set_id, service.undo, "undo")


@blueprint.post(f"{_PATH}/redo")
@policy(*SORTERS)
def redo(assessment_id: int, set_id: int) -> Answer:
    """Do again what was taken back."""
    return _step(assessment_id, set_id, service.redo, "redo")


@blueprint.post(f"{_PATH}/propose")
@policy(*SORTERS)
def propose(assessment_id: int, set_id: int) -> Answer:
    """Sort all comments anew, as a job; the difference is shown when it is done."""
    seen(assessment_id, set_id)
    tier = request.form.get("tier", "")
    if tier not in words.WAYS:
        error = InvalidError("Choose how to sort from the list.")
        return _refused(assessment_id, set_id, error)
    target = url_for("curation.proposal", assessment_id=assessment_id, set_id=set_id)
    job_id = queue().start("propose_themes", next_url=target, assessment_id=assessment_id,
                           set_id=set_id, tier=tier or None)  # fmt: skip
    return redirect(url_for("pages.job", job_id=job_id), 303)


@blueprint.post(f"{_PATH}/proposal")
@policy(*SORTERS)
def answer_proposal(assessment_id: int, set_id: int) -> Answer:
    """Take the proposed themes, or leave them."""
    seen(assessment_id, set_id)
    taken = request.form.get("do") == "accept"
    try:
        if taken:
            service.accept_proposal(stores(), assessment_id, set_id, **_signed())
        else:
            service.discard_proposal(stores(), assessment_id, set_id,
                                     expected=revision_of(request.form))  # fmt: skip
    except (InvalidError, ConflictError) as error:
        return _refused(assessment_id, set_id, error)
    flash(_("The proposed themes are taken.") if taken else
          _("The proposal is gone. The themes are as they were."), "theme")  # fmt: skip
    return redirect(set_url(assessment_id, set_id, anchor="list-h"), 303)


@blueprint.post(f"{_PATH}/freeze")
@policy(*SORTERS)
def freeze(assessment_id: int, set_id: int) -> Answer:
    """Release the themes of an anonymous survey for good."""
    seen(assessment_id, set_id)
    try:
        service.freeze(stores(), assessment_id, set_id, **_signed())
    except (InvalidError, ConflictError) as error:
        return _refused(assessment_id, set_id, error)
    queue().start("match_themes", assessment_id=assessment_id)
    flash(_("Frozen and released. Quotes appear when two people have read them."))
    return redirect(url_for("curation.index", assessment_id=assessment_id), 303)


def _step(assessment_id: int, set_id: int, act: Callable[..., object], name: str) -> Answer:
    before = seen(assessment_id, set_id)
    decided = before.undo if name == "undo" else before.redo
    decision = decided.what if decided else {}
    try:
        act(stores(), assessment_id, set_id, expected=revision_of(request.form))
    except (InvalidError, ConflictError) as error:
        return _refused(assessment_id, set_id, error)
    after = seen(assessment_id, set_id)
    said = words.decided(decision, _names(after) | _names(before))
    flash(_("Undone: %(what)s", what=said) if name == "undo" else said, "theme")
    return redirect(_back(after, decision), 303)


def _back(found: SetView, decision: Mapping[str, Any]) -> str:
    """The page on which somebody took a step back or again; else the theme that it was about."""
    form = request.form
    if _at_comments(found):
        return _comments_url(found.assessment_id, found.id)
    if form.get("from") == "learned":
        return url_for("learned.page", assessment_id=found.assessment_id, set_id=found.id,
                       kind=form.get("kind", ""), label=form.get("label", ""),
                       page=form.get("page", "1"), _anchor="list-h")  # fmt: skip
    key = _place(decision)
    known = key in _names(found)
    return set_url(found.assessment_id, found.id, key if known else "", "list-h")


def _at_comments(found: SetView) -> bool:
    """Whether the form came from a page of comments that is still there."""
    there = page_model.place_name(found, request.form.get("theme", "")) is not None
    return request.form.get("from") == "comments" and there and page_model.readable(found)


def _signed() -> dict[str, Any]:
    return {"by": current_person().id, "now": now(), "expected": revision_of(request.form)}


def _refused(
    assessment_id: int, set_id: int, error: InvalidError | ConflictError
) -> tuple[str, int]:
    form = request.form
    if form.get("do") == "move" or _at_comments(seen(assessment_id, set_id)):
        return comments_page(assessment_id, set_id, form, error.sentence), error.status
    page = set_page(assessment_id, set_id, at=form.get("theme", ""), problem=error.sentence,
                    given=form)  # fmt: skip
    return page, error.status


def _place(decision: Mapping[str, Any]) -> str:
    """The theme at which a decision shows; nothing for one about all of them."""
    return str(decision.get("into") or decision.get("theme") or "")


def _names(found: SetView) -> dict[str, str]:
    return {theme.key: theme.name for theme in found.themes}


def _comments_url(assessment_id: int, set_id: int) -> str:
    return url_for("curation.comments", assessment_id=assessment_id, set_id=set_id,
                   theme=request.form.get("theme", ""), page=request.form.get("page", "1"),
                   _anchor="list-h")  # fmt: skip
