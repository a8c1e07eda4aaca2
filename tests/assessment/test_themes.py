"""The page of themes from released cells: orders, figures with their ranges, small states."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from sop_assess.analysis.results import Cell
from sop_assess.db import Stores
from sop_assess.instruments.models import Round
from tests.accounts.people import post, signed_in
from tests.assessment import released as r
from tests.assessment.test_views import words
from tests.release.quotes import closed_round


def shares(group: str, value: float, of: float, **more: Any) -> dict[str, Any]:
    """What a stage or place gives to a theme, and what the theme is of what it wrote."""
    part = {"n": 40, "value": value, "low": value / 2, "high": value}
    return {"group": group, "folded": [], "of_theme": part,
            "of_group": {**part, "n": 80, "value": of}, **more}  # fmt: skip


def told(prefix: str, comments: int, themes: int, **more: Any) -> Cell:
    """How the comments of a set were sorted."""
    detail = {"comments": comments, "themes": themes, "unplaced": 3, "non_answers": 4,
              "tier": "fast", "why": "missing", "set": 7,
              "role": "problem", "waiting": False, **more}  # fmt: skip
    return Cell("theming", prefix, None, None, "all", comments, detail=detail)


SHARED = {
    "stage_shares": [
        shares("S4", 0.75, 0.5),
        shares("S8", 0.0, 0.0),
        shares("", 0.25, 0.1, folded=["S1", "S2"]),
    ],
    "place_shares": [shares("Harbour", 0.6, 0.4)],
    "stability": 0.8612, "severity_low": 3.04, "severity_high": 3.46, "severity_n": 38, "set": 7,
    "owner": "Ada Osei",
}  # fmt: skip


@pytest.fixture
def assessment(sqlite_stores: Stores) -> int:
    """An assessment with imported complaints and interviews."""
    found = r.start(sqlite_stores)
    cells = [
        told("p", 300, 2), r.theme("p-t01", "Stock list", "S4", 71, **SHARED),
        r.theme("p-t02", "Web form", "S1", 90, severity=None, firmness="loose", mixed=True),
        *(r.quote("p-t01", f"The list is from day {n}.", "S4") for n in range(5)),
    ]  # fmt: skip
    r.release(sqlite_stores, found, "import", cells, source="comments:2", n=300)
    told_by_leaders = r.theme("p-t01", "Promises", "S4", 12, severity=3.9, firmness="fair")
    r.release(sqlite_stores, found, "interview", [told("p", 40, 1, set=9), told_by_leaders])
    return found


@pytest.fixture
def reader(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    """A browser of somebody who reads results."""
    return signed_in(app, sqlite_stores, "reader")


def names(client: FlaskClient, assessment: int, by: str) -> list[str]:
    page = client.get(f"/a/{assessment}/themes?by={by}").get_data(as_text=True)
    return re.findall(r'<h3 id="[^"]+">([^<]+)</h3>', page)


def test_the_heading_and_every_figure_with_its_range(reader: FlaskClient, assessment: int) -> None:
    page = words(reader.get(f"/a/{assessment}/themes"))
    assert "340 comments, three themes. One is firm enough to act on." in page
    assert "44 % of those who wrote (39 to 50 %)" in page
    assert "Severity: 3.2 of 4 (3.0 to 3.5) n 38" in page
    assert "Firmness: firm , 0.86" in page
    assert "Cared for by Ada Osei" in page
    assert page.count("The list is from day") == 3
    assert "Order 75 % (37 to 75 %) n 40 50 % (37 to 75 %) n 80" in page
    assert "Small ones together: Lead capture and Qualification 25 %" in page
    assert "Harbour 60 %" in page
    assert "After-sales 0 %" not in page
    assert "300 comments. 3 fit nowhere. 4 say nothing." in page
    assert "Sorted by word vectors. A finer model is not installed." in page


def test_the_orders(reader: FlaskClient, assessment: int) -> None:
    assert names(reader, assessment, "size") == ["Web form", "Stock list", "Promises"]
    assert names(reader, assessment, "severity") == ["Promises", "Stock list", "Web form"]
    assert names(reader, assessment, "stage") == ["Web form", "Stock list", "Promises"]
    assert names(reader, assessment, "method") == ["Web form", "Stock list", "Promises"]
    page = reader.get(f"/a/{assessment}/themes?by=stage").get_data(as_text=True)
    headings = re.findall(r'<h2 id="section-\d+">([^<]+)</h2>', page)
    assert headings == ["Lead capture", "Order"]
    assert page.count('aria-current="true"') == 1


def test_sources_stand_side_by_side_where_people_chose_stage_and_topic(
    reader: FlaskClient, sqlite_stores: Stores
) -> None:
    found = r.start(sqlite_stores)
    for source, method, name in (("comments:2", "import", "Stock list"),
                                 ("round:9", "interview", "Promises")):  # fmt: skip
        cell = r.theme("p-t01", name, "S4", 20)
        cell = Cell(**{**vars(cell), "topic": "promise"})
        r.release(sqlite_stores, found, method, [told("p", 50, 1), cell], source=source)
    page = words(reader.get(f"/a/{found}/themes"))
    assert "Same stage and topic elsewhere: Interviews, Promises (20, 13 %" in page
    assert "Mostly about Order, promises" in page


def test_who_may_change_is_led_to_the_sorting(
    app: Flask, sqlite_stores: Stores, assessment: int, reader: FlaskClient
) -> None:
    path = f"/a/{assessment}/themes"
    owner = signed_in(app, sqlite_stores, "owner").get(path).get_data(as_text=True)
    assert f'href="{path}/sort/7?at=t01#theme-t01"' in owner
    assert "Sort the problems" in owner
    coder = signed_in(app, sqlite_stores, "coder").get(path).get_data(as_text=True)
    assert f"{path}/sort/7" in coder
    assert "Make an issue" not in coder
    shown = reader.get(path).get_data(as_text=True)
    assert "/sort" not in shown
    assert "Read the quotes before you trust a name." in shown


def test_a_theme_with_an_issue_leads_to_it(
    app: Flask, sqlite_stores: Stores, assessment: int
) -> None:
    owner, path = signed_in(app, sqlite_stores, "owner"), f"/a/{assessment}/themes"
    page = owner.get(path).get_data(as_text=True)
    make = re.search(r'action="([^"]+/from-theme/\d+/p-t02)"', page)
    assert make
    made = post(owner, make[1], path, title="Web form", owner="", horizon="planned")
    assert made.status_code == 303
    page = owner.get(path).get_data(as_text=True)
    assert make[1] not in page
    assert f'href="{made.headers["Location"]}"' in page


def test_themes_that_a_person_must_still_freeze(
    app: Flask, sqlite_stores: Stores, reader: FlaskClient
) -> None:
    found, round_id = closed_round(sqlite_stores, [])
    waiting = told("p", 60, 0, waiting=True)
    r.release(sqlite_stores, found, "survey", [waiting], source=f"round:{round_id}")
    page = words(reader.get(f"/a/{found}/themes"))
    assert "60 comments, and a person sorts them now." in page
    assert "A reader sorts these comments; they appear when the sorting is frozen." in page
    coder = signed_in(app, sqlite_stores, "coder")
    assert "/sort/" not in coder.get(f"/a/{found}/themes").get_data(as_text=True)
    owner = words(signed_in(app, sqlite_stores, "owner").get(f"/a/{found}/themes"))
    assert "Finish one sorting and release it" in owner


def test_frozen_themes_are_not_offered_for_change(app: Flask, sqlite_stores: Stores) -> None:
    found, round_id = closed_round(sqlite_stores, [])
    cells = [told("p", 60, 1), r.theme("p-t01", "Stock list", "S4", 20, set=7)]
    r.release(sqlite_stores, found, "survey", cells, source=f"round:{round_id}")
    owner = signed_in(app, sqlite_stores, "owner")
    page = words(owner.get(f"/a/{found}/themes"))
    assert "The themes of this survey are frozen: later edits wait for the next round." in page
    assert "Rename, merge or split" not in page
    with sqlite_stores.core.writing() as session:
        session.execute(update(Round).where(Round.id == round_id).values(label="named"))
    assert "Rename, merge or split" in words(owner.get(f"/a/{found}/themes"))


def test_nothing_was_written_yet(reader: FlaskClient, sqlite_stores: Stores) -> None:
    page = words(reader.get(f"/a/{r.start(sqlite_stores)}/themes"))
    assert "Nothing was written yet that can be shown." in page
    assert "Where they come from" not in page
    assert "By size" not in page
