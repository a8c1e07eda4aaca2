from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_assess.analysis.text.mixture import LANGUAGES, language_of, split

SENTENCES = {
    "en": (
        "The forecast changes every week",
        "Nobody told us about the new price",
        "We wait too long for an answer",
        "Quotes should not need three approvals",
        "My customers don't know when they get it",
        "Stock in the system was wrong again",
        "There is no time for training",
        "It works well when sales call us first",
        "Purchasing finds out after the order is placed",
        "They promise dates that we cannot keep",
    ),
    "de": (
        "Die Prognose ändert sich jede Woche",
        "Niemand hat uns den neuen Preis genannt",
        "Wir warten zu lange auf eine Antwort",
        "Angebote sollten keine drei Freigaben brauchen",
        "Der Bestand im System war wieder falsch",
        "Es gibt keine Zeit für Schulungen",
        "Das klappt gut, wenn der Vertrieb zuerst anruft",
        "Der Einkauf erfährt es erst nach der Bestellung",
        "Sie versprechen Termine, die wir nicht halten",
        "Im Meeting ist das Forecast Template nie fertig",
    ),
    "fr": (
        "Les prévisions changent chaque semaine",
        "Personne ne nous a donné le nouveau prix",
        "On attend trop longtemps une réponse",
        "Les devis passent par trois validations",
        "Le stock du système était encore faux",
        "Il n'y a pas de temps pour la formation",
        "Ça marche bien quand les ventes appellent",
        "L'achat l'apprend après la commande",
        "Ils promettent des dates qu'on ne tient pas",
        "Mes clients ne savent pas quand ils sont livrés",
    ),
    "es": (
        "La previsión cambia todas las semanas",
        "Nadie nos dijo el nuevo precio",
        "Esperamos demasiado tiempo una respuesta",
        "Las ofertas pasan por tres aprobaciones",
        "Las existencias del sistema estaban mal otra vez",
        "No hay tiempo para la formación",
        "Funciona bien cuando ventas llama antes",
        "Compras se entera después del pedido",
        "Prometen fechas que no podemos cumplir",
        "Mis clientes no saben cuándo les llega",
    ),
    "nl": (
        "De prognose verandert elke week",
        "Niemand heeft ons de nieuwe prijs verteld",
        "Wij wachten te lang op een antwoord",
        "Offertes moeten niet drie keer goedgekeurd worden",
        "De voorraad in het systeem was weer fout",
        "Er is geen tijd voor training",
        "Het werkt goed als verkoop ons eerst belt",
        "Inkoop hoort het pas na de bestelling",
        "Ze beloven data die we niet kunnen halen",
        "Mijn klanten weten niet wanneer het komt",
    ),
}
ALL = [(code, text) for code, texts in SENTENCES.items() for text in texts]
UNKNOWN = ("", "???", "42", "SAP", "Forecast Q3 2024", "OK", "Excel", "納期が遅い", "[name]", "in")


def test_a_sentence_is_never_taken_for_another_language_and_mostly_told() -> None:
    told = [(code, language_of(text)) for code, text in ALL]
    assert [pair for pair in told if pair[1] not in (pair[0], None)] == []
    assert sum(code == found for code, found in told) >= 0.9 * len(told)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_every_language_writes_alike_is_not_told(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Os pedidos chegam sempre atrasados e ninguém avisa",
        "Gli ordini sono sempre in ritardo e nessuno ci avvisa",
        "Zamówienia są zawsze opóźnione i nikt nas nie informuje",
        "Lagret i systemet är inte rätt och ingen vet varför",
        "Заказы всегда опаздывают",
    ],
)
def test_languages_without_lists_are_not_told(text: str) -> None:
    assert language_of(text) is None


def _mixed(counts: dict[str, int]) -> list[str]:
    queues = {code: [SENTENCES[code][i % 10] for i in range(n)] for code, n in counts.items()}
    return [
        text for i in range(max(counts.values())) for q in queues.values() for text in q[i:][:1]
    ]


@pytest.mark.parametrize("main", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_two_languages_come_apart(main: str, other: str) -> None:
    if main == other:
        assert [part.language for part in split(list(SENTENCES[main]) * 8, main)] == [main]
        return
    texts = _mixed({main: 100, other: 60})
    home, apart = split(texts, main)
    assert (home.language, apart.language) == (main, other)
    assert len(apart.indices) >= 0.9 * 60
    assert {texts[i] for i in apart.indices} <= set(SENTENCES[other])


def test_fewer_than_thirty_or_than_a_twentieth_stay_together() -> None:
    texts = _mixed({"en": 100, "de": 25})
    assert len(split(texts, "en")) == 1
    assert len(split(_mixed({"en": 800, "de": 35}), "en")) == 1
    assert len(split(_mixed({"en": 300, "de": 35}), "en")) == 2


def test_few_texts_are_taken_in_the_language_that_half_of_them_speak() -> None:
    late, spat = ["The order is late again"], ["Die Bestellung kommt wieder zu spät"]
    assert split([*late * 14, *spat * 15], "en")[0].language == "de"
    assert split([*late * 14, *spat * 14], "en")[0].language == "en"
    assert split([*late * 14, *spat * 14], "de")[0].language == "de"
    assert split([*late * 14, *spat * 15, "SAP", "CRM"], "en")[0].language == "en"
    assert split([*spat * 3, *late * 4], "de")[0].language == "en"
    assert split(spat * 5, "sv")[0].language == "sv"  # without lists, nothing can be told apart


def test_a_third_language_gets_a_part_too_and_larger_parts_come_first() -> None:
    parts = split(_mixed({"en": 50, "fr": 50, "nl": 80}), "en-GB")
    assert [part.language for part in parts] == ["en", "nl", "fr"]


def test_short_texts_join_the_part_that_speaks_for_them() -> None:
    texts = [*_mixed({"en": 60, "de": 40}), "Lieferung zu spät", "Excel", "Late delivery"]
    home, german = split(texts, "en")
    n = len(texts)
    assert n - 3 in german.indices
    assert {n - 2, n - 1} <= set(home.indices)


def test_a_main_language_without_lists_still_lets_others_go() -> None:
    polish = ["Zamówienia są zawsze opóźnione i nikt nas nie informuje"] * 60
    parts = split(polish + list(SENTENCES["de"]) * 10, "pl")
    assert [part.language for part in parts] == ["pl", "de"]
    assert set(range(60)) <= set(parts[0].indices)


TEXTS = st.lists(st.sampled_from([text for _, text in ALL] + list(UNKNOWN)) | st.text(max_size=30),
                 max_size=150)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, main=st.sampled_from([*LANGUAGES, "pl", "", "de-AT"]))
def test_every_index_is_in_exactly_one_part(texts: list[str], main: str) -> None:
    parts = split(texts, main)
    assert sorted(i for part in parts for i in part.indices) == list(range(len(texts)))
    assert all(list(part.indices) == sorted(part.indices) for part in parts)
    assert len({part.language for part in parts}) == len(parts)
    assert all(len(part.indices) >= 30 for part in parts[1:])


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(_mixed({"en": 40, "de": 35})))
def test_the_order_of_the_texts_decides_nothing(order: list[str]) -> None:
    home, german = split(order, "en")
    assert {order[i] for i in home.indices} <= set(SENTENCES["en"])
    assert {order[i] for i in german.indices} <= set(SENTENCES["de"])
