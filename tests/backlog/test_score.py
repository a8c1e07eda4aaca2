"""An issue earns its place alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.backlog.score import CONFIDENCE, Inputs, carriers, place, score, shown

inputs = st.builds(
    Inputs,
    reach=st.none() | st.floats(0, 1),
    impact=st.none() | st.integers(1, 4),
    confidence=st.none() | st.sampled_from(sorted(CONFIDENCE)),
    effort=st.none() | st.floats(0.1, 520),
)


@pytest.mark.parametrize(
    ("reach", "impact", "confidence", "effort", "expected"),
    [
        (0.29, 4, "high", 2, 58), (0.62, 3, "moderate", 4, 37), (0.22, 3, "high", 2, 33),
        (0.18, 2, "low", 1, 18), (0.5, 2, "very_low", 3, 10), (0.0, 4, "high", 1, 0),
    ],
)  # fmt: skip
def test_score_is_reach_impact_confidence_over_effort(reach, impact, confidence, effort, expected):
    assert round(score(Inputs(reach, impact, confidence, effort))) == expected


@pytest.mark.parametrize("missing", ["reach", "impact", "confidence", "effort"])
def test_no_score_while_one_input_is_missing(missing):
    given_all = {"reach": 0.5, "impact": 2, "confidence": "high", "effort": 1.0}
    partial = Inputs(**{**given_all, missing: None})
    assert score(partial) is None
    assert partial.missing == (missing,)


def test_without_effort_the_order_is_what_is_known_and_after_every_score():
    strong = Inputs(0.9, 4, "high")
    weak = Inputs(0.1, 1, "low")
    scored = Inputs(0.01, 1, "very_low", 500)
    nothing = Inputs()
    ordered = sorted([(nothing, 1), (weak, 2), (strong, 3), (scored, 4)], key=lambda p: place(*p))
    assert [number for _, number in ordered] == [4, 3, 2, 1]


@given(st.lists(inputs, min_size=2, max_size=8))
def test_another_issue_never_changes_the_order_of_two(issues):
    ranked = sorted(range(len(issues)), key=lambda i: place(issues[i], i))
    without_last = sorted(range(len(issues) - 1), key=lambda i: place(issues[i], i))
    assert [i for i in ranked if i != len(issues) - 1] == without_last


@given(inputs)
def test_a_score_is_never_negative_and_has_words(given_inputs):
    value = score(given_inputs)
    if value is not None:
        assert value >= 0
        assert shown(value)


def test_carriers_hold_more_than_half():
    assert carriers([58, 37, 33, 31, 23, 20, 18, 16, 14, 8, 4]) == 4
    assert carriers([1.0]) == 1
    assert carriers([]) == 0
    assert carriers([0.0, 0.0]) == 0
