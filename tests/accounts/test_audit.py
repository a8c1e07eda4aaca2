"""The log of staff actions shows every change to itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from sop_assess.accounts.audit import audit, verify_chain
from sop_assess.accounts.models import AuditEntry
from sop_assess.db import Stores

START = datetime(2026, 11, 20, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def written(stores: Stores) -> Stores:
    """Five entries, written in two transactions."""
    for part in (range(2), range(2, 5)):
        with stores.core.writing() as session:
            for number in part:
                detail = {"b": number, "a": ["ü", None, 1.5], "nested": {"z": 1, "y": 2}}
                audit(session, None, f"step.{number}", detail, START + timedelta(seconds=number))
    return stores


def test_an_untouched_log_is_whole(written: Stores) -> None:
    with written.core.reading() as session:
        assert verify_chain(session) is None


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (update(AuditEntry).where(AuditEntry.id == 3).values(action="other"), 3),
        (update(AuditEntry).where(AuditEntry.id == 2).values(detail={}), 2),
        (update(AuditEntry).where(AuditEntry.id == 4).values(at=START), 4),
        (update(AuditEntry).where(AuditEntry.id == 1).values(chain="0" * 64), 1),
        (delete(AuditEntry).where(AuditEntry.id == 1), 2),
        (delete(AuditEntry).where(AuditEntry.id == 3), 4),
    ],
)
def test_a_changed_or_removed_entry_is_found(written: Stores, change, broken: int) -> None:  # type: ignore[no-untyped-def]
    with written.core.writing() as session:
        session.execute(change)
    with written.core.reading() as session:
        assert verify_chain(session) == broken
