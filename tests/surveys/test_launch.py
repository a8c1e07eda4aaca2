from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.instruments.identity import Unit
from sop_assess.surveys.launch import (
    Branch,
    launch_policy,
    movements,
    outlook,
    reporting,
    too_few,
)


@st.composite
def trees(draw: st.DrawFn) -> list[Branch]:
    """Staff lists of up to thirty units, any depth."""
    found: list[Branch] = []
    for n in range(draw(st.integers(1, 30))):
        parent = draw(st.sampled_from([None, *(b.code for b in found)]))
        people = draw(st.integers(0, 12))
        found.append(Branch(f"u{n}", f"U{n}", parent, people))
    return found


def units(*tree: tuple[str, str | None, int]) -> list[tuple[str, int, tuple[str, ...]]]:
    found = reporting([Branch(code, code.title(), parent, n) for code, parent, n in tree])
    return [(unit.code, unit.invited, unit.joined) for unit in found.units]


def test_large_units_stay_alone() -> None:
    assert units(("a", None, 5), ("b", None, 30)) == [("a", 5, ()), ("b", 30, ())]


def test_a_small_unit_joins_its_parent() -> None:
    assert units(("sales", None, 4), ("inside", "sales", 3), ("lab", None, 9)) == [
        ("sales", 7, ("Inside",)), ("lab", 9, ())]  # fmt: skip


def test_small_units_are_shown_under_the_name_of_what_holds_them() -> None:
    assert units(("sales", None, 0), ("a", "sales", 3), ("b", "sales", 4)) == [
        ("sales", 7, ("A", "B"))]  # fmt: skip


def test_a_small_unit_without_room_above_joins_the_smallest_beside_it() -> None:
    tree = (("sales", None, 0), ("a", "sales", 20), ("b", "sales", 8), ("c", "sales", 2))
    assert units(*tree) == [("a", 20, ()), ("b", 10, ("C",))]


def test_a_neighbour_is_joined_rather_than_a_part_of_a_neighbour() -> None:
    tree = (("sales", None, 0), ("a", "sales", 6), ("b", "sales", 6), ("lab", None, 30),
            ("night", None, 4))  # fmt: skip
    assert units(*tree) == [("a", 6, ()), ("b", 6, ()), ("lab", 34, ("Night",))]


def test_the_rest_of_a_unit_is_not_called_like_the_whole() -> None:
    found = reporting([Branch("s", "Sales", None, 6), Branch("a", "A", "s", 9)], others="%s (Rest)")
    assert [(u.code, u.name, u.parent) for u in found.units] == [
        ("a", "A", None), ("s:others", "Sales (Rest)", None)]  # fmt: skip


def test_groups_hold_several_units_and_never_all() -> None:
    tree = [
        Branch("east", "East", None, 0), Branch("sales", "Sales", "east", 0),
        Branch("a", "A", "sales", 8), Branch("b", "B", "sales", 8), Branch("c", "C", "east", 8),
        Branch("west", "West", None, 9),
    ]  # fmt: skip
    found = reporting(tree)
    assert [(g.code, g.parent, g.units, g.invited) for g in found.groups] == [
        ("east", None, ("a", "b", "c"), 24), ("sales", "east", ("a", "b"), 16)]  # fmt: skip
    assert {u.code: u.parent for u in found.units} == {
        "a": "sales", "b": "sales", "c": "east", "west": None}  # fmt: skip


def test_fewer_than_five_people_stay_one_unit() -> None:
    assert units(("a", None, 2), ("b", None, 1)) == [("a", 3, ("B",))]
    assert units(("a", None, 0)) == []


@given(trees())
def test_everybody_is_in_one_unit_of_five_or_more(tree: list[Branch]) -> None:
    found = reporting(tree)
    people = sum(branch.people for branch in tree)
    assert found.invited == people
    assert set(found.place) == {b.code for b in tree if b.people}
    heads: Counter[str] = Counter()
    for branch in tree:
        heads[found.place.get(branch.code, "")] += branch.people
    assert {u.code: u.invited for u in found.units} == {c: n for c, n in heads.items() if n}
    if people >= 5:
        assert all(unit.invited >= 5 for unit in found.units)
    assert reporting(tree) == found


@given(trees())
def test_groups_are_nested_and_differ(tree: list[Branch]) -> None:
    found = reporting(tree)
    codes = [unit.code for unit in found.units]
    assert len(set(codes)) == len(codes)
    assert not set(codes) & {group.code for group in found.groups}
    assert len({frozenset(group.units) for group in found.groups}) == len(found.groups)
    for group in found.groups:
        assert 1 < len(group.units) < len(codes)
        parent = next((g for g in found.groups if g.code == group.parent), None)
        assert parent is None or set(group.units) < set(parent.units)


@given(trees())
def test_a_unit_that_is_large_enough_is_never_swallowed(tree: list[Branch]) -> None:
    found = reporting(tree)
    swallowed = {name for unit in found.units for name in unit.joined}
    assert not swallowed & {b.name for b in tree if b.people >= 5}


@pytest.mark.parametrize(
    ("percent", "expected"), [(40, (40, 2, 1)), (60, (60, 3, 2)), (80, (80, 3, 2))]
)
def test_the_outlook_counts_units_with_figures_and_comments(percent, expected) -> None:
    found = outlook([Unit("a", "A", 70), Unit("b", "B", 20), Unit("c", "C", 10)], percent)
    assert (found.answers, found.figures, found.comments) == expected


@pytest.mark.parametrize(("invited", "few"), [(16, True), (17, False), (5, True)])
def test_under_ten_likely_answers_interviews_tell_more(invited: int, few: bool) -> None:
    assert too_few([Unit("a", "A", invited)]) is few


def test_movements_count_whom_a_unit_and_its_groups_won_and_lost() -> None:
    groups = [{"code": "g", "units": ["x", "y"]}]
    now = {"ann": "x", "bob": "y", "eve": "z"}
    before = {"ann": "y", "bob": "y", "cy": "x"}
    assert movements(now, before, groups, groups) == {
        "x": {"joiners": 1, "leavers": 1}, "y": {"joiners": 0, "leavers": 1},
        "z": {"joiners": 1, "leavers": 0}, "g": {"joiners": 0, "leavers": 1},
        "all": {"joiners": 1, "leavers": 1},
    }  # fmt: skip


def test_the_policy_of_a_launch() -> None:
    tree = [Branch("sales", "Sales", None, 9), Branch("hq", "HQ", None, 2)]
    people = {f"p{i}": "sales" for i in range(9)} | {"q1": "hq", "q2": "hq"}
    policy = launch_policy(tree, people, {"p0": "sales", "left": "sales"}, bands_only=True)
    assert policy["units"] == [{"code": "sales", "name": "Sales", "invited": 11, "parent": None,
                                "joined": ["HQ"]}]  # fmt: skip
    assert policy["joined"] == [{"unit": "Sales", "small": ["HQ"]}]
    assert policy["movements"] == {"all": {"joiners": 10, "leavers": 1},
                                   "sales": {"joiners": 10, "leavers": 1}}  # fmt: skip
    assert policy["bands_only"] is True
    plain = launch_policy(tree, people)
    assert "movements" not in plain
    assert "bands_only" not in plain
