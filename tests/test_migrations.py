"""Every migration runs both ways on a filled database, and head equals the models."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from sop_assess.db import Stores
from sop_assess.migrations import configuration, is_current, upgrade
from sop_assess.models import METADATA, assessment


def _fill(stores: Stores) -> None:
    with stores.core.writing() as session:
        session.add(assessment.Company(id=1, name="Kestrel", profile={"people": 240}))
        session.add(
            assessment.Assessment(
                name="Autumn", methods={}, plan={}, settings={}, created_at=datetime.now(UTC)
            )
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
    with store.engine.begin() as connection:
        command.downgrade(configuration(name, connection), "base")
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    upgrade(stores)
    assert is_current(store)


def test_upgrade_keeps_rows(stores: Stores) -> None:
    _fill(stores)
    upgrade(stores)
    with stores.core.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM company")).scalar() == "Kestrel"
        connection.rollback()
