"""What the pages of a sorting show beside its figures: headings, the next step, differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from ..assessment.amounts import in_words, number
from ..assessment.headlines import topic_name
from ..db import Stores
from ..instruments.definition import TOPICS
from ..instruments.service import rounds_of
from ..page import assessment, stage_name
from ..release.queries import current_releases
from . import queries, words
from .rows import ThemeRow

OUTSIDE: Final = ("unplaced", "non_answer")


@dataclass(frozen=True)
class Step:
    """What to do next: heading, sentence, and the one filled button."""

    heading: str
    text: str
    button: str
    do: str  # split, unplaced, freeze, themes
    key: str = ""

    def url(self, base: str, themes: str) -> str:
        """Where the button leads; `base` is the address of the sorting."""
        return {"split": f"{base}/preview?do=split&theme={self.key}", "freeze": f"{base}/freeze",
                "unplaced": f"{base}/comments?theme=unplaced"}.get(self.do, themes)  # fmt: skip


def source_names(stores: Stores, assessment_id: int) -> dict[str, str]:
    """What each source of comments is called."""
    named = {
        release.source: str(release.summary["source"])
        for release in current_releases(stores, assessment_id)
        if release.summary.get("source")
    }
    return named | {f"round:{r.id}": r.name for r in rounds_of(stores, assessment_id)}


def heading(found: queries.SetView) -> str:
    """How much was written, and what is left to do about it."""
    wrote = words.comments(found.comments)
    if not found.themes:
        return _("%(comments)s, too few different ones to sort into themes.", comments=wrote)
    line = f"{wrote}, {words.themes(len(found.themes))}."
    if found.state == "frozen":
        return line + " " + _("They are frozen.")
    mixed = sum(theme.mixed for theme in found.themes)
    if mixed:
        return line + " " + ngettext(
            "One looks like several subjects.", "%(count)s look like several subjects.", mixed,
            count=in_words(mixed).capitalize(),
        )  # fmt: skip
    if found.unplaced:
        return line + " " + ngettext("One comment fits nowhere.", "%(num)s comments fit nowhere.",
                                     found.unplaced)  # fmt: skip
    return line + " " + _("Every comment has its place.")


def next_step(found: queries.Overview) -> Step:
    """A mixed theme first, then comments without a place, then freezing, then reading."""
    if changeable(found) and found.split:
        key, name = found.split
        return Step(
            _("Look at a split of “%(name)s”", name=name),
            _("Its comments differ more than those of other themes. The two parts are shown first; "
              "nothing changes until you accept."),
            _("Show a split"), "split", key,
        )  # fmt: skip
    if found.state == "draft" and changeable(found):
        return Step(
            _("Freeze the themes and release them"),
            _("Until then nobody else sees them. What is released is shown first."),
            _("Show what is released"), "freeze",
        )  # fmt: skip
    if changeable(found) and found.unplaced and found.themes:
        return Step(
            ngettext("Place one comment by hand", "Place %(num)s comments by hand", found.unplaced),
            _("They fit no theme. Put them into one, or leave them where they are."),
            _("Show them"), "unplaced",
        )  # fmt: skip
    return Step(
        _("See the themes as readers see them"),
        _("With their shares, severity and firmness."),
        _("Go to the themes"),
        "themes",
    )


def changeable(found: queries.SetView | queries.Overview) -> bool:
    """Whether decisions are still taken."""
    about = assessment()
    final = about is not None and about.state == "final"
    return found.state in {"open", "draft"} and not final


def readable(found: queries.SetView) -> bool:
    """Whether the comments themselves are still there."""
    return found.state != "frozen"


def place_name(found: queries.SetView, key: str) -> str | None:
    """The theme's name, or what lies outside of all; None for a theme that is gone."""
    if key in OUTSIDE:
        return _("Fits nowhere") if key == "unplaced" else _("Says nothing")
    return next((theme.name for theme in found.themes if theme.key == key), None)


def severity(theme: ThemeRow) -> tuple[str, str]:
    """The mean severity of a theme, and its range; both empty where too few rated it."""
    found = theme.severity
    if found is None:
        return "", ""
    ends = _("%(low)s to %(high)s", low=number(found.low, 1), high=number(found.high, 1))
    return _("%(value)s of 4", value=number(found.mean, 1)), f"({ends})"


def index_heading(sets: Sequence[queries.Overview]) -> str:
    """How many sortings wait, in a sentence."""
    waiting = [one for one in sets if one.state == "draft"]
    if not sets:
        return _("No comments to sort yet.")
    if waiting:
        return ngettext(
            "One sorting waits to be finished and released.",
            "%(num)s sortings wait to be finished and released.", len(waiting),
        )  # fmt: skip
    return ngettext("One sorting, nothing waits.", "%(num)s sortings, nothing waits.", len(sets))


def first_of(sets: Sequence[queries.Overview]) -> queries.Overview | None:
    """The sorting to go on with: one that waits for its release, else one with something to do."""
    todo = [s for s in sets if changeable(s) and (s.state == "draft" or _left(s))]
    return min(todo, key=lambda s: s.state != "draft", default=None)


def _left(found: queries.Overview) -> bool:
    return bool(found.themes) and (found.unplaced > 0 or found.mixed > 0)


def comments_heading(found: queries.SetView, key: str, total: int) -> str:
    """How many comments lie at a place, of which `total` differ."""
    if key == "unplaced":
        return ngettext("One comment fits nowhere.", "%(num)s comments fit nowhere.", total)
    if key == "non_answer":
        return ngettext("One comment says nothing.", "%(num)s comments say nothing.", total)
    theme = next(theme for theme in found.themes if theme.key == key)
    wrote = words.comments(theme.size)
    if theme.size != total:
        wrote += ", " + ngettext("one wording", "%(num)s wordings", total)
    return f"{wrote}: {theme.name}"


def comments_lead(key: str) -> str:
    """What to do with them."""
    if key == "unplaced":
        return _(
            "Tick those that belong into a theme, then choose it below. The rest may stay here."
        )
    if key == "non_answer":
        return _("They are counted and belong to no theme. Tick what says something after all.")
    return _("Tick what belongs elsewhere, then say where. Tick what belongs here to keep it here "
             "when the rest is sorted anew.")  # fmt: skip


def topics() -> list[tuple[str, str]]:
    """The topics to choose from."""
    return [("", _("no topic")), *((topic, topic_name(topic)) for topic in TOPICS)]


def stages() -> list[tuple[str, str]]:
    """The stages to choose from."""
    about = assessment()
    known = [s.code for s in about.stages if not s.skipped] if about else []
    return [("", _("as the comments say")), *((code, stage_name(code)) for code in known)]
