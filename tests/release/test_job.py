"""Closing and releasing: what is opened, what is shown, what stays hidden."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from sop_assess.db import Stores
from sop_assess.errors import ConflictError
from sop_assess.instruments import ballots, ready_made
from sop_assess.instruments import service as instruments
from sop_assess.instruments.answer_models import AnonymousAnswers, AnonymousComment
from sop_assess.release import job, opening
from sop_assess.release.queries import cells, current_releases

from .conftest import NOW, UNITS, Answering, silent


def shown(stores: Stores, assessment_id: int, **wanted: str) -> list[float | None]:
    ids = [release.id for release in current_releases(stores, assessment_id)]
    return [c.value for c in cells(stores, ids, **wanted) if c.shown not in ("hidden", "band")]


def test_closing_releases_what_enough_people_said(
    stores: Stores, assessment_id: int, survey: int, drop: Answering
) -> None:
    drop(12, s4_stock="disagree", problem="The list is old.")
    drop(3, unit="it", s4_stock="agree")
    done = job.close_round(stores, silent, survey)
    assert (done["answers"], done["set_aside"]) == (15, 0)
    assert shown(stores, assessment_id, statistic="balance", subject="S4", group="all") == [-0.6]
    assert shown(stores, assessment_id, statistic="balance", group="unit:it") == []
    assert shown(stores, assessment_id, statistic="mean", group="unit:sales") == []
    assert instruments.get_round(stores, survey).state == "closed"


def test_a_round_with_one_answer_shows_nothing(
    stores: Stores, assessment_id: int, survey: int, drop: Answering
) -> None:
    drop(1, s4_stock="disagree", problem="Only I can know this.")
    job.close_round(stores, silent, survey)
    ids = [release.id for release in current_releases(stores, assessment_id)]
    assert all(c.shown == "hidden" for c in cells(stores, ids))
    assert [r.summary["n"] for r in current_releases(stores, assessment_id)] == [None]


def test_comments_need_ten_respondents(
    stores: Stores, assessment_id: int, survey: int, drop: Answering
) -> None:
    drop(9, problem="The stock list is old.")
    job.close_round(stores, silent, survey)
    ids = [release.id for release in current_releases(stores, assessment_id)]
    assert cells(stores, ids, statistic="quote") == []
    assert cells(stores, ids, statistic="theme") == []


def test_comments_are_stored_apart_and_the_box_is_emptied(
    stores: Stores, survey: int, drop: Answering
) -> None:
    drop(10, s4_stock="agree", problem="Late again.")
    opening.open_ballots(stores, survey, now=NOW)
    with stores.core.reading() as session:
        answers = list(session.scalars(select(AnonymousAnswers)))
        comments = list(session.scalars(select(AnonymousComment)))
    assert len(answers) == len(comments) == 10
    assert all("problem" not in row.answers for row in answers)
    assert {row.id for row in answers}.isdisjoint({row.id for row in comments})
    assert list(ballots.ballots(stores, instruments.get_round(stores, survey).key)) == []


def test_a_ballot_that_breaks_a_rule_is_set_aside_and_counted(
    stores: Stores, survey: int, drop: Answering
) -> None:
    drop(5, s4_stock="agree")
    drop(1, s4_stock="no such option")
    key = instruments.get_round(stores, survey).key
    ballots.drop_ballot(stores, key, nullifier="x", content_hash="x", box=b"\xff not json")
    opened = opening.open_ballots(stores, survey, now=NOW)
    assert (opened.answers, opened.set_aside) == (5, 2)
    assert instruments.get_round(stores, survey).set_aside == 2


def test_opening_again_after_a_crash_counts_nobody_twice(
    stores: Stores, survey: int, drop: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(6, s4_stock="agree")

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(ballots, "empty_box", crash)
        with pytest.raises(RuntimeError):
            opening.open_ballots(stores, survey, now=NOW)
    assert opening.open_ballots(stores, survey, now=NOW).answers == 6
    with stores.core.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnonymousAnswers)) == 6
    assert list(ballots.ballots(stores, instruments.get_round(stores, survey).key)) == []


def test_an_anonymous_round_is_released_once(stores: Stores, survey: int, drop: Answering) -> None:
    drop(6, s4_stock="agree")
    job.close_round(stores, silent, survey)
    for again in (job.close_round, job.release_round):
        with pytest.raises(ConflictError):
            again(stores, silent, survey)


def test_an_open_survey_is_not_released(stores: Stores, survey: int) -> None:
    with pytest.raises(ConflictError):
        job.release_round(stores, silent, survey)


def _visits(stores: Stores, assessment_id: int) -> int:
    definition = ready_made.load("mystery-case", "trade")
    version = instruments.publish(stores, assessment_id, definition, now=NOW)
    round_id = instruments.plan_round(stores, assessment_id, version, name="Visits", access="tasks")
    instruments.open_round(stores, round_id, now=NOW)
    return round_id


def _visit(stores: Stores, round_id: int, answer: str) -> str:
    key = instruments.create_assignment(stores, round_id, title="Case", location="Harbour")
    submission = str(uuid.uuid4())
    fields = {"no-conflict": ["yes"], "m7-equal": [answer]}
    if answer == "no":
        fields["m7-equal.comment"] = ["Another price."]
    instruments.submit_named(stores, key, submission_id=submission, fields=fields, now=NOW)
    return submission


def test_a_named_round_is_released_again_and_leaves_out_what_is_excluded(
    stores: Stores, assessment_id: int
) -> None:
    round_id = _visits(stores, assessment_id)
    _visit(stores, round_id, "yes")
    wrong = _visit(stores, round_id, "no")
    job.release_round(stores, silent, round_id)
    assert shown(stores, assessment_id, statistic="share", about="m7-equal", group="all") == [0.5]
    instruments.review_submission(stores, wrong, accept=False, reason="Wrong place.")
    job.release_round(stores, silent, round_id)
    assert shown(stores, assessment_id, statistic="share", about="m7-equal", group="all") == [1.0]
    assert [r.edition for r in current_releases(stores, assessment_id)] == [2]


def test_a_rehearsal_is_never_among_the_real_figures(stores: Stores, assessment_id: int) -> None:
    definition = ready_made.load("staff-survey", "trade")
    version = instruments.publish(stores, assessment_id, definition, now=NOW)
    round_id = instruments.plan_round(
        stores, assessment_id, version, name="Staff", access="link", units=UNITS
    )
    job.rehearse_round(stores, silent, round_id)
    job.rehearse_round(stores, silent, round_id)
    assert current_releases(stores, assessment_id) == []
    assert len(current_releases(stores, assessment_id, rehearsal=True)) == 1
    instruments.open_round(stores, round_id, now=NOW)
    with pytest.raises(ConflictError):
        job.rehearse_round(stores, silent, round_id)
