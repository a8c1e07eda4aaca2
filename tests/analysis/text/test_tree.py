from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from sklearn.metrics import adjusted_rand_score

from sop_assess.analysis.text.tree import ward

Groups = list[list[int]]


def _growth(
    points: NDArray[np.float64], weights: NDArray[np.float64], a: list[int], b: list[int]
) -> float:
    def inertia(rows: list[int]) -> float:
        middle = np.average(points[rows], axis=0, weights=weights[rows])
        return float((weights[rows] * ((points[rows] - middle) ** 2).sum(axis=1)).sum())

    return inertia(a + b) - inertia(a) - inertia(b)


def _brute_force(
    points: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[list[float], list[Groups]]:
    groups: Groups = [[i] for i in range(len(points))]
    heights, cuts = [], [list(groups)]
    while len(groups) > 1:
        growth = {
            (i, j): _growth(points, weights, groups[i], groups[j])
            for i, j in combinations(range(len(groups)), 2)
        }
        i, j = min(growth, key=lambda pair: growth[pair])
        heights.append(growth[i, j])
        groups = [g for n, g in enumerate(groups) if n not in (i, j)] + [groups[i] + groups[j]]
        cuts.append(list(groups))
    return heights, cuts


@pytest.mark.parametrize("seed", range(4))
def test_weighted_ward_is_the_greedy_optimum(seed: int) -> None:
    random = np.random.default_rng(seed)
    points, weights = random.normal(size=(14, 3)), random.integers(1, 20, 14).astype(float)
    tree = ward(points, weights)
    heights, cuts = _brute_force(points, weights)
    np.testing.assert_allclose(tree.heights, heights, rtol=1e-9)
    for groups in cuts:
        expected = np.empty(14, dtype=int)
        for label, rows in enumerate(groups):
            expected[rows] = label
        assert adjusted_rand_score(tree.cut(len(groups)), expected) == 1.0


def test_equal_weights_agree_with_scipy() -> None:
    points = np.random.default_rng(3).normal(size=(60, 5))
    expected = linkage(points, "ward")[:, 2] ** 2 / 2
    np.testing.assert_allclose(ward(points, np.ones(60)).heights, expected, rtol=1e-9)


def test_a_weight_is_as_good_as_copies() -> None:
    points = np.array([[0.0], [1.0], [3.0], [3.5]])
    weights = np.array([1, 4, 2, 1])
    copies = ward(np.repeat(points, weights, axis=0), np.ones(8))
    weighted = ward(points, weights.astype(float))
    np.testing.assert_allclose(weighted.heights, copies.heights[-3:], atol=1e-12)


def test_cuts_nest_and_ties_end() -> None:
    points = np.repeat(np.random.default_rng(5).integers(0, 3, (25, 2)), 2, axis=0).astype(float)
    tree = ward(points, np.ones(50))
    assert (np.diff(tree.heights) >= 0).all()
    for k in range(2, 12):
        fine, coarse = tree.cut(k), tree.cut(k - 1)
        assert len(set(fine)) == k
        assert len(set(zip(fine, coarse, strict=True))) == k


def test_cut_outside_the_range_is_brought_inside() -> None:
    tree = ward(np.array([[0.0], [1.0]]), np.ones(2))
    assert tree.cut(0).tolist() == [0, 0]
    assert tree.cut(9).tolist() == [0, 1]


def test_one_point() -> None:
    assert ward(np.zeros((1, 2)), np.ones(1)).cut(1).tolist() == [0]
