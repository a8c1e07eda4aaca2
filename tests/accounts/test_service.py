"""Accounts: setting up, inviting, roles, passwords and sign-ins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from sop_assess.accounts import passwords, queries, service
from sop_assess.accounts.models import AccountLink, AuditEntry, SignIn, User
from sop_assess.accounts.roles import FIRST_ROLES
from sop_assess.db import Stores
from sop_assess.errors import ConflictError, GoneError, InvalidError, NotFoundError, SopError

from .people import PASSWORD

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def token(path: str) -> str:
    return path.removeprefix("/setup/")


def redeem(
    stores: Stores, path: str, now: datetime = START, password: str = PASSWORD, **who: str
) -> service.Begun:
    values = {"name": "Ada Osei", "email": "Ada@Firm.example", "company": "Kestrel", **who}
    return service.redeem_link(stores, token(path), password=password, now=now, **values)


@pytest.fixture
def admin(stores: Stores) -> int:
    """The first administrator."""
    return service.create_admin(stores, "ada@firm.example", "Ada Osei", PASSWORD, START)


def sign_ins(stores: Stores) -> int:
    with stores.core.reading() as session:
        return len(session.scalars(select(SignIn.id)).all())


def actions(stores: Stores) -> list[str]:
    with stores.core.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_first_administrator_holds_the_roles_of_a_small_firm(stores: Stores) -> None:
    begun = redeem(stores, service.create_setup_link(stores, START))
    with stores.core.reading() as session:
        assert queries.grants_of(session, begun.user_id) == {(r, "company") for r in FIRST_ROLES}
        assert session.get_one(User, begun.user_id).email == "ada@firm.example"


def test_a_setup_link_works_once(stores: Stores) -> None:
    path = service.create_setup_link(stores, START)
    redeem(stores, path)
    with pytest.raises(GoneError):
        redeem(stores, path, email="eve@firm.example")
    with pytest.raises(GoneError):
        service.find_link(stores, token(path), START)


def test_no_setup_link_once_there_is_an_administrator(stores: Stores, admin: int) -> None:
    with pytest.raises(ConflictError):
        service.create_setup_link(stores, START)


def test_an_old_setup_link_is_no_way_in_after_somebody_else_set_up(stores: Stores) -> None:
    path = service.create_setup_link(stores, START)
    service.create_admin(stores, "bo@firm.example", "Bo", PASSWORD, START)
    with pytest.raises(ConflictError):
        redeem(stores, path)


def test_a_second_setup_link_ends_the_first(stores: Stores) -> None:
    first = service.create_setup_link(stores, START)
    service.create_setup_link(stores, START)
    with pytest.raises(GoneError):
        redeem(stores, first)


def test_links_expire(stores: Stores, admin: int) -> None:
    path = service.invite(stores, "bo@firm.example", "Bo", [("reader", "company")], admin, START)
    with pytest.raises(GoneError):
        redeem(stores, path, START + 7 * DAY)
    assert redeem(stores, path, START + 6 * DAY)


def test_only_the_hash_of_a_link_is_kept(stores: Stores) -> None:
    path = service.create_setup_link(stores, START)
    with stores.core.reading() as session:
        kept = session.scalars(select(AccountLink.token_hash)).one()
    assert len(token(path)) >= 32
    assert token(path) not in kept


def test_twenty_people_with_one_link_make_one_account(sqlite_stores: Stores) -> None:
    path = service.create_setup_link(sqlite_stores, START)

    def attempt(number: int) -> bool:
        try:
            return bool(redeem(sqlite_stores, path, email=f"p{number}@firm.example"))
        except SopError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(20))) == 1


def test_a_refused_password_leaves_the_link_and_makes_no_account(stores: Stores) -> None:
    path = service.create_setup_link(stores, START)
    with pytest.raises(passwords.PasswordError):
        redeem(stores, path, password="short")
    with stores.core.reading() as session:
        assert session.scalars(select(User)).all() == []
    assert redeem(stores, path)


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@", "@firm.example", "ada@firm", "a da@firm.example", "a@b.example,c@d.example",
     "ada@firm.example\r\nBcc: x@y.example", "a" * 250 + "@firm.example", '"<x>"@firm.example'],
)  # fmt: skip
def test_bad_addresses_are_refused(stores: Stores, admin: int, email: str) -> None:
    with pytest.raises(InvalidError):
        service.invite(stores, email, "Bo", [], admin, START)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "Bo\x00"])
def test_bad_names_are_refused(stores: Stores, admin: int, name: str) -> None:
    with pytest.raises(service.NameInvalidError):
        service.invite(stores, "bo@firm.example", name, [], admin, START)


def test_an_address_has_one_account(stores: Stores, admin: int) -> None:
    with pytest.raises(ConflictError):
        service.invite(stores, "ADA@firm.example ", "Other", [], admin, START)


@pytest.mark.parametrize(
    "grant",
    [
        ("emperor", "company"),
        ("owner", "planet"),
        ("owner", "assessment:x"),
        ("owner", ""),
        ("administrator", "assessment:1"),
    ],
)
def test_unknown_roles_and_scopes_are_refused(
    stores: Stores, admin: int, grant: tuple[str, str]
) -> None:
    with pytest.raises(InvalidError):
        service.set_grants(stores, admin, [grant], admin, START)


def test_roles_are_replaced_and_written_to_the_log(stores: Stores, admin: int) -> None:
    wanted = {("administrator", "company"), ("reader", "assessment:4")}
    service.set_grants(stores, admin, wanted, admin, START)
    with stores.core.reading() as session:
        assert queries.grants_of(session, admin) == wanted
        detail = session.scalars(
            select(AuditEntry.detail).order_by(AuditEntry.id.desc()).limit(1)
        ).one()
    assert detail["given"] == ["reader (assessment:4)"]
    assert "owner (company)" in detail["taken"]


def test_somebody_stays_administrator(stores: Stores, admin: int) -> None:
    with pytest.raises(ConflictError):
        service.set_grants(stores, admin, [("owner", "company")], admin, START)
    with pytest.raises(ConflictError):
        service.set_disabled(stores, admin, True, admin, START)
    # An invited person without a password cannot take the last administrator's place.
    service.invite(stores, "b@firm.example", "Bo", [("administrator", "company")], admin, START)
    with pytest.raises(ConflictError):
        service.set_disabled(stores, admin, True, admin, START)


def test_an_unknown_person_is_not_found(stores: Stores, admin: int) -> None:
    with pytest.raises(NotFoundError):
        service.set_disabled(stores, 999, True, admin, START)


def test_sign_in_takes_the_right_password_of_an_open_account_only(
    stores: Stores, admin: int
) -> None:
    path = service.invite(stores, "bo@firm.example", "Bo", [], admin, START)
    assert service.sign_in(stores, " ADA@firm.example", PASSWORD, START)
    assert service.sign_in(stores, "ada@firm.example", PASSWORD + "x", START) is None
    assert service.sign_in(stores, "nobody@firm.example", PASSWORD, START) is None
    assert service.sign_in(stores, "bo@firm.example", "", START) is None  # invited, no password
    bo = redeem(stores, path, name="Bo").user_id
    assert service.sign_in(stores, "bo@firm.example", PASSWORD, START)
    service.set_disabled(stores, bo, True, admin, START)
    assert service.sign_in(stores, "bo@firm.example", PASSWORD, START) is None


def test_refused_sign_ins_are_logged_without_what_was_typed(stores: Stores, admin: int) -> None:
    service.sign_in(stores, "nobody-typed-this@firm.example", "a typed password", START)
    assert actions(stores)[-1] == "sign_in.refused"
    with stores.core.reading() as session:
        details = str([entry.detail for entry in session.scalars(select(AuditEntry))])
    assert "typed" not in details


def test_closing_an_account_ends_its_sign_ins_and_links(stores: Stores, admin: int) -> None:
    path = service.invite(stores, "bo@firm.example", "Bo", [], admin, START)
    bo = redeem(stores, path, name="Bo")
    reset = service.create_reset_link(stores, bo.user_id, admin, START)
    service.set_disabled(stores, bo.user_id, True, admin, START)
    with stores.core.reading() as session:
        assert queries.signed_in_user(session, bo.user_id, bo.sign_in) is None
    with pytest.raises(GoneError):
        redeem(stores, reset)


def test_a_new_password_ends_every_other_sign_in(stores: Stores, admin: int) -> None:
    for _ in range(3):
        service.sign_in(stores, "ada@firm.example", PASSWORD, START)
    new = "seven brown otters swim"
    begun = service.change_password(stores, admin, PASSWORD, new, "Kestrel", START)
    assert sign_ins(stores) == 1
    assert begun.epoch == 1
    assert service.sign_in(stores, "ada@firm.example", PASSWORD, START) is None
    with pytest.raises(service.WrongPasswordError):
        service.change_password(stores, admin, PASSWORD, new, "Kestrel", START)
    with pytest.raises(passwords.PasswordError):
        service.change_password(stores, admin, new, "short", "Kestrel", START)


def test_a_reset_link_sets_a_password_and_ends_older_links(stores: Stores, admin: int) -> None:
    old = service.create_reset_link(stores, admin, admin, START)
    new = service.create_reset_link(stores, admin, admin, START)
    with pytest.raises(GoneError):
        redeem(stores, old)
    redeem(stores, new, password="seven brown otters swim")
    assert service.sign_in(stores, "ada@firm.example", "seven brown otters swim", START)


def test_one_or_all_other_sign_ins_end(stores: Stores, admin: int) -> None:
    kept, other, third = (
        service.sign_in(stores, "ada@firm.example", PASSWORD, START) for _ in range(3)
    )
    assert kept
    assert other
    assert third
    service.sign_out(stores, admin, third.sign_in, START)
    assert service.end_others(stores, admin, kept.sign_in, START) == 1
    with stores.core.reading() as session:
        assert queries.signed_in_user(session, admin, kept.sign_in)
        assert queries.signed_in_user(session, admin, other.sign_in) is None
        assert queries.signed_in_user(session, admin, third.sign_in) is None


def test_forgotten_sign_ins_are_removed_with_the_next_one(stores: Stores, admin: int) -> None:
    service.sign_in(stores, "ada@firm.example", PASSWORD, START)
    service.sign_in(stores, "ada@firm.example", PASSWORD, START + DAY)
    assert sign_ins(stores) == 1
