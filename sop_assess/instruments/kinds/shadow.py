"""Job shadowing: an observer follows a role and its work items."""

from __future__ import annotations

from ..kind import Kind

ENTRY = Kind(
    key="shadow",
    name="Shadowing",
    method="shadow",
    filled_in_by="a named observer",
    describes="pseudonym",
    access="task",
    reading="checks",
    usual_error="people behave when watched",
    only_it_shows="where time goes: touch against wait, rework",
    one="session",
    many="sessions",
    evidence=frozenset({"timings", "photos"}),
)
