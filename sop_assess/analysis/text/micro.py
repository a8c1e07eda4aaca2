"""Micro-clusters: many small groups that stand for the comments while the tree is built."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Vectors

MAX_GROUPS = 1500
MAX_FITTED = 50_000
_LEAST_GROUPS = 300
_ROWS_OF_GROUP = 7
_BLOCK = 8_000
_BATCH = 4096
_PASSES = 10


class MicroClusters(NamedTuple):
    """Centroids (groups, dimensions), their weights (groups,), and the group of every row."""

    centroids: NDArray[np.float64]
    weights: NDArray[np.float64]
    labels: NDArray[np.intp]


def micro_clusters(
    vectors: Vectors, weights: NDArray[np.float64], *, at_least: int, seed: int
) -> MicroClusters:
    """Groups of near-identical rows; up to 1,500 rows, every row is its own group.

    ``vectors`` has shape (n, d) and no missing values, ``weights`` (n,) counts duplicates. There
    are n/7 groups, within 300 and 1,500, and never fewer than ``at_least``. Fitted on at most
    50,000 rows. Groups that stay empty are left out.

    >>> micro_clusters(np.eye(3, dtype=np.float32), np.ones(3), at_least=2, seed=1).labels.tolist()
    [0, 1, 2]
    """
    if len(vectors) <= MAX_GROUPS:
        return MicroClusters(
            vectors.astype(np.float64), weights.astype(np.float64), np.arange(len(vectors))
        )
    groups = max(min(MAX_GROUPS, max(len(vectors) // _ROWS_OF_GROUP, _LEAST_GROUPS)), at_least)
    labels = _fitted_labels(vectors, weights, groups, seed)
    _, labels = np.unique(labels, return_inverse=True)
    return MicroClusters(*weighted_means(vectors, weights, labels), labels)


def _fitted_labels(
    vectors: Vectors, weights: NDArray[np.float64], groups: int, seed: int
) -> NDArray[np.intp]:
    sample = sampled_rows(len(vectors), MAX_FITTED, seed)
    return nearest(vectors, _centres(vectors[sample], weights[sample], groups, seed))


def _centres(
    vectors: Vectors, weights: NDArray[np.float64], groups: int, seed: int
) -> NDArray[np.float64]:
    """Centres (groups, d) by k-means in batches: each moves to the mean of all it was given.

    Source: Sculley 2010, "Web-scale k-means clustering".
    """
    random = np.random.default_rng(seed)
    share = weights / weights.sum()
    centres = vectors[random.choice(len(vectors), groups, replace=False, p=share)].astype(float)
    weight_of = np.zeros(groups)
    size = min(_BATCH, len(vectors))
    for _ in range(_PASSES * len(vectors) // size):
        drawn = random.integers(len(vectors), size=size)
        sums, new = _sums(vectors[drawn], weights[drawn], nearest(vectors[drawn], centres), groups)
        weight_of += new
        centres += (sums - new[:, None] * centres) / np.maximum(weight_of, 1e-12)[:, None]
    return centres


def weighted_means(
    vectors: NDArray[np.floating], weights: NDArray[np.float64], labels: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted mean of the rows of every label 0..k-1, shape (k, d), and the weight of each (k,).

    Every label must occur; rows with a label below 0 are left out, without a copy of the others.

    >>> weighted_means(np.eye(2, dtype=np.float32), np.array([1.0, 3.0]), np.array([0, 0]))
    (array([[0.25, 0.75]]), array([4.]))
    """
    sums, total = _sums(vectors, weights, labels, int(labels.max(initial=-1)) + 1)
    return sums / total[:, None], total


def _sums(
    vectors: NDArray[np.floating],
    weights: NDArray[np.float64],
    labels: NDArray[np.intp],
    groups: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted sum of the rows of every label, shape (groups, d), and the weight of each."""
    from scipy.sparse import csr_matrix

    sums = np.zeros((groups, vectors.shape[1]))
    # In blocks: the product wants float64, and all rows at once would be gigabytes.
    for start in range(0, len(labels), MAX_FITTED):
        own = labels[start : start + MAX_FITTED]
        rows = np.flatnonzero(own >= 0)
        cells = (weights[start + rows], (own[rows], rows))
        sums += csr_matrix(cells, shape=(groups, len(own))) @ vectors[start : start + len(own)]
    total = np.bincount(labels[labels >= 0], weights[labels >= 0], groups)
    return sums, total.astype(np.float64)


def nearest(vectors: Vectors, centroids: NDArray[np.floating]) -> NDArray[np.intp]:
    """Index of the centroid (k, d) nearest to every row (n, d) by Euclidean distance, shape (n,).

    Works through blocks of 8,000 rows: a thousand centroids times all rows would be gigabytes.

    >>> nearest(np.eye(2, dtype=np.float32), np.array([[0.0, 1.0], [1.0, 0.0]])).tolist()
    [1, 0]
    """
    centres = centroids.astype(np.float32)
    half = 0.5 * np.einsum("ij,ij->i", centres, centres)
    blocks = [
        np.argmax(vectors[start : start + _BLOCK] @ centres.T - half, axis=1)
        for start in range(0, len(vectors), _BLOCK)
    ]
    return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.intp)


def sampled_rows(rows: int, at_most: int, seed: int) -> NDArray[np.intp]:
    """Row numbers in order: all of them, or ``at_most`` drawn without replacement.

    >>> sampled_rows(3, 5, 1).tolist(), len(sampled_rows(100, 5, 1))
    ([0, 1, 2], 5)
    """
    if rows <= at_most:
        return np.arange(rows)
    chosen = np.random.default_rng(seed).choice(rows, at_most, replace=False)
    return np.sort(chosen)
