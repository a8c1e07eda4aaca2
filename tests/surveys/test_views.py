from __future__ import annotations

import gzip
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.instruments.ballots import ballots
from sop_assess.surveys import limits, service
from tests.surveys.conftest import Survey, make_survey

SAME = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
FIELDS = {"prices": "1", "last": "yes", "fails": "The list is old.", "fails.stage": "S3"}


@pytest.fixture
def survey(sqlite_stores: Stores) -> Survey:
    return open_now(sqlite_stores)


def open_now(stores: Stores, **options: Any) -> Survey:
    now = datetime.now(UTC)
    return make_survey(stores, now=now, **{"closes_at": now + timedelta(days=5), **options})


def post_json(client: FlaskClient, path: str, data: Any) -> TestResponse:
    return client.post(path, json=data, headers=SAME)


def ballot(survey: Survey, credential: str) -> dict[str, str]:
    fields = {name: [value] for name, value in FIELDS.items()}
    data = {"version": survey.door.version_id, "language": "en", "fields": fields}
    return {"credential": credential, "content": orjson.dumps(data).decode(), "hash": ""}


def field_of(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_everybody_gets_the_same_bytes_and_no_cookie(client: FlaskClient, survey: Survey) -> None:
    client.set_cookie("staff", "x")
    one = client.get(f"/s/{survey.key}", headers={"User-Agent": "A", "Accept-Language": "de"})
    two = client.get(f"/s/{survey.key}", headers={"User-Agent": "B", "Cookie": "staff=forged"})
    assert one.status_code == 200
    assert one.data == two.data
    for answer in (one, two):
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]
        assert answer.headers["Cache-Control"].startswith("public")
    packed = client.get(f"/s/{survey.key}", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == one.data
    kept = client.get(f"/s/{survey.key}", headers={"If-None-Match": one.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")


def test_the_document_is_small_and_quick(client: FlaskClient, survey: Survey) -> None:
    path = f"/s/{survey.key}"
    page = client.get(path, headers={"Accept-Encoding": "gzip"})
    links = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', gzip.decompress(page.data).decode()))
    sizes = [len(client.get(link, headers={"Accept-Encoding": "gzip"}).data) for link in links]
    # survey.js brings form.js along at once, outbox.js only after the start.
    form = client.get("/assets/x/form.js", headers={"Accept-Encoding": "gzip"})
    outbox = client.get("/assets/x/outbox.js", headers={"Accept-Encoding": "gzip"})
    assert 1 + len(links) + 1 <= 6
    assert len(page.data) + sum(sizes) + len(form.data) + len(outbox.data) <= 60_000
    begin = time.process_time()
    for _ in range(20):
        client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (time.process_time() - begin) / 20 < 0.015


def test_each_language_has_an_address(client: FlaskClient, survey: Survey) -> None:
    german = client.get(f"/s/{survey.key}/de").text
    assert '<html lang="de">' in german
    assert "Wie Aufträge laufen" in german
    assert client.get(f"/s/{survey.key}?lang=de").text == german
    assert "How orders get through" in client.get(f"/s/{survey.key}/fr").text


def test_the_page_says_what_confidential_means(client: FlaskClient, survey: Survey) -> None:
    page = client.get(f"/s/{survey.key}").text
    start, _, rest = page.partition("<template")
    assert "Confidential" in start
    assert "groups of 5 people or more, written comments from 10" in start
    assert "not encrypted" in start  # the address of the test starts with http
    assert 'name="prices"' in rest
    assert 'name="prices"' not in start
    assert "style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_a_round_that_is_not_open_explains_itself(
    client: FlaskClient, sqlite_stores: Stores
) -> None:
    planned = open_now(sqlite_stores, opened=False)
    over = open_now(sqlite_stores, closes_at=datetime.now(UTC) - timedelta(hours=1))
    for survey, words in ((planned, "not opened yet"), (over, "has closed")):
        page = client.get(f"/s/{survey.key}")
        assert page.status_code == 200
        assert words in page.text
        assert post_json(client, f"/s/{survey.key}/start", {}).status_code in {409, 410}
    unknown = client.get("/s/ffffffffffffffff")
    assert unknown.status_code == 404
    assert "no survey at this address" in unknown.text


def test_the_script_way(client: FlaskClient, survey: Survey, sqlite_stores: Stores) -> None:
    ticket = post_json(client, f"/s/{survey.key}/start", {"unit": "warehouse"}).get_json()
    assert (ticket["name"], ticket["invited"]) == ("Warehouse", 58)
    body = ballot(survey, ticket["credential"])
    first = post_json(client, f"/s/{survey.key}/submit", body)
    again = post_json(client, f"/s/{survey.key}/submit", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert set(first.get_json()) == {"receipt", "hash"}
    other = {**body, "content": body["content"].replace("old", "new")}
    assert post_json(client, f"/s/{survey.key}/submit", other).status_code == 409
    assert len(list(ballots(sqlite_stores, survey.key))) == 1


def test_wrong_answers_come_back_by_code(client: FlaskClient, survey: Survey) -> None:
    ticket = post_json(client, f"/s/{survey.key}/start", {}).get_json()
    body = ballot(survey, ticket["credential"])
    body["content"] = body["content"].replace('"yes"', '"no"')
    answer = post_json(client, f"/s/{survey.key}/submit", body)
    assert answer.status_code == 422
    assert set(answer.get_json()["messages"]) == {"last"}


@pytest.mark.parametrize(
    "data", [[], "x", 1, {}, {"credential": 1, "content": "x"}, {"credential": "x"}]
)
def test_odd_json_gets_a_sentence(client: FlaskClient, survey: Survey, data: Any) -> None:
    answer = post_json(client, f"/s/{survey.key}/submit", data)
    assert answer.status_code in {403, 422}
    assert answer.get_json()["sentence"]
    if not isinstance(data, dict):
        assert post_json(client, f"/s/{survey.key}/start", data).status_code == 422


def test_the_way_without_script(client: FlaskClient, survey: Survey, sqlite_stores: Stores) -> None:
    start = client.post(
        f"/s/{survey.key}/start", data={"unit": "order-desk", "language": "de"}, headers=SAME
    )
    assert start.status_code == 200
    assert "Set-Cookie" not in start.headers
    assert start.headers["Cache-Control"] == "no-store"
    assert "Order Desk" in start.text
    right = {"credential": field_of(start.text, "credential"), "language": "de"}
    wrong = {**right, **FIELDS, "last": "no", "amount": "many", "fails": "Erste\r\nZeile"}
    again = client.post(f"/s/{survey.key}/submit", data=wrong, headers=SAME)
    assert again.status_code == 422
    assert 'aria-invalid="true"' in again.text
    assert 'id="e-amount"' in again.text
    assert 'value="many"' in again.text
    assert "Erste\nZeile" in again.text
    assert field_of(again.text, "credential") == right["credential"]
    good = {**wrong, "amount": "3", "last.comment": "Zu spät."}
    sent = client.post(f"/s/{survey.key}/submit", data=good, headers=SAME)
    assert sent.status_code == 201
    assert client.post(f"/s/{survey.key}/submit", data=good, headers=SAME).status_code == 200
    kept = [orjson.loads(row.box) for row in ballots(sqlite_stores, survey.key)]
    assert kept[0]["fields"]["fails"] == ["Erste\nZeile"]
    assert (kept[0]["unit"], kept[0]["language"]) == ("order-desk", "de")


def test_a_wrong_code_keeps_what_was_typed(client: FlaskClient, sqlite_stores: Stores) -> None:
    survey = open_now(sqlite_stores, access="codes")
    page = client.post(f"/s/{survey.key}/start", data={"code": "AAAA-BBBB-<b>"}, headers=SAME)
    assert page.status_code == 422
    assert 'value="AAAA-BBBB-&lt;b&gt;"' in page.text
    assert 'aria-invalid="true"' in page.text
    answer = post_json(client, f"/s/{survey.key}/start", {"code": "AAAA-BBBB-CCCC"})
    assert answer.status_code == 422
    assert "Compare it with your card" in answer.get_json()["sentence"]


GERMAN = {"prices": "1", "last": "no", "amount": "101", "language": "de"}


def test_a_german_form_says_in_german_what_is_wrong(client: FlaskClient, survey: Survey) -> None:
    start = client.post(f"/s/{survey.key}/start", data={"language": "de"}, headers=SAME)
    right = {"credential": field_of(start.text, "credential")}
    page = client.post(f"/s/{survey.key}/submit", data={**right, **GERMAN}, headers=SAME).text
    assert "Die Zahl darf höchstens 100 sein." in page
    assert "In wenigen Worten sagen, was stattdessen geschah." in page
    assert "Diese Antwort wird gebraucht." in page
    many = {**right, **GERMAN, "amount": "viele"}
    page = client.post(f"/s/{survey.key}/submit", data=many, headers=SAME).text
    assert "„viele“ ist keine Zahl. Schreiben Sie Ziffern, etwa 12,5." in page
    nothing = client.post(f"/s/{survey.key}/submit", data={**right, "language": "de"}, headers=SAME)
    assert nothing.status_code == 422
    refused = client.post(f"/s/{survey.key}/submit", data={"language": "de"}, headers=SAME)
    assert refused.status_code == 403
    assert '<html lang="de"' in refused.text
    assert "Von dieser Seite aus dürfen keine Antworten gesendet werden." in refused.text


def test_a_script_gets_its_refusals_in_the_language_of_its_page(
    client: FlaskClient, survey: Survey, sqlite_stores: Stores
) -> None:
    ticket = post_json(client, f"/s/{survey.key}/start", {}).get_json()
    body = ballot(survey, ticket["credential"])
    body["content"] = body["content"].replace('"yes"', '"no"')
    german = {**SAME, "Accept-Language": "de"}
    answer = client.post(f"/s/{survey.key}/submit", json=body, headers=german).get_json()
    assert answer["messages"] == {"last": "In wenigen Worten sagen, was stattdessen geschah."}
    assert answer["sentence"] == "Eine Antwort braucht noch einen Blick. Die Meldung steht daneben."
    coded = open_now(sqlite_stores, access="codes")
    (code,) = service.make_codes(sqlite_stores, coded.round_id, "warehouse", 1)
    path = f"/s/{coded.key}/start"
    answers = [client.post(path, json={"code": code}, headers=german) for _ in range(4)]
    assert answers[-1].get_json()["sentence"] == (
        "Dieser Code wurde schon 3-mal begonnen. Bitten Sie um eine andere Karte."
    )
    wrong = client.post(path, json={"code": "AAAA"}, headers=german).get_json()
    assert wrong["sentence"] == "Ein Code hat zwölf Zeichen, etwa 7QKM-4TXD-9HWB."
    page = client.post(path, data={"code": "AAAA", "language": "de"}, headers=SAME).text
    assert "Ein Code hat zwölf Zeichen, etwa 7QKM-4TXD-9HWB." in page
    assert "Unter dieser Adresse gibt es keine Umfrage" in client.get("/s/ffffffffffffffff/de").text


def test_many_wrong_codes_are_slowed_down_but_right_ones_pass(
    client: FlaskClient, sqlite_stores: Stores
) -> None:
    survey = open_now(sqlite_stores, access="codes")
    (code,) = service.make_codes(sqlite_stores, survey.round_id, "warehouse", 1)
    path = f"/s/{survey.key}/start"
    statuses = [
        post_json(client, path, {"code": f"AAAA-AAAA-{n:04}"}).status_code
        for n in range(limits.WRONG_CODES + 2)
    ]
    assert statuses[: limits.WRONG_CODES] == [422] * limits.WRONG_CODES
    assert statuses[-1] == 429
    assert post_json(client, path, {"code": code}).status_code == 200


@pytest.mark.parametrize("headers", [
    {}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
])  # fmt: skip
def test_other_sites_cannot_send(
    client: FlaskClient, survey: Survey, headers: dict[str, str]
) -> None:
    for path in ("start", "submit"):
        answer = client.post(f"/s/{survey.key}/{path}", data=FIELDS, headers=headers)
        assert answer.status_code == 403


def test_nothing_about_the_visit_is_kept(
    app: Flask, sqlite_settings: Settings, sqlite_stores: Stores, capfd: pytest.CaptureFixture[str]
) -> None:
    survey = open_now(sqlite_stores, access="codes")
    codes = service.make_codes(sqlite_stores, survey.round_id, "warehouse", 8)
    canaries = [b"203.0.113.77", b"canary-agent", b"canary-referer", b"canary-cookie"]
    client = app.test_client()
    client.set_cookie("canary-cookie", "canary-cookie")
    headers = {
        **SAME, "User-Agent": "canary-agent", "X-Forwarded-For": "203.0.113.77",
        "Referer": "http://localhost/canary-referer",
    }  # fmt: skip
    for code in codes:
        where = {"REMOTE_ADDR": "203.0.113.77"}
        ticket = client.post(
            f"/s/{survey.key}/start", json={"code": code}, headers=headers, environ_overrides=where
        ).get_json()
        body = ballot(survey, ticket["credential"])
        answer = client.post(
            f"/s/{survey.key}/submit", json=body, headers=headers, environ_overrides=where
        )
        assert answer.status_code == 201
        canaries += [code.encode(), ticket["credential"].encode()]
    kept = b"".join(f.read_bytes() for f in files(sqlite_settings.instance))
    said = "".join(capfd.readouterr()).encode()
    assert survey.key.encode() in kept
    assert [c for c in canaries if c in kept or c in said] == []


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_failure_tells_the_log_nothing_about_the_person(
    app: Flask, survey: Survey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "canary-" + "answer"  # the trace quotes this file's lines

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr(service, "submit", fail)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    body = {"credential": "canary-credential", "content": "canary-content"}
    answer = app.test_client().post(f"/s/{survey.key}/submit", json=body, headers=SAME)
    assert answer.status_code == 500
    said = caplog.text + answer.text
    assert not [c for c in (secret, body["credential"], body["content"]) if c in said]
