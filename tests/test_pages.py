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
from sop_assess.jobs import Job

from .accounts.people import signed_in

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
    assert ("job.js" in page) == (state in {"waiting", "running"})
    assert ('href="/a/1/results"' in page) == (state in {"done", "failed"})
    answer = client.get("/jobs/3", headers={"Accept": "application/json"}).get_json()
    assert (answer["state"], answer["share"]) == (state, 0.4)
    assert client.get("/jobs/4").status_code == 404


def test_a_database_without_its_tables_is_not_ready(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, secret_key="k" * 40, jobs="inline")
    answer = create_app(settings).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["waiting_for"] == ["core", "identity", "ballot"]
