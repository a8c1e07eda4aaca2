"""Planning observations, and a session sent without JavaScript, over HTTP."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.db import Stores
from sop_assess.instruments import service as instruments
from tests.accounts.people import post, signed_in
from tests.interviews.test_plan import a_round


@pytest.fixture
def planner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    return signed_in(app, sqlite_stores, "planner")


@pytest.fixture
def path(sqlite_stores: Stores) -> str:
    found = a_round(sqlite_stores, "job-shadow")
    return f"/a/{found.assessment_id}/rounds/{found.id}/observations"


def test_a_role_gets_three_sessions_and_then_one_more(planner: FlaskClient, path: str) -> None:
    fields = {"role": "Order desk clerk", "owned": ["S4"]}
    assert post(planner, path, sessions="3", **fields).status_code == 303
    post(planner, path, sessions="1", **fields)
    post(planner, path, sessions="1", role="Buyer", owned=["S4"])
    page = planner.get(path).text
    assert "Order desk clerk, session 4" in page
    assert "Order desk clerk, session 5" not in page
    assert "Fewer than three sessions:" in page
    assert "Buyer." in page


def test_what_was_typed_stays_when_the_stage_is_missing(planner: FlaskClient, path: str) -> None:
    answer = post(planner, path, role="Buyer", sessions="1")
    assert answer.status_code == 422
    assert 'value="Buyer"' in answer.text
    assert '<option value="1" selected>' in answer.text


def test_rows_that_were_left_out_keep_the_later_ones_on_the_page(
    planner: FlaskClient, path: str, sqlite_stores: Stores
) -> None:
    post(planner, path, role="Buyer", owned=["S4"], sessions="1")
    round_id = int(path.split("/")[4])
    (task,) = instruments.assignments(sqlite_stores, round_id=round_id)
    form = {"event.0.kind": "error", "event.7.kind": "waiting", "event.7.note": "The far row"}
    post(planner, f"/tasks/{task.key}", step="save", **form)
    assert "The far row" in planner.get(f"/tasks/{task.key}").text


def test_a_session_is_sent_with_events_and_items(
    planner: FlaskClient, path: str, sqlite_stores: Stores
) -> None:
    post(planner, path, role="Buyer", owned=["S4"], sessions="1")
    round_id = int(path.split("/")[4])
    (task,) = instruments.assignments(sqlite_stores, round_id=round_id)
    form = {"role": "Buyer", "event.0.kind": "waiting", "event.0.minutes": "ten",
            "item.0.id": "order 1", "item.0.touch": "8", "step": "send"}  # fmt: skip
    refused = post(planner, f"/tasks/{task.key}", **form)
    assert refused.status_code == 422
    assert "consent" in refused.text
    assert "cannot be the minutes here" in refused.text
    form |= {"consent.person": "yes", "event.0.minutes": "10"}
    assert post(planner, f"/tasks/{task.key}", **form).status_code == 303
    (kept,) = instruments.submissions(sqlite_stores, round_id)
    assert kept.document["events"] == [{"kind": "waiting", "minutes": 10.0}]
    assert kept.document["context"]["work_items"][0]["touch_minutes"] == 8.0
