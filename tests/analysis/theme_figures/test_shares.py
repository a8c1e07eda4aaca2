from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.statistics.share import wilson
from sop_assess.analysis.theme_figures.shares import FOLDED, GroupShare, shares_by_group
from sop_assess.errors import TooFewError


def test_both_shares_have_their_own_n_and_interval() -> None:
    (sales, service) = shares_by_group({"Service": 10, "Sales": 30}, {"Sales": 60, "Service": 40})
    assert (sales.group, service.group) == ("Sales", "Service")
    assert (sales.of_theme.n, sales.of_theme.value) == (40, 0.75)
    assert (service.of_group.n, service.of_group.value) == (40, 0.25)
    assert (sales.of_theme.low, sales.of_theme.high) == wilson(30, 40)
    assert (service.of_group.low, service.of_group.high) == wilson(10, 40)


def test_a_group_that_wrote_and_raised_nothing_is_told_too() -> None:
    parts = shares_by_group({"Sales": 5}, {"Sales": 20, "IT": 30, "HR": 0})
    assert [(part.group, part.of_group.value) for part in parts] == [("Sales", 0.25), ("IT", 0.0)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ({"a": 50, "b": 40}, ()),
        ({"a": 50, "b": 40, "c": 9}, ("b", "c")),
        ({"a": 50, "b": 40, "c": 6, "d": 5}, ("c", "d")),
        ({"a": 50, "b": 12, "c": 12, "d": 1}, ("b", "d")),
        ({"a": 3}, ("a",)),
    ],
)
def test_a_fold_is_never_one_small_group_in_disguise(
    written: dict[str, int], folded: tuple[str, ...]
) -> None:
    parts = shares_by_group({"a": 2}, written)
    assert [part.folded for part in parts if part.group == FOLDED] == [folded] * bool(folded)


def test_nothing_and_the_impossible_are_refused() -> None:
    with pytest.raises(TooFewError):
        shares_by_group({}, {"a": 20})
    with pytest.raises(ValueError, match="3 of 2 comments"):
        shares_by_group({"a": 3}, {"a": 2})
    with pytest.raises(ValueError, match="1 of 0 comments"):
        shares_by_group({"b": 1}, {"a": 2})


@st.composite
def counts(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, int]]:
    written = draw(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), min_size=1))
    inside = {group: draw(st.integers(0, count)) for group, count in written.items()}
    return inside, written


@given(counts(), st.integers(1, 30))
def test_every_comment_is_in_exactly_one_part(
    given_counts: tuple[dict[str, int], dict[str, int]], minimum: int
) -> None:
    inside, written = given_counts
    if not sum(inside.values()):
        return
    parts = shares_by_group(inside, written, minimum)
    assert sum(part.of_theme.value or 0 for part in parts) == pytest.approx(1)
    assert sum(part.of_theme.detail["yes"] for part in parts) == sum(inside.values())
    assert sum(part.of_group.n for part in parts) == sum(written.values())
    named = [group for part in parts for group in (part.folded or (part.group,))]
    assert sorted(named) == sorted(group for group, count in written.items() if count)
    assert all(_shown(part, parts, written, minimum) for part in parts)


def _shown(
    part: GroupShare, parts: tuple[GroupShare, ...], written: dict[str, int], minimum: int
) -> bool:
    """Enough comments, or everything there is."""
    return part.of_group.n >= minimum or len(parts) == 1
