"""The backlog as a CSV file that any spreadsheet opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..spreadsheet import write_rows
from .queries import IssueView

HEADER: Final = (
    "key", "kind", "title", "description", "stage", "topic", "state", "horizon", "target period",
    "owner", "due", "score", "reach", "impact", "confidence", "effort in person-weeks",
    "affected source", "affected segment", "affected roles", "cost", "decision", "decided on",
    "link", "origin", "evidence", "made on",
)  # fmt: skip


def csv_lines(found: Iterable[IssueView]) -> Iterator[str]:
    """The file line by line, one issue each, in the order given."""
    return write_rows(HEADER, (_row(issue) for issue in found))


def _row(issue: IssueView) -> list[object]:
    inputs, affected = issue.inputs, issue.affected
    earned = issue.score
    facts = issue.evidence.get("facts") or []
    return [
        issue.key, issue.kind, issue.title, issue.description, issue.subject, issue.topic,
        issue.state, issue.horizon, issue.target_period, issue.owner, _day(issue.due_on),
        None if earned is None else round(earned, 1), inputs.reach, inputs.impact,
        inputs.confidence, inputs.effort, affected.get("source"), affected.get("segment"),
        affected.get("roles"), issue.cost, issue.decision, _day(issue.decided_on),
        issue.external_link, issue.origin_key or issue.origin,
        "\n".join(str(fact.get("sentence", "")) for fact in facts), _day(issue.created_at),
    ]  # fmt: skip


def _day(moment: object) -> str:
    return str(moment)[:10] if moment else ""
