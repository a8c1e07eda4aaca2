"""What the text pipeline knows about a language: stems, stop words, negations, non-answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from sop_assess.analysis.text.word_lists import (
    NEGATIONS,
    NON_ANSWERS,
    STOP_WORDS,
)

_NAMES = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "nl": "dutch"}


@dataclass(frozen=True, slots=True)
class Language:
    """One language; an unknown code has no stemmer and no word lists, and works all the same."""

    code: str
    stem: Callable[[str], str]
    stop_words: frozenset[str]
    negations: frozenset[str]
    non_answers: frozenset[str]


def get_language(code: str) -> Language:
    """What is known about a language, by its code with or without region.

    Unknown languages fall back to whole words and to no stop words. Shapes and units: none.

    >>> german = get_language("de-AT")
    >>> german.stem("bestellungen") == german.stem("bestellung")
    True
    >>> "nicht" in german.stop_words, get_language("xx").stem("words")
    (False, 'words')
    """
    return _language(code.replace("_", "-").split("-")[0].lower())


@lru_cache(maxsize=16)
def _language(code: str) -> Language:
    negations = frozenset(NEGATIONS.get(code, "").split())
    return Language(
        code=code,
        stem=_stemmer(code),
        stop_words=frozenset(STOP_WORDS.get(code, "").split()) - negations,
        negations=negations,
        non_answers=NON_ANSWERS["any"] | NON_ANSWERS["en"] | NON_ANSWERS.get(code, frozenset()),
    )


def _stemmer(code: str) -> Callable[[str], str]:
    if code not in _NAMES:
        return str
    from Stemmer import Stemmer

    # Its own memory of words is off: what is remembered here answers faster.
    return lru_cache(maxsize=200_000)(Stemmer(_NAMES[code], 0).stemWord)
