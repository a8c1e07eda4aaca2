"""Themes of two anonymous surveys stand side by side only where movers cannot be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from sop_assess.db import Stores
from sop_assess.instruments.models import DefinitionVersion, Round
from sop_assess.release.store import Edition, write_release
from sop_assess.themes.comparing import compared
from sop_assess.themes.matches import match_assessment
from sop_assess.themes.models import ThemeSet
from tests.accounts.people import signed_in
from tests.assessment.released import NOW, start
from tests.assessment.test_views import words
from tests.themes.test_matches import AFTER, THEN, another

RULE = {"minimum_group": 5, "minimum_quotes": 10}
Movements = dict[str, dict[str, int]] | None


def survey(
    stores: Stores, assessment_id: int, cells: list[Any], label: str, movements: Movements,
    days: int = 0, answered: int | None = 200,
) -> None:  # fmt: skip
    """A released survey; `movements` since the anonymous one before it, as frozen at its launch."""
    moved = {} if movements is None else {"movements": movements}
    with stores.core.writing() as session:
        version = DefinitionVersion(
            assessment_id=assessment_id, code="s", number=days + 1, kind="survey", document={},
            content_hash="0" * 64, published_at=NOW,
        )  # fmt: skip
        session.add(version)
        session.flush()
        found = Round(
            key=f"k{days}", assessment_id=assessment_id, version_id=version.id, kind="survey",
            name="Staff survey", state="closed", label=label, access="codes",
            policy={"invited": 220, **moved}, opened_at=NOW + timedelta(days=days),
        )  # fmt: skip
        session.add(found)
        session.flush()
        source = f"round:{found.id}"
        session.add(
            ThemeSet(assessment_id=assessment_id, source=source, role="problem", language="en",
                     prefix="p", state="open", base=source, run={})
        )  # fmt: skip
    summary = {"n": answered}
    write_release(stores, Edition(assessment_id, source, "survey", RULE, "0" * 64, summary), cells,
                  now=NOW + timedelta(days=days))  # fmt: skip


def moved(joined: int, left: int) -> Movements:
    return {"all": {"joiners": joined, "leavers": left}}


def told(stores: Stores, now: int) -> tuple[set[str], int]:
    """Why nothing is said, and of how many themes something is."""
    match_assessment(stores, now, at=NOW)
    found = compared(stores, now).followed
    assert found
    return {one.withheld for one in found}, sum(one.change is not None for one in found)


@pytest.mark.parametrize(("label", "movements", "why"), [
    ("anonymous", moved(0, 0), ""),
    ("anonymous", moved(5, 0), ""),
    ("anonymous_trustee", moved(12, 30), ""),
    ("anonymous", moved(1, 0), "few"),
    ("anonymous", moved(9, 4), "few"),
    ("anonymous", None, "unknown"),
    ("confidential", None, "unknown"),
])  # fmt: skip
def test_joiners_and_leavers_decide(
    sqlite_stores: Stores, label: str, movements: Movements, why: str
) -> None:
    then, now = start(sqlite_stores), another(sqlite_stores)
    survey(sqlite_stores, then, THEN, "anonymous", None)
    survey(sqlite_stores, now, AFTER, label, movements, 180)
    assert told(sqlite_stores, now) == ({why}, 0 if why else 4)


def test_surveys_without_the_promise_are_always_compared(sqlite_stores: Stores) -> None:
    then, now = start(sqlite_stores), another(sqlite_stores)
    survey(sqlite_stores, then, THEN, "confidential", None)
    survey(sqlite_stores, now, AFTER, "confidential", None, 180)
    assert told(sqlite_stores, now) == ({""}, 4)


def test_movements_since_another_survey_tell_nothing(sqlite_stores: Stores) -> None:
    then, now = start(sqlite_stores), another(sqlite_stores)
    survey(sqlite_stores, then, THEN, "anonymous", None)
    survey(sqlite_stores, now, [], "anonymous", moved(0, 0), 90)
    survey(sqlite_stores, now, AFTER, "anonymous", moved(0, 0), 180)
    assert told(sqlite_stores, now) == ({"unknown"}, 0)


def test_a_survey_whose_size_is_not_told_is_not_compared(sqlite_stores: Stores) -> None:
    then, now = start(sqlite_stores), another(sqlite_stores)
    survey(sqlite_stores, then, THEN, "anonymous", None, answered=None)
    survey(sqlite_stores, now, AFTER, "anonymous", moved(0, 0), 180)
    assert told(sqlite_stores, now) == ({"size"}, 0)


def test_the_page_says_it_once(app: Flask, sqlite_stores: Stores) -> None:
    then, now = start(sqlite_stores), another(sqlite_stores)
    survey(sqlite_stores, then, THEN, "anonymous", None)
    survey(sqlite_stores, now, AFTER, "anonymous", moved(2, 7), 180)
    match_assessment(sqlite_stores, now, at=NOW)
    page = words(signed_in(app, sqlite_stores, "reader").get(f"/a/{now}/themes"))
    assert "Nothing can be compared yet. 4 themes that cannot be compared" in page
    assert page.count("few people joined or left in between") == 1
    assert "40 %" not in page
