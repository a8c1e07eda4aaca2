"""Headers of every answer, limits, and where changing requests may come from."""

from __future__ import annotations

import re

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from sop_assess import create_app, security
from sop_assess.accounts.policy import of_endpoint, policy
from sop_assess.config import Settings
from sop_assess.db import Stores

from .sites import add_page, raise_

EXPECTED_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/login", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/assets/x/base.css", 200),
        ("GET", "/assets/x/../config.py", 404),
        ("GET", "/nothing-here", 404),
        ("GET", "/people", 303),
        ("POST", "/login", 403),
        ("PUT", "/login", 405),
        ("GET", "/setup/unknown", 410),
        ("GET", "/gone-wrong", 500),
        ("GET", "/gone-wrong?json", 500),
        ("GET", "/busy", 503),
    ],
)
def test_every_answer_carries_the_headers(
    app: Flask, client: FlaskClient, method: str, path: str, status: int
) -> None:
    app.testing = False
    add_page(app, "/gone-wrong", lambda: 1 / 0)
    add_page(app, "/busy", raise_(OperationalError("select", {}, Exception("database is locked"))))
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED_HEADERS} == EXPECTED_HEADERS
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert "microphone=()" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers
    expected = "no-cache" if status == 200 and "assets" in path else "no-store"
    assert answer.headers["Cache-Control"] == expected


def test_https_brings_strict_transport_and_host_cookies(
    sqlite_settings: Settings, sqlite_stores: Stores
) -> None:
    settings = sqlite_settings.model_copy(update={"base_url": "https://sop.firm.example"})
    answer = create_app(settings, stores=sqlite_stores).test_client().get("/login")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-staff=")
    assert all(part in cookie for part in ("; Secure", "; HttpOnly", "; Path=/", "SameSite=Lax"))
    assert "Domain" not in cookie


def test_the_body_of_a_request_is_limited_by_who_sends_it(app: Flask) -> None:
    client = respondents_page(app)
    app.view_functions["answer"] = policy.respondent(lambda: str(len(request.get_data())))
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/answer", data=b"x" * 900_000, headers=ours).data == b"900000"
    assert client.post("/answer", data=b"x" * 1_100_000, headers=ours).status_code == 413
    assert client.post("/login", data={"email": "x" * 70_000}).status_code == 413


def respondents_page(app: Flask) -> FlaskClient:
    app.add_url_rule("/answer", "answer", policy.respondent(lambda: "taken"), methods=["POST"])
    return app.test_client()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://127.0.0.1:8000"}, 200),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_respondents_need_no_token_but_our_own_page(
    app: Flask, headers: dict[str, str], status: int
) -> None:
    answer = respondents_page(app).post("/answer", headers=headers)
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}]
)
def test_a_right_token_from_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/login").get_data(as_text=True))
    assert token
    fields = {"csrf_token": token[1], "email": "a@b.example", "password": "x"}
    assert client.post("/login", data=fields, headers=headers).status_code == 403
    assert client.post("/login", data=fields).status_code == 422


def test_every_changing_staff_route_wants_the_token(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and of_endpoint(app, rule.endpoint).audience == "public":
            path = re.sub(r"<[^>]+>", "x", rule.rule)
            assert client.post(path).status_code == 403, path


def test_permissions_of_the_browser_allow_only_the_place() -> None:
    allowed = re.findall(r"(\S+)=\(self\)", security.HEADERS["Permissions-Policy"])
    assert allowed == ["geolocation"]
