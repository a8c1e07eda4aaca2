from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.statistics.mean import mean_interval
from sop_assess.analysis.theme_figures.severity import severity
from sop_assess.errors import TooFewError


def test_below_five_it_is_refused_whatever_else_was_written() -> None:
    with pytest.raises(TooFewError) as refused:
        severity(np.array([4, 4, 4, 4] + [np.nan] * 20))
    assert "there are 4" in refused.value.sentence


@pytest.mark.parametrize("wrong", [0, 5, 2.5])
def test_another_number_is_no_severity(wrong: float) -> None:
    with pytest.raises(ValueError, match="1, 2, 3, 4"):
        severity(np.array([1, 2, 3, 4, wrong]))


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, float("nan")]), min_size=5, max_size=60))
def test_the_mean_of_what_was_given_within_the_scale(given_steps: list[float]) -> None:
    values = np.array(given_steps)
    known = values[~np.isnan(values)]
    if len(known) < 5:
        return
    result = severity(values)
    mean, low, high = mean_interval(values)
    assert (result.n, result.value) == (len(known), mean)
    assert (result.low, result.high) == (max(1.0, low), min(4.0, high))
    assert sum(result.detail["steps"].values()) == result.n
    assert (result.caveat is not None) == (np.ptp(known) == 0)
