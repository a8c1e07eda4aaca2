"""Job shadowing: an observer follows a role and its work items."""

from __future__ import annotations

from ...translatable import marked
from ..kind import Kind

ENTRY = Kind(
    key="shadow",
    name=marked("Shadowing"),
    method="shadow",
    filled_in_by="a named observer",
    describes="pseudonym",
    access="task",
    reading="checks",
    usual_error=marked("people behave when watched"),
    only_it_shows="where time goes: touch against wait, rework",
    one=marked("session"),
    many=marked("sessions"),
    evidence=frozenset({"timings", "photos"}),
)
