"""What the pages about results share: findings with their titles, stages, releases, issues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from sqlalchemy import select

from ..backlog.models import Issue
from ..db import Stores
from ..errors import NotFoundError
from ..instruments.definition import words
from ..instruments.service import RoundView, rounds_of
from ..release.queries import ReleaseView, current_releases
from . import queries
from .evidence import METHODS, Fact, Quote
from .findings import derive
from .gathering import gather
from .headlines import place_name, sentence_of, title, topic_name
from .models import Finding


@dataclass(frozen=True)
class IssueLink:
    """The issue that was made from a finding."""

    key: str
    number: int
    title: str
    state: str
    owner: str | None
    due_on: datetime | None
    url: str


@dataclass(frozen=True)
class Found:
    """One finding, ready to be shown in the reader's language."""

    id: int
    subject: str
    topic: str
    polarity: str
    label: str
    confidence: str
    verdicts: Mapping[str, Mapping[str, Any]]
    reasons: Mapping[str, Any]
    facts: tuple[Fact, ...]
    quotes: tuple[Quote, ...]
    themes: tuple[Mapping[str, Any], ...]
    title: str
    sentence: str
    place: str
    issue: IssueLink | None = None

    @property
    def topic_name(self) -> str:
        """The topic as a word."""
        return topic_name(self.topic)

    @property
    def leading(self) -> list[Fact]:
        """The facts for a short list: what is special first, the sides of a hand-off last."""
        order = {"slow_source": 0, "place": 1, "wait": 8, "side": 9}
        return sorted(self.facts, key=lambda fact: order.get(fact.kind, 5))

    @property
    def spoke(self) -> bool:
        """Whether any method said something."""
        return self.label != "none"

    @property
    def prominent(self) -> bool:
        """Whether a method that shares the conclusion finds it prominent."""
        shared = [self.verdicts[m] for m in self.reasons["agreeing"] if m in self.verdicts]
        return any(v["prominent"] for v in shared)

    @property
    def asked(self) -> tuple[str, ...]:
        """The methods that asked about it."""
        return tuple(m for m, v in self.verdicts.items() if v["polarity"] != "not_asked")


@dataclass(frozen=True)
class Picture:
    """Everything that is known about an assessment, or about a rehearsal of one round."""

    assessment: queries.AssessmentView
    stages: Mapping[str, str]
    findings: tuple[Found, ...]
    releases: tuple[ReleaseView, ...]
    rounds: tuple[RoundView, ...]
    methods: tuple[str, ...]
    rehearsal: RoundView | None = None

    @property
    def release_ids(self) -> list[int]:
        """The releases whose cells the pages may read."""
        return [release.id for release in self.releases]

    def those(self, polarity: str) -> list[Found]:
        """The findings of one polarity that say something, heaviest first."""
        return [f for f in self.findings if f.polarity == polarity and f.spoke]

    @property
    def spoken(self) -> list[Found]:
        """All findings that say something."""
        return [f for f in self.findings if f.spoke]


def picture(stores: Stores, assessment_id: int, rehearsal: int | None = None) -> Picture:
    """The picture of an assessment; with `rehearsal` that of the invented answers of a round."""
    assessment = queries.get_assessment(stores, assessment_id)
    rounds = tuple(rounds_of(stores, assessment_id))
    rehearsed = _rehearsed(rounds, rehearsal)
    releases = current_releases(stores, assessment_id, rehearsal=rehearsed is not None)
    if rehearsed is not None:
        releases = [r for r in releases if r.source == f"round:{rehearsed.id}"]
    stages = {s.code: words(s.name, _language()) for s in queries.stages_of(stores, assessment_id)
              if not s.skipped}  # fmt: skip
    issues = issues_of(stores, assessment_id) if rehearsed is None else {}
    rows = _stored(stores, assessment_id) if rehearsed is None else _invented(
        stores, assessment_id, releases)  # fmt: skip
    found = tuple(_found(row, stages, issues.get(row["id"])) for row in rows)
    used = {r.method for r in releases} | set(assessment.methods if rehearsed is None else ())
    methods = tuple(m for m in METHODS if m in used)
    return Picture(assessment, stages, found, tuple(releases), rounds, methods, rehearsed)


def _rehearsed(rounds: Sequence[RoundView], round_id: int | None) -> RoundView | None:
    if round_id is None:
        return None
    found = next((r for r in rounds if r.id == round_id), None)
    if found is None:
        raise NotFoundError("This round does not exist, so there is no rehearsal of it.")
    return found


def _stored(stores: Stores, assessment_id: int) -> list[dict[str, Any]]:
    query = (
        select(Finding)
        .where(Finding.assessment_id == assessment_id)
        .order_by(Finding.weight.desc(), Finding.subject, Finding.topic)
    )
    with stores.core.reading() as session:
        return [{name: getattr(row, name) for name in _FIELDS} for row in session.scalars(query)]


def _invented(
    stores: Stores, assessment_id: int, releases: Sequence[ReleaseView]
) -> list[dict[str, Any]]:
    # The findings of a rehearsal are worked out on the spot and never stored.
    derived = derive(gather(stores, assessment_id, releases, chosen_only_released=True))
    return [{"id": number, **vars(one)} for number, one in enumerate(derived, 1)]


_FIELDS = ("id", "subject", "topic", "polarity", "label", "confidence", "verdicts", "reasons",
           "evidence")  # fmt: skip


def _found(row: Mapping[str, Any], stages: Mapping[str, str], issue: IssueLink | None) -> Found:
    evidence = row["evidence"]
    facts = tuple(Fact.from_json(fact) for fact in evidence.get("facts", ()))
    subject, topic, polarity = row["subject"], row["topic"], row["polarity"]
    return Found(
        row["id"], subject, topic, polarity, row["label"], row["confidence"], row["verdicts"],
        row["reasons"], facts, tuple(Quote(**quote) for quote in evidence.get("quotes", ())),
        tuple(evidence.get("themes", ())),
        title(subject, topic, polarity, facts, stages, row["verdicts"]),
        sentence_of(subject, topic, polarity, stages), place_name(subject, stages), issue,
    )  # fmt: skip


def issues_of(stores: Stores, assessment_id: int) -> dict[int, IssueLink]:
    """The issues that were made from findings, by finding; of several the oldest."""
    made = reversed(_issues(stores, assessment_id))
    return {
        int(issue.origin_key.partition(":")[2]): link
        for issue, link in made
        if issue.origin == "finding" and issue.origin_key
    }


def issues_of_themes(stores: Stores, assessment_id: int) -> dict[str, IssueLink]:
    """The issues that were made from themes, by "theme:<source>:<theme>"; of several the oldest."""
    made = reversed(_issues(stores, assessment_id))
    return {issue.origin_key: link for issue, link in made
            if issue.origin == "theme" and issue.origin_key}  # fmt: skip


def issues_made(stores: Stores, assessment_id: int) -> list[IssueLink]:
    """The issues that are still to be done: immediate ones and those with a date first."""
    open_ones = [
        (issue, link)
        for issue, link in _issues(stores, assessment_id)
        if issue.state not in {"done", "verified", "declined"}
    ]
    open_ones.sort(key=lambda one: (one[0].horizon != "immediate", one[0].due_on is None,
                                    one[0].due_on, one[0].number))  # fmt: skip
    return [link for _issue, link in open_ones]


def _issues(stores: Stores, assessment_id: int) -> list[tuple[Issue, IssueLink]]:
    query = select(Issue).where(Issue.assessment_id == assessment_id).order_by(Issue.number)
    company = queries.find_company(stores)
    letter = company.name[:1].upper() if company and company.name else "I"
    with stores.core.reading() as session:
        return [
            (issue, IssueLink(
                f"{letter}-{issue.number}", issue.number, issue.title, issue.state, issue.owner,
                issue.due_on, f"/a/{assessment_id}/backlog/{issue.number}"))
            for issue in session.scalars(query)
        ]  # fmt: skip


def _language() -> str:
    return str(get_locale() or "en").split("_")[0]
