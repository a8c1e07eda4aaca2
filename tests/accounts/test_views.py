"""Signing in, setting up and the own account, as a browser sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.accounts import service
from sop_assess.db import Stores, now

from .people import MAIL, PASSWORD, browser_of, post, sign_in


def test_an_empty_installation_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert "sop-assess user create-admin" in page
    assert "<form" not in page


def test_the_setup_link_opens_the_site_once(client: FlaskClient, sqlite_stores: Stores) -> None:
    path = service.create_setup_link(sqlite_stores, now())
    fields = {"name": "Ada Osei", "email": MAIL}
    refused = post(client, path, **fields, password="short")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'id="password-error"' in page
    assert 'value="Ada Osei"' in page
    assert post(client, path, **fields, password=PASSWORD).status_code == 303
    assert client.get("/people").status_code == 200
    assert client.get(path).status_code == 410


def test_a_bad_address_is_named_beside_its_field(
    client: FlaskClient, sqlite_stores: Stores
) -> None:
    path = service.create_setup_link(sqlite_stores, now())
    page = post(client, path, name="Ada", email="ada", password=PASSWORD).get_data(as_text=True)
    assert 'id="email-error"' in page


def test_anonymous_visitors_come_back_to_where_they_wanted(client: FlaskClient, admin: int) -> None:
    assert client.get("/").headers["Location"] == "/login"
    answer = client.get("/people/log?before=7")
    assert answer.headers["Location"] == "/login?next=%2Fpeople%2Flog%3Fbefore%3D7"
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    wanted = re.search(r'name="next" value="([^"]+)"', page)
    assert wanted
    assert sign_in(client, next=wanted[1]).headers["Location"] == "/people/log?before=7"
    assert client.get(answer.headers["Location"]).headers["Location"] == "/people/log?before=7"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)",
     "/\r\nX: 1", "evil", "/" + "a" * 600, "/a\\b", "///evil.example"],
)  # fmt: skip
def test_the_way_back_never_leaves_the_site(client: FlaskClient, admin: int, target: str) -> None:
    assert sign_in(client, next=target).headers["Location"] == "/"


def test_unknown_addresses_and_wrong_passwords_get_the_same_answer(
    client: FlaskClient, admin: int
) -> None:
    def answer(email: str) -> str:
        page = sign_in(client, "wrong password here", email).get_data(as_text=True)
        return re.sub(r'csrf_token" value="[^"]+"', "", page.replace(email, "MAIL"))

    assert answer(MAIL) == answer("nobody@firm.example")
    assert answer(MAIL).count("do not belong together") == 1


def test_unknown_addresses_cost_the_same_work(
    client: FlaskClient, admin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted instead of timed: one Argon2 verification and one write on both ways."""
    from sop_assess.accounts import passwords

    seen: list[str] = []
    verify = passwords._hasher.verify

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            seen.append(stored.rpartition("$")[0].rpartition("$")[0])
            return bool(verify(stored, password))

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for email in (MAIL, "nobody@firm.example"):
        sign_in(client, "wrong password here", email)
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_ten_attempts_per_account_then_a_pause(app: Flask, admin: int) -> None:
    for _ in range(10):
        assert sign_in(app.test_client(), "wrong password here").status_code == 422
    assert sign_in(app.test_client()).status_code == 429
    assert sign_in(app.test_client(), email="bo@firm.example").status_code == 422
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16), tick=False):
        assert sign_in(app.test_client()).status_code == 303


def test_fifty_attempts_per_address_then_a_pause(
    client: FlaskClient, admin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "sign_in", lambda *_: None)
    codes = [
        sign_in(client, "wrong password", f"p{number}@firm.example").status_code
        for number in range(51)
    ]
    assert codes == [422] * 50 + [429]


def test_success_forgets_failed_attempts(app: Flask, admin: int) -> None:
    for _ in range(2):
        for _ in range(9):
            sign_in(app.test_client(), "wrong password here")
        assert sign_in(app.test_client()).status_code == 303


def test_a_new_password_keeps_this_browser_and_ends_the_others(app: Flask, admin: int) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here)
    sign_in(there)
    assert "one other browser" in here.get("/account").get_data(as_text=True)
    wrong = post(here, "/account/password", "/account", old="wrong", new="seven brown otters")
    assert (wrong.status_code, 'id="old-error"' in wrong.get_data(as_text=True)) == (422, True)
    weak = post(here, "/account/password", "/account", old=PASSWORD, new="kort")
    assert (weak.status_code, 'id="new-error"' in weak.get_data(as_text=True)) == (422, True)
    post(here, "/account/password", "/account", old=PASSWORD, new="seven brown otters")
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_all_other_sign_ins_can_be_ended(app: Flask, admin: int) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in(here)
    sign_in(there)
    post(here, "/account/others", "/account")
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_the_language_is_kept(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)
    post(client, "/account/language", "/account", language="de")
    assert '<html lang="de">' in client.get("/account").get_data(as_text=True)
