"""Two rounds side by side: attacked by subtracting one from the other."""

from __future__ import annotations

import pytest

from sop_assess.analysis.guard_trend import Wave, allowed_trends, trend_allowed
from tests.attacks.linear import light_combination

K = 5
UNITS = {"all": frozenset("abc"), "unit:a": frozenset("a"), "unit:b": frozenset("b"),
         "unit:c": frozenset("c")}  # fmt: skip


def wave(**people):
    people = {"all": 60, "unit:a": 20, "unit:b": 20, "unit:c": 20} | people
    return Wave(UNITS, people)


def attack(moves, now, compared):
    """The subtraction of every published figure, with everybody who stayed answering the same."""
    people = [where for where, n in moves.items() for _ in range(n)]
    vectors = [[int(where[1] in units) for where in people] for units in now.units.values()]
    vectors += [[int(where[0] in UNITS[name]) for where in people] for name in compared]
    return light_combination(vectors, range(len(people)), K)


STAYED = {("a", "a"): 20, ("b", "b"): 20, ("c", "c"): 20}
TOGETHER = {("a", "b"): 4, ("a", None): 1, (None, "b"): 1}


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, ["all", "unit:a", "unit:b", "unit:c"]),
        ({(None, "a"): 1}, ["unit:b", "unit:c"]),
        ({("a", None): 4}, ["unit:b", "unit:c"]),
        ({(None, "a"): 5}, ["all", "unit:a", "unit:b", "unit:c"]),
        ({(None, "a"): 5, ("a", None): 2}, ["unit:b", "unit:c"]),
        ({("a", "b"): 2}, ["all", "unit:c"]),
        # Each unit alone is fine; both together would tell about the one who left and who joined.
        (TOGETHER, ["unit:a", "unit:c"]),
    ],
)
def test_joiners_and_leavers_decide_what_is_compared(more, shown):
    moves = STAYED | more
    found = allowed_trends(list(UNITS), wave(), wave(), moves, K)
    assert found == shown
    assert attack(moves, wave(), found) is None


@pytest.mark.parametrize("more", [{(None, "a"): 1}, {("a", "b"): 2}, TOGETHER])
def test_the_attack_wins_where_everything_is_compared(more):
    assert attack(STAYED | more, wave(), list(UNITS)) is not None


def test_ten_answers_are_needed_in_both_rounds():
    few = wave(**{"unit:a": 9})
    for then, now in ((few, wave()), (wave(), few)):
        assert not trend_allowed("unit:a", then, now, STAYED, K)
        assert trend_allowed("unit:b", then, now, STAYED, K)


def test_a_group_that_one_round_does_not_show_is_not_compared():
    only = Wave({"all": UNITS["all"]}, {"all": 60})
    assert not trend_allowed("unit:a", only, wave(), STAYED, K)
    assert not trend_allowed("unit:a", wave(), only, STAYED, K)
