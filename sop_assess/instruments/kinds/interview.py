"""The guided interview: a leader asks a role-holder, who appears under a pseudonym."""

from __future__ import annotations

from ...translatable import marked
from ..kind import Kind

ENTRY = Kind(
    key="interview",
    name=marked("Interviews"),
    method="interview",
    filled_in_by="a leader, with a named role-holder",
    describes="pseudonym",
    access="task",
    reading="marks",
    usual_error=marked("kind to the speaker’s own area"),
    only_it_shows="why it happens, hand-offs from both sides",
    one=marked("interviewee"),
    many=marked("interviewees"),
    evidence=frozenset({"notes", "quotes"}),
)
