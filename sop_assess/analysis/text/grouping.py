"""From vectors to groups: micro-clusters, tree, number of themes, polish, outliers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.clean import UNPLACED
from sop_assess.analysis.text.embedder import Vectors, unit_rows
from sop_assess.analysis.text.micro import (
    MAX_FITTED,
    MicroClusters,
    micro_clusters,
    nearest,
    sampled_rows,
    weighted_means,
)
from sop_assess.analysis.text.number import MOST_JUDGED, Choice, candidates, choose
from sop_assess.analysis.text.tree import Tree, ward, ward_over

LEAST_COMMENTS = 3
_FAR = 0.10
_CLEARLY = 0.05

Labels = NDArray[np.intp]
Weights = NDArray[np.float64]


class Grouping(NamedTuple):
    """Label of every row (n,), how their number was chosen, and the micro-cluster of every row."""

    labels: Labels
    choice: Choice
    micro: Labels


class Pieces(NamedTuple):
    """The smallest parts that themes are made of, and the tree over them.

    ``of_row`` (n,) is the piece of every row or UNPLACED, ``centroids`` (p, d) and ``weights``
    (p,) describe the pieces, ``tree`` has the groups themselves as its cut at their number.
    """

    of_row: Labels
    centroids: NDArray[np.float64]
    weights: Weights
    tree: Tree


def group(
    vectors: Vectors,
    weights: Weights,
    *,
    themes: int | None,
    tier: str,
    seed: int,
    beat: Callable[[float], None] = lambda done: None,
) -> Grouping:
    """Groups 0..k-1 of the rows of ``vectors`` (n, d), unit length, no zeros, ``weights`` (n,).

    With ``themes`` the number is given (never more than there are rows), without it is chosen;
    then groups of fewer than three comments dissolve. Rows that belong nowhere are UNPLACED. The
    largest group is group 0. ``beat`` gets the share that is done.

    >>> rows = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0)
    >>> group(rows, np.ones(12), themes=3, tier="fine", seed=1).labels.tolist()
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    """
    ks = candidates(len(vectors)) if themes is None else (themes,)
    micro = micro_clusters(vectors, weights, at_least=4 * max(ks), seed=seed)
    beat(0.5)
    tree = ward(micro.centroids, micro.weights)
    beat(0.6)
    if themes is not None or tree.points < min(ks):
        choice = Choice(min(ks[0], tree.points), "given")
    else:
        choice = _choose(vectors, micro, tree, [k for k in ks if k <= tree.points], tier, seed)
    beat(0.8)
    labels = polish(vectors, weights, tree.cut(choice.k)[micro.labels])
    if themes is None:
        labels = dissolve_small(vectors, weights, labels)
    labels = by_size(unplace_outliers(vectors, weights, labels), weights)
    return Grouping(labels, choice, micro.labels)


def _choose(
    vectors: Vectors, micro: MicroClusters, tree: Tree, ks: Sequence[int], tier: str, seed: int
) -> Choice:
    """The number of themes by sampled rows, each cut polished as the chosen one will be."""
    rows = sampled_rows(len(vectors), MOST_JUDGED, seed)
    cuts = {}
    for k in ks:
        cut = tree.cut(k)
        centroids = weighted_means(micro.centroids, micro.weights, cut)[0]
        cuts[k] = drawn_over(vectors[rows], centroids, cut[micro.labels[rows]])
    return choose(cuts, vectors[rows], tier=tier)


def pieces(vectors: Vectors, weights: Weights, found: Grouping) -> Pieces:
    """What every group shares with every micro-cluster, as parts that can be joined anew.

    ``vectors`` (n, d) and ``weights`` (n,) are those that were grouped.

    >>> rows = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0)
    >>> two = group(rows, np.ones(12), themes=2, tier="fine", seed=1)
    >>> parts = pieces(rows, np.ones(12), two)
    >>> parts.tree.cut(2)[parts.of_row].tolist() == two.labels.tolist()
    True
    """
    placed = found.labels >= 0
    pairs = found.labels[placed] * (int(found.micro.max()) + 1) + found.micro[placed]
    known, of_placed = np.unique(pairs, return_inverse=True)
    of_row = np.full(len(found.labels), UNPLACED, dtype=np.intp)
    of_row[placed] = of_placed
    centroids, sizes = weighted_means(vectors, weights, of_row)
    groups = compact(known // (int(found.micro.max()) + 1))
    return Pieces(of_row, centroids, sizes, ward_over(centroids, sizes, groups))


def by_size(labels: Labels, weights: Weights) -> Labels:
    """The labels (n,) renumbered so that the heaviest group is 0; labels below 0 stay.

    >>> by_size(np.array([0, 1, 1, -1]), np.ones(4)).tolist()
    [1, 0, 0, -1]
    """
    placed = labels >= 0
    sizes = np.bincount(labels[placed], weights[placed])
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return np.where(placed, rank[labels], labels)


def polish(vectors: Vectors, weights: Weights, labels: Labels) -> Labels:
    """Labels (n,) after every row moved to the nearest centroid, if that one is clearly nearer.

    Clearly means by 0.05 of squared distance. One round: what Ward's tree put together agrees
    better with people's themes than what k-means makes of it in more rounds, and rows that lie
    between two themes stay when comments are added. No group is lost that keeps at least one row.

    >>> rows = np.repeat(np.eye(2, dtype=np.float32), 3, axis=0)
    >>> polish(rows, np.ones(6), np.array([0, 0, 0, 1, 1, 0])).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    return compact(drawn_over(vectors, weighted_means(vectors, weights, labels)[0], labels))


def drawn_over(
    vectors: Vectors, centroids: NDArray[np.floating], labels: Labels, clearly: float = _CLEARLY
) -> Labels:
    """Labels (n,), where a clearly nearer centroid (k, d) than the own one takes a row over.

    Clearly means by more than ``clearly`` of squared distance. Rows with a label below 0 go to the
    nearest centroid.

    >>> rows = np.array([[0.0, 1.0], [0.7, 0.7], [1.0, 0.0]], dtype=np.float32)
    >>> drawn_over(rows, np.eye(2), np.array([0, 1, 1])).tolist()
    [1, 1, 0]
    """
    near = nearest(vectors, centroids)
    centres = centroids.astype(np.float32)
    moved = labels.copy()
    # A few rows at a time: the differences of a million rows are larger than the rows.
    for start in range(0, len(vectors), MAX_FITTED):
        block = slice(start, start + MAX_FITTED)
        rows, own, other = vectors[block], labels[block], near[block]
        gain = _squared(rows - centres[own]) - _squared(rows - centres[other])
        moved[block] = np.where((own < 0) | (gain > clearly), other, own)
    return moved


def _squared(rows: Vectors) -> NDArray[np.float32]:
    squares: NDArray[np.float32] = np.einsum("ij,ij->i", rows, rows)
    return squares


def dissolve_small(vectors: Vectors, weights: Weights, labels: Labels) -> Labels:
    """Labels after groups of fewer than three comments joined the nearest of the others.

    >>> rows = np.eye(2, dtype=np.float32)[[0, 0, 0, 1]]
    >>> dissolve_small(rows, np.ones(4), np.array([0, 0, 0, 1])).tolist()
    [0, 0, 0, 0]
    """
    total = np.bincount(labels, weights=weights)
    large = np.flatnonzero(total >= LEAST_COMMENTS)
    if len(large) in (0, len(total)):
        return labels
    centroids = weighted_means(vectors, weights, labels)[0][large]
    small = ~np.isin(labels, large)
    moved = labels.copy()
    moved[small] = large[nearest(vectors[small], centroids)]
    return compact(moved)


def unplace_outliers(vectors: Vectors, weights: Weights, labels: Labels) -> Labels:
    """Labels with UNPLACED for rows that clearly belong nowhere.

    A row is outlying when its cosine to its group's centroid is below 0.10 and also three median
    absolute deviations below the median of all rows: a loose set as a whole is not its fault.

    >>> rows = unit_rows(np.array([[1.0, 0.01]] * 9 + [[0.0, 1.0]] + [[1.0, 0.05]] * 10))
    >>> unplace_outliers(rows, np.ones(20), np.zeros(20, dtype=int)).tolist().index(-1)
    9
    """
    cosine = cosines(vectors, weights, labels)
    middle = float(np.median(cosine))
    spread = 1.4826 * float(np.median(np.abs(cosine - middle)))
    far = cosine < min(_FAR, middle - 3 * spread)
    total = np.bincount(labels[~far], minlength=int(labels.max()) + 1)
    placed: Labels = np.where(far & (total[labels] > 0), UNPLACED, labels)
    return placed


def cosines(vectors: Vectors, weights: Weights, labels: Labels) -> NDArray[np.float64]:
    """Cosine of every row (n,) with the weighted centroid of its group, 0 where in no group.

    >>> cosines(np.eye(2, dtype=np.float32), np.ones(2), np.array([0, 1])).tolist()
    [1.0, 1.0]
    """
    centroids = unit_rows(weighted_means(vectors, weights, labels)[0])
    cosine = np.zeros(len(labels))
    for start in range(0, len(labels), MAX_FITTED):
        own = labels[start : start + MAX_FITTED]
        rows = vectors[start : start + MAX_FITTED]
        near = np.einsum("ij,ij->i", rows, centroids[own], dtype=float)
        cosine[start : start + MAX_FITTED] = np.where(own >= 0, near, 0.0)
    return cosine


def compact(labels: Labels) -> Labels:
    """The labels renumbered 0..k-1 without gaps, in the order of the old numbers.

    >>> compact(np.array([4, 2, 4])).tolist()
    [1, 0, 1]
    """
    return np.unique(labels, return_inverse=True)[1]
