"""Phrases of one to three words as people wrote them, counted in every piece of a sorting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sop_assess.analysis.text.embedder import Vectors, unit_rows
from sop_assess.analysis.text.languages import Language
from sop_assess.analysis.text.tokens import Numbers, Tokens, read
from sop_assess.analysis.text.vectors import Space

Stems = tuple[str, ...]
Floats = NDArray[np.float64]

MOST_PHRASES = 6_000
# A phrase costs a model as much as a short comment.
MOST_EMBEDDED = 1_000
_LONGEST = 3
_WORD_BONUS = 0.25
_LEAST_USES = 2
# Words that may open or close a phrase although alone they mean nothing: "out of date", "top up".
_EDGES = frozenset({"out", "off", "up", "down", "back", "over"})


@dataclass(frozen=True, slots=True)
class Phrases:
    """The most frequent phrases of a sorting.

    ``forms`` (f,) is how people write them, ``stems`` (f,) their stems, ``bonus`` (f,) the factor
    for their length, ``vectors`` (f, d) rows of length one in the space of the texts. ``phrase``,
    ``piece`` and ``count`` (c,) say in how many comments of which piece a phrase occurs; ``read``
    (pieces,) says how many comments of each piece were read for phrases.
    """

    forms: tuple[str, ...]
    stems: tuple[Stems, ...]
    bonus: Floats
    vectors: Vectors
    phrase: NDArray[np.int32]
    piece: NDArray[np.int32]
    count: NDArray[np.int32]
    read: NDArray[np.int32]

    def by_group(self, group_of_piece: NDArray[np.intp], groups: int) -> Floats:
        """Comments with the phrase in every group, shape (f, groups).

        ``group_of_piece`` (pieces,) is 0..groups-1, or below 0 for a piece in no group.
        """
        group = group_of_piece[self.piece]
        inside = group >= 0
        cell = self.phrase[inside].astype(np.intp) * groups + group[inside]
        size = len(self.forms) * groups
        counts = np.bincount(cell, self.count[inside], minlength=size)
        return counts.reshape(len(self.forms), groups).astype(np.float64)

    def read_by_group(self, group_of_piece: NDArray[np.intp], groups: int) -> Floats:
        """Comments that were read in every group, shape (groups,)."""
        inside = group_of_piece >= 0
        read = np.bincount(group_of_piece[inside], self.read[inside], minlength=groups)
        return read.astype(np.float64)


def collect(
    texts: Sequence[str],
    weights: Floats,
    pieces: Numbers,
    centroids: Floats,
    *,
    space: Space,
    language: Language,
    hidden: frozenset[str] = frozenset(),
) -> Phrases:
    """The phrases of n texts with ``weights`` (n,) in ``pieces`` (n,) with ``centroids`` (p, d).

    Texts in a piece below 0 are left out. Words in ``hidden`` (names of people) never appear; a
    phrase in fewer than two comments neither. At most 6,000 phrases are kept, the most frequent;
    the first 1,000 have vectors of their own, the others the mean of where they occur.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> english, texts = get_language("en"), ["Stock list wrong", "old stock list"]
    >>> space, rows = Space.fit(texts, language=english, embedder=None, seed=1)
    >>> both = collect(texts, np.ones(2), np.array([0, 1]), rows, space=space, language=english)
    >>> both.forms, both.by_group(np.array([0, 1]), 2).tolist()
    (('stock', 'stock list', 'list'), [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    """
    inside = np.flatnonzero(pieces >= 0)
    weights, pieces = weights[inside], pieces[inside]
    tokens = read([texts[place] for place in inside.tolist()], language)
    uses = _most_frequent(_uses(tokens, hidden), weights)
    phrase, piece, count = _cells(uses, weights, pieces)
    forms = _forms(uses, tokens, language)
    meant = csr_matrix((count, (phrase, piece)), shape=(len(forms), len(centroids))) @ centroids
    vectors = unit_rows(meant)
    if forms:
        vectors[:MOST_EMBEDDED] = space.embed(forms[:MOST_EMBEDDED])
    first = np.unique(uses.phrase, return_index=True)[1]
    return Phrases(
        forms=forms,
        stems=tuple(
            tuple(tokens.stems[stem] for stem in tokens.stem[start : start + length])
            for start, length in zip(uses.start[first], uses.length[first], strict=True)
        ),
        bonus=_bonus(uses.start[first], uses.length[first], tokens),
        vectors=vectors,
        phrase=phrase,
        piece=piece,
        count=count,
        read=np.bincount(pieces, weights, len(centroids)).astype(np.int32),
    )


class _Uses(NamedTuple):
    """Phrases by number: the text that uses each (u,), its first word there, its length."""

    phrase: Numbers
    text: Numbers
    start: Numbers
    length: Numbers


def _uses(tokens: Tokens, hidden: frozenset[str]) -> _Uses:
    """The first use of every phrase in every text, in reading order."""
    starts = [_readable(tokens, length, hidden) for length in range(1, _LONGEST + 1)]
    start = np.concatenate(starts)
    length = np.repeat(np.arange(1, _LONGEST + 1), [len(some) for some in starts])
    order = np.lexsort((length, start))
    start, length = start[order], length[order]
    phrase = _phrase_numbers(start, length, tokens)
    text = tokens.text[start]
    first = np.sort(np.unique(phrase * (text.max(initial=0) + 1) + text, return_index=True)[1])
    return _Uses(phrase[first], text[first], start[first], length[first])


def _phrase_numbers(start: Numbers, length: Numbers, tokens: Tokens) -> Numbers:
    """The number of every phrase by its stems, counted by first appearance."""
    key = np.zeros(len(start), dtype=np.int64)
    for place in range(_LONGEST):
        # Behind the last word of the texts, where no phrase reaches, any word will do.
        stem = tokens.stem[np.minimum(start + place, len(tokens.stem) - 1)]
        key = key * (len(tokens.stems) + 1) + np.where(place < length, stem + 1, 0)
    _, first, phrase = np.unique(key, return_index=True, return_inverse=True)
    rank: Numbers = np.argsort(np.argsort(first))
    return rank[phrase]


def _most_frequent(uses: _Uses, weights: Floats) -> _Uses:
    """The uses of the most frequent phrases, numbered anew by how frequent they are."""
    times = np.bincount(uses.phrase, weights[uses.text])
    kept = np.argsort(-times, kind="stable")[:MOST_PHRASES]
    kept = kept[times[kept] >= _LEAST_USES]
    rank = np.full(len(times), -1, dtype=np.intp)
    rank[kept] = np.arange(len(kept))
    phrase = rank[uses.phrase]
    there = phrase >= 0
    return _Uses(phrase[there], uses.text[there], uses.start[there], uses.length[there])


def _cells(
    uses: _Uses, weights: Floats, pieces: Numbers
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Phrase, piece and number of comments for every pair that occurs."""
    width = int(pieces.max(initial=0)) + 1
    pairs, place = np.unique(uses.phrase * width + pieces[uses.text], return_inverse=True)
    count = np.bincount(place, weights[uses.text], len(pairs))
    phrase, piece = np.divmod(pairs, width)
    return phrase.astype(np.int32), piece.astype(np.int32), count.astype(np.int32)


def _forms(uses: _Uses, tokens: Tokens, language: Language) -> tuple[str, ...]:
    """Every phrase as most people write it, in the order of their numbers."""
    last = uses.start + uses.length - 1
    # A capital at the start of a sentence says nothing, except in German.
    opens = (uses.start == 0) | (tokens.run[uses.start] != tokens.run[uses.start - 1])
    opens &= language.code != "de"
    written: list[Counter[str]] = [Counter() for _ in range(uses.phrase.max(initial=-1) + 1)]
    columns = (uses.phrase, tokens.start[uses.start], tokens.end[last], opens)
    for phrase, start, end, opening in zip(*(c.tolist() for c in columns), strict=True):
        form = tokens.joined[start:end]
        written[phrase][form.lower() if opening and form[1:].islower() else form] += 1
    return tuple(forms.most_common(1)[0][0] for forms in written)


def _bonus(start: Numbers, length: Numbers, tokens: Tokens) -> Floats:
    """Factor for the length of a phrase; a stop word in its middle does not make it longer."""
    middle = tokens.stop[np.minimum(start + 1, len(tokens.stop) - 1)] & (length == _LONGEST)
    bonus: Floats = 1 + _WORD_BONUS * (length - 1 - middle)
    return bonus


def _readable(tokens: Tokens, length: int, hidden: frozenset[str]) -> Numbers:
    """First words of all phrases of so many words that read as one.

    That is: whole words of one run, with content, no loose stop word at an end, no hidden word.
    """
    hides = np.array([form in hidden for form in tokens.forms], dtype=bool)[tokens.word]
    edge = np.array([stem in _EDGES for stem in tokens.stems], dtype=bool)[tokens.stem]
    carries = ~tokens.stop & ~tokens.negation
    opens, closes = ~tokens.stop, ~tokens.stop
    if length > 1:
        opens = opens | edge | tokens.hyphen_after
        closes = closes | edge
    opens &= ~tokens.hyphen_before
    closes &= ~tokens.hyphen_after & ~tokens.negation
    first = np.flatnonzero(opens[: len(opens) - length + 1])
    last = first + length - 1
    words = first[:, None] + np.arange(length)
    fine = closes[last] & (tokens.run[first] == tokens.run[last])
    readable: Numbers = first[fine & carries[words].any(axis=1) & ~hides[words].any(axis=1)]
    return readable
