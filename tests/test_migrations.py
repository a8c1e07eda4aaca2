"""Every migration runs both ways on a filled database, and head equals the models."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text, update
from sqlalchemy.exc import IntegrityError

from sop_assess.db import Stores
from sop_assess.migrations import changing, configuration, is_current, upgrade
from sop_assess.models import METADATA, answers, assessment, instruments

NOW = datetime(2026, 11, 9, tzinfo=UTC)


def _fill(stores: Stores) -> None:
    with stores.core.writing() as session:
        session.add(assessment.Company(id=1, name="Kestrel", profile={"people": 240}))
        session.add(
            assessment.Assessment(
                id=1, name="Autumn", methods={}, plan={}, settings={}, created_at=NOW
            )
        )
        session.flush()
        session.add(
            instruments.DefinitionVersion(
                id=1,
                assessment_id=1,
                code="s",
                number=1,
                kind="survey",
                document={},
                content_hash="0" * 64,
                published_at=NOW,
            )
        )
        session.flush()
        session.add(
            instruments.Round(
                id=1,
                key="k",
                assessment_id=1,
                version_id=1,
                kind="survey",
                name="Staff",
                state="closed",
                label="anonymous",
                access="codes",
                policy={},
                opened_at=NOW,
            )
        )
        session.flush()
        session.add(instruments.RoundUnit(round_id=1, code="u", name="U", position=0, invited=9))
        session.add(answers.PublishedReceipt(round_id=1, code="AAAA-BBBB"))
    with stores.ballot.writing() as session:
        session.add(
            answers.Ballot(nullifier="n", round_key="k", content_hash="h", unit="u", box=b"sealed")
        )


def test_head_equals_the_models(stores: Stores) -> None:
    for store in (stores.core, stores.identity, stores.ballot):
        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, METADATA[store.name]) == []
            connection.rollback()
        assert is_current(store)


@pytest.mark.parametrize("name", ["core", "identity", "ballot"])
def test_down_and_up_again(stores: Stores, name: str) -> None:
    _fill(stores)
    store = {"core": stores.core, "identity": stores.identity, "ballot": stores.ballot}[name]
    with changing(store) as connection:
        command.downgrade(configuration(name, connection), "base")
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    upgrade(stores)
    assert is_current(store)


def test_one_step_back_and_forth_keeps_rounds_and_ballots(stores: Stores) -> None:
    _fill(stores)
    for store in (stores.core, stores.ballot):
        with changing(store) as connection:
            command.downgrade(configuration(store.name, connection), "0001")
    upgrade(stores)
    with stores.core.reading() as session:
        found = session.get_one(instruments.Round, 1)
        assert (found.label, found.counts) == ("confidential", {})
        assert session.get_one(instruments.RoundUnit, (1, "u")).invited == 9
    with stores.ballot.reading() as session:
        assert session.get_one(answers.Ballot, "n").box == b"sealed"
    with pytest.raises(IntegrityError), stores.core.writing() as session:
        session.execute(update(instruments.Round).values(label="public"))


def test_the_promise_of_an_open_round_cannot_be_lowered_by_going_back(stores: Stores) -> None:
    _fill(stores)
    with stores.core.writing() as session:
        session.get_one(instruments.Round, 1).state = "open"
    with pytest.raises(RuntimeError, match="promise"), changing(stores.core) as connection:
        command.downgrade(configuration("core", connection), "0001")


def test_upgrade_keeps_rows(stores: Stores) -> None:
    _fill(stores)
    upgrade(stores)
    with stores.core.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM company")).scalar() == "Kestrel"
        connection.rollback()
