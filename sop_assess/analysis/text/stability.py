"""How firm themes are: does sorting a redrawn sample find them again?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.clean import UNPLACED
from sop_assess.analysis.text.embedder import Vectors
from sop_assess.analysis.text.grouping import group, pieces
from sop_assess.analysis.text.micro import sampled_rows
from sop_assess.analysis.text.tree import Tree

Firmness = Literal["firm", "fair", "loose"]

BOOTSTRAPS = 8
NOT_DRAWN = -2
_SAMPLE = 2500
_FIRM, _FAIR = 0.75, 0.5
_MIXED_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Redrawn:
    """One bootstrap: the piece of every sampled row (s,) and the tree over its pieces.

    A row that was drawn and belongs nowhere is UNPLACED, one that was not drawn NOT_DRAWN.
    """

    of_row: NDArray[np.intp]
    tree: Tree


@dataclass(frozen=True, slots=True)
class Bootstraps:
    """Eight sortings of redrawn samples; ``rows`` (s,) are the sampled rows, at most 2,500."""

    rows: NDArray[np.intp]
    runs: tuple[Redrawn, ...]

    def jaccard(self, labels: NDArray[np.intp], k: int) -> NDArray[np.float64]:
        """Mean Jaccard of every theme 0..k-1 with its best match in the bootstraps, shape (k,).

        ``labels`` (n,) are themes of all rows, in any partition that people made; rows below 0
        take part in no theme. A theme that no bootstrap drew is NaN. Source: Hennig 2007,
        "Cluster-wise assessment of cluster stability".

        >>> rows = np.repeat(np.eye(3, dtype=np.float32), 10, axis=0)
        >>> runs = bootstraps(rows, np.ones(30), themes=3, tier="fine", seed=1)
        >>> runs.jaccard(np.repeat(np.arange(3), 10), 3).tolist()
        [1.0, 1.0, 1.0]
        """
        own = labels[self.rows]
        found = np.full((len(self.runs), k), np.nan)
        for place, run in enumerate(self.runs):
            drawn = run.of_row != NOT_DRAWN
            piece = run.of_row[drawn]
            again = np.where(piece >= 0, run.tree.cut(k)[piece], UNPLACED)
            found[place] = _best_jaccard(own[drawn], again, k)
        times = (~np.isnan(found)).sum(axis=0)
        mean: NDArray[np.float64] = np.nansum(found, axis=0) / np.where(times, times, np.nan)
        return mean


def bootstraps(
    vectors: Vectors,
    weights: NDArray[np.float64],
    *,
    themes: int,
    tier: str,
    seed: int,
    beat: Callable[[float], None] = lambda done: None,
) -> Bootstraps:
    """Sort eight redrawn samples of the rows ``vectors`` (n, d), unit length, ``weights`` (n,).

    A row that is drawn twice weighs twice, as duplicates do. ``beat`` gets the share that is done.
    """
    rows = sampled_rows(len(vectors), _SAMPLE, seed)
    vectors, weights = vectors[rows], weights[rows]
    random = np.random.default_rng(seed)
    runs = []
    for number in range(BOOTSTRAPS):
        beat(number / BOOTSTRAPS)
        drawn = random.multinomial(int(weights.sum()), weights / weights.sum()).astype(float)
        inside = drawn > 0
        again = group(vectors[inside], drawn[inside], themes=themes, tier=tier, seed=seed)
        parts = pieces(vectors[inside], drawn[inside], again)
        of_row = np.full(len(rows), NOT_DRAWN, dtype=np.intp)
        of_row[inside] = parts.of_row
        runs.append(Redrawn(of_row, parts.tree))
    return Bootstraps(rows, tuple(runs))


def _best_jaccard(old: NDArray[np.intp], new: NDArray[np.intp], k: int) -> NDArray[np.float64]:
    shared = np.zeros((k, int(new.max(initial=0)) + 1))
    both = (old >= 0) & (new >= 0)
    np.add.at(shared, (old[both], new[both]), 1.0)
    before = np.bincount(old[old >= 0], minlength=k)[:, None]
    after = np.bincount(new[new >= 0], minlength=shared.shape[1])[None, :]
    union = before + after - shared
    best: NDArray[np.float64] = (shared / np.maximum(union, 1)).max(axis=1)
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
