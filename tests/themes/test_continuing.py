"""New comments join the themes that exist; what people said of a theme stays with it."""

from __future__ import annotations

from typing import Any

import pytest

from sop_assess.backlog.service import issue_from_theme
from sop_assess.db import Stores
from sop_assess.errors import ConflictError
from sop_assess.imports.models import ImportedComment
from sop_assess.imports.service import withdraw_import
from sop_assess.jobs import JobQueue, get_job
from sop_assess.release.queries import cells, current_releases
from sop_assess.themes import service
from sop_assess.themes.models import ThemeDecision, ThemePart, ThemeSet
from sop_assess.themes.overviews import overviews
from sop_assess.themes.queries import SetView, theme_set
from tests.assessment.released import NOW

from .written import release, written


def decide(stores: Stores, one: SetView, **what: Any) -> None:
    service.decide(stores, one.assessment_id, one.id, what, by=None, now=NOW)


def more(stores: Stores, count: int, seed: int = 2) -> None:
    """More comments in the one file."""
    with stores.core.writing() as session:
        session.add_all(
            ImportedComment(file_id=1, text=f"{text} now", stage=stage)
            for text, stage in written(count, seed)
        )


def test_new_comments_join_themes_that_keep_what_people_gave_them(
    stores: Stores, one: SetView
) -> None:
    first, second, third = (row.key for row in one.themes[:3])
    decide(stores, one, do="rename", theme=first, name="Mine")
    decide(stores, one, do="set", theme=second, owner="Bo", topic="promise")
    (edition,) = current_releases(stores, one.assessment_id)
    issue_from_theme(stores, one.assessment_id, edition.id, f"p-{third}", title="Do it", by=None,
                     now=NOW)  # fmt: skip
    more(stores, 80)
    release(stores, 1)
    later = theme_set(stores, one.assessment_id, one.id)
    found = {row.key: row for row in later.themes}
    assert later.comments == 200
    assert found[first].name == "Mine"
    assert (found[second].owner, found[second].topic) == ("Bo", "promise")
    assert third in found
    assert sum(row.size for row in later.themes) > sum(row.size for row in one.themes)
    assert (later.can_undo, later.run["how"], later.run["kept"]) == (False, "continued", [third])
    with pytest.raises(ConflictError):
        service.undo(stores, one.assessment_id, one.id)
    ids = [r.id for r in current_releases(stores, one.assessment_id)]
    assert {f.about for f in cells(stores, ids, statistic="theme")} == {
        t.about for t in found.values()
    }


def test_a_run_that_went_on_can_be_done_again(stores: Stores, one: SetView) -> None:
    decide(stores, one, do="rename", theme="t01", name="Mine")
    more(stores, 40)
    release(stores, 1)
    decide(stores, one, do="rename", theme="t01", name="Ours")
    job = JobQueue(stores, inline=True).start("verify_themes", assessment_id=one.assessment_id)
    (found,) = get_job(stores, job).result["sets"]
    assert (found["comments"], found["unchanged"], found["same"]) == (160, True, True)


def test_a_decision_made_while_comments_are_sorted_is_not_lost(
    stores: Stores, one: SetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sop_assess.release import import_edition

    sort = import_edition.sort_source

    def slowly(*arguments: Any) -> Any:
        found = sort(*arguments)
        decide(stores, one, do="rename", theme="t01", name="Meanwhile")
        return found

    more(stores, 40)
    monkeypatch.setattr(import_edition, "sort_source", slowly)
    job = get_job(stores, JobQueue(stores, inline=True).start("release_import", file_id=1))
    assert (job.state, "meanwhile" in job.message) == ("failed", True)
    after = theme_set(stores, one.assessment_id, one.id)
    assert (after.comments, after.revision) == (120, one.revision + 1)
    assert "Meanwhile" in {row.name for row in after.themes}


def test_a_withdrawn_import_takes_its_themes_along(stores: Stores, one: SetView) -> None:
    decide(stores, one, do="rename", theme="t01", name="Mine")
    withdraw_import(stores, 1, now=NOW)
    assert overviews(stores, one.assessment_id) == []
    with stores.core.reading() as session:
        for table in (ThemeSet, ThemePart, ThemeDecision):
            assert session.query(table).count() == 0
