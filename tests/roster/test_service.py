from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from sop_assess.accounts.models import AuditEntry
from sop_assess.db import Stores
from sop_assess.roster.models import Person, RosterUnit
from sop_assess.roster.queries import people_by_id, unit_tree
from sop_assess.roster.reading import Entry
from sop_assess.roster.service import import_staff, note_import, preview

NOW = datetime(2026, 11, 9, tzinfo=UTC)


def entry(mail: str, *unit: str, name: str = "") -> Entry:
    return Entry(1, name, f"{mail}@k.example", unit)


FIRST = [entry("ann", "Sales", "Inside", name="Ann"), entry("bob", "Sales"), entry("cy", "HQ")]


def tree(stores: Stores) -> list[tuple[str, str | None, int, int, int]]:
    return [(u.code, u.parent, u.depth, u.people, u.total) for u in unit_tree(stores)]


def test_units_become_a_tree_with_counts(stores: Stores) -> None:
    done = import_staff(stores, FIRST, "replace")
    assert (done.people, done.new, done.changed, done.removed) == (3, 3, 0, 0)
    assert tree(stores) == [("sales", None, 0, 1, 2), ("inside", "sales", 1, 1, 1),
                            ("hq", None, 0, 1, 1)]  # fmt: skip


def test_the_same_list_again_changes_nothing(stores: Stores) -> None:
    import_staff(stores, FIRST, "replace")
    before = people_by_id(stores)
    changes = preview(stores, FIRST)
    assert (changes.new, changes.changed, changes.unchanged, changes.gone) == (0, 0, 3, 0)
    assert not changes.new_units
    assert not changes.gone_units
    import_staff(stores, FIRST, "replace")
    assert people_by_id(stores) == before


def test_replace_removes_people_and_units_and_keeps_ids(stores: Stores) -> None:
    import_staff(stores, FIRST, "replace")
    ids = {code: person for person, code in people_by_id(stores).items()}
    second = [entry("ann", "SALES", "inside"), entry("dee", "Sales", "Export", "Asia")]
    changes = preview(stores, second)
    assert (changes.new, changes.changed, changes.unchanged, changes.gone) == (1, 0, 1, 2)
    assert changes.new_units == (("Sales", "Export"), ("Sales", "Export", "Asia"))
    assert changes.gone_units == (("HQ",),)
    done = import_staff(stores, second, "replace")
    assert (done.people, done.new, done.removed) == (2, 1, 2)
    assert [row[0] for row in tree(stores)] == ["sales", "inside", "export", "asia"]
    assert people_by_id(stores)[ids["inside"]] == "inside"
    with stores.identity.reading() as session:
        assert session.get_one(Person, ids["inside"]).name == "Ann"  # a file without names


def test_add_keeps_everybody_else_and_moves_people(stores: Stores) -> None:
    import_staff(stores, FIRST, "replace")
    done = import_staff(stores, [entry("bob", "HQ"), entry("eve", "HQ")], "add")
    assert (done.people, done.new, done.changed, done.removed) == (4, 1, 1, 0)
    assert sorted(people_by_id(stores).values()) == ["hq", "hq", "hq", "inside"]
    assert [row[0] for row in tree(stores)] == ["sales", "inside", "hq"]


def test_equal_names_in_two_places_are_two_units(stores: Stores) -> None:
    import_staff(stores, [entry("a", "North", "Team"), entry("b", "South", "Team")], "add")
    assert [(u.code, u.parent) for u in unit_tree(stores) if u.name == "Team"] == [
        ("team", "north"), ("team-2", "south")]  # fmt: skip


def test_nothing_is_half_written(stores: Stores) -> None:
    import_staff(stores, FIRST, "replace")
    twice = [entry("x", "New"), Entry(2, "", "x@k.example", ("New",))]
    with pytest.raises(IntegrityError):
        import_staff(stores, twice, "replace")
    with stores.identity.reading() as session:
        assert len(list(session.scalars(select(Person)))) == 3
        assert "new" not in set(session.scalars(select(RosterUnit.code)))


def test_the_log_says_how_many_and_never_whom(stores: Stores) -> None:
    note_import(stores, import_staff(stores, FIRST, "add"), "add", by=None, now=NOW)
    with stores.core.reading() as session:
        detail = session.scalars(select(AuditEntry)).one().detail
    assert detail == {"mode": "add", "people": 3, "new": 3, "removed": 0}


def test_two_thousand_people_in_sixty_units(sqlite_stores: Stores) -> None:
    people = [entry(f"p{i}", f"D{i % 6}", f"T{i % 60}") for i in range(2000)]
    assert import_staff(sqlite_stores, people, "replace").people == 2000
    assert sum(u.people for u in unit_tree(sqlite_stores)) == 2000
