from __future__ import annotations

import pytest

from sop_assess.analysis.text.languages import get_language
from sop_assess.analysis.text.words import stems


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "They weren't told", "not told"),
        ("en", "we didnt get told", "not told"),
        ("de", "Wir wurden nicht informiert", "nicht informiert"),
        ("fr", "Il n'est pas informé", "pas inform"),
        ("es", "No nos informan nunca", "no inform nunc"),
        ("nl", "Wij worden nooit ingelicht", "nooit ingelicht"),
    ],
)
def test_negations_stay(code: str, text: str, expected: str) -> None:
    kept = " ".join(stems(text, get_language(code)))
    stem = get_language(code).stem
    assert kept.split() == [stem(w) for w in expected.split()]


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("en", "deliveries", "delivery"),
        ("de", "lieferungen", "lieferung"),
        ("fr", "livraisons", "livraison"),
        ("es", "entregas", "entrega"),
        ("nl", "leveringen", "levering"),
    ],
)
def test_stems_join_forms(code: str, one: str, other: str) -> None:
    stem = get_language(code).stem
    assert stem(one) == stem(other)


@pytest.mark.parametrize("code", ["pl", "ja", "", "en_GB", "zz-ZZ"])
def test_any_code_works(code: str) -> None:
    assert stems("Opóźnienie dostawy 納期", get_language(code))


def test_unknown_language_keeps_every_word() -> None:
    assert stems("the stock", get_language("xx")) == ["the", "stock"]
