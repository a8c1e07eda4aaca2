"""A company's own words in place of ours, on whole words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from .definition import Definition

# Every form in which the ready-made texts use a word that companies like to change.
OUR_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "enquiry", "enquiries", "first talk", "first talks", "quote", "quotes", "order", "orders",
        "delivery", "deliveries", "invoice", "invoices", "customer", "customers", "sales",
        "order desk", "stock list", "shipping", "invoicing", "suppliers",
    ),
    "de": (
        "Anfrage", "Anfragen", "Erstgespräch", "Erstgespräche", "Angebot", "Angebote",
        "Angeboten", "Auftrag", "Aufträge", "Lieferung", "Lieferungen", "Rechnung", "Rechnungen",
        "Kunde", "Kunden", "Vertrieb", "Auftragsannahme", "Bestandsliste", "Versand",
        "Rechnungsstelle", "Kundendienst", "Lieferanten",
    ),
}  # fmt: skip


class Vocabulary:
    """The company's words by language; all are replaced in one pass, so that two may swap."""

    def __init__(self, words: Mapping[str, Mapping[str, str]]) -> None:
        self._words = {
            language: {ours.casefold(): theirs for ours, theirs in mapping.items()}
            for language, mapping in words.items()
            if mapping
        }
        self._patterns = {
            language: _any_of(mapping, language) for language, mapping in self._words.items()
        }

    def apply(self, text: Mapping[str, str]) -> dict[str, str]:
        """The text with every whole word of ours replaced; a capital stays a capital."""
        return {language: self._replace(words, language) for language, words in text.items()}

    def _replace(self, words: str, language: str) -> str:
        if language not in self._patterns:
            return words
        mapping = self._words[language]

        def theirs(match: re.Match[str]) -> str:
            word = mapping[match["word"].casefold()]
            if match["word"][:1].isupper():
                word = word[:1].upper() + word[1:]
            return _article(match["article"], word) + word

        return self._patterns[language].sub(theirs, words)


def our_words(definition: Definition, language: str) -> tuple[str, ...]:
    """The words of OUR_WORDS that occur in the texts of a definition, to offer for change."""
    written = "\n".join(_texts(definition.model_dump(exclude_defaults=True), language))
    candidates = OUR_WORDS.get(language, ())
    return tuple(word for word in candidates if _any_of([word], language).search(written))


def _texts(value: Any, language: str) -> Iterable[str]:
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part, language)
    elif is_text(value):
        yield value.get(language, "")
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part, language)


def is_text(value: Any) -> bool:
    """Whether a part of a dumped definition is a text: words by language."""
    if not isinstance(value, dict) or "code" in value:
        return False
    return all(isinstance(part, str) for part in value.values())


def _any_of(words: Iterable[str], language: str) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in longest_first)
    article = r"(?:(?P<article>an?) )?" if language == "en" else r"(?P<article>(?!))?"
    return re.compile(rf"(?<!\w){article}(?P<word>{alternatives})(?!\w)", re.IGNORECASE)


def _article(article: str | None, word: str) -> str:
    """The English a or an that suits the new word; nothing where there was none."""
    if article is None:
        return ""
    return article[:1] + ("n " if word[:1].casefold() in "aeiou" else " ")
