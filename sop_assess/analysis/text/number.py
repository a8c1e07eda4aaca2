"""How many themes: a rule of thumb by the number of comments, corrected by the silhouette."""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Vectors
from sop_assess.analysis.text.micro import sampled_rows

_FEWEST = 3
_SMALL = 1000
_MOST = 60
_CUTS = 12
_SAMPLE = 2000
_NEAR_BEST = 0.9
# Few lexical dimensions make any cut look tidy: real feedback reaches 0.19, clear subjects 0.35.
_LEAST_SILHOUETTE = {"lexical": 0.25}
_LEAST_SILHOUETTE_ELSE = 0.10


class Choice(NamedTuple):
    """The number of themes and, in words, how it was chosen."""

    k: int
    how: str


def candidates(comments: int) -> tuple[int, ...]:
    """Numbers of themes worth trying for so many different comments, fewest first.

    Up to 1,000 comments, from 3 to the square root of half their number (at most 2·n^(1/3)): small
    samples earn few, firm themes. Above, 12 steps from 2·n^(1/3) (within 8 and 60) to twice that.

    >>> candidates(40), candidates(600)[-1]
    ((3, 4, 5), 17)
    >>> candidates(10_000)[0], candidates(10_000)[-1]
    (43, 86)
    """
    rule = round(2 * comments ** (1 / 3))
    if comments <= _SMALL:
        most = min(ceil(sqrt(comments / 2)), rule)
        return tuple(range(_FEWEST, max(_FEWEST, most) + 1))
    start = min(max(rule, 8), _MOST)
    return tuple(sorted({round(k) for k in np.geomspace(start, 2 * start, _CUTS)}))


def choose(cuts: dict[int, NDArray[np.intp]], vectors: Vectors, *, tier: str, seed: int) -> Choice:
    """The smallest cut with 90 % of the best cosine silhouette, if that best is good enough.

    ``cuts`` maps a number of themes to the label of every row, shape (n,); ``vectors`` (n, d) are
    rows of length one without zeros. Below 0.10 (0.25 in the lexical tier) no cut stands out: then
    it is the first candidate of a large set, the middle one of a small set. The silhouette uses at
    most 2,000 rows.

    >>> rows = np.repeat(np.eye(4, dtype=np.float32), 5, axis=0)
    >>> four = np.repeat(np.arange(4), 5)
    >>> choose({2: four // 2, 4: four}, rows, tier="fine", seed=1)
    Choice(k=4, how='smallest cut with 90 % of the best silhouette (1.00)')
    """
    sample = sampled_rows(len(vectors), _SAMPLE, seed)
    scores = {k: _silhouette(vectors[sample], labels[sample]) for k, labels in cuts.items()}
    best = max(scores.values())
    ks = sorted(scores)
    if best < _LEAST_SILHOUETTE.get(tier, _LEAST_SILHOUETTE_ELSE):
        return Choice(ks[0] if ks[0] > _FEWEST else ks[len(ks) // 2], "rule of thumb")
    k = next(k for k in ks if scores[k] >= _NEAR_BEST * best)
    return Choice(k, f"smallest cut with 90 % of the best silhouette ({best:.2f})")


def _silhouette(vectors: Vectors, labels: NDArray[np.intp]) -> float:
    """Mean cosine silhouette, from mean similarities to groups: no matrix of all pairs.

    The mean cosine distance from a row to a group is one minus the row times the group's mean.
    """
    _, labels = np.unique(labels, return_inverse=True)
    size = np.bincount(labels).astype(np.float64)
    if len(size) < 2 or len(size) == len(labels):
        return 0.0
    rows = np.arange(len(labels))
    sums = np.zeros((len(size), vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    total = vectors @ sums.T
    own = (total[rows, labels] - 1.0) / np.maximum(size[labels] - 1, 1)
    other = total / size
    other[rows, labels] = -np.inf
    inside, outside = 1 - own, 1 - other.max(axis=1)
    score = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12)
    return float(np.where(size[labels] > 1, score, 0.0).mean())
