"""What the text pipeline knows about a language: stems, stop words, negations, non-answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from sop_assess.analysis.text.word_lists import (
    ENGLISH_CONTENT,
    ENGLISH_HALVES,
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
        stop_words=_stop_words(code) - negations,
        negations=negations,
        non_answers=NON_ANSWERS["any"] | NON_ANSWERS["en"] | NON_ANSWERS.get(code, frozenset()),
    )


def _stop_words(code: str) -> frozenset[str]:
    if code != "en":
        return frozenset(STOP_WORDS.get(code, "").split())
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return (frozenset(ENGLISH_STOP_WORDS) - ENGLISH_CONTENT) | ENGLISH_HALVES


def _stemmer(code: str) -> Callable[[str], str]:
    if code not in _NAMES:
        return str
    # Importing NLTK costs 1.5 CPU seconds, so only a job that stems pays for it.
    from nltk.stem.snowball import SnowballStemmer

    stem: Callable[[str], str] = SnowballStemmer(_NAMES[code]).stem
    return lru_cache(maxsize=200_000)(stem)
