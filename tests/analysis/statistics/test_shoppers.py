"""Severity, dependability and pooling against published examples."""

from __future__ import annotations

import numpy as np
import pytest

from sop_assess.analysis.statistics.dependability import components, dependability, intraclass
from sop_assess.analysis.statistics.pooling import pool, pool_groups
from sop_assess.analysis.statistics.severity import linked_parts, severity
from sop_assess.errors import TooFewError

JUDGES = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4],
                   [8, 2, 8, 6, 9, 7]], dtype=float).T  # fmt: skip
DYESTUFF = np.array([
    1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560,
    1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445,
], dtype=float)  # fmt: skip


def _crossed(table):
    n, k = table.shape
    return table.ravel(), np.repeat(np.arange(n), k), np.tile(np.arange(k), n)


def test_three_rooms_of_judges_are_three_parts():
    speakers = np.repeat(np.arange(51), 3)
    judges = (np.repeat(np.arange(51) % 3, 3) * 3) + np.tile(np.arange(3), 51)
    assert linked_parts(speakers, judges) == 3
    assert linked_parts(np.append(speakers, 0), np.append(judges, 1 + 3)) == 2


def test_harsh_and_lenient_shoppers_are_told_from_locations():
    ratings = np.array([3, 3, 5, 5, 3, 5.0])
    places, people = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 1, 1, 0, 1])
    model = severity(ratings, places, people)
    assert model.raw == pytest.approx([3, 5, 4])
    assert model.locations == pytest.approx([4, 4, 4])
    assert model.shoppers == pytest.approx([-1, 1])
    assert model.shared_locations == 1
    with pytest.raises(TooFewError) as refused:
        severity(ratings[:4], places[:4], people[:4])
    assert "share no location" in refused.value.sentence


def test_standard_errors_equal_the_textbook_ones_of_a_balanced_design():
    y, places, people = _crossed(JUDGES)
    model = severity(y, places, people)
    noise = 1.0194444
    assert model.location_errors == pytest.approx(np.sqrt(noise / 4), rel=1e-4)
    assert model.shopper_errors == pytest.approx(np.sqrt(noise / 6 * 3 / 4), rel=1e-4)
    assert model.shoppers.sum() == pytest.approx(0, abs=1e-9)


def test_a_shopper_and_a_location_without_a_rating_get_none_and_move_nobody():
    ratings = np.array([3, 3, 5, 5, 3, 5.0, np.nan, np.nan])
    places, people = np.array([0, 0, 2, 2, 3, 3, 1, 4]), np.array([0, 0, 2, 2, 0, 2, 1, 3])
    model = severity(ratings, places, people)
    assert model.locations == pytest.approx([4, np.nan, 4, 4, np.nan], nan_ok=True)
    assert model.shoppers == pytest.approx([-1, np.nan, 1, np.nan], nan_ok=True)


def test_a_model_without_spare_visits_refuses():
    with pytest.raises(TooFewError):
        severity(np.array([3.0, 4.0]), np.array([0, 0]), np.array([0, 1]))


def test_intraclass_correlations_of_shrout_and_fleiss():
    found = intraclass(JUDGES)
    values = (found.one_way, found.absolute, found.consistent, found.one_way_mean,
              found.absolute_mean, found.consistent_mean)  # fmt: skip
    assert values == pytest.approx((0.17, 0.29, 0.71, 0.44, 0.62, 0.91), abs=5e-3)
    assert (found.low, found.high) == pytest.approx((0.02, 0.76), abs=5e-3)


def test_variance_components_and_the_planner():
    found = components(*_crossed(JUDGES))
    assert (found.location, found.shopper, found.residual) == pytest.approx(
        (2.5556, 5.2444, 1.0194), abs=5e-5
    )
    phi = [found.dependability(n) for n in (1, 2, 3, 4, 6, 8, 10, 12)]
    assert phi == pytest.approx([0.29, 0.449, 0.55, 0.62, 0.71, 0.765, 0.803, 0.83], abs=5e-3)
    assert found.visits_needed(0.8) == 10


def test_components_survive_missing_cells():
    y, places, people = _crossed(JUDGES)
    kept = np.ones(len(y), dtype=bool)
    kept[[3, 10]] = False
    found = components(y[kept], places[kept], people[kept])
    assert found.shopper > found.location > found.residual > 0


def test_dependability_needs_five_locations_three_shoppers_fifteen_pairs():
    result = dependability(*_crossed(JUDGES))
    assert result.detail["needed"] == 10
    assert result.value == pytest.approx(0.62, abs=5e-3)
    with pytest.raises(TooFewError):
        dependability(*_crossed(JUDGES[:4]))
    with pytest.raises(TooFewError):
        dependability(*_crossed(JUDGES[:, :2]))


def test_equal_locations_need_no_planner():
    table = np.array([[1, 3.0], [3, 1], [1, 3], [3, 1]])
    with pytest.raises(TooFewError):
        components(*_crossed(table)).visits_needed()


def test_dyestuff_batches_are_pulled_to_the_mean():
    pooled = pool_groups(DYESTUFF, np.repeat(np.arange(6), 5))
    assert pooled.mean == pytest.approx(1527.5)
    assert pooled.between == pytest.approx(1764.05, abs=0.5)
    assert pooled.within == pytest.approx(2451.25, abs=0.5)
    effects = [-17.6, 0.4, 28.6, -23.1, 56.7, -45.0]
    assert pooled.values - 1527.5 == pytest.approx(effects, abs=0.06)


def test_pooling_with_known_errors_and_below_three_groups():
    pooled = pool(np.array([-1, -0.5, 0.5, 1]), np.full(4, 0.1))
    assert pooled.between == pytest.approx(0.615)
    assert pooled.pull == pytest.approx(0.016, abs=5e-4)
    assert pooled.values == pytest.approx(0.984 * np.array([-1, -0.5, 0.5, 1]), abs=5e-4)
    raw = pool(np.array([1.0, 9.0]), np.array([3.0, 3.0]))
    assert raw.values.tolist() == [1.0, 9.0]
    assert raw.between is None
    alike = pool(np.array([1.0, 1.1, 0.9]), np.full(3, 2.0))
    assert alike.values == pytest.approx([1.0, 1.0, 1.0])
