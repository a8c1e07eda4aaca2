from __future__ import annotations

import numpy as np
import pytest

from sop_assess.analysis.statistics.agreement import agreement, cohen_kappa, krippendorff_alpha
from sop_assess.errors import TooFewError


def _table(*lines: str) -> np.ndarray:
    return np.array([[np.nan if c == "*" else float(c) for c in line] for line in lines])


FOUR_OBSERVERS = _table("12332141 2***".replace(" ", ""), "1233224125*3", "*33323422 51*".replace(
    " ", ""), "12332441251*")  # fmt: skip
THREE_CODERS = _table("*****34121133*3", "1*213343*******", "**21344*21133*4")


@pytest.mark.parametrize(
    ("level", "alpha"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_krippendorffs_example_of_four_observers(level, alpha):
    assert krippendorff_alpha(FOUR_OBSERVERS, level) == pytest.approx(alpha, abs=1e-6)


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.691358), ("interval", 0.810845)])
def test_three_coders_with_gaps(level, alpha):
    assert krippendorff_alpha(THREE_CODERS, level) == pytest.approx(alpha, abs=1e-6)


def test_two_raters_on_a_binary_scale():
    alpha = krippendorff_alpha(_table("0100000010", "1110010000"))
    assert alpha == pytest.approx(0.095238, abs=1e-6)


def test_the_order_of_raters_and_units_does_not_matter():
    shuffled = FOUR_OBSERVERS[[2, 0, 3, 1]][:, ::-1]
    assert krippendorff_alpha(shuffled, "ordinal") == pytest.approx(0.815388, abs=1e-6)


def test_the_bootstrap_is_repeatable_and_contains_the_value():
    first = agreement(FOUR_OBSERVERS, "nominal", seed=7, resamples=200)
    assert first == agreement(FOUR_OBSERVERS, "nominal", seed=7, resamples=200)
    assert first.n == 11
    assert first.low < first.value < first.high <= 1
    assert "20" in (first.caveat or "")


@pytest.mark.parametrize("lines", [("12*", "**3"), ("111", "111"), ("***", "***")])
def test_without_doubled_or_differing_answers_it_refuses(lines):
    with pytest.raises(TooFewError):
        agreement(_table(*lines), "nominal", seed=1)


def test_cohens_kappa_as_printed_by_sas():
    table = np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    plain, linear = cohen_kappa(table), cohen_kappa(table, "linear")
    assert plain.value == pytest.approx(0.4842, abs=5e-5)
    assert plain.detail["error"] == pytest.approx(0.1380, abs=5e-5)
    assert (plain.low, plain.high) == pytest.approx((0.2137, 0.7547), abs=1e-4)
    assert linear.value == pytest.approx(0.4701, abs=5e-5)


def test_kappa_refuses_when_one_category_was_used():
    with pytest.raises(TooFewError):
        cohen_kappa(np.array([[9, 0], [0, 0]]))
