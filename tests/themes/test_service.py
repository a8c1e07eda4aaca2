"""Decisions about themes: each is one transaction, can be taken back, and is told again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from sop_assess.assessment.models import Assessment
from sop_assess.db import CoreBase, Stores
from sop_assess.errors import ConflictError, InvalidError, NotFoundError, SopError
from sop_assess.release.queries import ReleasedFigure, cells, current_releases
from sop_assess.themes import service, store
from sop_assess.themes.cells import About, set_cells
from sop_assess.themes.models import ThemeDecision
from sop_assess.themes.overviews import overviews
from sop_assess.themes.queries import SetView, comments_of, theme_set
from tests.assessment.released import NOW

from .written import release


def decide(stores: Stores, one: SetView, **what: Any) -> SetView:
    service.decide(stores, one.assessment_id, one.id, what, by=None, now=NOW)
    return again(stores, one)


def again(stores: Stores, one: SetView) -> SetView:
    return theme_set(stores, one.assessment_id, one.id)


def released(stores: Stores, one: SetView, statistic: str = "theme") -> list[ReleasedFigure]:
    ids = [r.id for r in current_releases(stores, one.assessment_id)]
    return cells(stores, ids, statistic=statistic)


def contents(stores: Stores) -> dict[str, list[Any]]:
    with stores.core.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in CoreBase.metadata.sorted_tables
        }


def test_the_set_of_an_import(stores: Stores, one: SetView) -> None:
    assert (one.source, one.role, one.language, one.state) == (
        "comments:1",
        "problem",
        "en",
        "open",
    )
    assert one.comments == one.placed + one.unplaced + one.non_answers == 120
    assert [row.size for row in one.themes] == sorted((t.size for t in one.themes), reverse=True)
    assert one.fewest < one.suggested == len(one.themes) < one.most
    assert all(row.quotes and row.name for row in one.themes)
    found = {f.about: f for f in released(stores, one)}
    for row in one.themes:
        cell = found[row.about]
        assert (cell.n, cell.detail["name"], cell.detail["set"]) == (row.size, row.name, one.id)
        assert cell.low < cell.value < cell.high
        assert cell.subject == next(iter(cell.detail["stages"]))


def test_renaming_shows_everywhere_at_once_and_can_be_undone(stores: Stores, one: SetView) -> None:
    key, before = one.themes[0].key, one.themes[0].name
    after = decide(stores, one, do="rename", theme=key, name="  Lost\0 parcels ")
    assert (after.themes[0].name, after.themes[0].named, after.revision) == (
        "Lost parcels", True, one.revision + 1,
    )  # fmt: skip
    assert "Lost parcels" in {f.detail["name"] for f in released(stores, one)}
    assert after.undo is not None
    assert (after.undo.what["do"], after.undo.names) == ("rename", {key: before})
    service.undo(stores, one.assessment_id, one.id)
    taken_back = again(stores, one)
    assert (taken_back.themes, taken_back.can_undo, taken_back.can_redo) == (
        one.themes,
        False,
        True,
    )
    assert {f.detail["name"] for f in released(stores, one)} == {t.name for t in one.themes}
    service.redo(stores, one.assessment_id, one.id)
    assert again(stores, one).themes == after.themes


def test_merge_split_move_pin_set_and_cut(stores: Stores, one: SetView) -> None:
    first, second, third = (row.key for row in one.themes[:3])
    merged = decide(stores, one, do="merge", into=first, themes=[second])
    assert len(merged.themes) == len(one.themes) - 1
    assert merged.themes[0].size == one.themes[0].size + one.themes[1].size
    split = decide(stores, one, do="split", theme=first)
    assert len(split.themes) == len(one.themes)
    listed = comments_of(stores, one.assessment_id, one.id, first)
    moved = decide(stores, one, do="move", texts=[listed.rows[0].text], to="non_answer")
    assert moved.non_answers == split.non_answers + listed.rows[0].count
    moved = decide(stores, one, do="move", texts=[listed.rows[0].text], to=third)
    assert next(t for t in moved.themes if t.key == third).moved == 1
    pinned = decide(stores, one, do="pin", theme=third, pinned=True)
    given = decide(stores, one, do="set", theme=third, topic="promise", stage="S8", owner="Ada")
    row = next(t for t in given.themes if t.key == third)
    assert (row.topic, row.stage, row.owner, row.kept) == ("promise", "S8", "Ada", True)
    cell = next(f for f in released(stores, one) if f.about == f"p-{third}")
    assert (cell.topic, cell.subject, cell.detail["owner"]) == ("promise", "S8", "Ada")
    fewer = decide(stores, one, do="cut", k=pinned.fewest)
    assert len(fewer.themes) == pinned.fewest
    assert third in {t.key for t in fewer.themes}
    assert [d.what["do"] for d in fewer.decisions] == [
        "merge", "split", "move", "move", "pin", "set", "cut",
    ]  # fmt: skip
    for _ in fewer.decisions:
        service.undo(stores, one.assessment_id, one.id)
    assert again(stores, one).themes == one.themes


@pytest.mark.parametrize(
    "what",
    [
        {}, {"do": "explode"}, {"do": "rename", "theme": "t99", "name": "X"},
        {"do": "rename", "theme": "t01", "name": " "},
        {"do": "rename", "theme": "t01", "name": "x" * 121},
        {"do": "rename", "theme": {"a": 1}, "name": "x"},
        {"do": "merge", "into": "t01", "themes": ["t01"]}, {"do": "merge", "into": "t01"},
        {"do": "merge", "into": "t01", "themes": "t02"},
        {"do": "move", "texts": [], "to": "t01"}, {"do": "move", "texts": [10**9], "to": "t01"},
        {"do": "move", "texts": ["x"], "to": "t01"}, {"do": "move", "texts": 7, "to": "t01"},
        {"do": "move", "texts": [0], "to": "nowhere"}, {"do": "cut", "k": "many"},
        {"do": "set", "theme": "t01", "topic": "weather"},
        {"do": "set", "theme": "t01", "stage": "S99"},
        {"do": "set", "theme": "t01", "owner": "x" * 121},
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    stores: Stores, one: SetView, what: dict[str, Any]
) -> None:
    before = contents(stores)
    for act in (service.preview, service.decide):
        more = {"by": None, "now": NOW} if act is service.decide else {}
        with pytest.raises(InvalidError) as caught:
            act(stores, one.assessment_id, one.id, what, **more)
        assert caught.value.sentence.endswith(".")
    assert contents(stores) == before


def test_a_preview_writes_nothing(stores: Stores, one: SetView) -> None:
    before = contents(stores)
    change = service.preview(stores, one.assessment_id, one.id, {"do": "cut", "k": one.fewest})
    assert (change.before, change.after) == (len(one.themes), one.fewest)
    assert change.moving > 0
    assert {row.kind for row in change.rows} >= {"gone"}
    split = service.preview(stores, one.assessment_id, one.id,
                            {"do": "split", "theme": one.themes[0].key})  # fmt: skip
    (part,) = [row for row in split.rows if row.kind == "new"]
    assert part.name
    assert part.quotes
    assert part.after == part.joined == split.moving
    assert contents(stores) == before


def test_of_two_tabs_the_second_is_told(stores: Stores, one: SetView) -> None:
    for name in ("One", "Two"):
        what = {"do": "rename", "theme": "t01", "name": name}
        if name == "Two":
            with pytest.raises(ConflictError, match="meanwhile"):
                service.decide(stores, one.assessment_id, one.id, what, by=None, now=NOW,
                               expected=one.revision)  # fmt: skip
            with pytest.raises(ConflictError):
                service.undo(stores, one.assessment_id, one.id, expected=one.revision)
        else:
            service.decide(stores, one.assessment_id, one.id, what, by=None, now=NOW,
                           expected=one.revision)  # fmt: skip


def test_a_new_decision_ends_what_could_be_done_again(stores: Stores, one: SetView) -> None:
    decide(stores, one, do="rename", theme="t01", name="One")
    service.undo(stores, one.assessment_id, one.id)
    after = decide(stores, one, do="rename", theme="t01", name="Two")
    assert not after.can_redo
    assert [d.what["name"] for d in after.decisions] == ["Two"]
    with pytest.raises(ConflictError):
        service.redo(stores, one.assessment_id, one.id)


def test_a_final_assessment_and_another_one_refuse(stores: Stores, one: SetView) -> None:
    what = {"do": "rename", "theme": "t01", "name": "One"}
    with pytest.raises(NotFoundError):
        service.decide(stores, one.assessment_id + 1, one.id, what, by=None, now=NOW)
    with stores.core.writing() as session:
        session.get_one(Assessment, one.assessment_id).state = "final"
    with pytest.raises(ConflictError, match="final"):
        service.decide(stores, one.assessment_id, one.id, what, by=None, now=NOW)
    with pytest.raises(ConflictError, match="final"):
        service.undo(stores, one.assessment_id, one.id)


def test_a_failure_in_the_middle_leaves_nothing(
    stores: Stores, one: SetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(stores)

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(service, "renew_comments", fail)
    with pytest.raises(RuntimeError):
        decide(stores, one, do="rename", theme="t01", name="One")
    assert contents(stores) == before
    assert again(stores, one) == one


def test_released_again_without_new_comments_keeps_every_decision(
    stores: Stores, one: SetView
) -> None:
    after = decide(stores, one, do="rename", theme="t01", name="Mine")
    release(stores, 1)
    found = again(stores, one)
    assert (found.themes, found.decisions) == (after.themes, after.decisions)
    assert found.can_undo
    assert "Mine" in {f.detail["name"] for f in released(stores, one)}


KEYS = st.sampled_from([f"t{n:02d}" for n in range(1, 9)])
STEPS = st.one_of(
    st.builds(lambda k, n: {"do": "rename", "theme": k, "name": n}, KEYS, st.text(max_size=9)),
    st.builds(lambda a, b: {"do": "merge", "into": a, "themes": [b]}, KEYS, KEYS),
    st.builds(lambda k: {"do": "split", "theme": k}, KEYS),
    st.builds(lambda n: {"do": "cut", "k": n}, st.integers(0, 30)),
    st.builds(lambda t, k: {"do": "move", "texts": [t], "to": k}, st.integers(0, 140),
              st.one_of(KEYS, st.sampled_from(["unplaced", "non_answer"]))),
    st.builds(lambda t, s: {"do": "judge", "texts": [t], "as": s}, st.integers(0, 140),
              st.sampled_from(["problem", "keep"])),
    st.builds(lambda k, p: {"do": "pin", "theme": k, "pinned": p}, KEYS, st.booleans()),
    st.just({"do": "undo"}), st.just({"do": "redo"}),
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=8))
def test_the_cells_are_those_of_all_decisions_in_order(
    sqlite_stores: Stores, sqlite_set: SetView, steps: list[dict[str, Any]]
) -> None:
    stores, one = sqlite_stores, again(sqlite_stores, sqlite_set)
    where = (one.assessment_id, one.id)
    for step in steps:
        try:
            if step["do"] in ("undo", "redo"):
                getattr(service, step["do"])(stores, *where)
            else:
                service.decide(stores, *where, step, by=None, now=NOW)
        except SopError:
            continue
    with stores.core.reading() as session:
        loaded = store.load(session, store.find(session, *where))
        fresh = store.Base(loaded.start, loaded.base.facts).after(loaded.done)
        numbers = session.scalar(select(func.count()).select_from(ThemeDecision))
    said = About(loaded.prefix, loaded.role, one.id, 1, one.comments, loaded.run)
    wanted = {c.about: (c.n, c.subject, c.detail) for c in set_cells(fresh, said)
              if c.statistic == "theme"}  # fmt: skip
    assert wanted == {f.about: (f.n, f.subject, f.detail) for f in released(stores, one)}
    assert sum(t.size for t in again(stores, one).themes) == again(stores, one).placed
    assert numbers == len(loaded.decisions)
    assert len(overviews(stores, one.assessment_id)) == 1
