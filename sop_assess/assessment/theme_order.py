"""The order of the themes page: by size, by stage, by method or by severity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .picture import Picture
from .theme_links import Elsewhere
from .theme_view import ThemeView
from .themes import Wrote

ORDERS: Final = {
    "size": _l("By size"), "stage": _l("By stage"), "method": _l("By source"),
    "severity": _l("By severity"),
}  # fmt: skip

# Up to so many themes are all shown in full; of more, about FULL of them.
MOST_FULL: Final = 30
FULL: Final = 20


@dataclass(frozen=True)
class Section:
    """Themes under one heading."""

    name: str
    themes: tuple[ThemeView, ...]

    @property
    def largest(self) -> int:
        """The n of its largest theme."""
        return max((theme.n for theme in self.themes), default=0)


def sections(found: Sequence[Wrote], by: str, picture: Picture) -> list[Section]:
    """All themes in an order of ORDERS; sources stand beside each other and are never added up."""
    themes = [theme for wrote in found for theme in wrote.themes]
    if by == "method":
        return [Section(wrote.name, wrote.themes) for wrote in found if wrote.themes]
    if by == "stage":
        return _by_stage(themes, picture)
    if by == "severity":
        themes.sort(key=lambda t: (-(t.severity.value if t.severity else 0.0), -t.n))
    else:
        themes.sort(key=lambda t: -t.n)
    return [Section(str(ORDERS[by]), tuple(themes))] if themes else []


def _by_stage(themes: Sequence[ThemeView], picture: Picture) -> list[Section]:
    others = sorted({t.stage for t in themes if t.stage} - set(picture.stages))
    known: list[str | None] = [*picture.stages, *others, None]
    found = [
        Section(picture.stages.get(stage, stage) if stage else _("No stage"),
                tuple(sorted((t for t in themes if t.stage == stage), key=lambda t: -t.n)))
        for stage in known
    ]  # fmt: skip
    return [section for section in found if section.themes]


def in_full(found: Sequence[Section], at: str, everything: bool) -> set[str]:
    """The anchors of the themes that are shown in full: the first ones of every section where there
    are many, and the one at hand; the others are a line each."""
    known = {theme.anchor for section in found for theme in section.themes}
    if everything or len(known) <= MOST_FULL:
        return known
    each = max(2, FULL // len(found))
    first = {theme.anchor for section in found for theme in section.themes[:each]}
    return first | ({at} & known)


def alike(
    theme: ThemeView, found: Sequence[Wrote], same: Sequence[Elsewhere] = ()
) -> list[ThemeView]:
    """Themes of other sources that people put to the same stage and topic, besides those that are
    the same theme."""
    told = {one.href for one in same}
    if theme.topic is None:
        return []
    return [
        other
        for wrote in found
        for other in wrote.themes
        if wrote.source != theme.source
        and (other.stage, other.topic) == (theme.stage, theme.topic)
        and f"#{other.release_id}-{other.key}" not in told
    ]
