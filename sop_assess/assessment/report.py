"""The model of the report: what stands on the summary page and in the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from ..analysis.registries import READINGS
from ..db import Stores
from ..instruments.registries import KINDS
from .amounts import joined, number, percent
from .ballot_sums import ballot_sums
from .headlines import inside, topic_name
from .picture import Found, IssueLink, Picture, issues_made
from .trust import Trust, trust

SHOWN: Final = 3


@dataclass(frozen=True)
class Report:
    """The parts of the report, in the order in which they are read."""

    edition: str
    single: str
    trust: Trust
    problems: tuple[Found, ...]
    keep: tuple[Found, ...]
    disputed: tuple[Found, ...]
    actions: tuple[IssueLink, ...]
    limits: tuple[str, ...]
    sums: tuple[str, ...]


def report(stores: Stores, picture: Picture) -> Report:
    """The report of an assessment as it stands."""
    found = trust(stores, picture)
    actions = () if picture.rehearsal else tuple(issues_made(stores, picture.assessment.id))
    return Report(
        _edition(picture), _single(picture), found, tuple(picture.those("fails")),
        tuple(picture.those("works")), tuple(picture.those("disputed")), actions,
        tuple(_limits(picture, found)), tuple(_sums(picture)),
    )  # fmt: skip


def _edition(picture: Picture) -> str:
    assessment = picture.assessment
    if picture.rehearsal:
        return _("Rehearsal with invented answers")
    if assessment.state == "final" and assessment.final_at:
        return _("Edition %(number)s, final since %(day)s", number=assessment.edition,
                 day=_day(assessment.final_at))  # fmt: skip
    if picture.releases:
        return _("Draft, figures of %(day)s",
                 day=_day(max(r.released_at for r in picture.releases)))  # fmt: skip
    return _("Draft")


def _day(moment: datetime) -> str:
    english = str(get_locale() or "en").startswith("en")
    return format_date(moment, "d MMMM y" if english else "long")


def _single(picture: Picture) -> str:
    methods = {r.method for r in picture.releases if r.method in KINDS}
    if len(methods) != 1:
        return ""
    kind = KINDS[methods.pop()]
    return _("One method only: %(method)s. Nothing here was checked by a second method.",
             method=inside(kind.name))  # fmt: skip


def _limits(picture: Picture, found: Trust) -> list[str]:
    """What the report cannot say, so that nobody reads it out of it."""
    limits = []
    hidden = [unit.name for unit in found.units if unit.rate is None]
    if hidden:
        limits.append(_("Nothing about %(units)s alone: too few people to be shown.",
                        units=hidden[0]))  # fmt: skip
    asked = {f.subject for f in picture.findings}
    never = [inside(name) for code, name in picture.stages.items() if code not in asked]
    if never and asked:
        limits.append(_("Nothing about %(stages)s: no method asked.", stages=joined(never)))
    silent = [f for f in picture.findings if not f.spoke]
    if silent:
        where = f"{inside(silent[0].place)}, {topic_name(silent[0].topic)}"
        limits.append(ngettext(
            "%(num)s subject was asked about and nobody said anything (%(where)s).",
            "%(num)s subjects were asked about and nobody said anything (first: %(where)s).",
            len(silent), where=where))  # fmt: skip
    unsure = [f for f in picture.spoken if f.confidence in {"low", "very_low"}]
    if unsure:
        limits.append(ngettext("%(num)s finding has low confidence.",
                               "%(num)s findings have low confidence.", len(unsure)))  # fmt: skip
    limits.append(_("Methods are not averaged. Ranges are 95 % intervals."))
    return limits


def _sums(picture: Picture) -> list[str]:
    """The ballots of each anonymous round, as one equation."""
    return [f"{found.name}: {line}" for found in picture.rounds
            if (line := ballot_sums(found.counts))]  # fmt: skip


def rules_in_words() -> list[str]:
    """The thresholds by which each method's figures are read, for the last page of the report."""
    survey, shadow = READINGS["balance"].defaults, READINGS["checks"].defaults
    shop = READINGS["standards"].defaults
    return [
        _("Staff survey: works from a balance of +%(clear)s points on, does not from −%(clear)s, "
          "if the whole range lies on that side; prominent from %(loud)s points on; enough from "
          "%(n)s answers on.", clear=number(survey["clear"] * 100),
          loud=number(survey["prominent"] * 100), n=number(survey["minimum"])),
        _("Interviews: works, or does not, if all who marked it say so and at least two did, or "
          "one where only one owns the stage; prominent if half of those asked marked it."),
        _("Shadowing: works if the lower end of the range is at least %(works)s, does not if the "
          "upper end is at most %(fails)s or something went wrong in half of the sessions; enough "
          "from %(n)s sessions on.", works=percent(shadow["works"]),
          fails=percent(shadow["fails"]), n=number(shadow["minimum"])),
        _("Mystery shopping: works if %(share)s passed and the lower end is at least %(low)s, does "
          "not if the upper end is at most %(fails)s or a critical standard was missed in two "
          "cases; enough from %(n)s cases on.", share=percent(shop["share"]),
          low=percent(shop["low"]), fails=percent(shop["fails"]), n=number(shop["minimum"])),
        _("Findings are ordered by reach, the largest share that a method saw, taken at the "
          "cautious end of its range, times impact, 1 to 4: prominent, confirmed by a second and "
          "by a third method; times the part of the methods that agree."),
    ]  # fmt: skip
