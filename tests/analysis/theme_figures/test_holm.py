from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.theme_figures.holm import holm, two_sided

P_VALUES = st.lists(st.floats(0, 1), max_size=12)


@given(P_VALUES)
def test_adjusting_keeps_the_order_and_never_helps(values: list[float]) -> None:
    adjusted = holm(values)
    assert all(before <= after <= 1 for before, after in zip(values, adjusted, strict=True))
    by_value = [after for _, after in sorted(zip(values, adjusted, strict=True))]
    assert by_value == sorted(by_value)
    # Never worse than Bonferroni, which multiplies all of them.
    assert all(
        after <= min(1, len(values) * before) + 1e-12
        for before, after in zip(values, adjusted, strict=True)
    )


@given(P_VALUES, st.integers(0, 5))
def test_comparisons_that_are_not_shown_count_too(values: list[float], more: int) -> None:
    family = holm(values, len(values) + more)
    assert family == holm([*values, *[1.0] * more])[: len(values)]


def test_one_comparison_is_as_it_is_and_a_family_is_never_smaller() -> None:
    assert holm([0.03]) == (0.03,)
    with pytest.raises(ValueError, match="family of 1 for 2"):
        holm([0.1, 0.2], 1)


def test_two_sided_normal_scores() -> None:
    assert two_sided(-2.575829) == pytest.approx(0.01, abs=1e-6)
