"""Signing in and out, setting up, the own account and the People pages, as a browser sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.accounts import service
from sop_assess.db import Stores, now

from .people import PASSWORD, add_person, browser_of, post, signed_in, token_of

MAIL = "ada@firm.example"


@pytest.fixture
def admin(sqlite_stores: Stores) -> int:
    """An administrator with a password."""
    return service.create_admin(sqlite_stores, MAIL, "Ada Osei", PASSWORD, now())


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = MAIL, **more: str):  # type: ignore[no-untyped-def]
    return post(client, "/login", email=email, password=password, **more)


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


# ---- sign-ins ------------------------------------------------------------------------------


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


# ---- the own account ------------------------------------------------------------------------


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


# ---- people ----------------------------------------------------------------------------------


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
