from __future__ import annotations

from importlib.resources import files

import pytest

from sop_assess.analysis.text import glossary
from sop_assess.analysis.text.glossary import GLOSSED, Glossary, get_glossary
from sop_assess.analysis.text.languages import get_language


@pytest.mark.parametrize("code", sorted(GLOSSED))
def test_a_glossary_is_whole(code: str) -> None:
    """Every line has its form, in order, and no word stands on two of them."""
    path = files(glossary.__package__).joinpath("glossaries", f"{code}.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" = ") for line in lines]
    assert [line for line, row in zip(lines, rows, strict=True) if len(row) != 2] == []
    glosses = [gloss for gloss, _ in rows]
    words = [word for _, row in rows for word in row.split(", ")]
    assert glosses == sorted(set(glosses))
    assert len(words) == len(set(words)) > 5_000
    assert [word for word in words if not word.isalpha() or word != word.lower()] == []


@pytest.mark.parametrize(
    ("code", "text", "english"),
    [
        ("de", "Der Liefertermin wurde nicht eingehalten", "delivery date not"),
        ("de", "Die Lieferung dauerte zu lange", "delivery last too long"),
        ("de", "Der Kundendienst war sehr freundlich", "service very friendly"),
        ("fr", "Le camion arrive toujours trop tard", "truck arrive always too later"),
        ("es", "La factura está mal, nunca contestan", "invoice badly never answer"),
        ("nl", "De factuur klopt niet", "invoice be correct not"),
    ],
)
def test_comments_in_english(code: str, text: str, english: str) -> None:
    assert get_glossary(code).in_english(text).startswith(english)


def _german(**words: str) -> Glossary:
    return Glossary(get_language("de"), words)


def test_compounds_are_read_part_by_part_with_what_links_them() -> None:
    german = _german(auftrag="order", bestätigung="confirmation", lager="warehouse", liste="list")
    assert (
        german.in_english("Auftragsbestätigung Lagerliste") == "order confirmation warehouse list"
    )
    assert german.in_english("Lagerauftragsliste") == "warehouse order list"
    assert german.in_english("Lagerfeuer") == "Lagerfeuer"


def test_accents_and_umlauts_may_be_left_out_or_written_out() -> None:
    german = _german(verspätung="delay", groß="large")
    assert german.in_english("Verspaetung Verspatung gross") == "delay delay large"
    spanish = Glossary(get_language("es"), {"atención": "attention"})
    assert spanish.in_english("atencion") == "attention"


def test_of_words_with_one_stem_the_likeliest_is_taken() -> None:
    spanish = Glossary(get_language("es"), {"lentes": "glasses", "lento": "slow"})
    assert spanish.in_english("muy lenta, y sin lentes") == "slow sin glasses"


def test_names_of_products_stay_and_stop_words_go() -> None:
    assert _german(fehler="error").in_english("Das SAP hat einen Fehler") == "SAP error"
    assert _german(fehler="error").in_english("") == ""
