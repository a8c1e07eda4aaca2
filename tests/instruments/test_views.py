"""The tasks page and the shared named form over HTTP."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.db import Stores
from sop_assess.instruments import ready_made
from sop_assess.instruments import service as instruments
from sop_assess.models import accounts, assessment
from tests.accounts.people import signed_in

NOW = datetime(2026, 10, 5, tzinfo=UTC)


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def leader(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    return signed_in(app, sqlite_stores, "leader")


@pytest.fixture
def key(sqlite_stores: Stores, leader: FlaskClient) -> str:
    """A shadowing task of the leader; the shared form without a kind's own part would do."""
    with sqlite_stores.core.writing() as session:
        if session.get(assessment.Company, 1) is None:
            session.add(assessment.Company(id=1, name="Kestrel", profile={}))
        row = assessment.Assessment(name="Autumn", methods={}, plan={}, settings={}, created_at=NOW)
        session.add(row)
        session.flush()
        assessment_id = row.id
        person = session.query(accounts.User).order_by(accounts.User.id.desc()).first()
        assert person is not None
        user_id = person.id
    definition = ready_made.load("job-shadow", "trade")
    version = instruments.publish(sqlite_stores, assessment_id, definition, now=NOW)
    round_id = instruments.plan_round(
        sqlite_stores, assessment_id, version, name="Shadowing", access="tasks"
    )
    instruments.open_round(sqlite_stores, round_id, now=NOW)
    return instruments.create_assignment(
        sqlite_stores, round_id, title="Order desk, session 1", assignee_id=user_id,
        pseudonym="Order desk clerk", stages={"owned": ["S4"]},
    )  # fmt: skip


def test_a_leader_sees_saves_and_sends(
    leader: FlaskClient, key: str, sqlite_stores: Stores
) -> None:
    assert "1 task waits for you." in leader.get("/tasks").text
    page = leader.get(f"/tasks/{key}").text
    form = {"csrf_token": token(page), "s4-list-true": "yes", "role": "Order desk clerk"}
    saved = leader.post(f"/tasks/{key}", data={**form, "step": "save"})
    assert saved.status_code == 303
    assert 'value="Order desk clerk"' in leader.get(f"/tasks/{key}").text
    identity = re.search(r'name="submission_id" value="([^"]+)"', page)
    assert identity
    sent = leader.post(
        f"/tasks/{key}",
        data={**form, "step": "send", "submission_id": identity[1], "consent.person": "yes",
              "consent.manager": "yes", "consent": "yes"},
    )  # fmt: skip
    assert sent.status_code == 303, sent.text
    assert "Sent, and on disk" in leader.get(sent.location).text
    round_id = instruments.get_assignment(sqlite_stores, key).round_id
    (kept,) = instruments.submissions(sqlite_stores, round_id)
    assert kept.document["answers"]["s4-list-true"] == {"value": "yes"}
    again = leader.get(f"/tasks/{key}").text
    assert "Sent before." in again
    assert 'value="Order desk clerk"' in again  # a correction does not begin with an empty form


def test_messages_stand_beside_the_field(leader: FlaskClient, key: str) -> None:
    page = leader.get(f"/tasks/{key}").text
    answer = leader.post(
        f"/tasks/{key}",
        data={"csrf_token": token(page), "step": "send", "s4-list-true": "no"},
    )
    assert answer.status_code == 422
    assert 'id="e-s4-list-true"' in answer.text


def test_the_page_saves_itself(leader: FlaskClient, key: str, sqlite_stores: Stores) -> None:
    page = leader.get(f"/tasks/{key}").text
    answer = leader.post(
        f"/tasks/{key}/draft", json={"fields": {"role": ["Clerk"]}},
        headers={"X-CSRFToken": token(page)},
    )  # fmt: skip
    assert answer.status_code == 200
    assert instruments.load_draft(sqlite_stores, key) == {"role": ["Clerk"]}
    assert leader.post(f"/tasks/{key}/draft", json={"fields": {}}).status_code == 403


def test_a_task_is_for_its_leader_and_the_planners(
    app: Flask, key: str, sqlite_stores: Stores
) -> None:
    assert signed_in(app, sqlite_stores, "leader").get(f"/tasks/{key}").status_code == 403
    assert signed_in(app, sqlite_stores, "reader").get(f"/tasks/{key}").status_code == 403
    assert signed_in(app, sqlite_stores, "planner").get(f"/tasks/{key}").status_code == 200
    assert app.test_client().get(f"/tasks/{key}").status_code == 303


def test_a_german_leader_reads_in_german_what_is_wrong(leader: FlaskClient, key: str) -> None:
    page = leader.get(f"/tasks/{key}?lang=de").text
    form = {"csrf_token": token(page), "step": "send", "role": "r" * 201, "s4-list-true": "maybe"}
    answer = leader.post(f"/tasks/{key}?lang=de", data=form)
    assert answer.status_code == 422
    assert "Der Text hat 201 Zeichen; Platz ist für 200. Kürzen Sie ihn." in answer.text
    assert "Wählen Sie eine der fünf Antworten." in answer.text
