from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.accounts.service import create_admin
from sop_assess.db import Stores
from sop_assess.surveys.qr import qr_svg
from sop_assess.surveys.queries import codes_made
from tests.surveys.conftest import Survey
from tests.surveys.test_views import SAME, open_now, post_json

PASSWORD = "violet harbour lantern 9"


@pytest.fixture
def owner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    create_admin(sqlite_stores, "ann@kestrel.example", "Ann", PASSWORD, datetime.now(UTC))
    client = app.test_client()
    data = {
        "email": "ann@kestrel.example",
        "password": PASSWORD,
        "csrf_token": token(client, "/login"),
    }
    assert client.post("/login", data=data, headers=SAME).status_code in {302, 303}
    return client


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def base(survey: Survey) -> str:
    return f"/a/{survey.door.assessment_id}/rounds/{survey.round_id}/invitations"


def test_the_open_link_comes_with_its_picture_and_poster(
    owner: FlaskClient, sqlite_stores: Stores
) -> None:
    survey = open_now(sqlite_stores)
    page = owner.get(base(survey)).text
    assert f"/s/{survey.key}" in page
    assert "One link for all 92 people" in page
    assert "<svg" in page
    assert "style=" not in page
    poster = owner.get(f"{base(survey)}/poster?language=de").text
    assert "Wie Aufträge laufen" in poster


def test_cards_are_shown_once_and_work(
    owner: FlaskClient, client: FlaskClient, sqlite_stores: Stores
) -> None:
    survey = open_now(sqlite_stores, access="codes")
    data = {"unit": "warehouse", "count": "12", "csrf_token": token(owner, base(survey))}
    cards = owner.post(base(survey), data=data, headers=SAME).text
    codes = re.findall(r'<p class="code">([0-9A-Z-]{14})</p>', cards)
    assert len(set(codes)) == 12
    assert cards.count('class="paper"') == 2
    assert codes_made(sqlite_stores, survey.key) == {"warehouse": 12}
    again = owner.get(base(survey)).text
    assert "12 cards for 92 people" in again
    assert not any(code in again for code in codes)
    ticket = post_json(client, f"/s/{survey.key}/start", {"code": codes[0]}).get_json()
    assert ticket["unit"] == "warehouse"


def test_nonsense_makes_no_cards(owner: FlaskClient, sqlite_stores: Stores) -> None:
    survey = open_now(sqlite_stores, access="codes")
    proof = token(owner, base(survey))
    for unit, count in (("warehouse", "many"), ("warehouse", "0"), ("nowhere", "3")):
        data = {"unit": unit, "count": count, "csrf_token": proof}
        assert owner.post(base(survey), data=data, headers=SAME).status_code == 422
    assert codes_made(sqlite_stores, survey.key) == {}
    elsewhere = base(survey).replace(f"/a/{survey.door.assessment_id}/", "/a/999/")
    assert owner.get(elsewhere).status_code == 404


def test_visitors_see_no_invitations(client: FlaskClient, sqlite_stores: Stores) -> None:
    survey = open_now(sqlite_stores, access="codes")
    assert client.get(base(survey)).status_code in {302, 303}


def test_a_picture_is_made_of_attributes_only() -> None:
    picture = qr_svg("http://127.0.0.1/s/x#c=1&u=2", 'A "title" <b>')
    assert "style" not in picture
    assert "&lt;b&gt;" in picture
