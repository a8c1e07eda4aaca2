"""Publishing, rounds, named tasks and the ballot box, on both engines."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from sop_assess.db import Stores
from sop_assess.errors import (
    AnswersInvalidError,
    ConflictError,
    GoneError,
    InvalidError,
    NotFoundError,
)
from sop_assess.instruments import ballots, ready_made
from sop_assess.instruments import service as instruments
from sop_assess.models import assessment

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
UNITS = (instruments.Unit("sales", "Sales", 30), instruments.Unit("dispatch", "Dispatch", 20))


@pytest.fixture
def assessment_id(stores: Stores) -> int:
    with stores.core.writing() as session:
        session.add(assessment.Company(id=1, name="Kestrel", profile={}))
        row = assessment.Assessment(name="Autumn", methods={}, plan={}, settings={}, created_at=NOW)
        session.add(row)
        session.flush()
        return row.id


def a_round(stores: Stores, assessment_id: int, code: str = "short-survey", **more: Any) -> int:
    version = instruments.publish(stores, assessment_id, ready_made.load(code, "trade"), now=NOW)
    access = more.pop("access", "link" if "survey" in code else "tasks")
    return instruments.plan_round(
        stores, assessment_id, version, name="Round", access=access, **more
    )


def a_task(stores: Stores, assessment_id: int) -> str:
    round_id = a_round(stores, assessment_id, "mystery-case")
    instruments.open_round(stores, round_id, now=NOW)
    return instruments.create_assignment(stores, round_id, title="Case 1", location="Harbour")


def test_the_same_content_is_the_same_version(stores: Stores, assessment_id: int) -> None:
    definition = ready_made.load("short-survey", "trade")
    first = instruments.publish(stores, assessment_id, definition, now=NOW)
    assert instruments.publish(stores, assessment_id, definition, now=NOW) == first
    changed = definition.model_copy(update={"minutes": definition.minutes + 1})
    assert instruments.publish(stores, assessment_id, changed, now=NOW) != first
    assert instruments.definition_of(stores, first) == definition


def test_opening_freezes_the_promise(stores: Stores, assessment_id: int) -> None:
    round_id = a_round(stores, assessment_id, units=UNITS)
    instruments.open_round(stores, round_id, now=NOW)
    found = instruments.get_round(stores, round_id)
    assert found.policy["minimum_group"] == 5
    assert found.policy["minimum_quotes"] == 10
    assert found.policy["label"] == "confidential"
    assert [unit["invited"] for unit in found.policy["units"]] == [30, 20]
    with pytest.raises(ConflictError):
        instruments.set_units(stores, round_id, UNITS[:1])
    with pytest.raises(ConflictError):
        instruments.open_round(stores, round_id, now=NOW)


@pytest.mark.parametrize(
    ("code", "access"), [("short-survey", "tasks"), ("mystery-case", "link"),
                         ("interview-guide", "codes")],
)  # fmt: skip
def test_a_kind_refuses_the_wrong_way_in(
    stores: Stores, assessment_id: int, code: str, access: str
) -> None:
    with pytest.raises(InvalidError):
        a_round(stores, assessment_id, code, access=access)


def test_a_named_form_is_kept_exactly_once(stores: Stores, assessment_id: int) -> None:
    key = a_task(stores, assessment_id)
    submission = str(uuid.uuid4())
    fields = {"no-conflict": ["yes"], "m1-human": ["yes"]}
    first = instruments.submit_named(stores, key, submission_id=submission, fields=fields, now=NOW)
    again = instruments.submit_named(stores, key, submission_id=submission, fields=fields, now=NOW)
    assert first.new
    assert not again.new
    assert again.content_hash == first.content_hash
    with pytest.raises(ConflictError):
        instruments.submit_named(
            stores, key, submission_id=submission, fields={"no-conflict": ["no"]}, now=NOW
        )
    assert (
        len(instruments.submissions(stores, instruments.get_assignment(stores, key).round_id)) == 1
    )


def test_a_correction_supersedes_and_keeps_the_first(stores: Stores, assessment_id: int) -> None:
    key = a_task(stores, assessment_id)
    for fields in ({"no-conflict": ["yes"]}, {"no-conflict": ["yes"], "m1-human": ["yes"]}):
        instruments.submit_named(
            stores, key, submission_id=str(uuid.uuid4()), fields=fields, now=NOW
        )
    current = instruments.submissions(stores, instruments.get_assignment(stores, key).round_id)
    assert [len(found.document["answers"]) for found in current] == [2]


def test_wrong_answers_change_nothing(stores: Stores, assessment_id: int) -> None:
    key = a_task(stores, assessment_id)
    with pytest.raises(AnswersInvalidError) as caught:
        instruments.submit_named(
            stores, key, submission_id=str(uuid.uuid4()), fields={"m1-human": ["no"]}, now=NOW
        )
    assert set(caught.value.messages) == {"m1-human", "no-conflict"}
    assert instruments.get_assignment(stores, key).state == "open"


def test_a_correction_starts_from_what_was_sent_until_the_round_closes(
    stores: Stores, assessment_id: int
) -> None:
    key = a_task(stores, assessment_id)
    instruments.save_draft(stores, key, {"m1-human": ["yes"]}, now=NOW)
    assert instruments.load_draft(stores, key) == {"m1-human": ["yes"]}
    assert instruments.get_assignment(stores, key).draft_saved_at == NOW
    instruments.submit_named(
        stores, key, submission_id=str(uuid.uuid4()), fields={"no-conflict": ["yes"]}, now=NOW
    )
    assert instruments.load_draft(stores, key) == {"no-conflict": ["yes"]}
    round_id = instruments.get_assignment(stores, key).round_id
    instruments.close_named_round(stores, round_id, now=NOW)
    assert instruments.load_draft(stores, key) == {}


def test_a_closed_round_takes_no_more(stores: Stores, assessment_id: int) -> None:
    key = a_task(stores, assessment_id)
    task = instruments.get_assignment(stores, key)
    instruments.close_named_round(stores, task.round_id, now=NOW)
    with pytest.raises(GoneError):
        instruments.submit_named(
            stores, key, submission_id=str(uuid.uuid4()), fields={"no-conflict": ["yes"]}, now=NOW
        )


def test_excluding_needs_a_reason_and_keeps_the_answers(stores: Stores, assessment_id: int) -> None:
    key = a_task(stores, assessment_id)
    submission = str(uuid.uuid4())
    instruments.submit_named(
        stores, key, submission_id=submission, fields={"no-conflict": ["yes"]}, now=NOW
    )
    with pytest.raises(InvalidError):
        instruments.review_submission(stores, submission, accept=False, reason=" ")
    instruments.review_submission(stores, submission, accept=False, reason="Wrong place.")
    task = instruments.get_assignment(stores, key)
    assert [s.review for s in instruments.submissions(stores, task.round_id)] == ["excluded"]


def test_unknown_things_are_not_found(stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        instruments.get_round(stores, 99)
    with pytest.raises(NotFoundError):
        instruments.get_assignment(stores, "nothing")
    assert instruments.find_round(stores, "nothing") is None


def test_fifty_threads_drop_one_ballot(stores: Stores) -> None:
    ballots.provide_box(stores, "r")
    outcomes: list[bool] = []

    def drop() -> None:
        outcomes.append(
            ballots.drop_ballot(stores, "r", nullifier="n", content_hash="h", box=b"{}")
        )

    threads = [threading.Thread(target=drop) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 49 + [True]
    assert [row.box for row in ballots.ballots(stores, "r")] == [b"{}"]


def test_a_sealed_box_takes_no_new_ballot_but_repeats_the_receipt(stores: Stores) -> None:
    ballots.provide_box(stores, "r")
    assert ballots.drop_ballot(stores, "r", nullifier="n", content_hash="h", box=b"1")
    ballots.seal_box(stores, "r")
    assert not ballots.drop_ballot(stores, "r", nullifier="n", content_hash="h", box=b"1")
    with pytest.raises(ConflictError):
        ballots.drop_ballot(stores, "r", nullifier="n", content_hash="other", box=b"2")
    with pytest.raises(GoneError):
        ballots.drop_ballot(stores, "r", nullifier="m", content_hash="h", box=b"1")
    ballots.empty_box(stores, "r")
    assert list(ballots.ballots(stores, "r")) == []
