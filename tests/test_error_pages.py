"""Errors become pages with the right status, also with the databases gone."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.accounts.policy import policy
from sop_assess.assessment.models import Company
from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.errors import AnswersInvalidError, ConflictError, GoneError, InvalidError
from sop_assess.translatable import OwnWord

from .sites import add_page, raise_


def add_company(stores: Stores, *, is_sample: bool) -> None:
    with stores.core.writing() as session:
        session.add(Company(name="Kestrel <Laptops>", is_sample=is_sample, profile={}))


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (ConflictError("The round is closed."), 409, "The round is closed."),
        (GoneError("This link has ended <b>."), 410, "This link has ended &lt;b&gt;."),
        (AnswersInvalidError({"q1": "Write a number."}), 422, "Write a number."),
    ],
)
def test_rule_violations_become_pages_with_their_sentence(
    app: Flask, client: FlaskClient, error: Exception, status: int, words: str
) -> None:
    add_page(app, "/rule", raise_(error))
    answer = client.get("/rule")
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)


@pytest.mark.parametrize(("language", "said"), [
    ("en", "The number must be at least 0.5."), ("de", "Die Zahl muss mindestens 0,5 sein."),
])  # fmt: skip
def test_a_rule_speaks_the_language_of_the_page(app: Flask, language: str, said: str) -> None:
    error = InvalidError("The number must be at least %(least)s.", least=0.5)
    with app.test_request_context(f"/?lang={language}"):
        assert error.sentence == said
    assert str(error) == "The number must be at least 0.5."


def test_a_word_of_ours_among_the_values_is_said_too(app: Flask) -> None:
    error = InvalidError("The file is %(kind)s. Save the sheet as CSV (UTF-8) and try again.",
                         kind=OwnWord("a PDF"))  # fmt: skip
    with app.test_request_context("/?lang=de"):
        assert error.sentence.startswith("Die Datei ist ein PDF.")


def test_errors_speak_json_to_scripts(app: Flask, client: FlaskClient) -> None:
    add_page(app, "/rule", raise_(AnswersInvalidError({"q1": "Write a number."})))
    answer = client.get("/rule", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.get_json()["messages"] == {"q1": "Write a number."}
    assert client.get("/nothing", headers={"Accept": "application/json"}).is_json
    assert not client.get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"}).is_json


def test_error_pages_need_no_database(
    app: Flask, sqlite_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    client = app.test_client()
    for name in ("core", "identity", "ballot"):
        (sqlite_settings.instance / f"{name}.sqlite").write_bytes(b"this is no database" * 99)
    assert client.get("/nothing").status_code == 404
    assert client.get("/login").status_code == 500
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/assets/x/base.css").status_code == 200


def test_the_log_of_a_failure_names_no_person_and_no_value(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    app.add_url_rule(
        "/secret/<token>", "secret", policy.respondent(lambda token: int(f"answer {token}"))
    )
    client.get(
        "/secret/t0ken?name=Ada",
        headers={"User-Agent": "canary-agent", "X-Forwarded-For": "203.0.113.9"},
    )
    assert "ValueError" in caplog.text
    assert "/secret/<token>" in caplog.text
    for canary in ("t0ken", "Ada", "canary-agent", "203.0.113.9"):
        assert canary not in caplog.text


def test_the_sample_banner_is_on_every_page_also_errors(
    app: Flask, client: FlaskClient, sqlite_stores: Stores
) -> None:
    app.testing = False
    add_page(app, "/gone-wrong", lambda: 1 / 0)
    banner = "Kestrel &lt;Laptops&gt; is an invented company"
    assert banner not in client.get("/login").get_data(as_text=True)
    add_company(sqlite_stores, is_sample=True)
    for path in ("/login", "/nothing", "/setup/unknown", "/gone-wrong"):
        assert banner in client.get(path).get_data(as_text=True), path
