from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from sop_assess.db import Stores
from sop_assess.instruments.models import Invitation
from sop_assess.migrations import changing, configuration, is_current, upgrade
from sop_assess.roster.models import Invited, Mailed, Person, RosterUnit, SealedLedger

TABLES = {"unit", "person", "invited", "mailed", "ledger"}


def fill(stores: Stores) -> None:
    with stores.identity.writing() as session:
        session.add(RosterUnit(id="a" * 32, code="sales", name="Sales", position=0))
        session.flush()
        session.add(
            RosterUnit(id="b" * 32, parent_id="a" * 32, code="inside", name="Inside", position=1)
        )
        session.flush()
        session.add(Person(id="c" * 32, unit_id="b" * 32, name="Ann", email="ann@k.example"))
        session.add(Invited(round_key="r", person_id="c" * 32, unit="inside"))
        session.add(Mailed(round_key="r", person_id="c" * 32))
        session.add(Invitation(round_key="r", code_hash="0" * 64, unit="inside"))


def test_back_and_forth_keeps_the_older_table(stores: Stores) -> None:
    fill(stores)
    with changing(stores.identity) as connection:
        command.downgrade(configuration("identity", connection), "0001")
    assert not TABLES & set(inspect(stores.identity.engine).get_table_names())
    upgrade(stores)
    assert is_current(stores.identity)
    with stores.identity.reading() as session:
        assert session.get_one(Invitation, ("r", "0" * 64)).unit == "inside"
    fill_again = RosterUnit(id="d" * 32, code="sales", name="Sales", position=0)
    with stores.identity.writing() as session:
        session.add(fill_again)


def test_an_open_survey_keeps_its_ledger(stores: Stores) -> None:
    with stores.identity.writing() as session:
        session.add(SealedLedger(round_key="r", box=b"sealed"))
    with pytest.raises(RuntimeError, match="open"), changing(stores.identity) as connection:
        command.downgrade(configuration("identity", connection), "0001")


def test_an_address_and_a_unit_code_stand_once(stores: Stores) -> None:
    fill(stores)
    twice = (
        Person(id="e" * 32, unit_id="b" * 32, name="", email="ann@k.example"),
        RosterUnit(id="f" * 32, code="inside", name="Other", position=2),
        Person(id="f" * 32, unit_id="9" * 32, name="", email="bob@k.example"),
    )
    for row in twice:
        with pytest.raises(IntegrityError), stores.identity.writing() as session:
            session.add(row)


def test_no_table_of_the_roster_keeps_an_order(stores: Stores) -> None:
    for model in (RosterUnit, Person, Invited, Mailed, SealedLedger):
        assert model.__table__.dialect_options["sqlite"]["with_rowid"] is False
