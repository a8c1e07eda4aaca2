"""The page of themes: what people wrote, from released cells only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import ngettext

from ..accounts.policy import policy
from ..accounts.roles import REDACTING
from ..accounts.session import current_person
from ..release.queries import cells
from ..themes.comparing import compared
from ..web import stores
from .picture import Picture, picture
from .results_views import asked_rehearsal, page
from .theme_changes import since
from .theme_links import links
from .theme_order import MOST_FULL, ORDERS, alike, in_full, sections
from .theme_view import ThemeView
from .themes import SetState, Wrote, heading, sources

blueprint = Blueprint("themes", __name__, template_folder="templates")

CURATORS = ("owner", "coder")


@blueprint.get("/a/<int:assessment_id>/themes")
@policy("owner", "reader", "planner", "coder")
def index(assessment_id: int) -> str:
    """Themes by size, stage, source or severity, with quotes."""
    found = picture(stores(), assessment_id, asked_rehearsal())
    wrote = sources(stores(), found)
    more = _compared(found, wrote)
    by = request.args.get("by", "size")
    by = by if by in ORDERS else "size"
    themes = [theme for one in wrote for theme in one.themes]
    parts = sections(wrote, by, found)
    full = in_full(parts, request.args.get("at", ""), "all" in request.args)
    return page(
        "assessment/themes.html", found, sources=wrote, heading=heading(wrote), by=by,
        orders=ORDERS, sections=parts, alike=alike, full=full, most_full=MOST_FULL,
        count=len(themes),
        largest=max((theme.n for theme in themes), default=1),
        open_sets=_open_sets(found, wrote), waiting=_waiting(found, wrote),
        next=_next(found, wrote), **more,
    )  # fmt: skip


def _compared(found: Picture, wrote: Sequence[Wrote]) -> dict[str, Any]:
    """The same themes elsewhere: what became of them, beside them, and together with them."""
    if found.rehearsal or not any(one.themes for one in wrote):
        return {"since": None, "links": {}, "waiting_matches": False, "may_match": False}
    number = found.assessment.id
    seen = compared(stores(), number)
    asked = request.args.get("same", "")[:60]
    may = current_person().may(*CURATORS, assessment_id=number)
    pairs = cells(stores(), found.release_ids, statistic="theme_pair")
    return {
        "since": since(seen, {one.source: one.name for one in wrote}, asked), "asked": asked,
        "links": links(seen, wrote, pairs), "waiting_matches": may and seen.waiting,
        "may_match": may and found.assessment.state != "final",
    }  # fmt: skip


def _open_sets(found: Picture, wrote: Sequence[Wrote]) -> set[int]:
    """The sortings that this person may change."""
    person, state = current_person(), found.assessment.state
    if (
        found.rehearsal
        or state == "final"
        or not person.may(*CURATORS, assessment_id=found.assessment.id)
    ):
        return set()
    return {one.id for source in wrote if not source.frozen for one in source.sets
            if not one.waiting}  # fmt: skip


def _waiting(found: Picture, wrote: Sequence[Wrote]) -> list[SetState]:
    """The sortings that this person may finish and release."""
    if found.rehearsal or not current_person().may(*REDACTING, assessment_id=found.assessment.id):
        return []
    return [one for source in wrote for one in source.sets if one.waiting]


def _next(found: Picture, wrote: Sequence[Wrote]) -> tuple[str, str, ThemeView | SetState | None]:
    """What to do next: heading, sentence, and the theme or sorting that it is about."""
    waiting, may_change = _waiting(found, wrote), _open_sets(found, wrote)
    if waiting:
        return (
            ngettext("Finish one sorting and release it",
                     "Finish %(num)s sortings and release them", len(waiting)),
            _("Until then nobody sees the themes."), waiting[0],
        )  # fmt: skip
    mixed = [theme for one in wrote for theme in one.themes
             if theme.mixed and theme.set_id in may_change]  # fmt: skip
    if mixed:
        return (_("Split “%(name)s”, which mixes several subjects", name=mixed[0].name),
                _("The two parts are shown first. After that the themes are ready for the report."),
                mixed[0])  # fmt: skip
    title = _("See what the figures say about the same stages") if wrote else _(
        "See where the rounds stand")  # fmt: skip
    return title, _("A theme says what people mean; a finding says how widespread it is."), None
