"""Reminding people: everybody, or those without a ballot, who are found in memory and never listed,
stored or counted anywhere."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from ..db import Stores
from ..errors import InvalidError
from ..instruments.identity import MINIMUM_GROUP
from ..instruments.models import Invitation
from ..jobs import Progress
from ..roster.models import SealedLedger
from ..translatable import marked
from .codes import code_hash
from .keys import KeyFolder
from .ledger import Ledger
from .sending import Post, Recipient, post_of, recipients

AUDIENCES: Final = ("everybody", "missing")


def send_reminders(stores: Stores, progress: Progress, round_id: int, to: str) -> dict[str, Any]:
    """The job that reminds. For a part of the people its progress and result tell no number."""
    if to not in AUDIENCES:
        raise InvalidError("Remind everybody, or those without a ballot.")
    with post_of(stores, round_id) as post:
        people = [person for person, _mailed in recipients(stores, post.door.key)]
        if to == "missing" and (found := _without_ballot(stores, post, people)):
            _send_quietly(post, found, progress)
            return {}
        post.letter = post.letter.again("reminder")
        for number, person in enumerate(people):
            progress(number / len(people), marked("Reminders are going out"))
            post.deliver(person)
        return {} if to == "missing" else {"failed": dict(post.failed)}


def _send_quietly(post: Post, people: list[Recipient], progress: Progress) -> None:
    post.letter = post.letter.again("missing")
    progress(0.5, marked("Reminders are going out"))
    for person in people:
        post.deliver(person)


def _without_ballot(stores: Stores, post: Post, people: list[Recipient]) -> list[Recipient]:
    """Whose code collected no ballot. Empty when the two sides would give single people away:
    then the reminder goes to everybody."""
    round_key = post.door.key
    key = KeyFolder(stores.keys).ledger_key(round_key)
    query = select(Invitation.code_hash).where(Invitation.round_key == round_key)
    with stores.identity.reading() as session:
        ledger = Ledger(key, session.get_one(SealedLedger, round_key).box, round_key)
        slots = {hashed: n for n, hashed in enumerate(session.scalars(query.order_by(
            Invitation.code_hash)))}  # fmt: skip
    found = [
        person
        for person in people
        if not ledger.collected(slots[code_hash(round_key, post.code(person))])
    ]
    if min(len(found), len(people) - len(found)) < MINIMUM_GROUP:
        return []
    return found
