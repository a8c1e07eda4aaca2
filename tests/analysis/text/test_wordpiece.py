from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.text.model_files import read_model
from sop_assess.analysis.text.wordpiece import WordPiece, tokens

PIECES = WordPiece.from_json(read_model("tokenizer").decode())
NAMES = list(PIECES.vocabulary)


# As the tokenizer that the model was trained with cuts them.
@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The invoice wasn't paid!", "the in ##vo ##ice wasn ' t paid !"),
        ("Übergrößen in Zürich", "uber ##gr ##o ##ße ##n in zurich"),
        ("naïve café, 3.5 % off…", "naive cafe , 3 . 5 % off …"),
        ("don’t e-mail me@shop", "don ’ t e - mail me @ shop"),
        ("中文 list", "中 文 list"),
        ("ΣΊΣΥΦΟΣ", "σ ##ι ##σ ##υ ##φ ##ο ##σ"),
        ("soft\u00adhyphen zero\u200bwidth", "soft ##hy ##ph ##en zero ##wi ##dt ##h"),
        ("🙂 ok", "[UNK] ok"),
        ("x" * 101, "[UNK]"),
        ("[SEP]", "[ sep ]"),
        ("", ""),
    ],
)
def test_texts_are_cut_as_the_model_learnt_them(text: str, pieces: str) -> None:
    assert " ".join(NAMES[i] for i in PIECES.ids(text)) == pieces


@given(st.text(max_size=60))
def test_any_text_can_be_cut_and_a_second_time_alike(text: str) -> None:
    first = PIECES.ids(text)
    assert PIECES.ids(text) == first
    assert all(0 <= i < len(NAMES) for i in first)


@given(st.text(st.characters(max_codepoint=0x7F), max_size=40))
def test_plain_letters_take_a_shorter_way_to_the_same_tokens(text: str) -> None:
    words = " ".join(text.split())
    assert tokens(f"{words} é")[:-1] == tokens(words)
