"""Split comments into words, and words into the stems that vectors and names are built from."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sop_assess.analysis.text.languages import Language

_WORD = re.compile(r"[^\W\d_]+")
_WRITTEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BREAK = re.compile(r"[^\s\-]|\n")
_MOST_REMEMBERED = 200_000
_SUFFIX = re.compile(r"['’]s$")
# Also without the apostrophe, which phones leave out: "didnt", "cant".
_CONTRACTED_NOT = re.compile(
    r"\b(ai|are|ca|could|did|do|does|had|has|have|is|might|must|need|sha|should|was|were|wo|would)"
    r"n['’]?t\b"
)


class Word(NamedTuple):
    """A word as written: its stem, its slice of the text, and what kind of word it is."""

    stem: str
    start: int
    end: int
    stop: bool
    negation: bool


def stems(text: str, language: Language) -> list[str]:
    """Stems of the words that carry meaning, in order; negations stay, single letters go.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> stems("They didn't update the stock lists", get_language("en"))
    ['not', 'updat', 'stock', 'list']
    """
    lowered = text.lower()
    if language.code == "en":
        lowered = _CONTRACTED_NOT.sub(r"\1 not", lowered)
    stem, stop = language.stem, language.stop_words
    return [stem(w) for w in _WORD.findall(lowered) if len(w) > 1 and w not in stop]


def runs(text: str, language: Language) -> list[list[Word]]:
    """All words of the text, stop words too, in runs that no punctuation interrupts.

    A hyphen or an apostrophe inside a word keeps the run together; "didn't" is one negation.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> [[w.stem for w in run] for run in runs("Out of date. Not told", get_language("en"))]
    [['out', 'of', 'date'], ['not', 'told']]
    """
    found: list[list[Word]] = []
    last, kinds = -1, _kinds(language)
    for match in _WRITTEN.finditer(text):
        start, end = match.span()
        # Mostly one space lies between two words, which needs no search.
        if last < 0 or (text[last:start] != " " and _BREAK.search(text, last, start)):
            found.append([])
        stem, stop, negation = kinds[match[0].lower()]
        found[-1].append(Word(stem, start, end, stop, negation))
        last = end
    return found


@lru_cache(maxsize=16)
def _kinds(language: Language) -> _Kinds:
    return _Kinds(language)


class _Kinds(dict[str, tuple[str, bool, bool]]):
    """Of a word in lower case: its stem, whether a stop word, whether a negation."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, lowered: str) -> tuple[str, bool, bool]:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        kind = self[lowered] = _kind(lowered, self._language)
        return kind


def _kind(lowered: str, language: Language) -> tuple[str, bool, bool]:
    english = language.code == "en"
    core = _SUFFIX.sub("", lowered) if english else lowered
    contracted = english and _CONTRACTED_NOT.fullmatch(lowered) is not None
    stop = core in language.stop_words or len(core) < 2 or "'" in core or "’" in core
    return language.stem(core), stop, contracted or core in language.negations
