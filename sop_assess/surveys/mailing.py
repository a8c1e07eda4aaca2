"""How far the mail of a round is, in numbers that name nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from ..db import Stores
from ..instruments.models import Round
from ..jobs import Job
from ..roster.models import Invited
from .queries import Door
from .sending import mailed_count


@dataclass(frozen=True)
class MailingState:
    """Who is invited by mail and who has it; cards by unit; the response as it may be shown."""

    by: str
    people: int
    delivered: int
    failed: Mapping[str, int]
    cards: Mapping[str, int]
    response: Mapping[str, Any]

    @property
    def counted_on(self) -> date | None:
        """The day on which the response was counted."""
        return date.fromisoformat(self.response["day"]) if self.response else None

    @property
    def waiting(self) -> int:
        """How many have no mail yet."""
        return max(self.people - self.delivered, 0)


def mailing_state(stores: Stores, door: Door) -> MailingState:
    """The state of a round that was launched."""
    with stores.core.reading() as session:
        found = session.get_one(Round, door.id)
        jobs = select(Job).where(Job.name == "send_invitations").order_by(Job.id.desc())
        last = next((j for j in session.scalars(jobs) if j.arguments["round_id"] == door.id), None)
    people = select(func.count()).where(Invited.round_key == door.key)
    with stores.identity.reading() as session:
        invited = session.scalar(people) or 0
    return MailingState(
        by=found.policy.get("by", "cards"), people=invited,
        delivered=mailed_count(stores, door.key),
        failed=last.result.get("failed", {}) if last else {},
        cards=found.policy.get("cards", {}), response=found.counts.get("response", {}),
    )  # fmt: skip
