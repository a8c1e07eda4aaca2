from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from sop_assess.db import Stores
from sop_assess.instruments.models import Round
from sop_assess.jobs import Job, JobQueue
from sop_assess.serving import _keep_time
from sop_assess.surveys.clock import count_response, due_rounds, tick

from .conftest import NOW, Make, make_survey

LAST_DAY = NOW + timedelta(days=18)
GRACE = timedelta(hours=24)


class Started:
    """Jobs that were started, instead of a queue."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str, **arguments: Any) -> None:
        self.names.append(f"{name} {arguments['round_id']}")


def test_a_round_closes_a_day_after_its_last_one(stores: Stores, survey: Make) -> None:
    found = survey()
    started = Started()
    for moment in (NOW, LAST_DAY, LAST_DAY + GRACE - timedelta(seconds=1)):
        tick(stores, started, moment)
    assert started.names == []
    tick(stores, started, LAST_DAY + GRACE)
    assert started.names == [f"close_round {found.round_id}"]


def test_rounds_without_a_date_planned_or_closed_stay(stores: Stores, survey: Make) -> None:
    survey(closes_at=None)
    survey(opened=False)
    closed = survey()
    with stores.core.writing() as session:
        session.get_one(Round, closed.round_id).state = "closed"
    assert due_rounds(stores, LAST_DAY + 10 * GRACE) == []


@pytest.mark.parametrize(
    ("label", "jobs"),
    [("anonymous", ["end_issuing", "close_round"]), ("anonymous_trustee", ["end_issuing"])],
)
def test_who_sees_the_invited_never_sees_the_answers(
    sqlite_stores: Stores, label: str, jobs: list[str]
) -> None:
    found = make_survey(sqlite_stores, access="codes", label=label, opened=False)
    with sqlite_stores.core.writing() as session:
        opened = session.get_one(Round, found.round_id)
        opened.state, opened.opened_at = "open", NOW
    started = Started()
    tick(sqlite_stores, started, LAST_DAY + GRACE)
    assert started.names == [f"{job} {found.round_id}" for job in jobs]


def test_a_closing_that_waits_is_not_started_twice(stores: Stores, survey: Make) -> None:
    found = survey()
    with stores.core.writing() as session:
        session.add(Job(name="close_round", arguments={"round_id": found.round_id}, result={},
                        state="waiting", created_at=NOW))  # fmt: skip
    started = Started()
    tick(stores, started, LAST_DAY + GRACE)
    assert started.names == []


def test_the_response_is_counted_once_a_day(
    sqlite_stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make_survey(sqlite_stores, access="codes", label="anonymous", opened=False)
    with sqlite_stores.core.writing() as session:
        opened = session.get_one(Round, found.round_id)
        opened.policy = {"units": [{"code": "warehouse", "name": "Warehouse", "invited": 58}]}
        opened.state, opened.opened_at = "open", NOW
    answers = {"warehouse": 17}
    monkeypatch.setattr("sop_assess.surveys.clock.ballots_by_unit", lambda *_: answers)
    tick(sqlite_stores, Started(), NOW)
    answers["warehouse"] = 40
    tick(sqlite_stores, Started(), NOW + timedelta(hours=15))
    with sqlite_stores.core.reading() as session:
        counts = session.get_one(Round, found.round_id).counts
    assert counts == {"response": {"day": "2026-11-09", "received": 15,
                                   "units": {"warehouse": 15}}}  # fmt: skip
    tomorrow = count_response(sqlite_stores, found.round_id, NOW + timedelta(days=1))
    assert tomorrow["units"] == {"warehouse": 40}


def test_the_worker_looks_at_its_start(
    sqlite_stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make_survey(sqlite_stores)
    with sqlite_stores.core.writing() as session:
        session.get_one(Round, found.round_id).closes_at = NOW - 100 * GRACE
    started, looked = Started(), threading.Event()

    def start(_: JobQueue, name: str, **arguments: Any) -> None:
        started(name, **arguments)
        looked.set()

    monkeypatch.setattr(JobQueue, "start", start)
    _keep_time(sqlite_stores, JobQueue(sqlite_stores, inline=True))
    assert looked.wait(5)
    assert started.names == [f"close_round {found.round_id}"]
