"""What people decide about a sorting: each address takes one form and goes back to its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.session import current_person
from ..db import now
from ..errors import ConflictError, InvalidError
from ..web import queue, stores
from . import service, words
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
    """One decision: rename, merge, split, pin, set, move or cut."""
    before = seen(assessment_id, set_id)
    form = request.form
    try:
        decision = decision_of(form)
        _run(service.decide, assessment_id, set_id, decision)
    except (InvalidError, ConflictError) as error:
        return _refused(assessment_id, set_id, error)
    names = _names(before) | _names(seen(assessment_id, set_id))
    flash(words.decided(decision, names), "theme")
    if decision["do"] == "move":
        return redirect(_comments_url(assessment_id, set_id), 303)
    key = str(decision.get("into") or decision.get("theme") or "")
    return redirect(set_url(assessment_id, set_id, key, "list-h"), 303)


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


def _step(
    assessment_id: int, set_id: int, act: Callable[..., object], name: str
) -> Answer:
    before = seen(assessment_id, set_id)
    decision = before.undo if name == "undo" else before.redo
    try:
        _run(act, assessment_id, set_id)
    except (InvalidError, ConflictError) as error:
        return _refused(assessment_id, set_id, error)
    after = seen(assessment_id, set_id)
    said = words.decided(decision or {}, _names(before) | _names(after))
    flash(_("Undone: %(what)s", what=said) if name == "undo" else said, "theme")
    key = str((decision or {}).get("into") or (decision or {}).get("theme") or "")
    known = key in _names(after)
    return redirect(set_url(assessment_id, set_id, key if known else "", "changes"), 303)


def _run(act: Callable[..., object], assessment_id: int, set_id: int, *args: Any) -> None:
    act(stores(), assessment_id, set_id, *args, by=current_person().id, now=now(),
        expected=revision_of(request.form))  # fmt: skip


def _refused(
    assessment_id: int, set_id: int, error: InvalidError | ConflictError
) -> tuple[str, int]:
    form = request.form
    if form.get("do") == "move":
        return comments_page(assessment_id, set_id, form, error.sentence), error.status
    page = set_page(assessment_id, set_id, at=form.get("theme", ""), problem=error.sentence,
                    given=form)  # fmt: skip
    return page, error.status


def _names(found: SetView) -> dict[str, str]:
    return {theme.key: theme.name for theme in found.themes}


def _comments_url(assessment_id: int, set_id: int) -> str:
    return url_for("curation.comments", assessment_id=assessment_id, set_id=set_id,
                   theme=request.form.get("theme", ""), page=request.form.get("page", "1"),
                   _anchor="list-h")  # fmt: skip
