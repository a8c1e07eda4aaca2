from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.theme_figures.side import MINIMUM, side

ROLES = st.sampled_from(["problem", "keep"])
COUNTS = st.integers(0, 200)
Role = Literal["problem", "keep"]


@pytest.mark.parametrize(("against", "whole", "found"), [
    (4, 4, "problem"), (1, 5, "problem"), (2, 6, "mixed"), (3, 6, "mixed"), (4, 6, "keep"),
    (5, 5, "keep"), (33, 100, "problem"), (34, 100, "mixed"), (66, 100, "mixed"),
    (67, 100, "keep"),
])  # fmt: skip
def test_a_third_is_mixed_and_two_thirds_are_the_other_side(
    against: int, whole: int, found: str
) -> None:
    assert side("problem", whole - against, against) == found
    other = {"problem": "keep", "keep": "problem", "mixed": "mixed"}[found]
    assert side("keep", against, whole - against) == other


@given(ROLES, COUNTS, COUNTS)
def test_few_judgements_change_nothing_and_more_against_never_go_back(
    role: Role, problem: int, keep: int
) -> None:
    found = side(role, problem, keep)
    if problem + keep < MINIMUM:
        assert found == role
    more = side(role, problem, keep + 1) if role == "problem" else side(role, problem + 1, keep)
    order = [role, "mixed", "keep" if role == "problem" else "problem"]
    assert order.index(more) >= order.index(found)


def test_counts_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        side("problem", -1, 3)
