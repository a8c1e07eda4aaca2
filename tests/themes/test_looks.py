"""Pages show what was kept at the last change, which is what the decisions give, never less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update

from sop_assess.analysis.text.decisions import apply
from sop_assess.db import Stores
from sop_assess.imports.models import ImportedComment
from sop_assess.jobs import JobQueue
from sop_assess.themes import looks, service, store
from sop_assess.themes.loaded import Base, Memory
from sop_assess.themes.models import ThemeSet, ThemeShown
from sop_assess.themes.overviews import overviews
from sop_assess.themes.queries import SetView, comments_of, theme_set
from sop_assess.themes.rows import Shown
from tests.assessment.released import NOW

from .written import release, written

STEPS: list[tuple[str, dict[str, Any]]] = [
    ("decide", {"do": "rename", "theme": "t01", "name": "Lost parcels"}),
    ("decide", {"do": "merge", "into": "t01", "themes": ["t02"]}),
    ("undo", {}),
    ("redo", {}),
    ("decide", {"do": "split", "theme": "t01"}),
    ("decide", {"do": "move", "texts": [0, 1, 2], "to": "unplaced"}),
    ("decide", {"do": "judge", "texts": [3, 4, 5, 6, 7], "as": "keep"}),
    ("undo", {}),
    ("undo", {}),
    ("decide", {"do": "set", "theme": "t03", "topic": "promise", "stage": "S8", "owner": "Ada"}),
    ("decide", {"do": "cut", "k": 5}),
    ("propose", {}),
    ("discard_proposal", {}),
    ("propose", {}),
    ("accept_proposal", {}),
    ("decide", {"do": "pin", "theme": "t01", "pinned": True}),
    ("import", {}),
    ("decide", {"do": "rename", "theme": "t01", "name": "Parcels again"}),
    ("undo", {}),
]


def take(stores: Stores, one: SetView, step: str, what: dict[str, Any]) -> None:
    where = (stores, one.assessment_id, one.id)
    if step == "propose":
        JobQueue(stores, inline=True).start("propose_themes", assessment_id=where[1],
                                            set_id=where[2])  # fmt: skip
    elif step == "import":
        with stores.core.writing() as session:
            session.add_all(ImportedComment(file_id=1, text=f"New: {text}", stage=stage)
                            for text, stage in written(40, seed=9))  # fmt: skip
        release(stores, 1)
    elif step in {"undo", "redo", "discard_proposal"}:
        getattr(service, step)(*where)
    elif step == "accept_proposal":
        service.accept_proposal(*where, by=None, now=NOW)
    else:
        service.decide(*where, what, by=None, now=NOW)


def from_scratch(stores: Stores, one: SetView) -> Shown:
    """What the decisions give, carried out anew over what is stored."""
    with stores.core.reading() as session:
        row = store.find(session, one.assessment_id, one.id)
        loaded = store.load(session, row)
        measured = Base(loaded.start, loaded.base.facts).after(loaded.done)
        return looks.shown_of(measured, row.prefix, row.role)


@contextmanager
def reads(stores: Stores) -> Iterator[list[str]]:
    """The statements that are sent to the core store meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(stores.core.engine, "before_cursor_execute", note)
    yield sent
    event.remove(stores.core.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("forgetful", [False, True])
def test_pages_show_what_the_decisions_give_after_every_step(
    stores: Stores, one: SetView, monkeypatch: pytest.MonkeyPatch, forgetful: bool
) -> None:
    for number, (step, what) in enumerate(STEPS):
        if forgetful:  # as another process that sees the set for the first time
            monkeypatch.setattr(store, "_memory", Memory())
        take(stores, one, step, what)
        seen = theme_set(stores, one.assessment_id, one.id)
        totals, themes = from_scratch(stores, one)
        assert seen.themes == themes, (number, step)
        (listed,) = overviews(stores, one.assessment_id)
        assert listed == seen.overview, (number, step)
        assert (listed.comments, listed.themes, listed.unplaced, listed.mixed, listed.split) == (
            totals.comments, totals.themes, totals.unplaced, totals.mixed, totals.split,
        )  # fmt: skip


def test_neither_the_page_nor_the_list_reads_a_sorting(
    sqlite_stores: Stores, sqlite_set: SetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_memory", Memory())
    with reads(sqlite_stores) as sent:
        overviews(sqlite_stores, sqlite_set.assessment_id)
        assert len([s for s in sent if s.startswith("SELECT")]) == 2
        assert not any("theme_shown.themes" in s for s in sent)
        theme_set(sqlite_stores, sqlite_set.assessment_id, sqlite_set.id)
    assert not any("theme_part.content" in s for s in sent)
    assert not any("theme_shown.curated" in s for s in sent)


def test_what_was_kept_at_another_revision_counts_for_nothing(stores: Stores, one: SetView) -> None:
    with stores.core.writing() as session:
        session.execute(update(ThemeShown).values(themes=[], revision=ThemeShown.revision - 1))
    assert theme_set(stores, one.assessment_id, one.id) == one
    assert overviews(stores, one.assessment_id) == [one.overview]
    with stores.core.writing() as session:
        session.execute(delete(ThemeShown))
    assert theme_set(stores, one.assessment_id, one.id) == one
    assert overviews(stores, one.assessment_id) == [one.overview]


def test_the_comments_of_a_process_that_begins_are_those_of_the_others(
    sqlite_stores: Stores, sqlite_set: SetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = (sqlite_stores, sqlite_set.assessment_id, sqlite_set.id)
    for what in ({"do": "split", "theme": "t01"}, {"do": "move", "texts": [0, 9], "to": "t01"}):
        service.decide(*where, what, by=None, now=NOW)
    known = comments_of(*where, "t01")
    monkeypatch.setattr(store, "_memory", Memory())
    monkeypatch.setattr("sop_assess.analysis.text.decisions.apply", None)  # nothing is done again
    assert comments_of(*where, "t01") == known


def test_a_process_that_begins_decides_again_once_at_most(
    sqlite_stores: Stores, sqlite_set: SetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = (sqlite_stores, sqlite_set.assessment_id, sqlite_set.id)
    for name in ("Lost", "Lost parcels", "Parcels", "Parcels again"):
        what = {"do": "rename", "theme": "t01", "name": name}
        service.decide(*where, what, by=None, now=NOW)
    done: list[Any] = []

    def counting(state: Any, decision: Any) -> Any:
        done.append(decision)
        return apply(state, decision)

    monkeypatch.setattr("sop_assess.analysis.text.decisions.apply", counting)
    monkeypatch.setattr(store, "_memory", Memory())
    for step, decided in ((service.undo, 3), (service.undo, 0), (service.redo, 0)):
        done.clear()
        step(*where)
        assert len(done) == decided
    done.clear()
    monkeypatch.setattr(store, "_memory", Memory())
    service.redo(*where)
    assert len(done) == 1
    assert theme_set(*where).themes[0].name == "Parcels again"


def test_a_set_takes_what_pages_show_of_it_along(
    sqlite_stores: Stores, sqlite_set: SetView
) -> None:
    with sqlite_stores.core.writing() as session:
        store.forget_set(session, session.get_one(ThemeSet, sqlite_set.id))
    with sqlite_stores.core.reading() as session:
        assert session.scalars(select(ThemeShown)).all() == []
