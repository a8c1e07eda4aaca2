from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_assess.analysis.theme_figures.together import together

BOTH, LATE, PRICE, NONE = {"late", "price"}, {"late"}, {"price"}, set[str]()


def test_the_odds_ratio_by_hand() -> None:
    (pair,) = together([BOTH] * 12 + [LATE] * 8 + [PRICE] * 10 + [NONE] * 70)
    ratio = 12.5 * 70.5 / (8.5 * 10.5)
    error = math.sqrt(1 / 12.5 + 1 / 8.5 + 1 / 10.5 + 1 / 70.5)
    assert pair.odds.value == pytest.approx(ratio)
    assert pair.odds.low == pytest.approx(ratio * math.exp(-1.959963984540054 * error))
    assert pair.odds.high == pytest.approx(ratio * math.exp(1.959963984540054 * error))
    assert pair.odds.detail == {"both": 12, "first": 20, "second": 22}
    assert pair.lift == pytest.approx(12 * 100 / (20 * 22))
    assert (pair.odds.n, pair.word) == (100, "together")


def test_themes_that_avoid_each_other() -> None:
    (pair,) = together([BOTH] * 5 + [LATE] * 60 + [PRICE] * 60 + [NONE] * 5)
    assert pair.word == "apart"
    assert pair.lift < 1


def test_four_submissions_are_never_a_pair() -> None:
    assert together([BOTH] * 4 + [LATE] * 20 + [PRICE] * 20) == ()
    assert together([]) == ()
    assert together([NONE] * 30) == ()


def test_pairs_that_are_not_shown_still_count_as_looked_at() -> None:
    base = [BOTH] * 12 + [LATE] * 8 + [PRICE] * 10 + [NONE] * 70
    (alone,) = together(base)
    crowd = [{f"t{i}"} for i in range(10) for _ in range(5)]
    among = together([*base[:-50], *crowd])
    assert [(pair.first, pair.second) for pair in among] == [("late", "price")]
    assert among[0].p == pytest.approx(alone.p * math.comb(12, 2), rel=1e-9)


def test_unlinked_themes_are_rarely_called_linked() -> None:
    """200 sets of 300 submissions with 12 unlinked themes: one false claim in twenty at most."""
    random = np.random.default_rng(8)
    rates = np.linspace(0.03, 0.4, 12)
    false = 0
    for _ in range(200):
        raised = random.random((300, 12)) < rates
        pairs = together([[f"t{i:02}" for i in np.flatnonzero(row)] for row in raised])
        false += any(pair.word != "no clear link" for pair in pairs)
    assert false <= 18


SUBMISSIONS = st.lists(st.sets(st.sampled_from("abcde")), max_size=60)


@settings(deadline=None)
@given(SUBMISSIONS)
def test_order_and_repeats_decide_nothing(submissions: list[set[str]]) -> None:
    pairs = together(submissions)
    assert together([[*themes, *themes] for themes in reversed(submissions)]) == pairs
    for pair in pairs:
        assert pair.first < pair.second
        assert pair.odds.detail["both"] >= 5
        assert pair.odds.low < pair.odds.value < pair.odds.high
        if pair.word != "no clear link":
            assert pair.p < 0.05
            assert (pair.odds.low > 1) == (pair.word == "together")
            assert (pair.odds.high < 1) == (pair.word == "apart")
