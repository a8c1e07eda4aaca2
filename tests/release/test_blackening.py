"""Blackening hides whole words and can do nothing else to a comment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.errors import InvalidError
from sop_assess.release.blackening import BLACK, blacken, with_hidden, words_of

TEXTS = st.text(
    st.sampled_from("abÄß1 \n\t.,;:!?()„“'-’▇☺") | st.characters(exclude_categories=("Cs",)),
    max_size=60,
)


@given(TEXTS)
def test_taking_a_text_apart_loses_nothing(text: str) -> None:
    words, rest = words_of(text)
    assert "".join(map(str, words)) + rest == text
    assert all(word.text for word in words)


@given(TEXTS, st.data())
def test_what_is_blackened_is_recognised_and_only_that(text: str, data: st.DataObject) -> None:
    words, _rest = words_of(text)
    hidden = data.draw(st.sets(st.integers(0, max(0, len(words) - 1)))) if words else set()
    black = blacken(text, hidden)
    found = with_hidden(text, black)
    assert found is not None
    already = {n for n, word in enumerate(words) if word.text == BLACK}
    assert {n for n, word in enumerate(found[0]) if word.hidden} == hidden | already
    assert [word.text for word in found[0]] == [word.text for word in words]
    kept = [word.text for n, word in enumerate(words_of(black)[0]) if n not in hidden]
    assert kept == [word.text for n, word in enumerate(words) if n not in hidden]


@given(TEXTS, TEXTS)
def test_a_text_that_is_no_blackening_is_told_from_one(original: str, text: str) -> None:
    found = with_hidden(original, text)
    if found is not None:
        hidden = {n for n, word in enumerate(found[0]) if word.hidden}
        assert blacken(original, hidden) == text


@pytest.mark.parametrize(
    "text",
    ["Ask Bob about the list.", "Ask Ada about the list!", "Ask Ada about the list",
     "Ask Ada about list.", "Ask  Ada about the list.", "Ask ▇▇ about the list.", "",
     "Ask Ada about the list. Again.", "Ask ▇▇▇ ▇▇▇ about the list."],
)  # fmt: skip
def test_other_changes_are_refused(text: str) -> None:
    assert with_hidden("Ask Ada about the list.", text) is None


def test_the_length_of_a_word_and_its_punctuation() -> None:
    assert blacken("(Maximilian), Bo: no!", {0, 1}) == "(▇▇▇), ▇▇▇: no!"
    assert blacken("Thanks :-)", {1}) == "Thanks ▇▇▇"


def test_a_place_outside_the_text_is_refused() -> None:
    with pytest.raises(InvalidError):
        blacken("One two", {2})
