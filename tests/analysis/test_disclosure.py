from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.disclosure import ANONYMOUS, NAMED, Rule, display, publish, rule_of
from sop_assess.analysis.results import Cell


def share(group="all", n=60, value=0.5, statistic="share", about="q", **known):
    return Cell(statistic, about, "S1", "accuracy", group, n, value, **known)


def test_a_figure_without_a_rule_of_display_never_leaves_an_anonymous_round():
    cell = share(statistic="agreement")
    assert publish(cell, ANONYMOUS).reason == "not_released"
    assert publish(cell, NAMED) == cell


def test_a_topic_is_not_finer_than_the_questions_it_is_made_of():
    detail = {"favourable": 0.52, "neutral": 0.11, "unfavourable": 0.37, "scale": [-1.0, 1.0]}
    topic = share(n=60, value=0.15, statistic="balance", about="", detail=detail)
    assert publish(topic, ANONYMOUS).detail["favourable"] == 0.52
    assert publish(topic, ANONYMOUS, level=49).detail["favourable"] == 0.5
    assert publish(topic, ANONYMOUS, level=9).shown == "band"
    assert publish(topic, ANONYMOUS, level=4).shown == "hidden"


def test_a_round_of_bands_only_shows_nothing_finer_whatever_n_is():
    rule = rule_of({"bands_only": True})
    large, small = (publish(share(n=n, value=0.9), rule) for n in (60, 6))
    assert (large.shown, large.n, large.value, large.detail) == ("band", 60, None, {"band": "high"})
    assert (small.shown, small.n, small.detail["n_band"]) == ("band", None, "5-9")
    assert publish(Cell("median", "q", None, None, "all", 60, 3.0), rule).shown == "hidden"
    assert publish(share(n=4), rule).shown == "hidden"


def test_a_promise_can_be_stricter_than_ours_but_never_laxer():
    assert rule_of({"minimum_group": 8, "minimum_quotes": 12}) == Rule(8, 12, True)
    assert rule_of({"minimum_group": 3, "minimum_quotes": 1}) == ANONYMOUS == rule_of({})


@pytest.mark.parametrize(
    ("n", "value", "shown"),
    [(12, 7 / 12, 0.6), (12, 0.0, 0.1), (12, 1.0, 0.9), (30, 0.62, 0.6), (30, 0.0, 0.05),
     (50, 0.624, 0.62), (50, 1.0, 0.98), (100, 0.0, 0.01)],
)  # fmt: skip
def test_shares_are_rounded_by_n_and_their_ends_merged(n, value, shown):
    cell = display(share(n=n, value=value), ANONYMOUS)
    assert (cell.value, cell.n, cell.shown) == (shown, n, "rounded")
    assert bool(cell.detail.get("end")) == (value in {0.0, 1.0})


@pytest.mark.parametrize(("value", "band"), [(0.2, "low"), (0.5, "middle"), (1.0, "high")])
def test_from_five_to_nine_only_the_band_is_left(value, band):
    cell = display(share(n=7, value=value, detail={"yes": 3, "no": 4}), ANONYMOUS)
    assert (cell.n, cell.value, cell.low, cell.high) == (None,) * 4
    assert cell.detail == {"n_band": "5-9", "band": band}


def test_option_counts_never_leave_and_options_only_from_twenty():
    def spread(n):
        detail = {"shares": {"a": 0.62, "b": 0.38, "c": 0.0}, "counts": {"a": 9}, "states": {}}
        return share(n=n, value=None, statistic="distribution", detail=detail)

    assert publish(spread(19), ANONYMOUS).reason == "too_small"
    cell = publish(spread(20), ANONYMOUS)
    assert cell.detail == {"shares": {"a": 0.6, "b": 0.4, "c": 0.05}, "ends": ["c"]}
    sided = {"favourable": 0.62, "neutral": 0.2, "unfavourable": 0.18, "shares": {"a": 1.0}}
    cell = display(share(n=19, value=None, statistic="distribution", detail=sided), ANONYMOUS)
    assert cell.detail == {"favourable": 0.6, "neutral": 0.2, "unfavourable": 0.2}


def test_a_median_is_somebodys_answer_and_is_rounded():
    whole = Cell("median", "q", None, None, "all", 30, 1234.0, 961.0, 2049.0, {"p90": 5.0})
    cell = display(whole, ANONYMOUS)
    assert (cell.value, cell.low, cell.high, cell.detail) == (1200, 960, 2100, {})
    assert publish(Cell("median", "q", None, None, "all", 9, 1.0), ANONYMOUS).n is None


def test_themes_need_the_minimum_for_quotes():
    cells = [share(statistic="theme", n=n, value=0.3, about="t") for n in (9, 10)]
    assert [publish(cell, ANONYMOUS).shown for cell in cells] == ["hidden", "rounded"]


def test_the_interval_of_a_theme_rests_on_everybody_who_wrote():
    cell = display(share(statistic="theme", n=10, value=0.1, detail={"who_wrote": 100}), ANONYMOUS)
    assert (cell.value, cell.low, cell.high) == (0.1, 0.05, 0.2)


@st.composite
def figures(draw):
    n = draw(st.integers(5, 200))
    population = draw(st.none() | st.integers(n, 400))
    good = draw(st.integers(0, n))
    bad = draw(st.integers(0, n - good))
    sides = {"favourable": good / n, "neutral": 1 - (good + bad) / n, "unfavourable": bad / n}
    statistic = draw(st.sampled_from(["share", "balance", "mean"]))
    if statistic == "share":
        return share(n=n, value=good / n, population=population)
    if statistic == "balance":
        detail = {**sides, "scale": [-1.0, 1.0]}
        return share(n=n, value=(good - bad) / n, statistic="balance", detail=detail,
                     population=population)  # fmt: skip
    value = 1 + 4 * draw(st.floats(0, 1))
    return share(n=n, value=value, statistic="mean", detail={**sides, "scale": [1.0, 5.0]},
                 population=population)  # fmt: skip


@given(figures(), st.none() | st.integers(5, 60))
def test_rounding_is_idempotent_and_the_interval_contains_what_is_shown(cell, level):
    shown = display(cell, ANONYMOUS, level=level)
    assert display(shown, ANONYMOUS, level=level) == shown
    if shown.shown == "rounded":
        assert shown.low <= shown.value <= shown.high
        again = display(
            Cell(**{**vars(cell), "value": shown.value, "detail": {**cell.detail, **shown.detail}}),
            ANONYMOUS,
            level=level,
        )
        assert (again.value, again.low, again.high) == (shown.value, shown.low, shown.high)


@given(st.integers(10, 300))
def test_nobody_and_one_person_look_alike_whatever_n_is(n):
    shown = [display(share(n=n, value=k / n), ANONYMOUS) for k in (0, 1, n - 1, n)]
    assert (shown[0].value, shown[0].detail) == (shown[1].value, shown[1].detail)
    assert (shown[2].value, shown[2].detail) == (shown[3].value, shown[3].detail)
    assert shown[0].detail["end"]


def test_displayed_sides_and_balance_fit_each_other():
    detail = {"favourable": 0.475, "neutral": 0.0, "unfavourable": 0.525, "scale": [-1.0, 1.0]}
    cell = display(share(n=40, value=-0.05, statistic="balance", detail=detail), ANONYMOUS)
    shown = cell.detail
    assert cell.value == pytest.approx(shown["favourable"] - shown["unfavourable"])
    assert sum(shown[side] for side in ("favourable", "neutral", "unfavourable")) == 1
