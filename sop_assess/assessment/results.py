"""The model of the results page: the answer in a sentence, the map, the lists, the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from .amounts import joined, number
from .headlines import clause, confidence_name, inside, place_name, polarity_name, topic_name
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


def answer(picture: Picture) -> str:
    """The whole picture in one or two sentences: the heading of the results page."""
    if not picture.releases:
        return _("No figures yet.")
    if not picture.spoken:
        return _("Too few answers to show a figure.")
    works, fails = picture.those("works"), picture.those("fails")
    disputed = picture.those("disputed")
    said = [found[0].sentence for found in (works, fails) if found]
    if fails and not works:
        first = fails[0]
        said = [_("%(place)s does not work: %(clause)s.", place=first.place,
                  clause=clause(first.topic, "fails"))]  # fmt: skip
    if len(said) == 2 or (said and not disputed):
        return " ".join(said)
    if disputed:
        return " ".join([*said, _("About %(place)s, the methods contradict each other.",
                                  place=inside(disputed[0].place))])  # fmt: skip
    return ngettext(
        "One place was looked at, and the picture is mixed.",
        "%(num)s places were looked at, and nothing stands out: the picture is mixed.",
        len(picture.spoken),
    )


def kept_line(picture: Picture) -> str:
    """What works, in one glance."""
    works = picture.those("works")
    if not works:
        return _("Nothing is firm enough yet to be called working.")
    return _counted(works, len(picture.spoken))


def problem_line(picture: Picture) -> str:
    """What does not work, in one glance."""
    fails = picture.those("fails")
    if not fails:
        return _("Nothing is firm enough yet to be called a problem.")
    return _counted(fails, len(picture.spoken))


def _counted(found: Sequence[Found], total: int) -> str:
    return ngettext(
        "%(n)s of %(num)s finding, above all %(title)s.",
        "%(n)s of %(num)s findings, above all %(title)s.",
        total, n=number(len(found)), title=inside(found[0].title),
    )  # fmt: skip


def dispute_line(picture: Picture) -> str:
    """What is disputed, in one glance."""
    disputed = picture.those("disputed")
    if not disputed:
        asked = {m for f in picture.spoken for m in f.asked}
        if len(asked) < 2:
            return _("Nothing can be: one method alone cannot contradict itself.")
        return _("Nothing: methods that asked the same do not contradict each other.")
    count = ngettext("%(num)s finding.", "%(num)s findings.", len(disputed))
    return f"{count} {disputed[0].title}."


@dataclass(frozen=True)
class Next:
    """The one next step that follows from the results."""

    key: str
    title: str
    text: str
    finding: int | None = None


def next_step(picture: Picture) -> Next:
    """Hear both sides of the heaviest dispute, else make an issue of the heaviest problem, else
    find owners, else finish."""
    if picture.rehearsal:
        text = _("The real figures take the place of these when it closes.")
        return Next("open", _("Open the round if this is what you want to know"), text)
    disputed = [f for f in picture.those("disputed") if f.issue is None]
    problems = [f for f in picture.those("fails") if f.issue is None]
    without = [f for f in picture.findings if f.issue and not f.issue.owner]
    if disputed:
        first = disputed[0]
        text = _(
            "The report cannot be surer than “%(confidence)s” here before the dispute is settled. "
            "One talk of 45 minutes with two who say it works and two who say it does not.",
            confidence=confidence_of(first),
        )
        return Next("hear", _hear(first), text, first.id)
    if problems:
        return Next("issue", _("Make an issue of the heaviest problem"), _(
            "%(title)s. The evidence goes with the issue.", title=problems[0].title),
            problems[0].id)  # fmt: skip
    if without:
        return Next("owner", ngettext("Name an owner for the issue that has none",
                                      "Name owners for the %(num)s issues that have none",
                                      len(without)),
                    _("What nobody owns is not done."))  # fmt: skip
    text = _("Final freezes the figures. A later change makes a numbered new edition.")
    return Next("final", _("Read the report and make it final"), text)


def _hear(found: Found) -> str:
    place = inside(found.place)
    if ">" in found.subject:
        return _("Hear both sides about the hand-off from %(place)s", place=place)
    return _("Hear both sides about %(topic)s in %(place)s", topic=found.topic_name, place=place)


def confidence_of(found: Found) -> str:
    """The confidence as a word."""
    return confidence_name(found.confidence)


def same_topic(picture: Picture, found: Found) -> list[Found]:
    """The findings about the same topic at the other stages or hand-offs, in their order."""
    joint = ">" in found.subject
    others = [f for f in picture.findings
              if f.topic == found.topic and (">" in f.subject) is joint]  # fmt: skip
    codes = list(picture.stages)
    return sorted(others, key=lambda f: _index(codes, f.subject))


def _index(codes: Sequence[str], subject: str) -> int:
    first = subject.partition(">")[0]
    return codes.index(first) if first in codes else len(codes)


def who_agrees(found: Found) -> str:
    """How many of the methods that asked share the conclusion."""
    agreeing, asked = len(found.reasons["agreeing"]), len(found.asked)
    if found.polarity == "disputed":
        return _("%(num)s methods asked", num=asked)
    return ngettext("%(n)s of %(num)s method that asked", "%(n)s of %(num)s methods that asked",
                    asked, n=agreeing)  # fmt: skip


def places_in_words(picture: Picture, subjects: Sequence[str]) -> str:
    """Several places in a row."""
    return joined([inside(place_name(subject, picture.stages)) for subject in subjects])
