"""The model of the themes page: what people wrote, sorted, by size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from ..db import Stores
from ..instruments.identity import names_only
from ..instruments.registries import KINDS
from ..release.queries import Reading, ReleasedFigure, ReleaseView, cells, readings
from .amounts import in_words, number, percent, sample, shares_range
from .headlines import inside
from .picture import Picture

QUOTES: Final = 3
LOOSE: Final = 20  # comments without a theme that are shown


@dataclass(frozen=True)
class ThemeView:
    """One theme with its figures in words; `share` is the share of those who wrote, 0 to 1."""

    key: str
    release_id: int
    name: str
    role: str
    n: int
    bar: float
    share: str
    stage: str
    severity: str
    firmness: str
    firm: bool
    mixed: bool
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class Wrote:
    """The themes of one source: a survey round, the interviews, or imported complaints."""

    name: str
    note: str
    themes: tuple[ThemeView, ...]
    loose_quotes: tuple[str, ...]
    different: int
    reading: str = ""


def sources(stores: Stores, picture: Picture) -> list[Wrote]:
    """Every source that has comments, with its themes, largest first."""
    ids = picture.release_ids
    themes = cells(stores, ids, statistic="theme")
    quotes = cells(stores, ids, statistic="quote")
    notes = cells(stores, ids, statistic="theming")
    names = {f"round:{found.id}": found.name for found in picture.rounds}
    read = readings(stores, picture.assessment.id)
    closed = {f"round:{r.id}" for r in picture.rounds if names_only(r.label, r.policy)}
    found = []
    for release in picture.releases:
        own = [f for f in themes if f.release_id == release.id and f.shown != "hidden"]
        said = [f for f in quotes if f.release_id == release.id]
        reading = _reading(read.get(release.source), release.source in closed)
        parts = _parts(release, notes)
        if own or said or any(part.get("comments") for part in parts):
            name = names.get(release.source) or str(
                release.summary.get("source") or _method(release)
            )
            largest = max((f.n or 0 for f in own), default=1)
            views = [_theme(picture, f, said, largest) for f in own]
            views.sort(key=lambda view: (-view.n, view.key))
            loose = dict.fromkeys(str(f.detail["text"]) for f in said if f.about.endswith("-list"))
            found.append(
                Wrote(name, _note(parts), tuple(views), tuple(loose)[:LOOSE], len(loose), reading)
            )
    return found


def _reading(read: Reading | None, names_only: bool) -> str:
    """Why quotes of an anonymous survey are missing."""
    if names_only:
        return _("This survey promised names of themes and counts only, so nothing is quoted.")
    if read is None:
        return ""
    if read.undecided:
        return _("Quotes appear when two people have read them; %(some)s of %(all)s still wait.",
                 some=number(read.undecided), all=number(read.total))  # fmt: skip
    left = ngettext("%(num)s was left out.", "%(num)s were left out.", read.dropped)
    return _("Two people have read every quote.") + (f" {left}" if read.dropped else "")


def _parts(release: ReleaseView, notes: Sequence[ReleasedFigure]) -> list[Mapping[str, Any]]:
    """How the comments were sorted; an edition of an earlier version says so in its summary."""
    told = [note.detail for note in notes if note.release_id == release.id]
    made = (release.summary.get("themes") or {}).values()
    return told or [part for part in made if isinstance(part, dict)]


def _note(parts: Sequence[Mapping[str, Any]]) -> str:
    count = sum(int(part.get("comments") or 0) for part in parts)
    apart = sum(int(part.get("unplaced") or 0) for part in parts)
    said = ngettext("%(n)s comment.", "%(n)s comments.", count, n=number(count))
    if apart and any(part.get("themes") for part in parts):
        said += " " + ngettext("%(num)s fits nowhere.", "%(num)s fit nowhere.", apart)
    return said


def _theme(
    picture: Picture, figure: ReleasedFigure, quotes: Sequence[ReleasedFigure], largest: int
) -> ThemeView:
    detail, n = figure.detail, figure.n or 0
    name = str(detail.get("name") or figure.about)
    firmness = str(detail.get("firmness") or "")
    severity = detail.get("severity")
    stages = [picture.stages.get(code, code) for code in (detail.get("stages") or {})]
    said = [str(q.detail["text"]) for q in quotes if q.about == figure.about]
    return ThemeView(
        figure.about, figure.release_id, name, str(detail.get("role") or "problem"), n,
        n / max(1, largest), _share(figure), inside(stages[0]) if stages else "",
        _("%(value)s of 4", value=number(float(severity), 1)) if severity is not None else "",
        _firmness(firmness), firmness == "firm", bool(detail.get("mixed")), tuple(said[:QUOTES]),
    )  # fmt: skip


def _share(figure: ReleasedFigure) -> str:
    if figure.value is None:
        return sample(figure.n)
    if figure.low is None:
        return _("%(share)s of those who wrote", share=percent(figure.value))
    return _("%(share)s of those who wrote (%(range)s)", share=percent(figure.value),
             range=shares_range(figure.low, figure.high))  # fmt: skip


def _firmness(key: str) -> str:
    return {
        "firm": _("firm: it comes back when the sorting is repeated"),
        "fair": _("fair: it mostly comes back when the sorting is repeated"),
        "loose": _("loose: it often falls apart when the sorting is repeated"),
    }.get(key, _("not tested: too few comments"))


def heading(found: Sequence[Wrote]) -> str:
    """How much was written and how much of it is firm, in one line."""
    themes = [theme for wrote in found for theme in wrote.themes]
    if not themes:
        return _("Nothing was written yet that can be shown.") if not found else _(
            "Comments, but too few for themes.")  # fmt: skip
    firm = sum(theme.firm for theme in themes)
    count = ngettext("One theme.", "%(count)s themes.", len(themes),
                     count=in_words(len(themes)).capitalize())  # fmt: skip
    if not firm:
        told = _("None is firm enough to act on alone.")
    elif firm == len(themes):
        told = ngettext("It is firm enough to act on.", "All are firm enough to act on.", firm)
    else:
        told = ngettext("One is firm enough to act on.", "%(count)s are firm enough to act on.",
                        firm, count=in_words(firm).capitalize())  # fmt: skip
    return f"{count} {told}"


def _method(release: ReleaseView) -> str:
    return KINDS[release.method].name if release.method in KINDS else release.source
