"""The staff survey: anonymous ballots about the own unit."""

from __future__ import annotations

from ...translatable import marked
from ..kind import Kind

ENTRY = Kind(
    key="survey",
    name=marked("Staff survey"),
    method="survey",
    filled_in_by="employees, without an account",
    describes="own unit",
    access="ballot",
    reading="balance",
    usual_error=marked("least flattering, but perception"),
    only_it_shows="how widespread a problem is",
    one=marked("answer"),
    many=marked("answers"),
)
