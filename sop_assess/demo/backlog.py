"""The backlog of the sample company: issues from its heaviest findings and one theme."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ..assessment.queries import findings_of
from ..backlog import service
from ..release.queries import cells, current_releases
from .truths import TRUTHS

if TYPE_CHECKING:
    from .cycle import Cycle

TITLES: Final = {
    "web_leads": "Web enquiries wait two weeks before anyone in sales sees them",
    "stock_list": "Back orders are promised from a stale stock list",
    "harbour_invoices": "Invoices from Harbour differ from the quote",
    "returns": "Use the returns desk’s habit of calling back elsewhere",
    "handoffs": "Orders reach procurement incomplete",
}
OWNERS: Final = {
    "web_leads": ("Head of inside sales", "immediate", "2"),
    "stock_list": ("Operations manager", "planned", "3"),
    "harbour_invoices": ("Finance manager", "immediate", "2"),
}


def fill(cycle: Cycle) -> None:
    """An issue for every planted truth that came out, and one from the largest theme."""
    by_subject = {
        (f.subject, f.topic): f.id for f in findings_of(cycle.stores, cycle.assessment_id)
    }
    for truth in TRUTHS:
        finding = by_subject.get((truth.subject or "", truth.topic or ""))
        if finding is None or truth.key not in cycle.world.holds:
            continue
        owner, horizon, effort = OWNERS.get(truth.key, ("", "planned", ""))
        number = service.issue_from_finding(
            cycle.stores, cycle.assessment_id, finding, title=TITLES[truth.key], owner=owner,
            horizon=horizon, by=cycle.owner_id, now=cycle.now,
        )  # fmt: skip
        if effort:
            due = (cycle.now + timedelta(days=7 * int(effort) + 14)).date().isoformat()
            service.change(cycle.stores, cycle.assessment_id, number,
                           {"effort": effort, "due_on": due}, by=cycle.owner_id,
                           now=cycle.now)  # fmt: skip
    _from_theme(cycle)
    cycle.say("Backlog: issues from findings and a theme")


def _from_theme(cycle: Cycle) -> None:
    for release in current_releases(cycle.stores, cycle.assessment_id):
        themes = cells(cycle.stores, [release.id], statistic="theme")
        if release.method == "import" and themes:
            largest = max(themes, key=lambda theme: theme.n or 0)
            service.issue_from_theme(
                cycle.stores, cycle.assessment_id, release.id, largest.about,
                title=str(largest.detail["name"]), by=cycle.owner_id, now=cycle.now,
            )  # fmt: skip
            return
