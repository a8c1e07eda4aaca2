"""Ending the issuing of ballots: the ledger gives its two totals and goes, with its keys.

A step of its own, because opening the box must never see the identity store.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..db import Stores
from ..errors import ConflictError, NotFoundError
from ..instruments.identity import is_anonymous
from ..instruments.models import Invitation, Round
from ..jobs import Progress
from ..roster.models import Mailed, SealedLedger
from ..translatable import marked
from .keys import KeyFolder
from .ledger import Ledger


def end_issuing(stores: Stores, progress: Progress, round_id: int) -> dict[str, int]:
    """How many ballots were issued and re-issued. From now on none is. Safe to repeat."""
    with stores.core.reading() as session:
        found = session.get(Round, round_id)
    if found is None or not is_anonymous(found.label):
        raise NotFoundError("This anonymous survey does not exist.")
    if found.state == "planned":
        raise ConflictError("This survey has not opened yet.")
    if "issued" not in found.counts:
        progress(0.2, marked("Counting the ballots that were issued"))
        _keep_totals(stores, found)
    with stores.identity.writing() as session:
        _forget(session, found.key)
    stores.identity.rewrite()
    KeyFolder(stores.keys).destroy_issuing(found.key)
    with stores.core.reading() as session:
        counts = session.get_one(Round, round_id).counts
    return {"issued": counts["issued"], "reissued": counts["reissued"]}


def _keep_totals(stores: Stores, found: Round) -> None:
    key = KeyFolder(stores.keys).ledger_key(found.key)
    with stores.identity.reading() as session:
        sealed = session.get_one(SealedLedger, found.key)
    ledger = Ledger(key, sealed.box, found.key)
    with stores.core.writing() as session:
        ending = session.get_one(Round, found.id)
        ending.state = "closing"
        ending.counts = {**ending.counts, "invited": len(ledger), "issued": ledger.issued,
                         "reissued": ledger.reissued}  # fmt: skip


def _forget(session: Session, round_key: str) -> None:
    """Who was invited stays; codes, the ledger and who got the first mail go."""
    for table in (Invitation, SealedLedger, Mailed):
        session.execute(delete(table).where(table.round_key == round_key))
