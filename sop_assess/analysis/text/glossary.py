"""Comments of four more languages word by word in English, for vectors that know English only.

The word lists in ``glossaries`` were written for this project.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import takewhile

from sop_assess.analysis.text.embedder import Embedder, Vectors
from sop_assess.analysis.text.languages import Language, get_language

GLOSSED = frozenset({"de", "fr", "es", "nl"})

_WORD = re.compile(r"[^\W\d_]+")
_LINE = re.compile(r"([^=]+) = ([^=]+)")
# German and Dutch write "delivery date" in one word, with these between the two at times, and end
# verbs in ways that the stemmers leave on.
_GERMANIC = frozenset({"de", "nl"})
_LINKS = ("", "s", "es", "n", "en", "er", "e")
_SHORTEST_PART = 3
_VERB_ENDS = ("tet", "ten", "den", "te", "de", "st", "t")
_INFINITIVES = ("en", "n")
_UMLAUTS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ß", "ss"))


class Glossary:
    """English words for the words of another language; what it does not know stays as it is.

    A word is looked up as written, then by its stem, then part by part where the language writes
    compounds in one word. Stop words are left out, negations stay.

    >>> words = {"nicht": "not", "liefer": "delivery", "termin": "date", "spät": "late"}
    >>> german = Glossary(get_language("de"), words)
    >>> german.in_english("Die Liefertermine sind nicht zu spät, Anna")
    'delivery date not late Anna'
    """

    def __init__(self, language: Language, words: Mapping[str, str]) -> None:
        self._language = language
        self._exact = words
        self._by_stem: dict[str, list[str]] = {}
        for word in words:
            self._by_stem.setdefault(self._key(word), []).append(word)
        self._known = _Known(self)

    def in_english(self, text: str) -> str:
        """The text's words that carry meaning, in their order, in English."""
        return " ".join(filter(None, map(self._known.__getitem__, _WORD.findall(text))))

    def look_up(self, written: str) -> str:
        """English for one word; nothing for a stop word, the word itself if it is not known."""
        word = written.lower()
        if word not in self._exact and (word in self._language.stop_words or len(word) < 2):
            return ""
        if (found := self._word(word)) is not None:
            return found
        if self._language.code in _GERMANIC:
            return self._verb(word) or self._parts(word) or written
        return written

    def _word(self, word: str) -> str | None:
        if word in self._exact:
            return self._exact[word]
        near = self._by_stem.get(self._key(word))
        return self._exact[max(near, key=lambda known: _likeness(known, word))] if near else None

    def _key(self, word: str) -> str:
        """The stem without accents, which people leave out, or write out in German."""
        stem = self._language.stem(word)
        for written, plain in _UMLAUTS if self._language.code == "de" else ():
            stem = stem.replace(written, plain)
        return "".join(
            c for c in unicodedata.normalize("NFD", stem) if not unicodedata.combining(c)
        )

    def _verb(self, word: str) -> str | None:
        """English for a verb by its infinitive: "dauerte" is found under "dauern"."""
        for end in _VERB_ENDS:
            core = word.removesuffix(end)
            for infinitive in _INFINITIVES if core != word else ():
                if core + infinitive in self._exact:
                    return self._exact[core + infinitive]
        return None

    def _parts(self, word: str) -> str | None:
        """English for a compound: the longest known end, which carries the meaning, goes first."""
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head = self._word(word[cut:])
            if head is None:
                continue
            for start in _without_links(word[:cut]):
                if (first := self._word(start) or self._parts(start)) is not None:
                    return f"{first} {head}"
        return None


def _without_links(start: str) -> Iterator[str]:
    for link in _LINKS:
        if start.endswith(link) and len(start) - len(link) >= _SHORTEST_PART:
            yield start[: len(start) - len(link)]


def _likeness(known: str, word: str) -> tuple[int, int]:
    """How many letters two words begin with, then how little they differ in length."""
    pairs = zip(known, word, strict=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return shared, -abs(len(known) - len(word))


class _Known(dict[str, str]):
    """Every word that was looked up, so that each is looked up once."""

    def __init__(self, glossary: Glossary) -> None:
        super().__init__()
        self._glossary = glossary

    def __missing__(self, written: str) -> str:
        found = self[written] = self._glossary.look_up(written)
        return found


@lru_cache(maxsize=len(GLOSSED))
def get_glossary(code: str) -> Glossary:
    """The glossary of a language in GLOSSED.

    >>> get_glossary("de").in_english("Die Rechnung ist falsch")
    'invoice wrong'
    """
    path = files(__package__).joinpath("glossaries", f"{code}.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (match.groups() for line in lines if (match := _LINE.fullmatch(line)))
    words = {word: gloss for gloss, row in found for word in row.split(", ")}
    return Glossary(get_language(code), words)


class GlossedEmbedder:
    """An embedder for English that reads the English words of another language's comments.

    >>> from sop_assess.analysis.text.static_table import StaticEmbedder
    >>> rows = GlossedEmbedder(StaticEmbedder(), get_glossary("de")).embed(["Rechnung", "invoice"])
    >>> bool(rows[0] @ rows[1] > 0.9)
    True
    """

    def __init__(self, english: Embedder, glossary: Glossary) -> None:
        self.tier = english.tier
        self._english, self._glossary = english, glossary

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Nothing to learn: embedders for English are trained beforehand."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimensions), length one or zero."""
        return self._english.embed([self._glossary.in_english(text) for text in texts])
