"""Response rates: few who stayed away are protected like few who came, in a tree of units."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.disclosure import ANONYMOUS, NAMED
from sop_assess.analysis.frames import Grouping
from sop_assess.analysis.guard_response import response_cells

K = ANONYMOUS.minimum_group


def units(answered, invited, parents=None):
    """Units by name: who answered in each, and how many were invited in it and below it."""
    names = tuple(invited)
    members = np.array([names.index(u) for u, n in answered.items() for _ in range(n)], np.int32)
    above = tuple(names.index(parents[u]) if u in parents else -1 for u in names) if parents else ()
    return Grouping("unit", names, members, tuple(invited.values()), above)


def reasons(cells):
    return {cell.group: cell.reason for cell in cells}


def test_few_who_stayed_away_are_protected_like_few_who_came():
    few_came = units({"A": 18, "B": 3, "C": 20, "D": 20}, dict.fromkeys("ABCD", 40))
    came = reasons(response_cells(few_came, ANONYMOUS))
    assert came["unit:B"] == "too_small"
    assert sum(reason is not None for reason in came.values()) == 2
    few_away = units({"A": 37, "B": 20, "C": 20}, dict.fromkeys("ABC", 40))
    away = reasons(response_cells(few_away, ANONYMOUS))
    assert away["unit:A"] == "too_small"
    assert sorted(reason or "" for reason in away.values()) == ["", "", "too_small", "would_tell"]


def test_a_hidden_rate_names_the_unit_above_that_stands_in():
    tree = units({"A": 20, "B": 3, "C": 20}, {"N": 60, "A": 40, "B": 20, "C": 40},
                 {"A": "N", "B": "N"})  # fmt: skip
    cells = {cell.group: cell for cell in response_cells(tree, ANONYMOUS)}
    assert [cells["all"].n, cells["unit:N"].n] == [100, 60]
    assert cells["unit:A"].reason == "would_tell"
    assert cells["unit:B"].detail["rolled_up"] == {"to": "unit:N", "why": "too_small"}


@given(st.lists(st.tuples(st.integers(5, 60), st.floats(0, 1)), min_size=1, max_size=8),
       st.integers(1, 3))  # fmt: skip
def test_no_rest_tells_about_one_to_four(found, areas):
    teams = {f"U{i}": n for i, (n, _) in enumerate(found)}
    answered = {f"U{i}": round(n * part) for i, (n, part) in enumerate(found)}
    parents = {team: f"A{i % areas}" for i, team in enumerate(teams)}
    invited = {f"A{a}": sum(n for t, n in teams.items() if parents[t] == f"A{a}")
               for a in range(areas)} | teams  # fmt: skip
    cells = response_cells(units(answered, invited, parents), ANONYMOUS)
    shown = {c.group.removeprefix("unit:") for c in cells if c.shown != "hidden"}
    regions = {"all": set(teams), **{a: {t for t in teams if parents[t] == a} for a in invited
                                     if a not in teams}}  # fmt: skip
    for name, inside in regions.items():
        if name not in shown:
            continue
        for part in (inside, inside - shown):
            came = sum(answered[team] for team in part)
            away = sum(teams[team] for team in part) - came
            assert came not in range(1, K)
            assert away not in range(1, K)


def test_named_rounds_give_the_plain_rate():
    whole, unit = response_cells(units({"A": 3}, {"A": 4}), NAMED)
    assert (whole.value, unit.value, unit.shown) == (0.75, 0.75, "full")


def test_nobody_invited_shows_nothing():
    assert [cell.shown for cell in response_cells(units({}, {}), ANONYMOUS)] == ["hidden"]
