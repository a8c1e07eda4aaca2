"""The page of themes beside the assessment before, other sources, and other themes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from sop_assess.analysis.results import Cell
from sop_assess.assessment.models import Assessment
from sop_assess.assessment.theme_changes import since
from sop_assess.db import Stores
from sop_assess.themes.comparing import compared
from sop_assess.themes.matches import match_assessment
from tests.accounts.people import post, signed_in
from tests.assessment.released import NOW, start
from tests.assessment.test_views import words
from tests.themes.test_matches import AFTER, THEN, another, released, theme

PAIR = Cell("theme_pair", "p-t01", None, None, "all", 60, 5.04, 2.1, 12.3,
            detail={"other": "p-t02", "both": 14, "first": 20, "second": 22, "word": "together",
                    "lift": 1.9, "p": 0.002})  # fmt: skip


@pytest.fixture
def two(sqlite_stores: Stores) -> int:
    """The second of two assessments, with complaints and interviews, matched."""
    then, now = start(sqlite_stores), another(sqlite_stores)
    released(sqlite_stores, then, "comments:1", THEN)
    released(sqlite_stores, now, "comments:2", AFTER)
    talks = [theme("p-t01", "Chat robot", 3, wrote=24), theme("p-t02", "Promises", 20, wrote=24)]
    released(sqlite_stores, now, "round:3", [*talks, PAIR], method="interview", name="")
    match_assessment(sqlite_stores, now, at=NOW)
    return now


@pytest.fixture
def owner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    return signed_in(app, sqlite_stores, "owner")


def test_what_changed_stands_with_both_shares_and_the_range(owner: FlaskClient, two: int) -> None:
    page = words(owner.get(f"/a/{two}/themes"))
    assert "One theme is new, one theme is gone and one theme shrank." in page
    assert "Old stock list then “Stock list” Help desk shrank 40 % 10 % −30 (−38 to −21)" in page
    assert "One theme without a clear change" in page
    assert "Since the last assessment: shrank, 40 % then and 10 % now (−38 to −21 points)." in page
    assert "Since the last assessment: new, 30 % now" in page
    assert "the assessment before has no themes of this kind." in page


def test_the_same_theme_in_other_sources_keeps_its_own_figures(
    owner: FlaskClient, two: int
) -> None:
    page = words(owner.get(f"/a/{two}/themes"))
    assert "Also in: Interviews 3 of 24 (13 %, 4 to 32 %)" in page
    assert "63 of" not in page  # never added up


def test_themes_that_occur_together_are_told_from_both_ends(owner: FlaskClient, two: int) -> None:
    page = words(owner.get(f"/a/{two}/themes"))
    told = "14 interviews, odds 5.0 times (2.1 to 12)."
    assert f"Often together with “Promises”: {told}" in page
    assert f"Often together with “Chat robot”: {told}" in page


def test_a_wrong_match_is_corrected_by_a_form(
    owner: FlaskClient, two: int, sqlite_stores: Stores
) -> None:
    found = compared(sqlite_stores, two)
    part = found.parts["comments:2", "p"]
    page = f"/a/{two}/themes"
    fields = {"set": part.set_id, "theme": "p-t03", "other": "p-t03"}
    assert post(owner, f"{page}/same", page, **fields).status_code == 303
    told = words(owner.get(page))
    assert "Kept. The comparison with the assessment before follows it." in told
    assert "Chat robot then “Canteen hours”" in told
    assert "as a person said" in told
    form = owner.get(f"{page}?same={part.set_id}:p-t03").get_data(as_text=True)
    assert '<option value="p-t03" selected>Chat robot</option>' in form
    assert '<option value="p-t03" selected>Canteen hours</option>' in form
    assert " selected>" not in owner.get(f"{page}?same=x:y").get_data(as_text=True)
    for wrong in ({**fields, "set": "x"}, {**fields, "other": "p-t77"}, {"other": "p-t01"},
                  {**fields, "theme": ""}):  # fmt: skip
        assert post(owner, f"{page}/same", page, **wrong).status_code == 422
    with sqlite_stores.core.writing() as session:
        session.execute(update(Assessment).values(state="final"))
    assert post(owner, f"{page}/same", page, **fields).status_code == 409
    assert "Same as last time?" not in words(owner.get(page))


def test_looking_again_is_a_job(owner: FlaskClient, two: int, sqlite_stores: Stores) -> None:
    page = f"/a/{two}/themes"
    assert "Look for the same themes" not in words(owner.get(page))
    released(sqlite_stores, two, "round:4", [theme("p-t01", "Promises", 9)], method="shadow")
    assert "Look for the same themes" in words(owner.get(page))
    assert post(owner, f"{page}/match", page).status_code == 303
    assert "Look for the same themes" not in words(owner.get(page))


@pytest.mark.parametrize(("role", "status"), [("coder", 303), ("reader", 403), ("planner", 403)])
def test_owners_and_coders_correct(
    app: Flask, sqlite_stores: Stores, two: int, role: str, status: int
) -> None:
    client = signed_in(app, sqlite_stores, role)
    page = f"/a/{two}/themes"
    part = compared(sqlite_stores, two).parts["comments:2", "p"]
    assert ("Same as last time?" in words(client.get(page))) == (status == 303)
    fields = {"set": part.set_id, "theme": "p-t03", "other": ""}
    assert post(client, f"{page}/same", page, **fields).status_code == status
    assert post(client, f"{page}/match", page).status_code == status


def test_the_first_assessment_has_no_such_section(
    owner: FlaskClient, sqlite_stores: Stores
) -> None:
    here = start(sqlite_stores)
    released(sqlite_stores, here, "comments:1", THEN)
    page = words(owner.get(f"/a/{here}/themes"))
    assert "Stock list" in page
    assert "Since the last assessment" not in page


def test_what_cannot_be_compared_says_why(
    owner: FlaskClient, sqlite_stores: Stores, app: Flask
) -> None:
    then, now = start(sqlite_stores), another(sqlite_stores)
    few: dict[str, Any] = {"method": "survey", "rule": {"minimum_quotes": 10, "bands": True}}
    band = Cell("theme", "p-t01", "S4", None, "all", None, shown="band",
                detail={"name": "Stock list", "band": "low", "n_band": "5-9"})  # fmt: skip
    released(sqlite_stores, then, "round:1", [band], **few)
    released(sqlite_stores, now, "round:2", [theme("p-t01", "Stock list", 40)], **few)
    match_assessment(sqlite_stores, now, at=NOW)
    page = words(owner.get(f"/a/{now}/themes"))
    assert "Nothing can be compared yet." in page
    assert "Stock list: in one of the two, too few people raised it for a figure." in page
    with app.test_request_context():
        told = since(compared(sqlite_stores, now), {})
    assert told is not None
    assert (told.clear, told.unclear, len(told.silent)) == ((), (), 1)
