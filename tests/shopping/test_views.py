"""The shopper's way over HTTP: link, form, photos, receipt, and whose visits are whose."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.db import Stores, now
from sop_assess.instruments import ready_made
from sop_assess.instruments import service as instruments
from sop_assess.instruments.attachments import attachments_of
from sop_assess.models import assessment
from sop_assess.shopping.service import ShopperLink, add_shopper, revoke_link
from tests.accounts.people import signed_in
from tests.instruments.test_images import HOSTILE, picture

NOW = datetime(2026, 10, 5, tzinfo=UTC)
SAME = {"Sec-Fetch-Site": "same-origin"}
FIELDS = {"no-conflict": ["yes"], "m1-human": ["yes"]}


class World:
    """An open round with one case for one of two shoppers."""

    def __init__(self, stores: Stores) -> None:
        with stores.core.writing() as session:
            session.add(assessment.Company(id=1, name="Kestrel", profile={}))
            row = assessment.Assessment(
                name="Autumn", methods={"chosen": ["shop"]}, plan={}, settings={}, created_at=NOW
            )
            session.add(row)
            session.flush()
            self.assessment_id = row.id
        definition = ready_made.load("mystery-case", "trade")
        version = instruments.publish(stores, self.assessment_id, definition, now=NOW)
        self.round_id = instruments.plan_round(
            stores, self.assessment_id, version, name="Visits", access="tasks"
        )
        instruments.open_round(stores, self.round_id, now=NOW)
        self.one, self.other = self._shopper(stores, "One"), self._shopper(stores, "Other")
        self.key = instruments.create_assignment(
            stores, self.round_id, title="Case 1", shopper_id=self.one.shopper_id,
            location="Harbour",
        )  # fmt: skip

    def _shopper(self, stores: Stores, alias: str) -> ShopperLink:
        return add_shopper(stores, self.assessment_id, alias, expires_at=now() + timedelta(days=1))


@pytest.fixture
def world(sqlite_stores: Stores) -> World:
    return World(sqlite_stores)


@pytest.fixture
def shopper(world: World, client: FlaskClient) -> FlaskClient:
    assert client.post(f"/v/{world.one.token}", headers=SAME).status_code == 303
    return client


def test_the_link_alone_changes_nothing(world: World, client: FlaskClient) -> None:
    page = client.get(f"/v/{world.one.token}")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert client.get("/visits").status_code == 410


def test_an_ended_link_says_so(world: World, shopper: FlaskClient, sqlite_stores: Stores) -> None:
    revoke_link(sqlite_stores, world.one.shopper_id)
    assert shopper.get("/visits").status_code == 410
    assert shopper.get(f"/v/{world.one.token}").status_code == 410
    assert shopper.get("/v/unknown").status_code == 404


def test_a_visit_is_only_for_its_shopper(world: World, app: Flask) -> None:
    other = app.test_client()
    other.post(f"/v/{world.other.token}", headers=SAME)
    assert other.get(f"/visits/{world.key}").status_code == 404
    answer = other.post(f"/visits/{world.key}", json={"fields": FIELDS}, headers=SAME)
    assert answer.status_code == 404


def test_a_form_without_javascript_arrives_with_its_photo(
    world: World, shopper: FlaskClient, sqlite_stores: Stores
) -> None:
    submission = str(uuid.uuid4())
    data = {
        "submission_id": submission,
        "no-conflict": "yes",
        "m1-human": "no",
        "m1-human.comment": "Nobody wrote.",
        "photos": (io.BytesIO(picture()), "front.jpg"),
    }
    sent = shopper.post(f"/visits/{world.key}", data=data, headers=SAME)
    assert sent.status_code == 303
    assert shopper.get(sent.location).status_code == 200
    (photo,) = attachments_of(sqlite_stores, submission)
    assert photo.path.read_bytes().startswith(b"\xff\xd8\xff")
    assert photo.name == "front.jpg"


def test_wrong_answers_come_back_with_messages_and_values(
    world: World, shopper: FlaskClient, sqlite_stores: Stores
) -> None:
    data = {"submission_id": str(uuid.uuid4()), "m1-reply": "soon", "m1-human": "yes"}
    page = shopper.post(f"/visits/{world.key}", data=data, headers=SAME)
    assert page.status_code == 422
    assert "is not a number" in page.text
    assert instruments.submissions(sqlite_stores, world.round_id) == []


def test_the_outbox_gets_the_same_receipt_again(world: World, shopper: FlaskClient) -> None:
    body = {"id": str(uuid.uuid4()), "fields": FIELDS, "manifest": [{"id": "p1", "name": "a"}]}
    first = shopper.post(f"/visits/{world.key}", json=body, headers=SAME)
    again = shopper.post(f"/visits/{world.key}", json=body, headers=SAME)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json is not None
    assert again.json == first.json
    assert first.json["missing"] == ["p1"]
    other = {**body, "fields": {"no-conflict": ["no"]}}
    assert shopper.post(f"/visits/{world.key}", json=other, headers=SAME).status_code == 409


def test_photos_arrive_apart_and_exactly_once(
    world: World, shopper: FlaskClient, sqlite_stores: Stores
) -> None:
    submission, photo = str(uuid.uuid4()), str(uuid.uuid4())
    url = f"/visits/{world.key}/photos/{submission}/{photo}"
    assert shopper.post(url, data=picture(), headers=SAME).status_code == 404
    shopper.post(f"/visits/{world.key}", json={"id": submission, "fields": FIELDS}, headers=SAME)
    for _ in range(3):
        assert shopper.post(url, data=picture(), headers=SAME).status_code == 201
    assert shopper.post(url, data=picture("PNG"), headers=SAME).status_code == 409
    assert len(attachments_of(sqlite_stores, submission)) == 1
    assert len(list((sqlite_stores.files / "attachments").iterdir())) == 1


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_photos_leave_no_file(
    world: World, shopper: FlaskClient, sqlite_stores: Stores, data: bytes
) -> None:
    submission = str(uuid.uuid4())
    shopper.post(f"/visits/{world.key}", json={"id": submission, "fields": FIELDS}, headers=SAME)
    url = f"/visits/{world.key}/photos/{submission}/{uuid.uuid4()}"
    assert shopper.post(url, data=data, headers=SAME).status_code == 422
    folder = sqlite_stores.files / "attachments"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_requests_from_elsewhere_are_refused(world: World, shopper: FlaskClient) -> None:
    answer = shopper.post(
        f"/visits/{world.key}", json={"fields": FIELDS}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_the_owner_plans_reviews_and_downloads(
    world: World, shopper: FlaskClient, app: Flask, sqlite_stores: Stores
) -> None:
    submission = str(uuid.uuid4())
    shopper.post(f"/visits/{world.key}", json={"id": submission, "fields": FIELDS}, headers=SAME)
    owner = signed_in(app, sqlite_stores, "owner")
    base = f"/a/{world.assessment_id}/rounds/{world.round_id}/visits"
    page = owner.get(base)
    assert page.status_code == 200
    assert "1 of 1 cases are sent." in page.text
    assert 'data-label="Shopper">One</td>' in page.text
    rows = owner.get(f"{base}.csv").text.splitlines()
    assert len(rows) == 2
    assert "Harbour" in rows[1]
    reader = signed_in(app, sqlite_stores, "reader")
    assert reader.get(f"{base}.csv").status_code == 403
