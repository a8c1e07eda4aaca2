"""Planning interviews, and what is kept of one without consent, over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.db import Stores
from sop_assess.instruments import ready_made
from sop_assess.instruments import service as instruments
from sop_assess.models import assessment
from tests.accounts.people import post, signed_in

NOW = datetime(2026, 10, 5, tzinfo=UTC)


def a_round(stores: Stores, code: str) -> instruments.RoundView:
    """An open round of a new assessment with two stages."""
    with stores.core.writing() as session:
        if session.get(assessment.Company, 1) is None:
            session.add(assessment.Company(id=1, name="Kestrel", profile={}))
        row = assessment.Assessment(name="Autumn", methods={}, plan={}, settings={}, created_at=NOW)
        session.add(row)
        session.flush()
        number = row.id
        for position, (stage, name) in enumerate([("S3", "Quote"), ("S4", "Order")]):
            session.add(assessment.Stage(assessment_id=number, code=stage, position=position,
                                         name={"en": name}))  # fmt: skip
    version = instruments.publish(stores, number, ready_made.load(code, "trade"), now=NOW)
    round_id = instruments.plan_round(stores, number, version, name="Round", access="tasks")
    instruments.open_round(stores, round_id, now=NOW)
    return instruments.get_round(stores, round_id)


@pytest.fixture
def planner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    return signed_in(app, sqlite_stores, "planner")


@pytest.fixture
def path(sqlite_stores: Stores) -> str:
    found = a_round(sqlite_stores, "interview-guide")
    return f"/a/{found.assessment_id}/rounds/{found.id}/interviews"


def test_an_interview_is_planned_and_the_next_name_is_suggested(
    planner: FlaskClient, path: str
) -> None:
    assert "Plan the first interview." in planner.get(path).text
    fields = {"pseudonym": "Juniper", "owned": ["S3"], "supplied": ["S4"], "due_on": "2026-10-20"}
    assert post(planner, path, **fields).status_code == 303
    page = planner.get(path).text
    assert "1 stage has nobody to speak for it yet." in page
    assert re.search(r"Recognisable all the same:</strong> Juniper", page)
    assert 'value="Rowan"' in page


def test_what_was_typed_stays_when_something_is_missing(planner: FlaskClient, path: str) -> None:
    answer = post(planner, path, pseudonym="Hazel", supplied=["S4"], due_on="2026-10-20")
    assert answer.status_code == 422
    assert "at least one stage that the person owns" in answer.text
    assert 'value="Hazel"' in answer.text
    assert 'value="2026-10-20"' in answer.text
    assert re.search(r'name="supplied" value="S4" checked', answer.text)


def test_two_interviews_with_one_person_do_not_hide_that_they_stand_alone(
    planner: FlaskClient, path: str
) -> None:
    for _ in range(2):
        post(planner, path, pseudonym="Juniper", owned=["S3"])
    assert re.search(r"Recognisable all the same:</strong> Juniper\.", planner.get(path).text)


@pytest.mark.parametrize("role", ["reader", "leader", "coder"])
def test_only_who_plans_may_plan(app: Flask, sqlite_stores: Stores, path: str, role: str) -> None:
    assert signed_in(app, sqlite_stores, role).get(path).status_code == 403


def test_a_round_of_another_kind_or_assessment_is_not_found(
    planner: FlaskClient, path: str, sqlite_stores: Stores
) -> None:
    other = a_round(sqlite_stores, "job-shadow")
    base = f"/a/{other.assessment_id}/rounds/{other.id}"
    assert planner.get(f"{base}/interviews").status_code == 404
    assert planner.get(path.replace("/a/", "/a/9", 1)).status_code in {403, 404}


def test_without_consent_to_notes_the_words_are_not_kept(
    planner: FlaskClient, path: str, sqlite_stores: Stores
) -> None:
    post(planner, path, pseudonym="Juniper", owned=["S3"])
    round_id = int(path.split("/")[4])
    (task,) = instruments.assignments(sqlite_stores, round_id=round_id)
    form = {"consent.notes": "no", "consent.quotes": "no", "s3-last": "CANARY one",
            "plan-meeting": "no", "plan-meeting.comment": "CANARY two",
            "note.0.text": "CANARY three", "mode": "phone", "step": "send"}  # fmt: skip
    assert post(planner, f"/tasks/{task.key}", **form).status_code == 303
    (kept,) = instruments.submissions(sqlite_stores, round_id)
    assert "CANARY" not in str(kept.document)
    assert kept.document["answers"] == {"mode": {"value": "phone"}, "plan-meeting": {"value": "no"}}
    assert "CANARY" not in str(instruments.load_draft(sqlite_stores, task.key))
