"""The log of staff actions: append only, each entry sealed with the hash of the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from .models import AuditEntry

START = "0" * 64
# Any number; the same for all processes, so that entries are chained one after the other.
_LOCK = 7_301_401


def audit(
    session: Session, user_id: int | None, action: str, detail: Mapping[str, Any], now: datetime
) -> AuditEntry:
    """Write one entry within the caller's transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).first()
    entry = AuditEntry(at=now, user_id=user_id, action=action, detail=dict(detail), chain="")
    entry.chain = seal(last.chain if last else START, entry)
    session.add(entry)
    session.flush()
    return entry


def seal(before: str, entry: AuditEntry) -> str:
    """The hash of an entry together with the hash before it."""
    content = [before, entry.at.isoformat(), entry.user_id, entry.action, entry.detail]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def verify_chain(session: Session) -> int | None:
    """The id of the first entry that was changed or follows a removed one; None when all hold."""
    before = START
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.chain != seal(before, entry):
            return entry.id
        before = entry.chain
    return None
