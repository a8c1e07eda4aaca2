"""Quotes: comments that speak for a theme and differ from each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Vectors, unit_rows

_NEAREST = 40
_SHORTEST, _LONGEST = 5, 40
_RELEVANCE = 0.6
_SAME_WORDS = 0.7


def choose_quotes(
    texts: Sequence[str], vectors: Vectors, centroid: NDArray[np.float64], *, count: int = 3
) -> list[int]:
    """Indices of up to ``count`` quotes among a theme's different texts, the most typical first.

    ``texts`` (n) are masked already; ``vectors`` (n, d) are rows of length one. From the 40 texts
    of 5 to 40 words nearest to the centroid, by maximal marginal relevance with λ = 0.6 (Carbonell
    and Goldstein 1998); a theme of shorter or longer texts only is quoted from what it has.
    Near-copies are left out.

    >>> rows = unit_rows(np.array([[1.0, 0.0], [1.0, 0.0], [0.6, 0.8]]))
    >>> choose_quotes(["a b c d e", "A b c d e", "f g h i j"], rows, np.array([1.0, 0.2]))
    [0, 2]
    """
    relevance = vectors @ unit_rows(centroid[None, :])[0]
    pool = _pool(texts, relevance)
    words = {index: frozenset(texts[index].lower().split()) for index in pool}
    chosen: list[int] = []
    while pool and len(chosen) < count:
        score = _RELEVANCE * relevance[pool] - (1 - _RELEVANCE) * _likeness(vectors, pool, chosen)
        best = pool[int(np.argmax(score))]
        chosen.append(best)
        pool = [i for i in pool if not _near_copy(words[i], words[best])]
    return chosen


def quotable(
    texts: Sequence[str], relevance: NDArray[np.floating], groups: NDArray[np.intp], *, most: int
) -> NDArray[np.intp]:
    """Indices of up to ``most`` texts of every group that may be quoted, in order.

    ``relevance`` (n,) says how near a text is to the middle of its group in ``groups`` (n,);
    texts in a group below 0 are never quoted. Texts of 5 to 40 words come first.

    >>> texts = ["a b c d e", "short", "f g h i j"]
    >>> quotable(texts, np.array([0.1, 0.9, 0.5]), np.array([0, 0, 0]), most=2).tolist()
    [0, 2]
    """
    fits = np.array([_SHORTEST <= len(text.split()) <= _LONGEST for text in texts], dtype=bool)
    order = np.lexsort((-relevance, ~fits, groups))
    order = order[groups[order] >= 0]
    if not len(order):
        return order
    starts = np.flatnonzero(np.r_[True, np.diff(groups[order]) > 0])
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    return np.sort(order[place < most])


def _pool(texts: Sequence[str], relevance: Vectors) -> list[int]:
    near: list[int] = np.argsort(-relevance, kind="stable").tolist()
    fitting = (i for i in near if _SHORTEST <= len(texts[i].split()) <= _LONGEST)
    return list(islice(fitting, _NEAREST)) or near[:_NEAREST]


def _near_copy(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _SAME_WORDS * len(one | other)


def _likeness(vectors: Vectors, pool: Sequence[int], chosen: Sequence[int]) -> Vectors:
    """Greatest cosine of every pool text with a chosen one; zero while none is chosen."""
    if not chosen:
        return np.zeros(len(pool), dtype=np.float32)
    return np.asarray((vectors[list(pool)] @ vectors[list(chosen)].T).max(axis=1))
