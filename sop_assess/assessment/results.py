"""The model of the results page: the answer in a sentence, the map, the lists, the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from .amounts import number
from .headlines import clause, confidence_name, inside
from .picture import Found, Picture


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
    return ngettext(
        "%(num)s finding: %(title)s.", "%(num)s findings, above all %(title)s.", len(disputed),
        title=inside(disputed[0].title),
    )  # fmt: skip


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
            confidence=confidence_name(first.confidence),
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
