from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sop_assess.analysis.text.clean import (
    NON_ANSWER,
    UNPLACED,
    clean,
    for_analysis,
    is_non_answer,
    mask,
    masked_names,
)
from sop_assess.analysis.text.languages import get_language

ENGLISH = get_language("en")

_small = st.sampled_from("abcdefghijklmnopqrstuvwxyzäöüéñ")
_surname = st.builds(
    lambda first, rest: first + rest,
    st.sampled_from("ABCDEFGHJKLMNOPRSTUVWZÄÖÜÉŁ"),
    st.text(_small, min_size=2, max_size=9),
)
_titles = st.sampled_from(
    [
        "Mr",
        "Mr.",
        "Mrs",
        "Mrs.",
        "Ms",
        "Dr",
        "Dr.",
        "Herr",
        "Herrn",
        "Frau",
        "Frau Dr.",
        "Mme",
        "Sra.",
    ]
)
_around = st.sampled_from(["", "then ", "(", "we asked ", "– "])


@given(_around, _titles, _surname, st.sampled_from(["", ".", ", again", "'s desk", " about it"]))
@example("", "Herr", "Müller", "")
@example("ask ", "Frau", "Özdemir", " zuerst")
def test_titled_names_are_masked(before: str, title: str, name: str, after: str) -> None:
    masked = mask(f"{before}{title} {name}{after}")
    assert name not in masked
    assert "[name]" in masked


@given(
    st.text(st.sampled_from("abcxyz019._+-"), min_size=1, max_size=12).filter(str.isalnum),
    st.sampled_from(["example.org", "mail.example.co.uk", "firma-nord.de"]),
)
def test_mail_addresses_are_masked(user: str, host: str) -> None:
    masked = mask(f"write to {user}@{host} today")
    assert masked == "write to [mail] today"


@given(st.text(max_size=80))
def test_no_run_of_four_digits_is_left(text: str) -> None:
    assert re.search(r"\d{4}", mask(text)) is None


@given(st.text(st.sampled_from("aZ019 .@-/+()[]'Mrs"), max_size=40))
def test_nothing_is_left_to_mask_after_masking(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call +49 (0)30 123 45 67 now", "call [number] now"),
        ("order SO-12345 is late", "order [number] is late"),
        ("see https://example.org/a?b=1 for it", "see [link] for it"),
        ("ask @maria", "ask [name]"),
        ("Mr J. van der Berg said", "[name] said"),
        ("mr smith said no", "[name] said no"),
        ("M. Dupont ne répond pas", "[name] ne répond pas"),
        ("Mevrouw De Vries belt", "[name] belt"),
    ],
)
def test_what_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "12 of 100 orders",
        "3 to 5 days",
        "MS Teams is slow",
        "the dr was late",
        "Frau und Mann",
        "1.5 %",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    "part", ["a", "a.", "a-", "1 ", "(", "Mr ", "Mr A ", "@", "a@a.", "von ", "A-", "www.", "A'"]
)
def test_long_texts_are_masked_in_little_time(part: str) -> None:
    start = time.process_time()
    for_analysis("@ Mr " + part * 8000)
    assert time.process_time() - start < 2


def test_masked_names_are_known_without_title_or_particle() -> None:
    assert masked_names("Ms Anna-Lena von Berg and Mr. Roe") == {"anna-lena", "berg", "roe"}


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["Nothing.", "N/A", "no comment", "I don’t know", "-", "...", "", "  ", "None!"]),
        ("de", ["Nichts", "k.A.", "keine Angabe", "Weiß nicht.", "n/a"]),
        ("fr", ["Rien à signaler", "RAS", "Je ne sais pas", "aucun"]),
        ("es", ["Nada", "ninguno", "No sé", "sin comentarios"]),
        ("nl", ["Niets", "geen", "n.v.t.", "Weet niet"]),
        ("xx", ["n/a", "nothing"]),
    ],
)
def test_non_answers(language: str, texts: list[str]) -> None:
    assert [t for t in texts if not is_non_answer(t, get_language(language))] == []


@pytest.mark.parametrize("text", ["Nothing works here", "No stock", "not told", "👍", "42"])
def test_answers_that_only_look_like_non_answers(text: str) -> None:
    assert not is_non_answer(text, ENGLISH)


def test_duplicates_become_weights_and_every_text_has_a_place() -> None:
    cleaned = clean(["Late again", "late AGAIN!", "n/a", "12345", "Other"], ENGLISH)
    assert cleaned.texts == ("Late again", "Other")
    assert cleaned.weights == (2, 1)
    assert cleaned.places == (0, 0, NON_ANSWER, UNPLACED, 1)
    assert cleaned.usable == 3


def test_texts_that_others_masked_lose_the_mask() -> None:
    assert for_analysis("XXXX at reception and *** were slow") == "at reception and, were slow"
