"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import pytest

from sop_assess.accounts import passwords


@pytest.mark.parametrize(
    "password",
    [
        "violet kettle drums",
        "Zwölf laute Ziegen am See",
        "x9!Kd_02maPq",
        "kestrel laptops never sleep before noon",  # a sentence may name the company
        "a" * 10 + "bcdefghij klmnop",
        "🦊 fox over lazy hills",
        "correct pony battery nail",
    ],
)
def test_long_uncommon_passwords_are_taken(password: str) -> None:
    passwords.check(password, "Ada Osei", "ada@kestrel.example", "Kestrel Laptops")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "password2026!",
        "P4ssw0rd!!!!!!",
        "passwordpassword",
        "Willkommen2026!!",
        "123456789012",
        "123412341234",
        "1q2w3e4r5t6z",
        "qwertzuiop123",
        "correct horse battery staple",
        "!!!!!!Summer!!!!!!",
        "Kestrel2026!!",
        "ada.osei.1234",
        "KestrelLaptops1",
        " " * 14,
    ],
)
def test_short_common_and_personal_passwords_are_refused_with_a_sentence(password: str) -> None:
    with pytest.raises(passwords.PasswordError) as caught:
        passwords.check(password, "Ada Osei", "ada.osei@kestrel.example", "Kestrel Laptops")
    assert caught.value.sentence.endswith(".")


def test_a_hash_belongs_to_its_password_only() -> None:
    stored = passwords.hash_password("violet kettle drums")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(stored, "violet kettle drums")
    assert not passwords.matches(stored, "violet kettle drum")
    assert not passwords.is_outdated(stored)


@pytest.mark.parametrize("stored", [None, "", "no hash at all"])
def test_without_a_hash_nothing_matches(stored: str | None) -> None:
    assert not passwords.matches(stored, "")
    assert not passwords.matches(stored, "violet kettle drums")


def test_the_list_of_common_passwords_is_ours_and_long_enough() -> None:
    assert len(passwords._common()) > 200
