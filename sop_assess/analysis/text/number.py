"""How many themes: a rule of thumb by the number of comments, corrected by the silhouette."""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Vectors
from sop_assess.analysis.text.micro import weighted_means

_FEWEST = 3
_SMALL = 1000
_MOST = 60
_CUTS = 12
MOST_JUDGED = 2000
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


def choose(cuts: dict[int, NDArray[np.intp]], vectors: Vectors, *, tier: str) -> Choice:
    """The smallest cut whose cosine silhouette is no worse than the best by its standard error.

    ``cuts`` maps a number of themes to the label of every row, shape (n,); ``vectors`` (n, d) are
    rows of length one without zeros. Below 0.10 (0.25 in the lexical tier) no cut stands out: then
    it is the first candidate of a large set, the middle one of a small set. Source of the rule:
    Breiman et al. 1984, "Classification and Regression Trees" (one standard error).

    >>> rows = np.repeat(np.eye(4, dtype=np.float32), 5, axis=0)
    >>> four = np.repeat(np.arange(4), 5)
    >>> choose({2: four // 2, 4: four}, rows, tier="fine")
    Choice(k=4, how='fewest within one standard error of the best silhouette (1.00)')
    """
    scores = {k: _silhouettes(vectors, labels) for k, labels in cuts.items()}
    means = {k: float(score.mean()) for k, score in scores.items()}
    ks = sorted(scores)
    best = max(ks, key=lambda k: means[k])
    if means[best] < _LEAST_SILHOUETTE.get(tier, _LEAST_SILHOUETTE_ELSE):
        return Choice(ks[0] if ks[0] > _FEWEST else ks[len(ks) // 2], "rule of thumb")
    error = float(scores[best].std() / sqrt(len(vectors)))
    k = next(k for k in ks if means[k] >= means[best] - error)
    how = f"fewest within one standard error of the best silhouette ({means[best]:.2f})"
    return Choice(k, how)


def _silhouettes(vectors: Vectors, labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """Cosine silhouette of every row, from mean similarities to groups: no matrix of all pairs.

    The mean cosine distance from a row to a group is one minus the row times the group's mean.
    """
    _, labels = np.unique(labels, return_inverse=True)
    size = np.bincount(labels).astype(np.float64)
    if len(size) < 2 or len(size) == len(labels):
        return np.zeros(len(labels))
    rows = np.arange(len(labels))
    means, _ = weighted_means(vectors, np.ones(len(labels)), labels)
    total = vectors @ (means * size[:, None]).T
    own = (total[rows, labels] - 1.0) / np.maximum(size[labels] - 1, 1)
    other = total / size
    other[rows, labels] = -np.inf
    inside, outside = 1 - own, 1 - other.max(axis=1)
    score = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12)
    return np.where(size[labels] > 1, score, 0.0)
