"""The page on which two people read the comments of an anonymous survey before they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..accounts.policy import policy
from ..accounts.queries import count_readers
from ..accounts.roles import REDACTING
from ..accounts.session import current_person
from ..assessment.findings import update_quotes
from ..db import now
from ..errors import ConflictError, InvalidError, NotFoundError
from ..instruments.identity import is_anonymous, names_only
from ..instruments.service import RoundView, get_round, rounds_of
from ..page import reachable
from ..web import stores
from . import redaction
from .blackening import blacken
from .queries import Reading, cells, current_releases, readings, unsorted_sources
from .redaction import Quote

blueprint = Blueprint("redaction", __name__, template_folder="templates")

MOST: Final = 25  # on one page: enough for a sitting, few enough for a phone
_PATH: Final = "/a/<int:assessment_id>/rounds/<int:round_id>/redaction"


@dataclass(frozen=True)
class Group:
    """The comments of one theme."""

    name: str
    keep: bool
    quotes: tuple[Quote, ...]


@blueprint.get("/a/<int:assessment_id>/redaction")
@policy(*REDACTING)
def index(assessment_id: int) -> Response | str:
    """The survey whose comments wait, else the last one that was read."""
    found = readings(stores(), assessment_id)
    read = [r.id for r in rounds_of(stores(), assessment_id) if f"round:{r.id}" in found]
    waiting = [number for number in read if found[f"round:{number}"].undecided]
    if not waiting and unsorted_sources(stores(), assessment_id):
        return redirect(url_for("curation.index", assessment_id=assessment_id), 303)
    if not read:
        return render_template("release/redaction_none.html")
    return redirect(_url(assessment_id, (waiting or read)[-1]), 303)


@blueprint.get(_PATH)
@policy(*REDACTING)
def page(assessment_id: int, round_id: int) -> str:
    """The comments that wait for this person, by theme; then those that wait for another."""
    return _page(_round(assessment_id, round_id), "")


@blueprint.post(f"{_PATH}/<key>")
@policy(*REDACTING)
def decide(assessment_id: int, round_id: int, key: str) -> Response | tuple[str, int]:
    """Approve a comment with some words blackened, or leave it out."""
    found = _round(assessment_id, round_id)
    after = _after(found, key)
    try:
        said = _leave_out(found, key) if request.form.get("do") == "drop" else _approve(found, key)
    except (InvalidError, ConflictError) as error:
        return _page(found, error.sentence), error.status
    flash(said)
    return redirect(_url(assessment_id, round_id) + after, 303)


def _approve(found: RoundView, key: str) -> str:
    given = request.form.getlist("hide")
    if not all(place.isascii() and place.isdigit() and len(place) < 6 for place in given):
        raise InvalidError("Words can be blackened and nothing else. Load the page again.")
    where = (stores(), found.assessment_id, found.id, key)
    text = blacken(redaction.find_quote(*where).original, {int(place) for place in given})
    if redaction.approve(*where, text, by=current_person().id, now=now()) == "proposed":
        return _("Kept. Now a second person reads it.")
    update_quotes(stores(), found.assessment_id)
    return _("Both agree: it is shown now.")


def _leave_out(found: RoundView, key: str) -> str:
    redaction.leave_out(stores(), found.assessment_id, found.id, key,
                        request.form.get("reason", ""), by=current_person().id,
                        now=now())  # fmt: skip
    return _("It is left out and never shown.")


def _page(found: RoundView, problem: str) -> str:
    open_ = redaction.undecided(stores(), found.assessment_id, found.id)
    me = current_person().id
    mine = [quote for quote in open_ if quote.first_id != me]
    others = [quote for quote in open_ if quote.first_id == me]
    read = readings(stores(), found.assessment_id).get(f"round:{found.id}", Reading())
    with stores().core.reading() as session:
        readers = count_readers(session, found.assessment_id)
    return render_template(
        "release/redaction.html", round=found, problem=problem, read=read,
        heading=_heading(found, read, len(mine)), groups=_groups(found, mine[:MOST]),
        more=max(0, len(mine) - MOST), others=_groups(found, others), alone=readers < 2,
        reasons=_reasons(), base=_url(found.assessment_id, found.id), reachable=reachable,
        unsorted=f"round:{found.id}" in unsorted_sources(stores(), found.assessment_id),
    )  # fmt: skip


def _heading(found: RoundView, read: Reading, mine: int) -> str:
    if found.state != "closed":
        return _("Comments come when the survey is closed.")
    if names_only(found.label, found.policy):
        return _("This survey shows names of themes and counts only.")
    if not read.total and f"round:{found.id}" in unsorted_sources(stores(), found.assessment_id):
        return _("A person sorts the comments of this survey first.")
    if not read.total:
        return _("No comment of this survey can be quoted.")
    if mine:
        return ngettext("%(num)s of %(all)s comments waits for you.",
                        "%(num)s of %(all)s comments wait for you.",
                        mine, all=read.total)  # fmt: skip
    if read.undecided:
        return ngettext("%(num)s of %(all)s comments waits for a second person.",
                        "%(num)s of %(all)s comments wait for a second person.",
                        read.undecided, all=read.total)  # fmt: skip
    return _("All read: %(shown)s of %(all)s comments are shown.", shown=read.shown,
             all=read.total)  # fmt: skip


def _groups(found: RoundView, quotes: Sequence[Quote]) -> list[Group]:
    source = f"round:{found.id}"
    ids = [r.id for r in current_releases(stores(), found.assessment_id) if r.source == source]
    names = {c.about: str(c.detail.get("name") or c.about)
             for c in cells(stores(), ids, statistic="theme")}  # fmt: skip
    return [
        Group(names.get(about, _("Without a theme")), about.startswith("k-"),
              tuple(quote for quote in quotes if quote.about == about))
        for about in dict.fromkeys(quote.about for quote in quotes)
    ]  # fmt: skip


def _after(found: RoundView, key: str) -> str:
    """The part of the page to go on at: the comment after this one, else the top."""
    me = current_person().id
    keys = [quote.key for quote in redaction.undecided(stores(), found.assessment_id, found.id)
            if quote.first_id != me]  # fmt: skip
    behind = keys[keys.index(key) + 1 :] if key in keys else []
    return f"#q-{behind[0]}" if behind else ""


def _reasons() -> list[tuple[str, str]]:
    words = {"author": _("It tells who wrote it"), "person": _("It is about one person"),
             "nothing": _("It says nothing")}  # fmt: skip
    return [(reason, words[reason]) for reason in redaction.REASONS]


def _round(assessment_id: int, round_id: int) -> RoundView:
    found = get_round(stores(), round_id)
    if found.assessment_id != assessment_id or not is_anonymous(found.label):
        raise NotFoundError("This assessment has no such anonymous survey.")
    return found


def _url(assessment_id: int, round_id: int) -> str:
    return url_for("redaction.page", assessment_id=assessment_id, round_id=round_id)
