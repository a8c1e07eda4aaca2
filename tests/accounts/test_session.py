"""How long a sign-in counts, and what ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.accounts import service
from sop_assess.db import Stores, now

from .people import add_person, browser_of, post, sign_in, token_of


def test_a_sign_in_has_a_new_id_and_keeps_nothing_of_before(
    client: FlaskClient, admin: int
) -> None:
    client.get("/login")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    sign_in(client)
    with client.session_transaction() as cookie:
        first = cookie["sign_in"]
        assert "planted" not in cookie
    post(client, "/logout", "/account")
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["sign_in"] != first


def test_signing_out_ends_it_even_for_a_copied_cookie(app: Flask, admin: int) -> None:
    client, thief = app.test_client(), app.test_client()
    sign_in(client)
    copied = client.get_cookie("staff")
    assert copied
    thief.set_cookie("staff", copied.value)
    assert thief.get("/people").status_code == 200
    post(client, "/logout", "/account")
    assert client.get("/people").status_code == 303
    assert thief.get("/people").status_code == 303
    assert client.get("/logout").status_code == 405


def test_a_sign_in_ends_after_thirty_idle_minutes(
    app: Flask, sqlite_stores: Stores, admin: int
) -> None:
    begin = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with time_machine.travel(begin, tick=False):
        client = browser_of(app, sqlite_stores, admin)
    for minutes, status in ((29, 200), (58, 200), (89, 303)):
        with time_machine.travel(begin + timedelta(minutes=minutes), tick=False):
            assert client.get("/people").status_code == status, minutes


def test_a_sign_in_ends_after_twelve_hours_of_use(
    app: Flask, sqlite_stores: Stores, admin: int
) -> None:
    begin = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with time_machine.travel(begin, tick=False):
        client = browser_of(app, sqlite_stores, admin)
    for minutes in range(20, 721, 20):
        with time_machine.travel(begin + timedelta(minutes=minutes), tick=False):
            assert client.get("/people").status_code == 200, minutes
    with time_machine.travel(begin + timedelta(minutes=721), tick=False):
        assert client.get("/people").status_code == 303


def test_forms_in_other_tabs_work_again_after_signing_in_again(
    app: Flask, sqlite_stores: Stores, admin: int
) -> None:
    begin = datetime(2026, 11, 20, 9, tzinfo=UTC)
    bo = add_person(sqlite_stores, "administrator", email="bo@firm.example", name="Bo")
    with time_machine.travel(begin, tick=False):
        client = browser_of(app, sqlite_stores, admin)
        old = token_of(client, "/account")
    with time_machine.travel(begin + timedelta(hours=1), tick=False):
        late = client.post("/account/others", headers={"Accept": "application/json"})
        assert (late.status_code, late.get_json()["error"]) == (
            401,
            "You are not signed in any more",
        )
        sign_in(client)
        assert client.post("/account/others", data={"csrf_token": old}).status_code == 303
        assert client.post("/account/others", headers={"X-CSRFToken": old}).status_code == 303
        path = service.create_reset_link(sqlite_stores, bo, admin, now())
        post(client, path, password="seven brown otters")  # somebody else, the same browser
        assert client.post("/account/others", data={"csrf_token": old}).status_code == 403


@pytest.mark.parametrize("change", [{"epoch": 7}, {"sign_in": "other"}, {"user": 999}])
def test_a_cookie_that_fits_no_sign_in_counts_nothing(
    app: Flask, sqlite_stores: Stores, admin: int, change: dict[str, object]
) -> None:
    client = browser_of(app, sqlite_stores, admin)
    with client.session_transaction() as cookie:
        cookie.update(change)
    assert client.get("/people").status_code == 303


def test_a_forged_cookie_counts_nothing(client: FlaskClient, admin: int) -> None:
    client.set_cookie("staff", "eyJ1c2VyIjoxfQ.aaaaaa.forged")
    assert client.get("/people").status_code == 303


def test_a_closed_account_is_out_at_once(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    bo = add_person(sqlite_stores, "owner", name="Bo")
    client = browser_of(app, sqlite_stores, bo)
    assert client.get("/account").status_code == 200
    service.set_disabled(sqlite_stores, bo, True, admin, now())
    assert client.get("/account").status_code == 303


def test_reading_pages_writes_nothing(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)

    def changes() -> int:
        with sqlite_stores.core.engine.connect() as connection:
            found: int = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            return found

    connection = sqlite_stores.core.engine.raw_connection()
    before = connection.cursor().execute("PRAGMA data_version").fetchone()
    for path in ("/", "/people", "/people/invite", f"/people/{admin}", "/people/log", "/account"):
        client.get(path)
    assert connection.cursor().execute("PRAGMA data_version").fetchone() == before
    connection.close()
