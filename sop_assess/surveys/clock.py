"""What happens to surveys without anybody asking: they close by date, and once a day the response
is counted. The worker calls this at its start and every few minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from ..db import Stores
from ..instruments.ballots import ballots_by_unit
from ..instruments.identity import is_anonymous, units_of
from ..instruments.models import Round
from ..instruments.registries import KINDS
from ..jobs import Job
from .queries import GRACE
from .response import response_shown

Start = Callable[..., object]
EVERY_SECONDS: Final = 600.0


@dataclass(frozen=True)
class Due:
    """A survey whose last day and the day after it have passed."""

    id: int
    assessment_id: int
    label: str


def tick(stores: Stores, start: Start, now: datetime) -> None:
    """Close what is due and count the response of what stays open."""
    for due in due_rounds(stores, now):
        if not _closing_already(stores, due.id):
            start_closing(start, due)
    for round_id in _open_rounds(stores):
        count_response(stores, round_id, now)


def due_rounds(stores: Stores, now: datetime) -> list[Due]:
    """Open surveys whose date has passed by the day that late ballots have."""
    query = select(Round).where(Round.state == "open", Round.closes_at.is_not(None))
    with stores.core.reading() as session:
        return [
            Due(found.id, found.assessment_id, found.label)
            for found in session.scalars(query.order_by(Round.id))
            if KINDS[found.kind].anonymous and found.closes_at and found.closes_at + GRACE <= now
        ]


def start_closing(start: Start, due: Due) -> None:
    """Start the jobs that close a survey: what sees who was invited never sees the answers."""
    back = f"/a/{due.assessment_id}/rounds/{due.id}"
    if is_anonymous(due.label):
        start("end_issuing", next_url=back, round_id=due.id)
    if due.label != "anonymous_trustee":  # the trustee opens the others with the key file
        start("close_round", next_url=f"/a/{due.assessment_id}/results", round_id=due.id)


def count_response(stores: Stores, round_id: int, now: datetime) -> dict[str, Any]:
    """Write down today's coarse response of an open anonymous round, once a day."""
    with stores.core.reading() as session:
        found = session.get_one(Round, round_id)
    before = found.counts.get("response", {})
    invited = {unit.code: unit.invited for unit in units_of(found.policy)}
    if before.get("day") == now.date().isoformat():
        return dict(before)
    shown = response_shown(ballots_by_unit(stores, found.key), invited, before, now.date())
    with stores.core.writing() as session:
        counted = session.get_one(Round, round_id)
        if counted.state == "open":
            counted.counts = {**counted.counts, "response": shown}
    return shown


def _open_rounds(stores: Stores) -> list[int]:
    query = select(Round.id, Round.label).where(Round.state == "open").order_by(Round.id)
    with stores.core.reading() as session:
        return [found for found, label in session.execute(query) if is_anonymous(label)]


def _closing_already(stores: Stores, round_id: int) -> bool:
    query = select(Job.arguments).where(
        Job.state.in_(("waiting", "running")), Job.name.in_(("end_issuing", "close_round"))
    )
    with stores.core.reading() as session:
        return any(arguments.get("round_id") == round_id for arguments in session.scalars(query))
