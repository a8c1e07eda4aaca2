"""What planning any named task needs: who can lead, when it is due, who stands alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Protocol

from ..errors import InvalidError
from .queries import AssignmentView

LEADING = frozenset({"leader", "owner", "planner"})


class Colleague(Protocol):
    """A person with an account, as lists show them."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def disabled(self) -> bool: ...
    @property
    def grants(self) -> frozenset[tuple[str, str]]: ...


def leaders(people: Iterable[Colleague], assessment_id: int) -> list[Colleague]:
    """Who may get a task of this assessment, in the order given."""
    scopes = {"company", f"assessment:{assessment_id}"}
    return [
        person
        for person in people
        if not person.disabled
        and any(role in LEADING and scope in scopes for role, scope in person.grants)
    ]


def due(text: str, now: datetime) -> datetime | None:
    """The day a task is due; None when nothing was typed."""
    if not text.strip():
        return None
    try:
        day = datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise InvalidError("Give the day as year-month-day, such as 2026-10-05.") from None
    return datetime.combine(day, time(0), now.tzinfo)


def plan_problem(tasks: Sequence[AssignmentView]) -> list[str]:
    """Pseudonyms who alone own a stage: they stay recognisable and have to be told."""
    owners: dict[str, set[str]] = {}
    for task in tasks:
        for stage in task.stages.get("owned", ()):
            owners.setdefault(stage, set()).update([task.pseudonym] if task.pseudonym else ())
    return sorted({name for who in owners.values() if len(who) == 1 for name in who})
