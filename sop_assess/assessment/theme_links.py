"""A theme elsewhere: what became of it, in other sources, and what it occurs together with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from ..release.queries import ReleasedFigure
from ..themes.comparing import Compared
from .amounts import number, percent, shares_range
from .theme_changes import line
from .themes import Wrote


class Elsewhere(NamedTuple):
    """The same theme in another source, with its own figures."""

    href: str
    words: str


@dataclass(frozen=True)
class Links:
    """What a theme leads to. `since` is one line about the assessment before, and `match` asks for
    its form; both are empty where there is nothing to compare with."""

    since: str = ""
    beside: tuple[Elsewhere, ...] = ()
    pairs: tuple[str, ...] = ()
    match: str = ""


def links(
    found: Compared, wrote: Sequence[Wrote], pairs: Sequence[ReleasedFigure]
) -> dict[tuple[str, str], Links]:
    """The links of every theme on the page, by its source and key."""
    names = {one.source: one.name for one in wrote}
    met = _met(pairs, {(theme.release_id, theme.key): theme.name
                       for one in wrote for theme in one.themes})  # fmt: skip
    return {
        (theme.source, theme.key): _links(found, theme.source, theme.key, names,
                                          met.get((theme.release_id, theme.key), []))
        for one in wrote for theme in one.themes
    }  # fmt: skip


def _links(
    found: Compared, source: str, about: str, names: Mapping[str, str], pairs: Sequence[str]
) -> Links:
    beside = tuple(_elsewhere(other, names.get(there, there))
                   for there, other in found.beside.get((source, about), ()))  # fmt: skip
    one = found.of(source, about)
    if one is None:
        return Links("", beside, tuple(pairs))
    return Links(line(one), beside, tuple(pairs), f"{one.set_id}:{about}")


def _elsewhere(other: ReleasedFigure, name: str) -> Elsewhere:
    href = f"#{other.release_id}-{other.about}"
    share = f"{percent(other.value)}, {shares_range(other.low, other.high)}" if (
        other.value is not None) else ""  # fmt: skip
    wrote = other.detail.get("who_wrote")
    if other.n is None or not share:
        return Elsewhere(href, _("%(source)s, too few for a figure", source=name))
    if not wrote:
        return Elsewhere(href, _("%(source)s %(n)s or more (%(share)s)", source=name,
                                 n=number(other.n), share=share))  # fmt: skip
    return Elsewhere(href, _("%(source)s %(n)s of %(all)s (%(share)s)", source=name,
                             n=number(other.n), all=number(int(wrote)), share=share))  # fmt: skip


def _met(
    pairs: Sequence[ReleasedFigure], names: Mapping[tuple[int, str], str]
) -> dict[tuple[int, str], list[str]]:
    """What occurs together with every theme, from both ends of every pair, surest first."""
    found: dict[tuple[int, str], list[str]] = {}
    for pair in pairs:
        ends = pair.about, str(pair.detail["other"])
        for about, other in (ends, ends[::-1]):
            if (pair.release_id, other) in names:
                said = _pair(pair, names[pair.release_id, other])
                found.setdefault((pair.release_id, about), []).append(said)
    return found


def _pair(pair: ReleasedFigure, other: str) -> str:
    values = {
        "other": other, "forms": _forms(pair.method, int(pair.detail["both"])),
        "odds": _times(pair.value), "low": _times(pair.low), "high": _times(pair.high),
    }  # fmt: skip
    if pair.detail["word"] == "together":
        return _("Often together with “%(other)s”: %(forms)s, odds %(odds)s times "
                 "(%(low)s to %(high)s).", **values)  # fmt: skip
    return _("Rarely together with “%(other)s”: %(forms)s, odds %(odds)s times "
             "(%(low)s to %(high)s).", **values)  # fmt: skip


def _times(odds: float | None) -> str:
    value = odds or 0.0
    return number(value, 0 if value >= 10 else 1 if value >= 1 else 2)


def _forms(method: str, count: int) -> str:
    return {
        "interview": ngettext("%(num)s interview", "%(num)s interviews", count),
        "shadow": ngettext("%(num)s observation", "%(num)s observations", count),
        "shop": ngettext("%(num)s visit", "%(num)s visits", count),
    }.get(method, ngettext("%(num)s form", "%(num)s forms", count))
