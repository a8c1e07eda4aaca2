from __future__ import annotations

import numpy as np
import pytest

from sop_assess.analysis.text.languages import get_language
from sop_assess.analysis.text.phrases import Phrases, collect
from sop_assess.analysis.text.vectors import Space


def _collected(
    texts: list[str],
    *,
    weights: list[float] | None = None,
    pieces: list[int] | None = None,
    language: str = "en",
    hidden: frozenset[str] = frozenset(),
) -> Phrases:
    spoken = get_language(language)
    space, rows = Space.fit(texts, language=spoken, embedder=None, seed=1)
    return collect(
        texts, np.array(weights or [1.0] * len(texts)), np.array(pieces or [0] * len(texts)),
        rows[: max(pieces or [0]) + 1].astype(float), space=space, language=spoken, hidden=hidden,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "there", "never"),
    [
        ("stock is out of date", "out of date", "is out of date"),
        ("not told in time", "told", "not"),
        ("a back-order list", "back-order list", "order list"),
        ("list wrong, price old", "list wrong", "wrong, price"),
        ("top up the stock", "top up", "the stock"),
        ("state of the art machine", "art machine", "state of the"),
    ],
)
def test_a_phrase_reads_as_one(text: str, there: str, never: str) -> None:
    forms = _collected([text, f"again {text}"]).forms
    assert there in forms
    assert never not in forms


def test_a_capital_stays_where_most_write_it() -> None:
    assert "CRM" in _collected(["CRM is slow", "the CRM crashed"]).forms
    assert "lists" in _collected(["Lists are old", "the list is old", "Lists, lists"]).forms
    assert "Liste" in _collected(["Liste fehlt", "alte Liste"], language="de").forms


def test_names_of_people_never_appear() -> None:
    found = _collected(["ask Anna-Lena first", "Anna never answers"], hidden=frozenset({"anna"}))
    assert not [form for form in found.forms if "anna" in form.lower()]


def test_a_phrase_counts_once_a_comment_and_as_often_as_the_comment() -> None:
    found = _collected(["late, late and late", "late again"], weights=[3.0, 1.0], pieces=[0, 1])
    late = found.forms.index("late")
    assert found.by_group(np.array([0, 1]), 2)[late].tolist() == [3.0, 1.0]
    assert found.read.tolist() == [3, 1]


def test_texts_in_no_piece_are_left_out() -> None:
    found = _collected(["old price", "old price", "old stock"], pieces=[0, 0, -1])
    assert found.forms == ("old", "old price", "price")
    assert found.count.tolist() == [2, 2, 2]


def test_texts_without_words_have_no_phrases() -> None:
    found = _collected(["123", "?!"])
    assert found.forms == ()
    assert found.by_group(np.array([0]), 1).shape == (0, 1)
