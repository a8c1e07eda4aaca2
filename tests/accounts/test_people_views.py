"""The People pages and the log, as a browser sees them."""

from __future__ import annotations

import re

from flask import Flask

from sop_assess.db import Stores

from .people import PASSWORD, add_person, browser_of, post, signed_in, token_of


def test_an_invited_person_sets_a_password_and_sees_what_the_role_allows(
    app: Flask, sqlite_stores: Stores, admin: int
) -> None:
    client = browser_of(app, sqlite_stores, admin)
    grant = ["reader|company", "coder|company"]
    page = post(client, "/people/invite", name="Bo Lindt", email="bo@firm.example", grant=grant)
    link = re.search(r">http://127.0.0.1:8000(/setup/[^<]+)<", page.get_data(as_text=True))
    assert link
    assert page.headers["Cache-Control"] == "no-store"
    listed = client.get("/people").get_data(as_text=True)
    assert "invited, no password yet" in listed
    assert link[1] not in listed
    bo = app.test_client()
    assert post(bo, link[1], password=PASSWORD).status_code == 303
    assert bo.get("/people").status_code == 403


def test_a_refused_invitation_keeps_what_was_typed(
    app: Flask, sqlite_stores: Stores, admin: int
) -> None:
    client = browser_of(app, sqlite_stores, admin)
    answer = post(client, "/people/invite", name="Bo", email="no address", grant="coder|company")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="no address"' in page
    assert 'value="coder|company" checked' in page


def test_roles_are_ticked_and_kept(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)
    bo = add_person(sqlite_stores, "reader", name="Bo")
    page = client.get(f"/people/{bo}").get_data(as_text=True)
    assert 'value="reader|company" checked' in page
    post(client, f"/people/{bo}/roles", f"/people/{bo}", grant=["leader|company"])
    page = client.get(f"/people/{bo}").get_data(as_text=True)
    assert 'value="leader|company" checked' in page
    assert 'value="reader|company" checked' not in page


def test_the_last_administrator_is_told_so(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)
    for action, fields in (("roles", {"grant": "owner|company"}), ("closed", {"closed": "yes"})):
        answer = post(client, f"/people/{admin}/{action}", f"/people/{admin}", **fields)
        assert answer.status_code == 422
        assert "must stay administrator" in answer.get_data(as_text=True)


def test_accounts_are_closed_and_opened(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)
    bo = add_person(sqlite_stores, "reader", name="Bo")
    post(client, f"/people/{bo}/closed", f"/people/{bo}", closed="yes")
    assert "closed" in client.get("/people").get_data(as_text=True)
    post(client, f"/people/{bo}/closed", f"/people/{bo}", closed="no")
    assert ">open<" in client.get("/people").get_data(as_text=True)


def test_a_new_link_sets_a_forgotten_password(
    app: Flask, sqlite_stores: Stores, admin: int
) -> None:
    client = browser_of(app, sqlite_stores, admin)
    bo = add_person(sqlite_stores, "reader", name="Bo", email="bo@firm.example")
    page = post(client, f"/people/{bo}/link", f"/people/{bo}").get_data(as_text=True)
    link = re.search(r"(/setup/[\w-]+)", page)
    assert link
    other = app.test_client()
    post(other, link[1], password="seven brown otters")
    assert other.get("/account").status_code == 200


def test_the_log_says_whether_it_is_whole(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)
    page = client.get("/people/log").get_data(as_text=True)
    assert "The log is whole" in page
    assert "administrator.created" in page
    with sqlite_stores.core.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit_entry SET action = 'nothing' WHERE id=1")
    assert "changed from entry 1" in client.get("/people/log").get_data(as_text=True)


def test_names_are_never_markup(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)
    canary = "\"'><svg/onload=alert(1)>"
    bo = add_person(sqlite_stores, "reader", name=canary)
    for path in ("/people", f"/people/{bo}", "/people/log"):
        assert "<svg/onload" not in client.get(path).get_data(as_text=True)
    assert "<svg/onload" not in post(client, f"/people/{bo}/link", f"/people/{bo}").get_data(
        as_text=True
    )


def test_somebody_without_a_role_is_told_so(app: Flask, sqlite_stores: Stores) -> None:
    page = signed_in(app, sqlite_stores).get("/").get_data(as_text=True)
    assert "Nothing waits for you" in page


def test_the_token_belongs_to_the_browser(app: Flask, sqlite_stores: Stores, admin: int) -> None:
    client = browser_of(app, sqlite_stores, admin)
    foreign = token_of(app.test_client(), "/login")
    answer = client.post("/people/invite", data={"csrf_token": foreign})
    assert answer.status_code == 403
    assert "open too long" in answer.get_data(as_text=True)
