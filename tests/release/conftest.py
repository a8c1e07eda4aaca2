"""A small company with a staff survey that answers can be dropped into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import orjson
import pytest

from sop_assess.db import Stores
from sop_assess.instruments import ballots, ready_made
from sop_assess.instruments import service as instruments
from sop_assess.models import assessment

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
UNITS = (instruments.Unit("sales", "Sales", 30), instruments.Unit("it", "IT", 4))
Answering = Callable[..., None]


@pytest.fixture
def assessment_id(stores: Stores) -> int:
    """An assessment of a company."""
    with stores.core.writing() as session:
        session.add(assessment.Company(id=1, name="Kestrel", profile={}))
        row = assessment.Assessment(
            name="Autumn", methods={"chosen": ["survey"]}, plan={}, settings={}, created_at=NOW
        )
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def survey(stores: Stores, assessment_id: int) -> int:
    """An open staff survey with two units, one of them small."""
    definition = ready_made.load("staff-survey", "trade")
    version = instruments.publish(stores, assessment_id, definition, now=NOW)
    round_id = instruments.plan_round(
        stores, assessment_id, version, name="Staff", access="link", units=UNITS
    )
    instruments.open_round(stores, round_id, now=NOW)
    return round_id


@pytest.fixture
def drop(stores: Stores, survey: int) -> Answering:
    """Put answered forms into the box of the survey."""
    found = instruments.get_round(stores, survey)

    def _drop(count: int, unit: str = "sales", **fields: str) -> None:
        for number in range(count):
            content = {name.replace("_", "-"): [value] for name, value in fields.items()}
            box = {"version": found.version_id, "language": "en", "unit": unit, "fields": content}
            ballots.drop_ballot(
                stores, found.key, nullifier=uuid4().hex, content_hash=str(number),
                box=orjson.dumps(box),
            )  # fmt: skip

    return _drop


def silent(share: float, message: str) -> None:
    """Progress that nobody watches."""
