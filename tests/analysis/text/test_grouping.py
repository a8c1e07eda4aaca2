from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from sop_assess.analysis.text.embedder import LsaEmbedder, unit_rows
from sop_assess.analysis.text.grouping import dissolve_small, group, pieces
from sop_assess.analysis.text.languages import get_language
from sop_assess.analysis.text.micro import micro_clusters, nearest
from sop_assess.analysis.text.names import log_odds
from sop_assess.analysis.text.number import _silhouettes, candidates, choose
from sop_assess.analysis.text.quotes import choose_quotes
from sop_assess.analysis.text.stability import bootstraps, mixed
from sop_assess.analysis.text.tree import ward


def _blobs(groups: int, rows: int, noise: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(groups), rows)
    centres = np.eye(max(groups, 12))[:groups]
    return unit_rows(centres[labels] + random.normal(0, noise, (len(labels), 12))), labels


def test_silhouette_is_the_usual_one() -> None:
    rows, labels = _blobs(4, 20, 0.3)
    assert _silhouettes(rows, labels).mean() == pytest.approx(
        silhouette_score(rows, labels, metric="cosine"), abs=1e-5
    )


def test_candidates_are_few_for_small_samples_and_grow_slowly() -> None:
    assert candidates(40) == (3, 4, 5)
    assert candidates(120)[-1] == 8
    assert candidates(600)[-1] <= 17
    assert candidates(10**6)[0] == 60
    most = [candidates(n)[-1] for n in range(10, 3000, 10)]
    assert all(later >= earlier for earlier, later in itertools.pairwise(most))


def test_without_structure_the_rule_of_thumb_holds() -> None:
    rows = unit_rows(np.random.default_rng(1).normal(size=(400, 60)))
    cuts = {k: np.arange(400) % k for k in (3, 4, 5)}
    assert choose(cuts, rows, tier="fine") == (4, "rule of thumb")


def test_weights_decide_what_the_tree_joins() -> None:
    rows = np.array([[0.0, 1.0], [0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
    even = ward(rows.astype(float), np.ones(3))
    heavy = ward(rows.astype(float), np.array([90.0, 90.0, 1.0]))
    assert even.cut(2).tolist() == [0, 0, 1]
    assert heavy.cut(2).tolist() == [0, 1, 1]


def test_the_groups_themselves_are_a_cut_of_the_tree_over_their_pieces() -> None:
    rows, _labels = _blobs(12, 200, 0.35)
    found = group(rows, np.ones(len(rows)), themes=9, tier="fine", seed=1)
    parts = pieces(rows, np.ones(len(rows)), found)
    placed = parts.of_row >= 0
    k = int(found.labels.max()) + 1
    assert (parts.tree.cut(k)[parts.of_row[placed]] == found.labels[placed]).all()
    assert (found.labels[~placed] == -1).all()
    coarse, fine = parts.tree.cut(k - 3), parts.tree.cut(k + 3)
    for finer, coarser in ((parts.tree.cut(k), coarse), (fine, parts.tree.cut(k))):
        inside = {(a, b) for a, b in zip(finer.tolist(), coarser.tolist(), strict=True)}
        assert len(inside) == finer.max() + 1


def test_micro_clusters_stand_for_all_rows() -> None:
    rows, _ = _blobs(6, 350, 0.2)
    weights = np.random.default_rng(2).integers(1, 5, len(rows)).astype(float)
    micro = micro_clusters(rows, weights, at_least=24, seed=1)
    assert 24 <= len(micro.centroids) <= 300
    assert micro.weights.sum() == weights.sum()
    own = np.average(rows[micro.labels == 0], axis=0, weights=weights[micro.labels == 0])
    np.testing.assert_allclose(micro.centroids[0], own, atol=1e-5)


def test_nearest_is_euclidean_for_centroids_of_any_length() -> None:
    random = np.random.default_rng(4)
    rows = random.normal(size=(200, 5)).astype(np.float32)
    centres = random.normal(size=(7, 5)) * random.uniform(0.1, 3, (7, 1))
    distance = ((rows[:, None] - centres[None]) ** 2).sum(axis=2)
    assert nearest(rows, centres).tolist() == distance.argmin(axis=1).tolist()


def test_small_groups_join_their_neighbour_but_never_vanish_together() -> None:
    rows = unit_rows(np.array([[1.0, 0.0]] * 3 + [[0.9, 0.1]] + [[0.0, 1.0]] * 3))
    assert dissolve_small(rows, np.ones(7), np.array([0, 0, 0, 1, 2, 2, 2])).tolist() == [
        0, 0, 0, 0, 1, 1, 1,
    ]  # fmt: skip
    assert dissolve_small(rows[:2], np.ones(2), np.array([0, 1])).tolist() == [0, 1]


def test_clear_groups_are_firm_and_arbitrary_ones_loose() -> None:
    rows, labels = _blobs(4, 25, 0.05)
    runs = bootstraps(rows, np.ones(100), themes=4, tier="fine", seed=1)
    assert runs.jaccard(labels, 4).min() > 0.95
    flat = unit_rows(np.random.default_rng(1).normal(size=(120, 30)))
    arbitrary = np.arange(120) % 6
    runs = bootstraps(flat, np.ones(120), themes=6, tier="fine", seed=1)
    assert runs.jaccard(arbitrary, 6).max() < 0.5


def test_the_least_coherent_themes_are_mixed() -> None:
    assert mixed(np.array([0.9, 0.1, 0.8])).sum() == 0
    assert np.flatnonzero(mixed(np.linspace(0.9, 0.2, 20))).tolist() == [17, 18, 19]


def test_log_odds_grow_with_evidence_and_shrink_rare_words() -> None:
    z = log_odds(np.array([[2.0, 0.0], [40.0, 0.0], [50.0, 50.0]]), np.array([100.0, 100.0]))
    assert z[1, 0] > z[0, 0] > z[2, 0]
    assert z[2, 0] == pytest.approx(0)


def test_quotes_differ_and_have_a_readable_length() -> None:
    texts = [
        "the stock list is wrong again",
        "The stock list is wrong again!",
        "stock list",
        "customers wait because the list is old",
        "word " * 60,
    ]
    rows = unit_rows(np.array([[1, 0.1], [1, 0.1], [1, 0], [0.8, 0.5], [1, 0.05]]))
    assert choose_quotes(texts, rows, np.array([1.0, 0.1])) == [0, 3]


def test_quotes_of_short_texts_only() -> None:
    rows = unit_rows(np.array([[1.0, 0.0], [0.9, 0.2]]))
    assert sorted(choose_quotes(["late", "slow"], rows, np.array([1.0, 0.0]))) == [0, 1]


def test_lexical_vectors_have_length_one_or_zero() -> None:
    lexical = LsaEmbedder(get_language("en"))
    lexical.fit(["stock list wrong", "stock list late", "invoice wrong"], seed=1)
    lengths = np.linalg.norm(lexical.embed(["stock", "unheard", ""]), axis=1)
    assert lengths.tolist() == pytest.approx([1.0, 0.0, 0.0])
