"""Proposed themes change nothing until a person takes them; a run can be done again."""

from __future__ import annotations

from typing import Any

import pytest

from sop_assess.db import Stores
from sop_assess.errors import ConflictError, NotFoundError
from sop_assess.jobs import Job, JobQueue, get_job
from sop_assess.themes import service
from sop_assess.themes.models import ThemeSet
from sop_assess.themes.queries import SetView, proposed_change, theme_set
from tests.assessment.released import NOW

from .written import imported, written


def run(stores: Stores, name: str, **arguments: Any) -> Job:
    job = get_job(stores, JobQueue(stores, inline=True).start(name, **arguments))
    assert job.state == "done", job.message
    return job


def propose(stores: Stores, one: SetView) -> SetView:
    run(stores, "propose_themes", assessment_id=one.assessment_id, set_id=one.id)
    return theme_set(stores, one.assessment_id, one.id)


def decide(stores: Stores, one: SetView, **what: Any) -> None:
    service.decide(stores, one.assessment_id, one.id, what, by=None, now=NOW)


def test_a_proposal_changes_nothing_until_it_is_taken(stores: Stores, one: SetView) -> None:
    first, second = one.themes[0].key, one.themes[1].key
    decide(stores, one, do="rename", theme=first, name="Mine")
    decide(stores, one, do="merge", into=second, themes=[one.themes[2].key])
    before = theme_set(stores, one.assessment_id, one.id)
    found = propose(stores, one)
    assert (found.proposal, found.themes, found.revision) == (
        True, before.themes, before.revision,
    )  # fmt: skip
    change = proposed_change(stores, one.assessment_id, one.id)
    kept = next(row for row in change.rows if row.key == first)
    assert (kept.kind, kept.name) == ("same", "Mine")
    service.accept_proposal(stores, one.assessment_id, one.id, by=None, now=NOW)
    taken = theme_set(stores, one.assessment_id, one.id)
    assert len(taken.themes) == change.after
    assert next(t for t in taken.themes if t.key == first).name == "Mine"
    assert not taken.proposal
    assert not taken.can_undo
    assert taken.run["how"] == "proposal"
    with pytest.raises(ConflictError):
        service.accept_proposal(stores, one.assessment_id, one.id, by=None, now=NOW)


def test_a_proposal_can_be_put_aside(stores: Stores, one: SetView) -> None:
    found = propose(stores, one)
    service.discard_proposal(stores, one.assessment_id, one.id)
    after = theme_set(stores, one.assessment_id, one.id)
    assert (after.proposal, after.themes) == (False, found.themes)
    with pytest.raises(NotFoundError):
        proposed_change(stores, one.assessment_id, one.id)


def test_a_decision_ends_a_proposal(stores: Stores, one: SetView) -> None:
    propose(stores, one)
    decide(stores, one, do="rename", theme="t01", name="Mine")
    with pytest.raises(ConflictError, match="any more"):
        service.accept_proposal(stores, one.assessment_id, one.id, by=None, now=NOW)
    assert not theme_set(stores, one.assessment_id, one.id).proposal


def test_too_few_comments_get_no_proposal(stores: Stores, assessment_id: int) -> None:
    imported(stores, assessment_id, written(5))
    job = JobQueue(stores, inline=True).start("propose_themes", assessment_id=assessment_id,
                                              set_id=1)  # fmt: skip
    assert get_job(stores, job).state == "failed"


def test_a_run_done_again_gives_the_same_themes(stores: Stores, one: SetView) -> None:
    decide(stores, one, do="rename", theme="t01", name="Mine")
    (found,) = run(stores, "verify_themes", assessment_id=one.assessment_id).result["sets"]
    assert (found["comments"], found["unchanged"], found["same"], found["versions"]) == (
        120, True, True, {},
    )  # fmt: skip
    propose(stores, one)
    service.accept_proposal(stores, one.assessment_id, one.id, by=None, now=NOW)
    (found,) = run(stores, "verify_themes", assessment_id=one.assessment_id).result["sets"]
    assert found["same"]


def test_other_versions_and_another_result_are_told(stores: Stores, one: SetView) -> None:
    with stores.core.writing() as session:
        row = session.get_one(ThemeSet, one.id)
        versions = {**row.run["settings"]["versions"], "numpy": "1.0", "gone": "2"}
        row.run = {**row.run, "labels": "0" * 64,
                   "settings": {**row.run["settings"], "versions": versions}}  # fmt: skip
    (found,) = run(stores, "verify_themes", assessment_id=one.assessment_id).result["sets"]
    assert (found["unchanged"], found["same"]) == (True, False)
    assert found["versions"]["gone"] == ["2", "missing"]
    assert found["versions"]["numpy"][0] == "1.0"
