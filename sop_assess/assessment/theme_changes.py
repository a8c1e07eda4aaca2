"""What became of themes since the assessment before, in words and in the order of certainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..release.queries import ReleasedFigure
from ..themes.comparing import Compared, Followed
from ..themes.movers import FEW, SIZE, UNKNOWN
from ..themes.words import opening
from .amounts import in_words, joined, percent, points, points_range

WORDS: Final = {
    "grew": _l("grew"), "shrank": _l("shrank"), "new": _l("new"), "gone": _l("gone"),
    "no clear change": _l("no clear change"),
}  # fmt: skip
WITHHELD: Final = {
    FEW: _l("few people joined or left in between, and a comparison could tell what they wrote."),
    UNKNOWN: _l("it is not known how many people joined or left in between, and a comparison could "
                "tell what they wrote."),
    SIZE: _l("of one of the two it is not told how many people answered."),
}  # fmt: skip
CLEAR: Final = ("grew", "shrank", "new", "gone")


@dataclass(frozen=True)
class ChangeView:
    """One theme then and now. `href` leads to it on the page where it still exists; `why` says why
    nothing can be said, and then there are no figures."""

    name: str
    was: str
    href: str
    source: str
    word: str
    before: str
    after: str
    difference: str
    range: str
    clear: bool
    why: str = ""
    by_person: bool = False


class Choice(NamedTuple):
    """One theme that may be the same as another."""

    about: str
    name: str


@dataclass(frozen=True)
class Correction:
    """A form that says which themes are the same; `theme` and `other` are chosen when it opens."""

    set_id: int
    name: str
    now: tuple[Choice, ...]
    then: tuple[Choice, ...]
    theme: str
    other: str


@dataclass(frozen=True)
class Since:
    """The section about the assessment before."""

    assessment: str
    heading: str
    clear: tuple[ChangeView, ...]
    unclear: tuple[ChangeView, ...]
    silent: tuple[ChangeView, ...]
    alone: tuple[str, ...]
    corrections: tuple[Correction, ...]


def since(found: Compared, names: Mapping[str, str], asked: str = "") -> Since | None:
    """The section, or None where there is no assessment before; `names` are those of sources.

    `asked` : the set and theme whose match somebody wants to correct, "3:p-t01".
    """
    if not found.assessment:
        return None
    views = [_view(one, names.get(one.source, one.source)) for one in found.followed]
    told = [view for view in views if not view.why]
    return Since(
        found.assessment, _heading(_clear_words(found), bool(told)),
        tuple(view for view in told if view.clear),
        tuple(view for view in told if not view.clear),
        tuple(view for view in views if view.why),
        tuple(names.get(source, source) for source in found.alone),
        _corrections(found, names, asked),
    )  # fmt: skip


def line(one: Followed) -> str:
    """What became of a theme, in one quiet line; "" where a sentence about all of them says why."""
    change = one.change
    if one.withheld:
        return ""
    if change is None:
        return _("Since the last assessment: %(why)s", why=_why(one))
    view = _view(one, "")
    if change.word == "no clear change" and one.then is None:
        return _("Since the last assessment: it was no theme then, and that is no clear change.")
    if one.then is None:
        return _("Since the last assessment: new, %(after)s now (%(range)s points).",
                 after=view.after, range=view.range)  # fmt: skip
    return _("Since the last assessment: %(word)s, %(before)s then and %(after)s now "
             "(%(range)s points).", word=view.word, before=view.before, after=view.after,
             range=view.range)  # fmt: skip


def name_of(figure: ReleasedFigure) -> str:
    """The name of a released theme."""
    return str(figure.detail.get("name") or figure.about)


def _corrections(found: Compared, names: Mapping[str, str], asked: str) -> tuple[Correction, ...]:
    forms = []
    for (source, prefix), part in found.parts.items():
        own = {
            one.now.about: one for one in found.followed if one.now and one.set_id == part.set_id
        }
        theme = next((about for about in own if asked == f"{part.set_id}:{about}"), "")
        same = own[theme].then if theme else None
        side = _("to keep") if prefix.startswith("k") else _("problem")
        forms.append(Correction(
            part.set_id, f"{names.get(source, source)}, {side}",
            tuple(Choice(about, name_of(one.now)) for about, one in own.items() if one.now),
            tuple(Choice(then.about, name_of(then)) for then in part.then), theme,
            same.about if same else "",
        ))  # fmt: skip
    return tuple(form for form in forms if form.now)


def _view(one: Followed, source: str) -> ChangeView:
    shown = one.now or one.then
    name, was = (name_of(figure) if figure else "" for figure in (shown, one.then))
    href = f"#{one.now.release_id}-{one.now.about}" if one.now else ""
    was = was if one.now and was != name else ""
    change = one.change
    if change is None:
        return ChangeView(name, was, href, source, "", "", "", "", "", False, _why(one))
    return ChangeView(
        name, was, href, source, str(WORDS[change.word]), _share(change.before),
        _share(change.after), points(change.difference), points_range(change.low, change.high),
        change.word in CLEAR, by_person=one.by_person,
    )  # fmt: skip


def _share(value: float | None) -> str:
    return _("no theme") if value is None else percent(value)


def _why(one: Followed) -> str:
    """Why the released figures do not tell whether a theme grew, or may not."""
    if one.withheld:
        return str(WITHHELD[one.withheld])
    if any(figure and figure.shown in {"hidden", "band"} for figure in (one.now, one.then)):
        return _("in one of the two, too few people raised it for a figure.")
    return _("in one of the two, it is not known how many people wrote.")


def _clear_words(found: Compared) -> list[str]:
    changes = [one.change for one in found.followed if one.change]
    return [change.word for change in changes if change.word in CLEAR]


def _counted(word: str, count: int) -> str:
    many = in_words(count)
    return {
        "grew": ngettext("one theme grew", "%(count)s themes grew", count, count=many),
        "shrank": ngettext("one theme shrank", "%(count)s themes shrank", count, count=many),
        "new": ngettext("one theme is new", "%(count)s themes are new", count, count=many),
        "gone": ngettext("one theme is gone", "%(count)s themes are gone", count, count=many),
    }[word]


def _heading(clear: Sequence[str], told: bool) -> str:
    """How many grew and shrank; `clear` are what became of those that changed for sure."""
    if not told:
        return _("Nothing can be compared yet.")
    if not clear:
        return _("No theme clearly grew or shrank.")
    said = [_counted(word, clear.count(word)) for word in dict.fromkeys(clear)]
    return f"{opening(joined(said))}."
