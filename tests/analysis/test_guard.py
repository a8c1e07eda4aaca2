"""The guard against an exhaustive check in exact fractions, and the rules around it."""

from __future__ import annotations

import itertools
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_assess.analysis.disclosure import ANONYMOUS, quotes_allowed
from sop_assess.analysis.frames import Frame, Grouping
from sop_assess.analysis.guard import Guard
from sop_assess.analysis.guard_release import Catalogue, refused, roll_up, stand_in
from sop_assess.analysis.reasons import TOO_SMALL, WOULD_TELL
from sop_assess.analysis.results import Cell

K = ANONYMOUS.minimum_group


def rank(rows):
    rows = [list(map(Fraction, row)) for row in rows]
    done = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        for i in range(done + 1, len(rows)):
            if rows[i][column]:
                part = rows[i][column] / rows[done][column]
                rows[i] = [a - part * b for a, b in zip(rows[i], rows[done], strict=True)]
        done += 1
    return done


def tells_about_few(rows, people, minimum):
    """A combination touches few people exactly when leaving them out costs a rank."""
    whole = rank(rows)
    small = [c for c, n in enumerate(people) if 0 < n < minimum]
    for size in range(1, minimum):
        for few in itertools.combinations(small, size):
            if sum(people[c] for c in few) < minimum:
                kept = [c for c, n in enumerate(people) if n and c not in few]
                if rank([[row[c] for c in kept] for row in rows]) < whole:
                    return True
    return False


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_the_guard_agrees_with_an_exhaustive_check(seed):
    dice = Random(seed)
    people = [dice.choice([0, 1, 1, 2, 2, 3, 4, 6]) for _ in range(dice.randint(2, 8))]
    minimum = dice.choice([3, 4, 5])
    guard, shown = Guard(people, minimum), []
    for _ in range(dice.randint(2, 9)):
        group = [c for c in range(len(people)) if dice.random() < dice.choice([0.3, 0.5, 0.8])]
        row = [int(c in group and n > 0) for c, n in enumerate(people)]
        small = sum(people[c] for c in group) < minimum
        expected = not small and not tells_about_few([*shown, row], people, minimum)
        if not small:
            assert guard.allows(group) == expected, (seed, people, group)
        assert guard.add(group) == expected, (seed, people, group)
        if expected:
            shown.append(row)


def test_asking_leaves_no_trace():
    guard = Guard([3, 3, 3, 3], 5)
    assert guard.add(range(4))
    before = str(vars(guard))
    assert guard.allows([0, 1])
    assert not guard.allows([0])
    assert str(vars(guard)) == before


def test_what_was_published_before_counts_for_ever():
    fresh, later = Guard([6, 6, 2], 5), Guard([6, 6, 2], 5)
    later.record([0, 2])
    assert fresh.add([0, 1, 2])
    assert later.add([0, 1, 2])
    assert fresh.add([0, 1]) is False
    assert later.add([0]) is False
    assert fresh.add([0]) is True


def test_two_crossing_groupings_are_never_subtracted_down_to_a_few():
    # Unit A with everybody of shift 1 in it but two: all - shift 1 - (A without shift 1) = 2.
    people = [8, 8, 8, 2]  # A1, B1, A2, B2
    guard = Guard(people, K)
    assert guard.add([0, 1, 2, 3])
    assert guard.add([0, 1])
    assert guard.add([0, 2])
    assert guard.add([2]) is False


def _frame(units, traits, parents=()):
    names = tuple(sorted({u for u in units if u is not None} | {"north"}))
    members = np.array([names.index(u) if u else -1 for u in units], np.int32)
    above = tuple(names.index("north") if name in parents else -1 for name in names)
    unit = Grouping("unit", names, members, tuple(20 for _ in names), above)
    shift = Grouping("shift", ("day", "night"), np.array(traits, np.int32))
    return Frame("survey", len(units), {}, {"unit": unit, "shift": shift}, 60)


NAMES = ["all", "unit:north", "unit:a", "unit:b", "shift:day", "shift:night",
         "unit:a+shift:day", "unit:a+shift:night", "unit:gone"]  # fmt: skip


def test_a_catalogue_is_decided_in_its_order_and_a_tree_holds_what_is_below():
    frame = _frame(["a"] * 9 + ["b"] * 3 + ["c"] * 8, [0] * 6 + [1] * 14, parents=("a", "b"))
    catalogue = Catalogue.of(frame, NAMES)
    assert [group.name for group in catalogue.groups] == NAMES[:-1]
    sizes = {group.name: len(group.rows) for group in catalogue.groups}
    assert (sizes["unit:north"], sizes["unit:a"], sizes["unit:a+shift:day"]) == (12, 9, 6)
    everybody = np.ones(20, dtype=bool)
    assert refused(catalogue, everybody, K) == {
        "unit:b": TOO_SMALL, "unit:a": WOULD_TELL, "unit:a+shift:night": TOO_SMALL,
        "unit:a+shift:day": WOULD_TELL,
    }  # fmt: skip


def test_a_band_is_not_shown_inside_a_group_whose_answers_can_be_counted():
    catalogue = Catalogue.of(_frame(["a"] * 6 + ["c"] * 10, [0] * 16), ["all", "unit:a"])
    assert refused(catalogue, np.ones(16, dtype=bool), K) == {"unit:a": WOULD_TELL}
    catalogue = Catalogue.of(_frame(["a"] * 6 + ["c"] * 14, [0] * 20), ["all", "unit:a"])
    assert refused(catalogue, np.ones(20, dtype=bool), K) == {}


def test_who_answered_decides_for_every_question_apart():
    frame = _frame(["a"] * 9 + ["c"] * 20, [0] * 29)
    catalogue = Catalogue.of(frame, ["all", "unit:a"])
    everybody = np.ones(29, dtype=bool)
    few = everybody.copy()
    few[5:9] = False
    assert refused(catalogue, everybody, K) == {}
    assert refused(catalogue, few, K) == {}
    few[4] = False
    assert refused(catalogue, few, K) == {"unit:a": TOO_SMALL}


def test_a_hidden_group_is_rolled_up_to_the_smallest_that_is_shown():
    frame = _frame(["a"] * 4 + ["b"] * 9 + ["c"] * 20, [0] * 33, parents=("a", "b"))
    catalogue = Catalogue.of(frame, NAMES)
    people = [len(group.rows) for group in catalogue.groups]
    reasons = refused(catalogue, np.ones(33, dtype=bool), K)
    cells = [Cell("mean", "q", None, None, g.name, n, 3.0) for g, n in
             zip(catalogue.groups, people, strict=True)]  # fmt: skip
    cells = [c.hide(reasons[c.group]) if c.group in reasons else c for c in cells]
    rolled = {cell.group: cell for cell in roll_up(cells, people, catalogue.larger)}
    assert rolled["unit:a"].detail["rolled_up"] == {"to": "unit:north", "why": TOO_SMALL}
    assert rolled["unit:a+shift:day"].detail["rolled_up"]["to"] == "unit:north"
    assert rolled["unit:a"].value is None
    stand = stand_in(rolled["unit:a"], rolled.values())
    assert stand is not None
    assert (stand.group, stand.value, stand.detail["rolled_up"]["why"]) == (
        "unit:north", 3.0, TOO_SMALL)  # fmt: skip
    assert stand_in(rolled["all"], rolled.values()) is None


@pytest.mark.parametrize(
    ("people", "whole", "allowed"),
    [(9, 9, False), (10, 10, True), (10, 19, False), (10, 20, True), (30, 31, False)],
)
def test_comments_need_ten_here_and_nobody_or_ten_in_the_rest(people, whole, allowed):
    assert quotes_allowed(people, whole, ANONYMOUS.minimum_quotes) is allowed
