from __future__ import annotations

import math

import numpy as np
import pytest

from sop_assess.analysis.frames import Column
from sop_assess.analysis.statistics.share import compute, effective_size, share, wilson
from sop_assess.errors import TooFewError


@pytest.mark.parametrize(
    ("passed", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_published_intervals(passed, n, low, high):
    assert wilson(passed, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("n", "low"),
    [(1, 0.207), (3, 0.439), (4, 0.510), (5, 0.566), (9, 0.701), (10, 0.722), (20, 0.839),
     (30, 0.886)],
)  # fmt: skip
def test_lower_bound_when_all_passed(n, low):
    assert wilson(n, n)[0] == pytest.approx(low, abs=5e-4)
    assert wilson(n, n)[1] == 1.0


def test_a_census_leaves_nothing_to_estimate_and_half_of_it_narrows():
    assert wilson(7, 10, 10) == (0.7, 0.7)
    open_ended, finite = wilson(7, 10), wilson(7, 10, 20)
    assert open_ended[0] < finite[0] < 0.7 < finite[1] < open_ended[1]
    assert math.isinf(effective_size(12, 10))


def test_other_states_never_enter_the_denominator():
    states = np.array([0, 0, 0, 1, 3, 4, 7], np.int8)
    codes = np.array([0, 0, 1, -1, -1, -1, -1], np.int16)
    fact = Column("q", "fact", states, categories=("yes", "no"), codes=codes)
    result = compute(fact, np.arange(7))
    assert (result.n, result.value) == (3, pytest.approx(2 / 3))
    assert result.detail["states"] == {
        "answered": 3, "not_applicable": 1, "not_observed": 1, "cannot_recall": 1, "skipped": 1,
    }  # fmt: skip
    assert "counts" in (result.caveat or "")
    with pytest.raises(TooFewError) as refused:
        compute(fact, np.array([3, 4]))
    assert "Wait" in refused.value.sentence


def test_nothing_is_refused():
    with pytest.raises(TooFewError):
        share(0, 0)
