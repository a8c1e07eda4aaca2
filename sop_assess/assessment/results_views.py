"""The pages of results and of one finding, from released cells only."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from ..accounts.policy import policy
from ..accounts.session import current_person
from ..web import stores
from . import headlines, results
from .amounts import in_words
from .dossier import dossier
from .label_words import effect_words, levels_lost
from .picture import Found, Picture, picture
from .sentences import say, source_name
from .stage_map import stage_map, together_words
from .trust import trust

blueprint = Blueprint("results", __name__, template_folder="templates")

READERS = ("owner", "reader", "planner")
CHANGERS = ("owner", "planner")
_SMALL = re.compile(r"(\bn\N{NO-BREAK SPACE}[\d.,\N{NO-BREAK SPACE}]*\d(?: \w+ 9)?)")
_TOGETHER = re.compile(r"\b([Hh]and-offs?)\b")


@blueprint.app_template_filter("prose")
def prose(text: str) -> Markup:
    """A sentence for a page: its n small and quiet, "hand-off" on one line."""
    safe = str(escape(text))
    safe = _SMALL.sub(r'<span class="n">\1</span>', safe)
    return Markup(_TOGETHER.sub(r'<span class="nowrap">\1</span>', safe))  # noqa: S704 escaped above


def asked_rehearsal() -> int | None:
    """The round whose rehearsal the address asks for."""
    return request.args.get("rehearsal", type=int)


def page(template: str, found: Picture, **more: Any) -> str:
    """A page about results; its links stay inside a rehearsal."""

    rehearsal = found.rehearsal.id if found.rehearsal else None

    def link(endpoint: str, **values: Any) -> str:
        values |= {"assessment_id": found.assessment.id, "rehearsal": rehearsal}
        return url_for(endpoint, **values)

    def make(endpoint: str, **values: Any) -> str:
        # Only who may change the backlog is offered to add to it.
        may = current_person().may(*CHANGERS, assessment_id=found.assessment.id)
        return link(endpoint, **values) if may else ""

    return render_template(
        template, picture=found, link=link, say=say, results=results, words=headlines,
        source_name=source_name, in_words=in_words, make=make, **more,
    )  # fmt: skip


@blueprint.get("/a/<int:assessment_id>/results")
@policy(*READERS)
def index(assessment_id: int) -> str:
    """What works, what does not, how sure we are, what to do first."""
    found = picture(stores(), assessment_id, asked_rehearsal())
    if not found.spoken:
        return page("assessment/results_first.html", found)
    return page(
        "assessment/results.html", found, map=stage_map(found), together_words=together_words,
        trust=trust(stores(), found), next=results.next_step(found),
    )  # fmt: skip


@blueprint.get("/a/<int:assessment_id>/findings/<int:finding_id>")
@policy(*READERS)
def finding(assessment_id: int, finding_id: int) -> str:
    """One finding with its evidence by method."""
    found = picture(stores(), assessment_id, asked_rehearsal())
    one = next((f for f in found.findings if f.id == finding_id), None)
    if one is None:
        abort(404)
    return page(
        "assessment/finding.html", found, one=one, effect_words=effect_words,
        levels_lost=levels_lost, dossier=dossier(stores(), found, one, say),
        next=_after(found.rehearsal, one),
    )  # fmt: skip


def _after(rehearsal: object, one: Found) -> tuple[str, str] | None:
    if rehearsal is not None:
        return None
    if one.polarity == "disputed":
        return (
            _("Hear both sides: one talk, two who say it works, two who say it does not"),
            _("Put one question to all of them: “What did the last case look like?” Bring the "
              "figures above, not the names. They stay as they are; what comes out is noted in "
              "the issue."),
        )  # fmt: skip
    if one.polarity == "works":
        text = _("Protect this when you change something beside it. An issue can remind you.")
        return _("Keep it"), text
    if one.label in {"single_method", "silence"}:
        return (_("Look at it with a second method"),
                _("One method alone errs in its own direction. A few interviews or visits would "
                  "show whether it holds."))  # fmt: skip
    return (_("Make an issue of it"), _("Give it an owner; the evidence goes with it."))
