"""What other packages call: publishing, rounds, named tasks, and the questions to the store."""

from __future__ import annotations

from .identity import Unit
from .publishing import close_named_round, open_round, plan_round, publish, set_units, unit_code
from .queries import (
    AssignmentView,
    RoundView,
    SubmissionView,
    assignments,
    definition_of,
    find_round,
    get_assignment,
    get_round,
    load_draft,
    rounds_of,
    submissions,
)
from .tasks import Receipt, create_assignment, review_submission, save_draft, submit_named

__all__ = [
    "AssignmentView",
    "Receipt",
    "RoundView",
    "SubmissionView",
    "Unit",
    "assignments",
    "close_named_round",
    "create_assignment",
    "definition_of",
    "find_round",
    "get_assignment",
    "get_round",
    "load_draft",
    "open_round",
    "plan_round",
    "publish",
    "review_submission",
    "rounds_of",
    "save_draft",
    "set_units",
    "submissions",
    "submit_named",
    "unit_code",
]
