"""Static files, compression, readiness, and the page of a job."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import sop_assess
from sop_assess import create_app
from sop_assess.config import Settings
from sop_assess.db import Stores, now
from sop_assess.jobs import Job, get_job

from .accounts.people import add_person, browser_of, post, signed_in

PACKAGE = Path(sop_assess.__file__).parent


def test_static_files_are_kept_for_ever_and_sent_compressed(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    url = re.search(r'href="(/assets/[^"]+/respondent.css)"', page)
    assert url
    plain = client.get(url[1])
    packed = client.get(url[1], headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert (
        gzip.decompress(packed.data)
        == plain.data
        == b"\n".join(
            (PACKAGE / "static" / name).read_bytes() for name in ("base.css", "field.css")
        )
    )
    assert "Set-Cookie" not in plain.headers


def test_pages_are_compressed_when_the_browser_takes_it(client: FlaskClient) -> None:
    answer = client.get("/login", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<h1>" in gzip.decompress(answer.data)
    refused = client.get("/login", headers={"Accept-Encoding": "gzip;q=0, *;q=0"})
    assert "Content-Encoding" not in refused.headers
    assert "Accept-Encoding" in refused.headers["Vary"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "waits for its turn"),
        ("running", "Counting answers"),
        ("done", "The work is done"),
        ("failed", "The work stopped"),
        ("cancelling", "is being cancelled"),
        ("cancelled", "The work was cancelled"),
    ],
)
def test_a_job_shows_how_far_it_is(
    app: Flask, sqlite_stores: Stores, state: str, words: str
) -> None:
    with sqlite_stores.core.writing() as session:
        session.add(
            Job(id=3, name="close_round", arguments={}, state=state, share=0.4, result={},
                message="Counting answers", next_url="/a/1/results", created_at=now())
        )  # fmt: skip
    client = signed_in(app, sqlite_stores, "owner")
    page = client.get("/jobs/3").get_data(as_text=True)
    assert words in page
    assert ("job.js" in page) == (state in {"waiting", "running", "cancelling"})
    assert ('href="/a/1/results"' in page) == (state in {"done", "failed", "cancelled"})
    assert "/jobs/3/" not in page
    answer = client.get("/jobs/3", headers={"Accept": "application/json"}).get_json()
    assert (answer["state"], answer["share"]) == (state, 0.4)
    assert client.get("/jobs/4").status_code == 404


def _add_job(stores: Stores, state: str, by: int | None) -> None:
    with stores.core.writing() as session:
        session.add(
            Job(id=3, name="release_import", arguments={"file_id": 99}, state=state, share=0.4,
                result={}, next_url="/a/1/imports", created_at=now(), by_id=by)
        )  # fmt: skip


def _state(stores: Stores, job_id: int = 3) -> str:
    return get_job(stores, job_id).state


def test_who_started_a_job_cancels_it_and_starts_it_again(
    app: Flask, sqlite_stores: Stores
) -> None:
    person = add_person(sqlite_stores, "planner")
    client = browser_of(app, sqlite_stores, person)
    _add_job(sqlite_stores, "running", person)
    assert post(client, "/jobs/3/cancel", "/jobs/3").status_code == 303
    assert _state(sqlite_stores) == "cancelling"
    with sqlite_stores.core.writing() as session:
        session.get_one(Job, 3).state = "cancelled"
    assert post(client, "/jobs/3/again", "/jobs/3").location == "/jobs/4"
    again = get_job(sqlite_stores, 4)
    assert (again.name, again.arguments, again.by_id, again.next_url) == (
        "release_import", {"file_id": 99}, person, "/a/1/imports",
    )  # fmt: skip


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("administrator", True),
                                           ("reader", False), ("planner", False)])  # fmt: skip
def test_others_cancel_only_as_owner_or_administrator(
    app: Flask, sqlite_stores: Stores, role: str, may: bool
) -> None:
    _add_job(sqlite_stores, "waiting", None)
    client = signed_in(app, sqlite_stores, role)
    assert ("/jobs/3/cancel" in client.get("/jobs/3").get_data(as_text=True)) == may
    answer = post(client, "/jobs/3/cancel", "/jobs/3" if may else "/account")
    assert answer.status_code == (303 if may else 403)
    assert _state(sqlite_stores) == ("cancelled" if may else "waiting")


def test_a_job_that_is_done_is_neither_cancelled_nor_repeated(
    app: Flask, sqlite_stores: Stores
) -> None:
    client = signed_in(app, sqlite_stores, "owner")
    _add_job(sqlite_stores, "done", None)
    for what in ("cancel", "again"):
        assert post(client, f"/jobs/3/{what}", "/account").status_code == 409
    assert _state(sqlite_stores) == "done"


def test_a_database_without_its_tables_is_not_ready(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, secret_key="k" * 40, jobs="inline")
    answer = create_app(settings).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["waiting_for"] == ["core", "identity", "ballot"]


def test_why_a_job_failed_is_said_in_german(app: Flask, sqlite_stores: Stores) -> None:
    with sqlite_stores.core.writing() as session:
        session.add(
            Job(id=3, name="import_times", arguments={}, state="failed", created_at=now(),
                message="The file is %(kind)s. Save the sheet as CSV (UTF-8) and try again.",
                result={"values": {"kind": "a picture"}, "own": ["kind"]})
        )  # fmt: skip
    client = signed_in(app, sqlite_stores, "owner")
    said = [
        client.get(f"/jobs/3?lang={language}", headers={"Accept": "application/json"}).json
        for language in ("en", "de")
    ]
    english, german = (answer["message"] for answer in said if answer)
    assert english == "The file is a picture. Save the sheet as CSV (UTF-8) and try again."
    assert german.startswith("Die Datei ist ein Bild. Speichern Sie das Blatt")
