from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sop_assess.analysis.disclosure import ANONYMOUS, publish
from sop_assess.analysis.results import Cell
from sop_assess.analysis.statistics.share import wilson
from sop_assess.analysis.theme_figures.change import (
    Bounds,
    Side,
    changes,
    newcombe,
    p_of_difference,
)


def cell(raised: int, wrote: int, theme: str = "a") -> Cell:
    return Cell("theme", theme, None, None, "all", raised, raised / wrote,
                detail={"who_wrote": wrote})  # fmt: skip


def named(raised: dict[str, int], wrote: int) -> Side:
    return Side({theme: cell(n, wrote, theme) for theme, n in raised.items()}, wrote)


def anonymous(raised: dict[str, int], wrote: int) -> Side:
    rule = ANONYMOUS
    cells = {theme: publish(cell(n, wrote, theme), rule) for theme, n in raised.items()}
    return Side(cells, wrote, rule.minimum_quotes)


def bounds(passed: int, n: int) -> Bounds:
    return Bounds(passed / n, *wilson(passed, n))


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombes_published_intervals(
    after: tuple[int, int], before: tuple[int, int], expected: tuple[float, float]
) -> None:
    assert newcombe(bounds(*before), bounds(*after)) == pytest.approx(expected, abs=5e-5)


COUNTS = st.tuples(st.integers(0, 80), st.integers(1, 80)).filter(lambda pair: pair[0] <= pair[1])


@given(COUNTS, COUNTS)
def test_p_is_below_a_twentieth_exactly_where_the_interval_leaves_zero_out(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    before, after = bounds(*one), bounds(*other)
    low, high = newcombe(before, after)
    assume(min(abs(low), abs(high)) > 1e-9)
    assert (p_of_difference(before, after) < 0.05) == (low > 0 or high < 0)
    assert p_of_difference(after, before) == pytest.approx(p_of_difference(before, after))
    assert newcombe(after, before) == pytest.approx((-high, -low))


def test_words_for_what_happened() -> None:
    before = named({"up": 5, "down": 60, "same": 30, "gone": 40}, 100)
    after = named({"up": 40, "down": 20, "same": 33, "new": 25}, 100)
    words = {change.theme: change.word for change in changes(before, after)}
    assert words == {
        "up": "grew", "down": "shrank", "same": "no clear change", "gone": "gone", "new": "new",
    }  # fmt: skip
    (gone,) = [change for change in changes(before, after) if change.theme == "gone"]
    assert (gone.before, gone.after, gone.difference) == (0.4, None, -0.4)
    assert gone.high < 0


def test_a_few_people_are_no_new_theme() -> None:
    (change,) = changes(named({}, 100), named({"a": 3}, 100))
    assert (change.word, change.before) == ("no clear change", None)


def test_many_themes_need_a_clearer_change() -> None:
    one = changes(named({"a": 20}, 100), named({"a": 34}, 100))
    many = {f"t{i:02}": 30 for i in range(20)}
    among = changes(named({"a": 20, **many}, 100), named({"a": 34, **many}, 100))
    assert one[0].word == "grew"
    assert among[0].theme == "a"
    assert among[0].word == "no clear change"
    assert among[0].p == pytest.approx(min(1, one[0].p * 21))


def test_hidden_and_banded_cells_say_nothing_and_are_not_counted() -> None:
    before = anonymous({"a": 20, "small": 9}, 100)
    after = anonymous({"a": 60, "small": 40}, 100)
    assert before.cells["small"].shown == "hidden"
    (change,) = changes(before, after)
    assert change.theme == "a"
    band = Cell("theme", "a", None, None, "all", None, detail={"band": "high"}, shown="band")
    bands = Side({"a": band}, 100, 10)
    assert changes(before, bands) == changes(bands, before) == ()


def test_missing_in_an_anonymous_round_may_be_nine_people() -> None:
    quiet, loud = anonymous({}, 40), anonymous({"a": 12}, 40)
    (change,) = changes(quiet, loud)
    assert change.word == "no clear change"
    assert changes(named({}, 40), named({"a": 12}, 40))[0].word == "new"
    assert changes(Side({}, None, 10), loud) == ()
    assert changes(quiet, anonymous({"a": 38}, 40))[0].word == "new"


def test_a_rounded_cell_without_its_interval_is_not_computed_anew() -> None:
    bare = Cell("theme", "a", None, None, "all", 20, 0.2, shown="rounded")
    assert changes(Side({"a": bare}, 100), named({"a": 50}, 100)) == ()


@given(st.integers(3, 9), st.integers(0, 4), st.integers(10, 99))
def test_what_is_displayed_alike_is_compared_alike(twentieths: int, off: int, now: int) -> None:
    """No change tells more than the two displayed cells: exact counts behind them never matter."""
    one, other = 5 * twentieths, 5 * twentieths + off
    assert publish(cell(one, 100), ANONYMOUS).value == publish(cell(other, 100), ANONYMOUS).value
    after = anonymous({"a": now}, 100)
    (first,) = changes(anonymous({"a": one}, 100), after)
    (second,) = changes(anonymous({"a": other}, 100), after)
    assert (first.word, first.low, first.high, first.p) == (
        second.word, second.low, second.high, second.p)  # fmt: skip


@given(st.integers(10, 100), st.integers(10, 100))
def test_a_rounded_change_is_on_the_coarser_grid_and_wider_than_the_exact(
    was: int, now: int
) -> None:
    (change,) = changes(anonymous({"a": was}, 100), anonymous({"a": now}, 100))
    shown = [publish(cell(n, 100), ANONYMOUS) for n in (was, now)]
    low, high = newcombe(*(Bounds(c.value, c.low, c.high) for c in shown))
    step = 0.05 if min(was, now) < 50 else 0.01
    assert change.low <= low + 1e-9
    assert change.high >= high - 1e-9
    for bound in (change.low, change.high):
        assert bound / step == pytest.approx(round(bound / step), abs=1e-6)
    assert change.low <= change.difference <= change.high


def test_nothing_changed_is_rarely_called_a_change() -> None:
    """400 pairs of assessments with 15 unchanged themes: one false claim in twenty at most."""
    random = np.random.default_rng(5)
    rates = np.linspace(0.05, 0.5, 15)
    false = 0
    for _ in range(400):
        drawn = [random.binomial(wrote, rates) for wrote in (120, 90)]
        sides = [
            named({f"t{i:02}": max(1, int(n)) for i, n in enumerate(counts)}, wrote)
            for counts, wrote in zip(drawn, (120, 90), strict=True)
        ]
        false += any(change.word != "no clear change" for change in changes(*sides))
    assert false <= 32


def test_a_census_of_both_leaves_nothing_to_doubt() -> None:
    was, now = (Cell("theme", "a", None, None, "all", n, n / 10, detail={"who_wrote": 10},
                     population=10) for n in (3, 4))  # fmt: skip
    (change,) = changes(Side({"a": was}, 10), Side({"a": now}, 10))
    assert (change.word, change.low, change.high) == (
        "grew",
        pytest.approx(0.1),
        pytest.approx(0.1),
    )
