"""The map: stages and hand-offs by method, one mark for each topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .headlines import polarity_name, topic_name
from .picture import Found, Picture

DRAWN: Final = 5


@dataclass(frozen=True)
class MapMark:
    """What one method says about one topic; empty when it did not ask."""

    polarity: str
    prominent: bool


@dataclass(frozen=True)
class MapCell:
    """One method at one stage: a mark per topic, the largest n, and the way to the evidence."""

    method: str
    marks: tuple[MapMark | None, ...]
    words: str
    n: int
    finding: int | None


@dataclass(frozen=True)
class MapRow:
    """One stage, or all hand-offs."""

    key: str
    ordinal: str
    name: str
    topics: tuple[tuple[str, int], ...]
    cells: tuple[MapCell, ...]
    together: tuple[tuple[str, int], ...]
    more: int

    @property
    def between(self) -> bool:
        """Whether this is the row of hand-offs."""
        return self.key == "handoffs"


def stage_map(picture: Picture) -> list[MapRow]:
    """The stages in their order, then the hand-offs; every cell with a mark for each topic.

    Of many topics the ones that most methods speak about are drawn, one for each hand-off.
    """
    rows = []
    for ordinal, (code, name) in enumerate(picture.stages.items(), 1):
        everything = [f for f in picture.findings if f.subject == code]
        found = sorted(sorted(everything, key=_telling)[:DRAWN], key=_topic_order)
        if found:
            topics = tuple((f.topic_name, f.id) for f in found)
            more = len(everything) - len(found)
            rows.append(_row(picture, (code, str(ordinal), name), found, topics, more))
    joints = _joints(picture)
    if joints:
        labels = tuple((_joint_label(picture, f), f.id) for f in joints)
        rows.append(_row(picture, ("handoffs", "", _("Hand-offs")), joints, labels, 0))
    return rows


def _joints(picture: Picture) -> list[Found]:
    """The most telling finding of each hand-off, in the order of the stages."""
    best: dict[str, Found] = {}
    for found in sorted((f for f in picture.findings if ">" in f.subject), key=_telling):
        best.setdefault(found.subject, found)
    return sorted(best.values(), key=lambda f: _position(picture, f.subject))


def _telling(found: Found) -> tuple[int, int]:
    """Smallest for what most methods speak about, then for what most asked about."""
    spoken = sum(v["polarity"] not in {"silent", "not_asked"} for v in found.verdicts.values())
    return -spoken, -len(found.asked)


def _row(
    picture: Picture, name: tuple[str, str, str], found: Sequence[Found],
    topics: tuple[tuple[str, int], ...], more: int,
) -> MapRow:  # fmt: skip
    labels = [label for label, _id in topics]
    cells = tuple(_cell(method, found, labels) for method in picture.methods)
    counted = Counter(_together(f) for f in found if f.spoke)
    together = tuple((word, counted[word]) for word in _TOGETHER if counted[word])
    return MapRow(*name, topics, cells, together, more)


def _cell(method: str, found: Sequence[Found], labels: Sequence[str]) -> MapCell:
    marks: list[MapMark | None] = []
    spoken, n = [], 0
    best: Found | None = None
    for finding, label in zip(found, labels, strict=True):
        verdict = finding.verdicts.get(method, {"polarity": "not_asked"})
        polarity = verdict["polarity"]
        if polarity == "not_asked":
            marks.append(None)
        else:
            marks.append(MapMark(polarity, bool(verdict.get("prominent"))))
            n = max(n, int(verdict.get("n", 0)))
            best = best if best and not finding.spoke else best or finding
        spoken.append(f"{label}: {verdict_words(polarity, bool(verdict.get('prominent')))}")
    return MapCell(method, tuple(marks), "; ".join(spoken), n, best.id if best else None)


def verdict_words(polarity: str, prominent: bool) -> str:
    """What one mark says."""
    said = polarity_name(polarity)
    loud = prominent and polarity in {"works", "fails"}
    return _("%(said)s, prominent", said=said) if loud else said


_TOGETHER: Final = ("disputed", "agree", "partly", "single", "alone")
_TOGETHER_OF: Final[Mapping[str, str]] = {
    "dissonance": "disputed", "agreement": "agree", "partial": "partly", "silence": "single",
    "single_method": "alone",
}  # fmt: skip


def _together(found: Found) -> str:
    return _TOGETHER_OF[found.label]


_RELATIONS: Final = {
    "disputed": _l("disputed"), "agree": _l("agree"), "partly": _l("partly"),
    "single": _l("others silent"), "alone": _l("single source"),
}  # fmt: skip


def together_words(word: str, count: int) -> str:
    """How often the methods relate in this way: "agree 2"."""
    return f"{_RELATIONS[word]}\N{NO-BREAK SPACE}{count}"


def _topic_order(found: Found) -> str:
    return topic_name(found.topic)


def _position(picture: Picture, subject: str) -> int:
    codes = list(picture.stages)
    giver = subject.partition(">")[0]
    return codes.index(giver) if giver in codes else len(codes)


def _joint_label(picture: Picture, found: Found) -> str:
    codes = list(picture.stages)
    ends = [str(codes.index(c) + 1) if c in codes else c for c in found.subject.split(">")]
    return _("%(giver)s to %(receiver)s", giver=ends[0], receiver=ends[1])
