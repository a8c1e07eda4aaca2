"""Phrases of one to three words as people wrote them, counted in every piece of a sorting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Vectors, unit_rows
from sop_assess.analysis.text.languages import Language
from sop_assess.analysis.text.vectors import Space
from sop_assess.analysis.text.words import Word, runs

Stems = tuple[str, ...]
Floats = NDArray[np.float64]

MOST_PHRASES = 6_000
# A phrase costs a model as much as a short comment.
MOST_EMBEDDED = 1_000
_LONGEST = 3
_WORD_BONUS = 0.25
_LEAST_USES = 2
_BEAT = 1_000
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
    pieces: NDArray[np.intp],
    centroids: Floats,
    *,
    space: Space,
    language: Language,
    hidden: frozenset[str] = frozenset(),
    beat: Callable[[float], None] = lambda done: None,
) -> Phrases:
    """The phrases of n texts with ``weights`` (n,) in ``pieces`` (n,) with ``centroids`` (p, d).

    Texts in a piece below 0 are left out. Words in ``hidden`` (names of people) never appear; a
    phrase in fewer than two comments neither. At most 6,000 phrases are kept, the most frequent;
    the first 1,000 have vectors of their own, the others the mean of where they occur. ``beat``
    gets the share of texts that are read.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> english, texts = get_language("en"), ["Stock list wrong", "old stock list"]
    >>> space, rows = Space.fit(texts, language=english, embedder=None, seed=1)
    >>> both = collect(texts, np.ones(2), np.array([0, 1]), rows, space=space, language=english)
    >>> both.forms, both.by_group(np.array([0, 1]), 2).tolist()
    (('stock', 'stock list', 'list'), [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    """
    uses: Counter[Stems] = Counter()
    written: dict[Stems, Counter[str]] = {}
    found: dict[tuple[Stems, int], int] = {}
    columns = zip(texts, weights.tolist(), pieces.tolist(), strict=True)
    for place, (text, weight, piece) in enumerate(columns):
        if not place % _BEAT:
            beat(place / len(texts))
        if piece < 0:
            continue
        for stems, form in dict(_phrases_of(text, language, hidden)).items():
            uses[stems] += int(weight)
            found[stems, piece] = found.get((stems, piece), 0) + int(weight)
            written.setdefault(stems, Counter())[form] += 1
    frequent = (stems for stems, count in uses.most_common(MOST_PHRASES) if count >= _LEAST_USES)
    index = {stems: i for i, stems in enumerate(frequent)}
    cells = [(index[s], piece, n) for (s, piece), n in found.items() if s in index]
    phrase, piece_of, count = np.array(cells, dtype=np.int32).reshape(-1, 3).T.copy()
    forms = tuple(written[stems].most_common(1)[0][0] for stems in index)
    inside = pieces >= 0
    meant = np.zeros((len(forms), centroids.shape[1]), dtype=np.float32)
    np.add.at(meant, phrase, centroids[piece_of] * count[:, None])
    meant = unit_rows(meant)
    return Phrases(
        forms=forms,
        stems=tuple(index),
        bonus=np.array([_bonus(form, language) for form in forms]),
        vectors=np.vstack([space.embed(forms[:MOST_EMBEDDED]), meant[MOST_EMBEDDED:]]),
        phrase=phrase,
        piece=piece_of,
        count=count,
        read=np.bincount(pieces[inside], weights[inside], len(centroids)).astype(np.int32),
    )


def _bonus(form: str, language: Language) -> float:
    """Factor for the length of a phrase; stop words in its middle do not make it longer."""
    words = [word for run in runs(form, language) for word in run]
    inner = sum(word.stop for word in words[1:-1])
    return 1 + _WORD_BONUS * max(len(words) - inner - 1, 0)


def _phrases_of(
    text: str, language: Language, hidden: frozenset[str]
) -> Iterator[tuple[Stems, str]]:
    for run in runs(text, language):
        for start, first in enumerate(run):
            for words in (run[start : start + n] for n in range(1, _LONGEST + 1)):
                form = text[first.start : words[-1].end]
                if _readable(words, text) and hidden.isdisjoint(form.lower().split()):
                    # A capital at the start of a sentence says nothing, except in German.
                    opens = start == 0 and form[1:].islower() and language.code != "de"
                    yield tuple(w.stem for w in words), form.lower() if opens else form


def _readable(words: Sequence[Word], text: str) -> bool:
    """Whether the phrase reads as one: whole words, content, no loose stop word at an end."""
    first, last = words[0], words[-1]
    if "-" in (text[first.start - 1 : first.start], text[last.end : last.end + 1]):
        return False
    several = len(words) > 1
    hyphen = text[first.end : first.end + 1] == "-"
    opens = not first.stop or (several and (first.stem in _EDGES or hyphen))
    closes = not last.stop or (several and last.stem in _EDGES)
    return opens and closes and not last.negation and any(_carries(w) for w in words)


def _carries(word: Word) -> bool:
    return not word.stop and not word.negation
