from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sop_assess.surveys.mail import Letter, subject, write

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
WORDS = ("amber", "boat", "cliff", "delta", "ember", "fjord", "grape", "heron")
LETTER = Letter(
    "Kestrel", "How orders get through", 8, datetime(2026, 11, 27, 23, 59, tzinfo=UTC),
    "anonymous", "", WORDS,
)  # fmt: skip
LINK = "https://survey.kestrel.example/s/0123abcd#c=" + "x" * 22 + "&u=2&m=" + "y" * 22


def parts(letter: Letter, name: str = "Ann Osei") -> tuple[str, str, str]:
    message = write(letter, "Survey <s@kestrel.example>", name, "ann@kestrel.example", LINK, NOW)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return message.as_string(), plain.get_content(), html.get_content()


@pytest.mark.parametrize("label", ["anonymous", "anonymous_trustee", "confidential"])
@pytest.mark.parametrize("occasion", ["launch", "reminder", "missing"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_one_link_no_query_nothing_from_elsewhere(label, occasion, language) -> None:
    trustee = "Works council" if label == "anonymous_trustee" else ""
    letter = replace(LETTER, label=label, occasion=occasion, language=language, trustee=trustee)
    raw, plain, html = parts(letter)
    assert re.findall(r"https?://\S+", plain) == [LINK]
    assert re.findall(r"https?://[^\"\s<]+", html) == [LINK.replace("&", "&amp;")]
    assert html.count("<a ") == 1
    for forbidden in ("<img", "<link", "<script", "src=", "url(", "<style", "style="):
        assert forbidden not in html, forbidden
    assert "?" not in LINK
    assert " ".join(WORDS) in plain
    assert " ".join(WORDS) in html
    for header in ("List-Unsubscribe", "Disposition-Notification-To", "Return-Receipt-To", "X-"):
        assert f"\n{header}" not in raw


def test_the_mail_says_what_is_asked_until_when_and_what_is_promised() -> None:
    _raw, plain, html = parts(LETTER)
    for text in ("How orders get through", "about 8 minutes", "27 November 2026", "Anonymous."):
        assert text in plain
        assert text in html
    assert "low, middle or high only" not in plain
    assert "low, middle or high only" in parts(replace(LETTER, bands_only=True))[1]


def test_a_trustee_is_named() -> None:
    letter = replace(LETTER, label="anonymous_trustee", trustee="Bo Lind")
    assert "key held by Bo Lind" in parts(letter)[1]


def test_all_people_of_a_round_get_the_same_but_for_name_and_link() -> None:
    _raw, plain, html = parts(LETTER)
    assert parts(LETTER, "Bob")[1:] == (plain, html)
    assert "Ann" not in plain + html


@pytest.mark.parametrize(
    "name", ["Ann\nBcc: all@kestrel.example", "A\r\nSubject: x", "A\0", "A\u2028"]
)
def test_a_name_cannot_add_a_header(name: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        parts(LETTER, name)


@pytest.mark.parametrize("address", ["a@b.example\nBcc: c@d.example", "a@b.example\r\n\r\nx"])
def test_an_address_cannot_add_a_header(address: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        write(LETTER, "s@kestrel.example", "Ann", address, LINK, NOW)


def test_a_title_or_company_cannot_add_a_header_or_markup() -> None:
    letter = replace(LETTER, title="Orders\r\nBcc: x@y.example", company="<b>Kestrel</b>\n")
    assert "\n" not in subject(letter)
    raw, _plain, html = parts(letter)
    assert "\nBcc:" not in raw.replace("\r", "").partition("\n\n")[0]
    assert "<b>" not in html


def test_strange_names_arrive_whole() -> None:
    for name in ("Osei, Ann", 'Ann "Q" Osei', "Ännchen Ö", "安", ""):
        message = write(LETTER, "s@kestrel.example", name, "ann@kestrel.example", LINK, NOW)
        assert message["To"].addresses[0].display_name == name
        assert message["To"].addresses[0].addr_spec == "ann@kestrel.example"
        assert message["From"].addresses[0].display_name == "Kestrel"
        message.as_bytes()
