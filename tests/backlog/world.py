"""A small company with an assessment, as tests of backlog and imports need it."""

from __future__ import annotations

from datetime import UTC, datetime

from sop_assess.accounts.models import User
from sop_assess.assessment.models import Assessment, Company, Stage
from sop_assess.assessment.stages import DEFAULT_NAMES
from sop_assess.db import Stores

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def start(stores: Stores, *, state: str = "planning") -> int:
    """The id of a new assessment of Kestrel Laptops with all eight stages and a user 1."""
    with stores.core.writing() as session:
        if session.get(Company, 1) is None:
            session.add(Company(name="Kestrel Laptops", profile={}))
            session.add(User(email="ann@example.org", name="Ann Owner", password_hash="x",
                             created_at=NOW))  # fmt: skip
        found = Assessment(name="Autumn 2026", state=state, methods={"chosen": ["survey"]},
                           plan={}, settings={}, created_at=NOW)  # fmt: skip
        session.add(found)
        session.flush()
        session.add_all(
            Stage(assessment_id=found.id, code=code, position=i, name=dict(name))
            for i, (code, name) in enumerate(DEFAULT_NAMES.items())
        )
        return found.id
