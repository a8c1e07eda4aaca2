"""Texts as columns of words: what each word is, and what stands between it and the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.languages import Language
from sop_assess.analysis.text.words import kind

Numbers = NDArray[np.intp]
Flags = NDArray[np.bool_]

# A letter with what follows it; an apostrophe inside keeps a word together.
_WRITTEN = re.compile(r"([^\W\d_]+(?:['’][^\W\d_]+)*)")
_BREAK = re.compile(r"[^\s\-]|\n")


class Tokens(NamedTuple):
    """The n words of some texts in reading order, stop words too.

    ``text`` (n,) is the text of a word and ``run`` (n,) its run, which no punctuation interrupts;
    ``start`` and ``end`` (n,) are its slice of ``joined``, ``word`` (n,) its number among the
    ``forms`` in lower case, ``stem`` (n,) the number of its stem among ``stems``. ``stop`` and
    ``negation`` (n,) say what kind of word it is, ``hyphen_before`` and ``hyphen_after`` (n,)
    whether a hyphen touches it.
    """

    joined: str
    stems: tuple[str, ...]
    forms: tuple[str, ...]
    text: Numbers
    run: Numbers
    start: Numbers
    end: Numbers
    word: Numbers
    stem: Numbers
    stop: Flags
    negation: Flags
    hyphen_before: Flags
    hyphen_after: Flags


def read(texts: Sequence[str], language: Language) -> Tokens:
    """The words of texts without line breaks; "didn't" is one word, and a negation.

    Texts without a word have none here. Cutting is left to one regular expression over all
    texts, and every different word is looked up once: no step in Python per word.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> found = read(["Out of date. Not told", "up-to-date"], get_language("en"))
    >>> [found.joined[a:b] for a, b in zip(found.start, found.end)], found.run.tolist()
    (['Out', 'of', 'date', 'Not', 'told', 'up', 'to', 'date'], [0, 0, 0, 1, 1, 2, 2, 2])
    >>> found.text.tolist(), found.stop.tolist()[:3], found.negation.tolist()[3]
    ([0, 0, 0, 0, 0, 1, 1, 1], [True, True, False], True)
    """
    # A line break ends the run of the text before.
    joined = "\n".join(texts)
    parts = _WRITTEN.split(joined)
    words, between = parts[1::2], _Between()
    gaps = np.array([between[gap] for gap in parts[0::2]], dtype=np.intp).reshape(-1, 4)
    ends = np.cumsum(np.fromiter(map(len, parts), dtype=np.intp, count=len(parts)))
    word, forms = _numbered([written.lower() for written in words])
    kinds = [kind(form, language) for form in forms]
    stem_of, stems = _numbered([stem for stem, _, _ in kinds])
    return Tokens(
        joined=joined,
        stems=stems,
        forms=forms,
        text=np.cumsum(gaps[:-1, 0]),
        run=np.cumsum(gaps[:-1, 1]),
        start=ends[0:-1:2],
        end=ends[1::2],
        word=word,
        stem=stem_of[word],
        stop=np.array([stop for _, stop, _ in kinds], dtype=bool)[word],
        negation=np.array([negation for _, _, negation in kinds], dtype=bool)[word],
        hyphen_before=gaps[:-1, 3] > 0,
        hyphen_after=gaps[1:, 2] > 0,
    )


def _numbered(values: Sequence[str]) -> tuple[Numbers, tuple[str, ...]]:
    """The number of every value by its first appearance, and the values in that order."""
    places: dict[str, int] = {}
    numbers = [places.setdefault(value, len(places)) for value in values]
    return np.array(numbers, dtype=np.intp), tuple(places)


class _Between(dict[str, tuple[int, int, int, int]]):
    """Of a gap: texts that end in it, whether it ends a run, whether it opens, closes with "-"."""

    def __missing__(self, gap: str) -> tuple[int, int, int, int]:
        ends_run = _BREAK.search(gap) is not None
        found = gap.count("\n"), int(ends_run), int(gap[:1] == "-"), int(gap[-1:] == "-")
        self[gap] = found
        return found
