"""Ward's tree over weighted points, by nearest-neighbour chains; cut it anywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Merge = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Tree:
    """All merges of m points, lowest first.

    Row i of ``merges`` (m - 1, 2) joins two nodes into node m + i; nodes below m are the points.
    ``heights`` (m - 1,) is the growth of the within-group sum of squares, in the same order.
    """

    points: int
    merges: NDArray[np.intp]
    heights: Floats

    def cut(self, k: int) -> NDArray[np.intp]:
        """Group 0..k-1 of every point after all but the last k - 1 merges, shape (m,).

        k is brought within 1 and m. Groups are numbered by their first point, and a cut at k - 1
        always joins two groups of the cut at k.

        >>> ward(np.array([[0.0], [0.1], [5.0]]), np.ones(3)).cut(2).tolist()
        [0, 0, 1]
        """
        k = min(max(k, 1), self.points)
        parent = np.arange(2 * self.points - 1)
        for row in range(self.points - k):
            parent[self.merges[row]] = self.points + row
        # A merge always points to a later node, so one pass from the top finds every root.
        for node in range(len(parent) - 1, -1, -1):
            parent[node] = parent[parent[node]]
        return _numbered_by_first(parent[: self.points])


def ward(points: Floats, weights: Floats) -> Tree:
    """Ward's tree of points (m, d) that stand for ``weights`` (m,) comments each.

    No missing values; weights above zero. Distances cost m² float64, so m stays in the thousands.
    Source: Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms", NN-chain with
    the Lance-Williams update for Ward.

    >>> tree = ward(np.array([[0.0], [1.0], [9.0]]), np.array([1.0, 3.0, 1.0]))
    >>> tree.merges.tolist(), tree.heights.tolist()
    ([[0, 1], [2, 3]], [0.75, 54.45])
    """
    found = _chain_merges(_ward_distances(points, weights), weights.astype(np.float64))
    order = sorted(range(len(found)), key=lambda i: found[i][2])
    return _relabelled(len(points), [found[i] for i in order])


def ward_over(points: Floats, weights: Floats, groups: NDArray[np.intp]) -> Tree:
    """A tree that has the given groups 0..k-1 (m,) as its cut at k, and Ward's merges elsewhere.

    Below that cut every group is a Ward tree of its own points (so a cut at more than k splits
    groups), above it Ward joins the groups. Shapes and missing values as in ``ward``; every group
    number must occur.

    >>> points = np.array([[0.0], [0.1], [5.0], [9.0]])
    >>> tree = ward_over(points, np.ones(4), np.array([0, 1, 0, 1]))
    >>> tree.cut(2).tolist(), tree.cut(3).tolist()
    ([0, 1, 0, 1], [0, 1, 0, 2])
    """
    order = np.argsort(groups, kind="stable")
    inside: list[Merge] = []
    tops: list[int] = []
    for members in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        inside += _renamed(ward(points[members], weights[members]), members)
        tops.append(int(members[-1]))
    total = np.bincount(groups, weights=weights).astype(np.float64)
    shares = weights / total[groups]
    centres = np.zeros((len(total), points.shape[1]))
    np.add.at(centres, groups, points * shares[:, None])
    inside.sort(key=lambda merge: merge[2])
    above = _renamed(ward(centres, total), np.array(tops, dtype=np.intp))
    return _relabelled(len(points), [*inside, *above])


def _renamed(tree: Tree, names: NDArray[np.intp]) -> list[Merge]:
    """The tree's merges as (slot, slot, height), where a group's slot is its last point's name."""
    slot = list(range(tree.points))
    merges = []
    for (one, other), height in zip(tree.merges.tolist(), tree.heights.tolist(), strict=True):
        gone, kept = sorted((slot[one], slot[other]))
        merges.append((int(names[gone]), int(names[kept]), height))
        slot.append(kept)
    return merges


def _ward_distances(points: Floats, weights: Floats) -> Floats:
    # Without scipy: the first split in a web process should not wait for its import.
    square = np.einsum("ij,ij->i", points, points)
    squared = np.maximum(np.add.outer(square, square) - 2 * (points @ points.T), 0.0)
    distances: Floats = squared * (np.outer(weights, weights) / np.add.outer(weights, weights))
    np.fill_diagonal(distances, np.inf)
    return distances


def _chain_merges(distances: Floats, weights: Floats) -> list[Merge]:
    """Merges as (slot, slot, height); the second slot carries the new group on."""
    size = weights.copy()
    alive = np.ones(len(size), dtype=bool)
    floor = np.zeros(len(size))
    merges: list[Merge] = []
    chain: list[int] = []
    while len(merges) < len(size) - 1:
        if not chain:
            chain.append(int(np.argmax(alive)))
        here = chain[-1]
        there = int(np.argmin(distances[here]))
        # Staying with the previous link on a tie is what makes the chain end.
        if len(chain) > 1 and distances[here, chain[-2]] <= distances[here, there]:
            there = chain[-2]
            del chain[-2:]
            # Rounding must not put a merge below the merges it is made of.
            height = max(float(distances[here, there]), floor[here], floor[there])
            merges.append((here, there, height))
            floor[there] = height
            _join(distances, size, alive, here, there)
        else:
            chain.append(there)
    return merges


def _join(distances: Floats, size: Floats, alive: NDArray[np.bool_], gone: int, kept: int) -> None:
    """Lance-Williams update in place: group ``gone`` becomes part of ``kept``."""
    a, b = size[gone], size[kept]
    alive[gone] = False
    others = alive.copy()
    others[kept] = False
    n = size[others]
    updated = (
        (a + n) * distances[gone, others]
        + (b + n) * distances[kept, others]
        - n * distances[gone, kept]
    ) / (a + b + n)
    distances[kept, others] = updated
    distances[others, kept] = updated
    distances[gone, :] = np.inf
    distances[:, gone] = np.inf
    size[kept] = a + b


def _relabelled(points: int, merges: list[Merge]) -> Tree:
    node = list(range(points))
    pairs = np.zeros((len(merges), 2), dtype=np.intp)
    for row, (gone, kept, _) in enumerate(merges):
        pairs[row] = sorted((node[gone], node[kept]))
        node[kept] = points + row
    return Tree(points, pairs, np.array([height for *_, height in merges]))


def _numbered_by_first(groups: NDArray[np.intp]) -> NDArray[np.intp]:
    _, first, labels = np.unique(groups, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[labels]
