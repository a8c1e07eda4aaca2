"""An assessment with interviews alone can be made final and says that it is single-method."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from sop_assess.assessment.jobs import release_round
from sop_assess.assessment.planning import propose
from sop_assess.assessment.profile import Profile
from sop_assess.assessment.service import make_final, take_plan
from sop_assess.db import Stores
from sop_assess.errors import ConflictError
from sop_assess.instruments import ready_made
from sop_assess.instruments import service as instruments
from tests.accounts.people import signed_in

NOW = datetime(2026, 10, 5, tzinfo=UTC)


def silent(share: float, message: str) -> None:
    """Progress that nobody watches."""


def test_it_is_final_labelled_and_stays_as_it_is(app: Flask, sqlite_stores: Stores) -> None:
    profile = Profile(company="Kestrel", people=40, sells="trade", hours=4)
    plan = propose(profile, date(2026, 10, 5), ["interview"])
    number = take_plan(sqlite_stores, profile, plan, name="Autumn", now=NOW)
    guide = ready_made.load("interview-guide", "trade")
    version = instruments.publish(sqlite_stores, number, guide, now=NOW)
    round_id = instruments.plan_round(
        sqlite_stores, number, version, name="Interviews", access="tasks"
    )
    instruments.open_round(sqlite_stores, round_id, now=NOW)
    for who in ("Juniper", "Rowan"):
        key = instruments.create_assignment(
            sqlite_stores, round_id, title=who, pseudonym=who, stages={"owned": ["S3"]}
        )
        instruments.submit_named(
            sqlite_stores, key, submission_id=str(uuid.uuid4()),
            fields={"s3-mark-accuracy": ["fails"]},
            context={"pseudonym": who, "owned": ["S3"], "consent_quotes": True}, now=NOW,
        )  # fmt: skip
    with pytest.raises(ConflictError):
        make_final(sqlite_stores, number, now=NOW)
    instruments.close_named_round(sqlite_stores, round_id, now=NOW)
    release_round(sqlite_stores, silent, round_id)
    assert make_final(sqlite_stores, number, now=NOW) == 1
    with pytest.raises(ConflictError):
        release_round(sqlite_stores, silent, round_id)
    reader = signed_in(app, sqlite_stores, "owner")
    report = reader.get(f"/a/{number}/report").text
    assert "one method" in report.lower() or "single-method" in report.lower()
    assert "2 of 2 interviewees" in reader.get(f"/a/{number}/results").text
