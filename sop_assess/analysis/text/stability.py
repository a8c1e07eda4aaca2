"""How firm themes are: does clustering a redrawn sample find them again?"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Vectors
from sop_assess.analysis.text.grouping import group
from sop_assess.analysis.text.micro import sampled_rows

Firmness = Literal["firm", "fair", "loose"]

BOOTSTRAPS = 8
_SAMPLE = 5000
_FIRM, _FAIR = 0.75, 0.5
_MIXED_SHARE = 0.15


def bootstrap_jaccard(
    vectors: Vectors,
    weights: NDArray[np.float64],
    labels: NDArray[np.intp],
    *,
    tier: str,
    seed: int,
) -> NDArray[np.float64]:
    """Mean Jaccard of every theme 0..k-1 with its best match in 8 bootstraps, shape (k,).

    ``vectors`` (n, d), ``weights`` (n,) and ``labels`` (n,); rows with a label below 0 take part
    in the clustering and in no theme. At most 5,000 rows are used; a theme that no bootstrap drew
    is NaN. Source: Hennig 2007, "Cluster-wise assessment of cluster stability".

    >>> rows = np.repeat(np.eye(3, dtype=np.float32), 10, axis=0)
    >>> themes = np.repeat(np.arange(3), 10)
    >>> bootstrap_jaccard(rows, np.ones(30), themes, tier="fine", seed=1).tolist()
    [1.0, 1.0, 1.0]
    """
    rows = sampled_rows(len(vectors), _SAMPLE, seed)
    vectors, weights, labels = vectors[rows], weights[rows], labels[rows]
    k = int(labels.max(initial=-1)) + 1
    random = np.random.default_rng(seed)
    found = np.full((BOOTSTRAPS, k), np.nan)
    for run in range(BOOTSTRAPS):
        drawn = random.multinomial(int(weights.sum()), weights / weights.sum())
        inside = drawn > 0
        again = group(vectors[inside], drawn[inside].astype(float), themes=k, tier=tier, seed=seed)
        found[run] = _best_jaccard(labels[inside], again.labels, k)
    times = (~np.isnan(found)).sum(axis=0)
    mean: NDArray[np.float64] = np.nansum(found, axis=0) / np.where(times, times, np.nan)
    return mean


def _best_jaccard(old: NDArray[np.intp], new: NDArray[np.intp], k: int) -> NDArray[np.float64]:
    shared = np.zeros((k, int(new.max()) + 1))
    placed = old >= 0
    np.add.at(shared, (old[placed], new[placed]), 1.0)
    before = np.bincount(old[placed], minlength=k)[:, None]
    union = before + np.bincount(new)[None, :] - shared
    best: NDArray[np.float64] = (shared / union).max(axis=1)
    return np.where(before[:, 0] > 0, best, np.nan)


def firmness(jaccard: float) -> Firmness | None:
    """In a word: firm from 0.75, fair from 0.5, else loose; None where nothing was measured.

    >>> firmness(0.8), firmness(0.5), firmness(0.2), firmness(float("nan"))
    ('firm', 'fair', 'loose', None)
    """
    if np.isnan(jaccard):
        return None
    return "firm" if jaccard >= _FIRM else "fair" if jaccard >= _FAIR else "loose"


def mixed(cohesion: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which themes (k,) to split or review: those in the lowest 15 % of mean cosine.

    Fewer than seven themes have no lowest 15 %, so none of them is mixed.

    >>> mixed(np.array([0.2, 0.6, 0.7, 0.7, 0.8, 0.8, 0.9])).tolist().index(True)
    0
    """
    flagged = np.zeros(len(cohesion), dtype=bool)
    flagged[np.argsort(cohesion, kind="stable")[: int(_MIXED_SHARE * len(cohesion))]] = True
    return flagged
