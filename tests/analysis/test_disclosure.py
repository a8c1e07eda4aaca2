from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.disclosure import ANONYMOUS, NAMED, Rule, display, protect, response_cells
from sop_assess.analysis.results import Cell

K = ANONYMOUS.minimum_group
sizes = st.lists(st.integers(0, 30), min_size=1, max_size=9)


def share(group="all", n=60, value=0.5, statistic="share", about="q", **known):
    return Cell(statistic, about, "S1", "accuracy", group, n, value, **known)


def family(groups, unknown=0, statistic="share", about="q", detail=None):
    detail = detail or {}
    cells = [share("all", sum(groups) + unknown, 0.5, statistic, about, detail=detail)]
    names = [f"unit:{i}" for i in range(len(groups))]
    cells += [share(g, n, 0.5, statistic, about, detail=detail)
              for g, n in zip(names, groups, strict=True)]  # fmt: skip
    return cells


@given(sizes, st.integers(0, 12))
def test_nothing_about_fewer_than_the_minimum_can_be_computed(groups, unknown):
    cells = family(groups, unknown)
    published = protect(cells, ANONYMOUS)
    if published[0].shown == "hidden":
        assert all(cell.shown == "hidden" for cell in published)
        return
    real = {cell.group: cell.n for cell in cells}
    shown = [cell.group for cell in published[1:] if cell.shown != "hidden"]
    hidden = [n for group, n in real.items() if group not in {*shown, "all"} and n]
    rest = real["all"] - sum(real[group] for group in shown)
    assert all(real[group] >= K for group in shown)
    assert rest == 0 or rest >= K
    if shown:
        assert len(hidden) != 1 or hidden[0] >= K
        assert not hidden or sum(hidden) >= K


@given(sizes, st.integers(0, 12), st.randoms(use_true_random=False))
def test_the_order_of_groups_changes_nothing(groups, unknown, rnd: random.Random):
    cells = family(groups, unknown)
    shuffled = rnd.sample(cells, len(cells))
    by_group = {cell.group: cell for cell in protect(shuffled, ANONYMOUS)}
    assert by_group == {cell.group: cell for cell in protect(cells, ANONYMOUS)}


@given(sizes, st.integers(0, 12))
def test_a_hidden_cell_keeps_nothing(groups, unknown):
    for cell in protect(family(groups, unknown), ANONYMOUS):
        if cell.shown == "hidden":
            assert (cell.n, cell.value, cell.low, cell.high, cell.detail) == (None,) * 4 + ({},)
            assert cell.reason in {"too_small", "complement"}


def test_a_group_that_is_absent_counts_in_what_is_left():
    cells = [share("all", 33), share("unit:A", 20), share("unit:B", 10)]
    assert [cell.reason for cell in protect(cells, ANONYMOUS)] == [None, None, "complement"]


def test_all_statistics_of_a_question_hide_the_same_groups():
    detail = {"scale": [1.0, 5.0]}
    cells = [*family([20, 12, 6, 20]), *family([20, 12, 4, 20], statistic="mean", detail=detail)]
    hidden = [cell.group for cell in protect(cells, ANONYMOUS) if cell.shown == "hidden"]
    assert sorted(hidden) == ["unit:1", "unit:1", "unit:2", "unit:2"]


def test_named_rounds_show_everything_even_what_nobody_said():
    cells = family([1, 3, 0], 1)
    assert protect(cells, NAMED) == cells


def test_a_figure_without_a_rule_of_display_never_leaves_an_anonymous_round():
    cell = share(statistic="agreement")
    assert protect([cell], ANONYMOUS)[0].reason == "not_released"
    assert protect([cell], NAMED)[0] == cell


def test_a_topic_is_not_finer_than_its_hidden_items():
    detail = {"favourable": 0.52, "neutral": 0.11, "unfavourable": 0.37, "scale": [-1.0, 1.0]}
    topic = [share(group, 60, 0.15, "balance", "", detail=detail)
             for group in ("all", "unit:0", "unit:1")]  # fmt: skip
    topic[0] = share("all", 120, 0.15, "balance", "", detail=detail)
    fine = protect([*family([60, 60]), *topic], ANONYMOUS)[-1]
    coarse = protect([*family([60, 3]), *topic], ANONYMOUS)[-1]
    assert fine.detail["favourable"] == 0.52
    assert coarse.detail["favourable"] == 0.5


@pytest.mark.parametrize(
    ("n", "value", "shown"),
    [(12, 7 / 12, 0.6), (12, 0.0, 0.05), (12, 1.0, 0.95), (30, 0.62, 0.6), (50, 0.624, 0.62),
     (50, 1.0, 1.0)],
)  # fmt: skip
def test_shares_are_rounded_by_n_and_their_ends_merged(n, value, shown):
    cell = display(share(n=n, value=value), ANONYMOUS)
    assert (cell.value, cell.n, cell.shown) == (shown, n, "rounded")
    assert bool(cell.detail.get("end")) == (n < 50 and shown in {0.05, 0.95})


@pytest.mark.parametrize(("value", "band"), [(0.2, "low"), (0.5, "middle"), (1.0, "high")])
def test_from_five_to_nine_only_the_band_is_left(value, band):
    cell = display(share(n=7, value=value, detail={"yes": 3, "no": 4}), ANONYMOUS)
    assert (cell.n, cell.value, cell.low, cell.high) == (None,) * 4
    assert cell.detail == {"n_band": "5-9", "band": band}


def test_option_counts_never_leave_and_options_only_from_twenty():
    def spread(n):
        detail = {"shares": {"a": 0.62, "b": 0.38, "c": 0.0}, "counts": {"a": 9}, "states": {}}
        return share(n=n, value=None, statistic="distribution", detail=detail)

    assert protect([spread(19)], ANONYMOUS)[0].reason == "too_small"
    cell = protect([spread(20)], ANONYMOUS)[0]
    assert cell.detail == {"shares": {"a": 0.6, "b": 0.4, "c": 0.05}, "ends": ["c"]}
    sided = {"favourable": 0.62, "neutral": 0.2, "unfavourable": 0.18, "shares": {"a": 1.0}}
    cell = display(share(n=19, value=None, statistic="distribution", detail=sided), ANONYMOUS)
    assert cell.detail == {"favourable": 0.6, "neutral": 0.2, "unfavourable": 0.2}


def test_a_median_is_somebodys_answer_and_is_rounded():
    whole = Cell("median", "q", None, None, "all", 30, 1234.0, 961.0, 2049.0, {"p90": 5.0})
    cell = display(whole, ANONYMOUS)
    assert (cell.value, cell.low, cell.high, cell.detail) == (1200, 960, 2100, {})
    assert protect([Cell("median", "q", None, None, "all", 9, 1.0)], ANONYMOUS)[0].n is None


def test_themes_need_the_minimum_for_quotes():
    cells = [share(statistic="theme", n=n, value=0.3, about="t") for n in (9, 10)]
    assert [protect([cell], ANONYMOUS)[0].shown for cell in cells] == ["hidden", "rounded"]


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


@given(figures(), st.booleans())
def test_rounding_is_idempotent_and_the_interval_contains_what_is_shown(cell, coarse):
    shown = display(cell, ANONYMOUS, coarse=coarse)
    assert display(shown, ANONYMOUS, coarse=coarse) == shown
    if shown.shown == "rounded":
        assert shown.low <= shown.value <= shown.high
        again = display(
            Cell(**{**vars(cell), "value": shown.value, "detail": {**cell.detail, **shown.detail}}),
            ANONYMOUS,
            coarse=coarse,
        )
        assert (again.value, again.low, again.high) == (shown.value, shown.low, shown.high)


@given(figures())
def test_unanimity_is_never_visible_below_fifty(cell):
    shown = display(cell, ANONYMOUS)
    if shown.shown == "rounded" and shown.n < 50 and shown.statistic == "share":
        assert 0.05 <= shown.value <= 0.95


def test_displayed_sides_and_balance_fit_each_other():
    detail = {"favourable": 0.475, "neutral": 0.0, "unfavourable": 0.525, "scale": [-1.0, 1.0]}
    cell = display(share(n=40, value=-0.05, statistic="balance", detail=detail), ANONYMOUS)
    shown = cell.detail
    assert cell.value == pytest.approx(shown["favourable"] - shown["unfavourable"])
    assert sum(shown[side] for side in ("favourable", "neutral", "unfavourable")) == 1


class TestResponse:
    def test_few_who_stayed_away_are_protected_like_few_who_came(self):
        cells = response_cells({"A": 18, "B": 3, "C": 20, "D": 20}, dict.fromkeys("ABCD", 40), Rule(
            5, 10, True))  # fmt: skip
        reasons = {cell.group: cell.reason for cell in cells}
        assert reasons["unit:B"] == "too_small"
        assert sum(reason is not None for reason in reasons.values()) == 2
        away = response_cells({"A": 37, "B": 20, "C": 20}, dict.fromkeys("ABC", 40), ANONYMOUS)
        assert [cell.reason for cell in away] == [None, "too_small", "complement", None]

    @given(st.lists(st.tuples(st.integers(5, 60), st.floats(0, 1)), min_size=1, max_size=8))
    def test_no_rest_tells_about_one_to_four(self, units):
        invited = {f"U{i}": n for i, (n, _) in enumerate(units)}
        answered = {f"U{i}": round(n * part) for i, (n, part) in enumerate(units)}
        whole, *cells = response_cells(answered, invited, ANONYMOUS)
        shown = {cell.group[5:] for cell in cells if cell.shown != "hidden"}
        hidden = set(invited) - shown
        if shown:
            assert whole.shown != "hidden"
            assert len(hidden) != 1
        for unit in shown:
            assert answered[unit] not in range(1, K)
            assert invited[unit] - answered[unit] not in range(1, K)
        if shown:
            assert sum(answered[unit] for unit in hidden) not in range(1, K)
            assert sum(invited[unit] - answered[unit] for unit in hidden) not in range(1, K)

    def test_named_rounds_give_the_plain_rate(self):
        whole, unit = response_cells({"A": 3}, {"A": 4}, NAMED)
        assert (whole.value, unit.value, unit.shown) == (0.75, 0.75, "full")

    def test_protect_leaves_response_cells_alone(self):
        cells = response_cells({"A": 10, "B": 17}, {"A": 20, "B": 30}, ANONYMOUS)
        assert protect(cells, ANONYMOUS) == cells
