"""The pages on which people finish the sorting of comments: one set, a difference, comments."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, get_flashed_messages, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..assessment.headlines import topic_name
from ..errors import ConflictError, InvalidError, NotFoundError
from ..page import reachable
from ..release.queries import readings
from ..web import stores
from . import (
    differences,
    learned_queries,
    learned_words,
    page_model,
    queries,
    service,
    words,
)
from .access import SORTERS, may_see, seen
from .forms import decision_of
from .overviews import overviews

blueprint = Blueprint("curation", __name__, template_folder="templates")

PER_PAGE: Final = 50
# With more themes only the one at hand has its forms: each names all the others.
MOST_FORMS: Final = 20
# With more themes the smaller ones are a line each, and so are the older changes.
MOST_FULL: Final = 40
MOST_CHANGES: Final = 20
NOTHING: Final[MultiDict[str, str]] = MultiDict()
_PATH: Final = "/a/<int:assessment_id>/themes/sort"


@blueprint.get(_PATH)
@policy(*SORTERS)
def index(assessment_id: int) -> str:
    """Every sorting that the person may see, and what is left to do in it."""
    found = [s for s in overviews(stores(), assessment_id) if may_see(assessment_id, s)]
    return render_template(
        "themes/index.html", sets=found, assessment_id=assessment_id, words=words,
        model=page_model, sources=page_model.source_names(stores(), assessment_id),
        heading=page_model.index_heading(found), first=page_model.first_of(found),
        several=len({one.language for one in found}) > 1,
        themes_url=url_for("themes.index", assessment_id=assessment_id), reachable=reachable,
        reading_url=url_for("redaction.index", assessment_id=assessment_id),
        unread=sum(r.undecided for r in readings(stores(), assessment_id).values()),
    )  # fmt: skip


@blueprint.get(f"{_PATH}/<int:set_id>")
@policy(*SORTERS)
def page(assessment_id: int, set_id: int) -> str:
    """One sorting: its themes, the slider, what was changed, what lies outside."""
    return set_page(assessment_id, set_id, at=request.args.get("at", ""))


@blueprint.get(f"{_PATH}/<int:set_id>/preview")
@policy(*SORTERS)
def preview(assessment_id: int, set_id: int) -> str | tuple[str, int]:
    """What a cut or a split would change; as a part of a page for the slider's script."""
    found = seen(assessment_id, set_id)
    key = request.args.get("theme", "")
    try:
        decision = decision_of(request.args)
        if decision["do"] not in {"cut", "split"}:
            raise InvalidError("Only a split or another number of themes is shown first.")
        change = service.preview(stores(), assessment_id, set_id, decision)
    except InvalidError as error:
        page = set_page(assessment_id, set_id, at=key, problem=error.sentence)
        return page, error.status
    part = "_difference" if request.args.get("part") else "difference"
    return render_template(
        f"themes/{part}.html", found=found, decision=decision, diff=differences.rows_of(change),
        words=words, change=change, assessment_id=assessment_id, back=_back(found, key),
        title=differences.preview_title(found, decision, change), kinds=differences.KINDS,
        primary=part == "difference", **frame(assessment_id, found),
    )  # fmt: skip


@blueprint.get(f"{_PATH}/<int:set_id>/comments")
@policy(*SORTERS)
def comments(assessment_id: int, set_id: int) -> str:
    """The comments of one theme, or those outside of all, a page at a time."""
    return comments_page(assessment_id, set_id, request.args)


@blueprint.get(f"{_PATH}/<int:set_id>/proposal")
@policy(*SORTERS)
def proposal(assessment_id: int, set_id: int) -> Response | str:
    """What taking the proposed themes would change; the themes themselves where none are."""
    found = seen(assessment_id, set_id)
    if not found.proposal:
        return redirect(set_url(assessment_id, set_id), 303)
    change = queries.proposed_change(stores(), assessment_id, set_id)
    return render_template(
        "themes/proposal.html", found=found, diff=differences.rows_of(change), change=change,
        words=words, kinds=differences.KINDS, title=differences.proposal_title(change),
        **frame(assessment_id, found),
    )  # fmt: skip


@blueprint.get(f"{_PATH}/<int:set_id>/freeze")
@policy(*SORTERS)
def freeze(assessment_id: int, set_id: int) -> str:
    """What freezing a draft would release, before it is done."""
    found = seen(assessment_id, set_id)
    if found.state != "draft":
        raise ConflictError("These themes are released already.")
    return render_template("themes/freeze.html", found=found, words=words,
                           **frame(assessment_id, found))  # fmt: skip


def set_page(
    assessment_id: int, set_id: int, *, at: str = "", problem: str = "",
    given: MultiDict[str, str] = NOTHING,
) -> str:  # fmt: skip
    """The page of one sorting; with what somebody typed and why it was not taken."""
    found = seen(assessment_id, set_id)
    return render_template(
        "themes/set.html", found=found, at=at, problem=problem, given=given, words=words,
        names={theme.key: theme.name for theme in found.themes}, model=page_model,
        full=_in_full(found, at), most_full=MOST_FULL, every_change="changes" in request.args,
        most_changes=len(found.decisions) if "changes" in request.args else MOST_CHANGES,
        said=get_flashed_messages(category_filter=["theme"]), assessment_id=assessment_id,
        most_forms=MOST_FORMS, topics=page_model.topics(), topic_word=topic_name,
        stages=page_model.stages(),
        corrected=learned_queries.corrected(stores(), found)
        if page_model.changeable(found) else None, learned_words=learned_words,
        **frame(assessment_id, found),
    )  # fmt: skip


def comments_page(
    assessment_id: int, set_id: int, asked: MultiDict[str, str], problem: str = ""
) -> str:
    """The comments that `asked` names by theme and page; ticked ones stay ticked."""
    found = seen(assessment_id, set_id)
    key, number = asked.get("theme", ""), asked.get("page", 1, type=int)
    title = page_model.place_name(found, key)
    if title is None or not page_model.readable(found):
        raise NotFoundError("This theme is gone. Go back to the themes.")
    shown = queries.comments_of(stores(), assessment_id, set_id, key, number, per_page=PER_PAGE)
    return render_template(
        "themes/comments.html", found=found, key=key, title=title, shown=shown,
        ticked=set(asked.getlist("texts")), to=asked.get("to", ""), problem=problem,
        assessment_id=assessment_id, words=words,
        said=get_flashed_messages(category_filter=["theme"]), back=_back(found, key),
        heading=page_model.comments_heading(found, key, shown.total), model=page_model,
        lead=page_model.comments_lead(key),
        **frame(assessment_id, found),
    )  # fmt: skip


def set_url(assessment_id: int, set_id: int, key: str = "", anchor: str = "") -> str:
    """The address of a sorting, at a theme or at a part of its page."""
    place = f"theme-{key}" if key else anchor or None
    return url_for("curation.page", assessment_id=assessment_id, set_id=set_id, at=key or None,
                   _anchor=place)  # fmt: skip


def _in_full(found: queries.SetView, at: str) -> set[str]:
    """The themes that are shown with their quotes and marks: the largest, and the one at hand."""
    keys = [theme.key for theme in found.themes]
    return {*(keys if "all" in request.args else keys[:MOST_FULL]), *({at} & {*keys})}


def _back(found: queries.SetView, key: str) -> str:
    assessment_id = (request.view_args or {})["assessment_id"]
    known = any(theme.key == key for theme in found.themes)
    return set_url(assessment_id, found.id, key if known else "", "" if known else "outside")


def frame(assessment_id: int, found: queries.SetView) -> dict[str, Any]:
    """What every page of a sorting needs to name its source and to lead back."""
    sources = page_model.source_names(stores(), assessment_id)
    return {
        "base": url_for("curation.page", assessment_id=assessment_id, set_id=found.id),
        "source": sources.get(found.source, found.source),
        "changeable": page_model.changeable(found),
    }  # fmt: skip
