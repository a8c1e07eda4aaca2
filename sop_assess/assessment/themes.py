"""The model of the themes page: what people wrote, sorted, source by source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel import Locale
from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from ..db import Stores
from ..instruments.identity import is_anonymous, names_only
from ..instruments.registries import KINDS
from ..release.queries import Reading, ReleasedFigure, ReleaseView, cells, readings
from ..themes import words
from .amounts import in_words, number
from .picture import IssueLink, Picture, issues_of_themes
from .theme_view import ThemeView, view_of

LOOSE: Final = 20  # comments without a theme that are shown


@dataclass(frozen=True)
class SetState:
    """One sorting of a source; `waiting` until somebody freezes it."""

    id: int
    role: str
    waiting: bool


@dataclass(frozen=True)
class Wrote:
    """The themes of one source: a survey round, the interviews, or imported complaints."""

    source: str
    name: str
    method: str
    comments: int
    note: str
    tier: str
    themes: tuple[ThemeView, ...]
    loose_quotes: tuple[str, ...]
    different: int
    sets: tuple[SetState, ...] = ()
    frozen: bool = False
    reading: str = ""

    @property
    def waits(self) -> bool:
        """Whether a person must finish the sorting before anything shows."""
        return any(one.waiting for one in self.sets)


@dataclass(frozen=True)
class _Cells:
    """The released figures of what people wrote, and what is known of their sources."""

    themes: Sequence[ReleasedFigure]
    quotes: Sequence[ReleasedFigure]
    told: Sequence[ReleasedFigure]
    reading: Mapping[str, Reading]
    issues: Mapping[str, IssueLink]


def sources(stores: Stores, picture: Picture) -> list[Wrote]:
    """Every source that has comments, with its themes, largest first."""
    ids = picture.release_ids
    found = _Cells(
        [f for f in cells(stores, ids, statistic="theme") if f.shown != "hidden"],
        cells(stores, ids, statistic="quote"), cells(stores, ids, statistic="theming"),
        readings(stores, picture.assessment.id),
        {} if picture.rehearsal else issues_of_themes(stores, picture.assessment.id),
    )  # fmt: skip
    wrote = [_wrote(picture, release, found) for release in picture.releases]
    return [one for one in wrote if one is not None]


def _wrote(picture: Picture, release: ReleaseView, found: _Cells) -> Wrote | None:
    own = [f for f in found.themes if f.release_id == release.id]
    said = [f for f in found.quotes if f.release_id == release.id]
    told = [dict(f.detail) for f in found.told if f.release_id == release.id] or _summed(release)
    comments = sum(int(part.get("comments") or 0) for part in told)
    if not (own or said or comments):
        return None
    name, anonymous, reading = _round(picture, release, found)
    quotes: dict[str, list[ReleasedFigure]] = {}
    for quote in said:
        quotes.setdefault(quote.about, []).append(quote)
    views = [
        view_of(picture, release.source, name, f, quotes.get(f.about, ()),
                found.issues.get(f"theme:{release.source}:{f.about}"[:60]))
        for f in own
    ]  # fmt: skip
    views.sort(key=lambda view: (-view.n, view.key))
    loose = dict.fromkeys(str(f.detail["text"]) for f in said if f.about.endswith("-list"))
    sets = tuple(SetState(int(part["set"]), str(part.get("role")), bool(part.get("waiting")))
                 for part in told
                 if part.get("set") and (part.get("themes") or part.get("waiting")))  # fmt: skip
    note = " ".join(filter(None, (_note(told, comments), _languages(told))))
    return Wrote(
        release.source, name, _method(release), comments, note, _tier(told),
        tuple(views), tuple(loose)[:LOOSE], len(loose), sets,
        anonymous and not any(one.waiting for one in sets), reading,
    )  # fmt: skip


def _round(picture: Picture, release: ReleaseView, found: _Cells) -> tuple[str, bool, str]:
    """The name of a source, whether it is an anonymous round, and why quotes are missing."""
    number = release.source.partition(":")[2]
    of = next((r for r in picture.rounds if release.source == f"round:{r.id}"), None)
    if of is None:
        return str(release.summary.get("source") or _method(release) or number), False, ""
    reading = _reading(found.reading.get(release.source), names_only(of.label, of.policy))
    return of.name, is_anonymous(of.label), reading


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


def _summed(release: ReleaseView) -> list[dict[str, Any]]:
    """How the comments were sorted, as editions told it before sortings had cells."""
    made = release.summary.get("themes") or {}
    return [dict(part) for part in made.values() if isinstance(part, dict)]


def _note(told: Sequence[Mapping[str, Any]], comments: int) -> str:
    said = ngettext("%(n)s comment.", "%(n)s comments.", comments, n=number(comments))
    apart = sum(int(part.get("unplaced") or 0) for part in told)
    if apart and any(part.get("themes") for part in told):
        said += " " + ngettext("%(num)s fits nowhere.", "%(num)s fit nowhere.", apart)
    nothing = sum(int(part.get("non_answers") or 0) for part in told)
    if nothing:
        said += " " + ngettext("%(num)s says nothing.", "%(num)s say nothing.", nothing)
    return said


def _languages(told: Sequence[Mapping[str, Any]]) -> str:
    """That comments in several languages were sorted apart."""
    codes = dict.fromkeys(str(part["language"]) for part in told if part.get("language"))
    if len(codes) < 2:
        return ""
    reader = get_locale()
    named = [Locale.parse(code).get_display_name(reader) or code for code in codes]
    return _("They are in %(languages)s; each language was sorted by itself.",
             languages=format_list(named, locale=reader))  # fmt: skip


def _tier(told: Sequence[Mapping[str, Any]]) -> str:
    """How they were sorted, and why not better; each way once."""
    ways = [words.tier(str(part.get("tier")), str(part.get("why") or ""))
            for part in told if part.get("themes")]  # fmt: skip
    return " ".join(dict.fromkeys(ways))


def heading(found: Sequence[Wrote]) -> str:
    """How much was written and how much of it is firm, in one line."""
    themes = [theme for wrote in found for theme in wrote.themes]
    if not found:
        return _("Nothing was written yet that can be shown.")
    comments = sum(wrote.comments for wrote in found)
    wrote = ngettext("%(n)s comment", "%(n)s comments", comments, n=number(comments))
    if not themes:
        if any(one.waits for one in found):
            return _("%(comments)s, and a person sorts them now.", comments=wrote)
        return _("%(comments)s, too few different ones to sort into themes.", comments=wrote)
    count = ngettext("one theme", "%(count)s themes", len(themes), count=in_words(len(themes)))
    return f"{wrote}, {count}. {_firm(sum(theme.firm for theme in themes), len(themes))}"


def _firm(firm: int, of: int) -> str:
    if not firm:
        return _("None is firm enough to act on alone.")
    if firm == of:
        return ngettext("It is firm enough to act on.", "All are firm enough to act on.", firm)
    return ngettext("One is firm enough to act on.", "%(count)s are firm enough to act on.",
                    firm, count=in_words(firm).capitalize())  # fmt: skip


def _method(release: ReleaseView) -> str:
    return (
        str(KINDS[release.method].name) if release.method in KINDS else _("the company's records")
    )
