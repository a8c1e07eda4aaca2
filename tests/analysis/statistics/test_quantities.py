"""Means, medians, distributions, waits, flow, time shares, saturation, leaders."""

from __future__ import annotations

import numpy as np
import pytest

from sop_assess.analysis.frames import Column
from sop_assess.analysis.statistics import distribution, mean, median
from sop_assess.analysis.statistics.flow import Step, flow, rolled
from sop_assess.analysis.statistics.leader_agreement import leader_agreement
from sop_assess.analysis.statistics.saturation import saturation
from sop_assess.analysis.statistics.time_share import slot_agreement, time_shares
from sop_assess.analysis.statistics.waits import waits
from sop_assess.errors import TooFewError

ALL = np.arange(5)


def _ordinal(points, favour=(-1, -1, 0, 1, 1)):
    numbers = np.asarray(points, dtype=float)
    return Column(
        "q", "ordinal", np.where(np.isnan(numbers), 7, 0).astype(np.int8),
        categories=tuple("abcde"), favour=np.asarray(favour, dtype=float),
        codes=np.where(np.isnan(numbers), 0, numbers).astype(np.int16) - 1, numbers=numbers,
    )  # fmt: skip


def test_mean_with_sides_and_interval():
    result = mean.compute(_ordinal([1, 3, 4, 5, np.nan]), ALL)
    assert (result.n, result.value) == (4, 3.25)
    assert result.detail["favourable"] == 0.5
    assert result.detail["neutral"] == result.detail["unfavourable"] == 0.25
    assert 1 <= result.low < 3.25 < result.high <= 5
    assert mean.compute(_ordinal([1, 3, 4, 5, np.nan]), ALL, 4).low == 3.25


def test_equal_answers_carry_a_caveat_and_one_answer_is_refused():
    assert mean.compute(_ordinal([4] * 5), ALL).caveat
    with pytest.raises(TooFewError):
        mean.compute(_ordinal([4, np.nan, np.nan, np.nan, np.nan]), ALL)


def test_ratings_split_at_five_and_seven():
    ratings = Column("q", "rating", np.zeros(5, np.int8), numbers=np.array([0, 4, 5, 6, 7.0]))
    detail = mean.compute(ratings, ALL).detail
    assert (detail["unfavourable"], detail["neutral"], detail["favourable"]) == (0.4, 0.4, 0.2)


def test_distribution_of_several_choices():
    chosen = np.array([[1, 1], [1, 0], [0, 0]], dtype=bool)
    column = Column("q", "multiple", np.array([0, 0, 7], np.int8), categories=("a", "b"),
                    chosen=chosen)  # fmt: skip
    result = distribution.compute(column, np.arange(3))
    assert (result.n, result.detail["shares"]) == (2, {"a": 1.0, "b": 0.5})
    assert result.detail["states"] == {"answered": 2, "skipped": 1}
    with pytest.raises(TooFewError):
        distribution.compute(column, np.array([2]))


@pytest.mark.parametrize(
    ("n", "low", "high"), [(5, None, None), (6, 1, 6), (10, 2, 9), (20, 6, 15), (50, 18, 33)]
)
def test_the_median_interval_uses_the_binomial_ranks(n, low, high):
    values = np.arange(1.0, n + 1)
    assert median.quantile_interval(values, 0.5)[1:] == (low, high)


def test_quantile_intervals_cover_the_truth():
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        _, low, high = median.quantile_interval(rng.exponential(size=40), 0.5)
        hits += low <= np.log(2) <= high
    assert hits >= 370


def test_waits_by_source_count_what_never_arrived():
    starts = np.array([0, 0, 0, 0, 5, np.nan])
    ends = np.array([10, 20, np.nan, 30, 1, 3])
    found = waits(starts, ends, np.array([0, 0, 0, 1, 1, 1]), ["mail", "web", "fax"])
    assert (found["mail"].value, found["mail"].detail["never_arrived"]) == (15, 1)
    assert (found["web"].n, found["web"].detail["negative"]) == (1, 1)
    assert "fax" not in found
    with pytest.raises(TooFewError):
        waits(np.array([np.nan]), np.array([1.0]), np.array([0]), ["mail"])


def test_order_to_cash_chain():
    steps = [Step("order entry", 18, 270, 0.80), Step("credit release", 10, 240, 0.99),
             Step("pick list", 1, 480, 0.95), Step("pick and load", 15, 240, 0.95)]  # fmt: skip
    result = flow(steps, traced=5)
    assert (result.detail["process"], result.detail["lead"]) == (44, 1230)
    assert result.value == pytest.approx(0.0358, abs=5e-5)
    assert result.detail["rolled"] == pytest.approx(0.7148, abs=5e-5)
    assert result.detail["longest"] == "pick list"
    with pytest.raises(TooFewError):
        flow(steps, traced=4)


def test_perfect_order():
    assert rolled([0.94, 0.97, 0.99, 0.96]) == pytest.approx(0.867, abs=5e-4)


def test_two_observers_in_slots():
    one = [(0, 20, "admin"), (20, 45, "wait"), (45, 60, "call")]
    two = [(0, 24, "admin"), (24, 45, "wait"), (45, 57, "call"), (57, 60, "admin")]
    result = slot_agreement(one, two)
    assert result.n == 60
    assert result.value == pytest.approx(0.8217, abs=5e-5)
    assert result.detail["agreement"] == pytest.approx(0.8833, abs=5e-5)
    assert result.detail["concordance"] == pytest.approx(0.5488, abs=5e-5)
    assert slot_agreement(one, one).value == pytest.approx(1.0)
    for second in ([], [(60, 70, "call")]):
        with pytest.raises(TooFewError):
            slot_agreement(one, second)


def test_time_shares_resample_whole_sessions():
    durations = np.array([[60, 0], [30, 30], [0, 60.0]])
    touch, waiting = time_shares(durations, ["mon", "mon", "tue"], seed=1)
    assert touch.value == waiting.value == 0.5
    assert touch.low == 0.0
    assert touch.high == 1.0
    assert touch == time_shares(durations, ["mon", "mon", "tue"], seed=1)[0]
    with pytest.raises(TooFewError):
        time_shares(durations, ["mon"] * 3, seed=1)
    with pytest.raises(TooFewError):
        time_shares(durations[:2], ["mon", "tue"], seed=1)


def test_saturation_by_base_and_run():
    result = saturation([5, 3, 2, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    assert result.detail["base_codes"] == 11
    ratios = result.detail["ratios"]
    assert [round(ratios[str(i)], 3) for i in (4, 5, 6, 7, 8)] == [0.091, 0, 0.091, 0.091, 0]
    assert result.detail["reached"]
    for codes in ([5, 3, 2, 1, 1], [0] * 8):
        with pytest.raises(TooFewError):
            saturation(codes)


def test_leaders_agree_or_are_split():
    assert leader_agreement(np.array([4, 4, 5, 4.0]), 5).value == 0.875
    split = leader_agreement(np.array([1, 5, 1, 5.0]), 5)
    assert split.value == 0
    assert split.detail["highest"] == 5
    with pytest.raises(TooFewError):
        leader_agreement(np.array([4, np.nan, 4.0]), 5)
