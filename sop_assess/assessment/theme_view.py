"""One theme of what people wrote, with its figures in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..release.queries import ReleasedFigure
from .amounts import counted, joined, number, percent, sample, shares_range
from .headlines import topic_name
from .picture import IssueLink, Picture

QUOTES: Final = 3
FIRMNESS: Final = {
    "firm": (_l("firm"), _l("firm: it comes back when the sorting is repeated")),
    "fair": (_l("fair"), _l("fair: it mostly comes back when the sorting is repeated")),
    "loose": (_l("loose"), _l("loose: it often falls apart when the sorting is repeated")),
}
UNTESTED: Final = (_l("not tested"), _l("not tested: too few comments"))


@dataclass(frozen=True)
class Share:
    """A share with its range and n, in words."""

    value: str
    range: str
    n: int


@dataclass(frozen=True)
class Part:
    """One stage or place: its share of the theme, and the theme's share of what it wrote."""

    name: str
    of_theme: Share
    of_group: Share


@dataclass(frozen=True)
class Severity:
    """The average of the rating beside the comment; `value` is for ordering."""

    value: float
    words: str
    range: str
    n: int | None


@dataclass(frozen=True)
class ThemeView:
    """One theme with its figures in words; `share` is the share of those who wrote. `side` is the
    role until people judge its comments otherwise: problem, keep or mixed."""

    key: str
    release_id: int
    set_id: int | None
    source: str
    source_name: str
    name: str
    role: str
    side: str
    n: int
    at_least: bool
    share: str
    stage: str | None
    topic: str | None
    owner: str
    severity: Severity | None
    firmness: str
    stability: str
    meaning: str
    firm: bool
    mixed: bool
    quotes: tuple[str, ...]
    stage_shares: Sequence[Mapping[str, Any]]
    stage_names: Mapping[str, str]
    ranked: tuple[str, ...]
    place_shares: Sequence[Mapping[str, Any]]
    issue: IssueLink | None = None

    @cached_property
    def stages(self) -> tuple[Part, ...]:
        """Its shares by stage, in words once they are shown: of many themes, few are at first."""
        return _parts(self.stage_shares, self.stage_names)

    @cached_property
    def places(self) -> tuple[Part, ...]:
        """Its shares by place."""
        return _parts(self.place_shares, {})

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"{self.release_id}-{self.key}"

    @property
    def theme(self) -> str:
        """The key within its set."""
        return self.key.rpartition("-")[2]

    @property
    def count(self) -> str:
        """Its n; of a rounded one with the sign that it may be up to four more."""
        return counted(self.n, at_least=self.at_least)

    @property
    def topic_name(self) -> str:
        """The topic as a word."""
        return topic_name(self.topic) if self.topic else ""


def view_of(
    picture: Picture, source: str, source_name: str, figure: ReleasedFigure,
    quotes: Sequence[ReleasedFigure], issue: IssueLink | None,
) -> ThemeView:  # fmt: skip
    """A released theme with its quotes below it."""
    detail = figure.detail
    firmness = str(detail.get("firmness") or "")
    word, meaning = FIRMNESS.get(firmness, UNTESTED)
    stability = detail.get("stability")
    said = [str(quote.detail["text"]) for quote in quotes[:QUOTES]]
    return ThemeView(
        key=figure.about, release_id=figure.release_id, set_id=detail.get("set"), source=source,
        source_name=source_name, name=str(detail.get("name") or figure.about),
        role=str(detail.get("role") or "problem"),
        side=str(detail.get("side") or detail.get("role") or "problem"), n=figure.n or 0,
        at_least=figure.shown == "rounded", share=_share(figure),
        stage=figure.subject, topic=figure.topic, owner=str(detail.get("owner") or ""),
        severity=_severity(detail), firmness=str(word),
        stability=number(float(stability), 2) if stability is not None and firmness else "",
        meaning=str(meaning), firm=firmness == "firm", mixed=bool(detail.get("mixed")),
        quotes=tuple(said),
        stage_shares=detail.get("stage_shares") or (), stage_names=picture.stages,
        ranked=tuple(picture.stages.get(code, code) for code in detail.get("stages") or ()),
        place_shares=detail.get("place_shares") or (), issue=issue,
    )  # fmt: skip


def _severity(detail: Mapping[str, Any]) -> Severity | None:
    value = detail.get("severity")
    if value is None:
        return None
    low, high, n = (detail.get(f"severity_{name}") for name in ("low", "high", "n"))
    ends = _("rounded to half a point")
    if low is not None and high is not None:
        ends = _("%(low)s to %(high)s", low=number(float(low), 1), high=number(float(high), 1))
    words = _("%(value)s of 4", value=number(float(value), 1))
    return Severity(float(value), words, ends, int(n) if n else None)


def _parts(parts: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(
        Part(_group(part, names), _part_share(part["of_theme"]), _part_share(part["of_group"]))
        for part in parts
        if part["of_theme"]["value"]
    )


def _group(part: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if part["group"]:
        return names.get(part["group"], str(part["group"]))
    folded = [names.get(code, str(code)) for code in part["folded"]]
    return _("Small ones together: %(names)s", names=joined(folded))


def _part_share(found: Mapping[str, Any]) -> Share:
    return Share(percent(found["value"]), shares_range(found["low"], found["high"]), found["n"])


def _share(figure: ReleasedFigure) -> str:
    if figure.value is None:
        return sample(figure.n)
    if figure.low is None:
        return _("%(share)s of those who wrote", share=percent(figure.value))
    return _("%(share)s of those who wrote (%(range)s)", share=percent(figure.value),
             range=shares_range(figure.low, figure.high))  # fmt: skip
