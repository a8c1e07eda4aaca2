"""Where an assessment stands: the situation for the next step, and what was collected."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from ..backlog.models import Issue
from ..db import Stores
from ..instruments.registries import KINDS
from ..instruments.service import RoundView, assignments, rounds_of
from ..release.queries import (
    Reading,
    ReleaseView,
    cells,
    current_releases,
    readings,
    unsorted_sources,
)
from . import queries
from .headlines import topic_name
from .next_step import OpenFinding, RoundState, Situation
from .plan_words import method_name
from .planning import Plan
from .queries import AssessmentView, FindingView

GOOD_RESPONSE = 0.5
SETTLED = frozenset({"done", "verified", "declined"})


@dataclass(frozen=True)
class Collected:
    """One method: what was planned, what has come, and whether it is enough."""

    method: str
    name: str
    done: str
    planned: str
    enough: str


@dataclass(frozen=True)
class Standing:
    """All that the home page shows."""

    assessment: AssessmentView
    situation: Situation
    collected: tuple[Collected, ...]
    polarities: Mapping[str, int]
    issues: Mapping[str, int]


def standing(
    stores: Stores,
    assessment: AssessmentView,
    subject_name: Callable[[str], str],
    *,
    moment: datetime,
) -> Standing:
    """Where the assessment stands; `subject_name` puts S4 or S4>S5 into words."""
    rounds = rounds_of(stores, assessment.id)
    sources = current_releases(stores, assessment.id)
    findings = [f for f in queries.findings_of(stores, assessment.id) if f.spoke]
    issues = _issues(stores, assessment.id)
    read = readings(stores, assessment.id)
    unsorted = unsorted_sources(stores, assessment.id)
    situation = Situation(
        moment=moment,
        final=assessment.state == "final",
        edition=assessment.edition,
        methods=assessment.methods,
        rounds=tuple(_round_state(stores, entry, read, unsorted) for entry in rounds),
        released=tuple(source.method for source in sources),
        findings=len(findings),
        disputed=_without_issue(findings, issues, "disputed", subject_name),
        problems=_without_issue(findings, issues, "fails", subject_name),
        issues=len(issues),
        ownerless=sum(1 for issue in issues if not issue.owner and issue.state not in SETTLED),
    )
    return Standing(
        assessment, situation,
        tuple(_collected(stores, method, assessment.plan, rounds, situation, sources)
              for method in assessment.methods),
        _counts([finding.polarity for finding in findings]),
        _counts([issue.state for issue in issues]),
    )  # fmt: skip


def _issues(stores: Stores, assessment_id: int) -> Sequence[Issue]:
    with stores.core.reading() as session:
        return session.scalars(select(Issue).where(Issue.assessment_id == assessment_id)).all()


def _round_state(
    stores: Stores, entry: RoundView, read: Mapping[str, Reading], unsorted: Collection[str]
) -> RoundState:
    anonymous, source = KINDS[entry.kind].anonymous, f"round:{entry.id}"
    tasks = None if anonymous else len(assignments(stores, round_id=entry.id))
    return RoundState(entry.id, entry.kind, entry.name, entry.state, entry.invited,
                      entry.received, tasks, entry.closes_at,
                      read.get(source, Reading()).undecided, source in unsorted)  # fmt: skip


def _without_issue(
    findings: Sequence[FindingView],
    issues: Sequence[Issue],
    polarity: str,
    subject_name: Callable[[str], str],
) -> tuple[OpenFinding, ...]:
    known = {issue.origin_key for issue in issues}
    return tuple(
        OpenFinding(finding.id, _about(finding, subject_name))
        for finding in findings
        if finding.polarity == polarity and f"finding:{finding.id}" not in known
    )


def _about(finding: FindingView, subject_name: Callable[[str], str]) -> str:
    """What a finding is about, in the middle of a sentence."""
    place, topic = subject_name(finding.subject), topic_name(finding.topic)
    if ">" not in finding.subject:
        return _("%(stage)s, %(topic)s", stage=place, topic=topic)
    if finding.topic == "handoff":
        return _("the hand-off from %(stages)s", stages=place)
    return _("the hand-off from %(stages)s, %(topic)s", stages=place, topic=topic)


def _counts(values: Sequence[str]) -> dict[str, int]:
    return {value: values.count(value) for value in dict.fromkeys(values)}


def _collected(
    stores: Stores,
    method: str,
    plan: Plan | None,
    rounds: Sequence[RoundView],
    situation: Situation,
    sources: Sequence[ReleaseView],
) -> Collected:
    part = plan.part(method) if plan else None
    planned = part.amount if part else 0
    own = [entry for entry in rounds if entry.kind == method]
    if KINDS[method].anonymous:
        done, enough = _anonymous(stores, own, sources)
    else:
        tasks = sum(e.tasks or 0 for e in situation.rounds if e.kind == method)
        done, enough = _named(method, own, planned, tasks)
    return Collected(method, method_name(method), done, _planned(method, planned), enough)


def _planned(method: str, amount: int) -> str:
    if not amount:
        return "–"
    words = {
        "survey": ngettext("%(num)s person", "%(num)s people", amount),
        "interview": ngettext("%(num)s talk", "%(num)s talks", amount),
        "shadow": ngettext("%(num)s session", "%(num)s sessions", amount),
        "shop": ngettext("%(num)s case", "%(num)s cases", amount),
    }
    return str(words[method])


def _anonymous(
    stores: Stores, rounds: Sequence[RoundView], sources: Sequence[ReleaseView]
) -> tuple[str, str]:
    started = [entry for entry in rounds if entry.state != "planned"]
    if not started:
        return _not_started(rounds)
    last = started[-1]
    released = next((s for s in sources if s.source == f"round:{last.id}"), None)
    if released is None:
        so_far = _("not told below 10") if last.received is None else _(
            "%(count)s or more answers so far", count=last.received)  # fmt: skip
        return so_far, _open_until(last)
    return _answers(released.summary, last), _response(stores, released)


def _answers(summary: Mapping[str, Any], last: RoundView) -> str:
    count = summary.get("n")
    if not isinstance(count, int):
        return _("fewer than 5 answers")
    day = format_date(last.closed_at, "d MMM") if last.closed_at else ""
    return ngettext(
        "%(num)s answer, closed %(day)s", "%(num)s answers, closed %(day)s", count, day=day
    )


def _response(stores: Stores, released: ReleaseView) -> str:
    if not isinstance(released.summary.get("n"), int):
        return _("No: figures appear from 5 people on")
    found = cells(stores, [released.id], statistic="response", group="all")
    share = found[0].value if found and found[0].shown != "hidden" else None
    if share is None:
        return _("Response is not told: it would point to single people")
    percent = f"{share:.0%}".replace("%", "\u00a0%")
    if share >= GOOD_RESPONSE:
        return _("Yes: %(percent)s answered", percent=percent)
    return _("Read with care: only %(percent)s answered", percent=percent)


def _named(method: str, rounds: Sequence[RoundView], planned: int, tasks: int) -> tuple[str, str]:
    started = [entry for entry in rounds if entry.state != "planned"]
    if not started:
        return _not_started(rounds)
    received = sum(entry.received or 0 for entry in started)
    kind = KINDS[method]
    done = f"{received} {_(kind.one if received == 1 else kind.many)}"
    if not tasks and not received:
        return done, _("Nobody has a task yet")
    if received >= max(planned, 1):
        return done, _("Yes: as planned")
    if all(entry.state == "closed" for entry in started):
        return done, _("Fewer than planned; the ranges show what that costs")
    return done, ngettext("%(num)s more is planned", "%(num)s more are planned", planned - received)


def _not_started(rounds: Sequence[RoundView]) -> tuple[str, str]:
    if rounds:
        return _("ready, not open"), _("Open the round")
    return _("nothing yet"), _("Not begun")


def _open_until(entry: RoundView) -> str:
    if entry.closes_at is None:
        return _("Open; close it when the answers stop")
    return _("Open until %(day)s", day=format_date(entry.closes_at, "d MMM"))
