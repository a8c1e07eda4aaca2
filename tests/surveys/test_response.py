from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sop_assess.surveys.response import response_shown

DAY = date(2026, 11, 9)


def shown(answers: int, invited: int = 58) -> int | None:
    return response_shown({"a": answers}, {"a": invited}, {}, DAY)["units"].get("a")


def test_steps_of_five_and_nothing_under_ten() -> None:
    assert [shown(n) for n in (0, 9, 10, 14, 15, 29, 30)] == [None, None, 10, 10, 15, 25, 30]


def test_the_few_who_did_not_answer_cannot_be_counted() -> None:
    assert {shown(n, 34) for n in range(25, 35)} == {25}
    assert {shown(n, 14) for n in range(15)} == {None}


def test_units_below_five_and_small_response_stay_silent() -> None:
    found = response_shown({"a": 4, "b": 8}, {"a": 4, "b": 40}, {}, DAY)
    assert found["units"] == {}
    assert found["received"] == 10


def test_one_state_a_day() -> None:
    first = response_shown({"a": 12}, {"a": 58}, {}, DAY)
    assert response_shown({"a": 40}, {"a": 58}, first, DAY) == first
    assert response_shown({"a": 40}, {"a": 58}, first, DAY - timedelta(days=1)) == first
    later = response_shown({"a": 40}, {"a": 58}, first, DAY + timedelta(days=1))
    assert later["units"] == {"a": 40}


def test_a_withdrawal_is_not_seen() -> None:
    first = response_shown({"a": 15}, {"a": 58}, {}, DAY)
    assert response_shown({"a": 14}, {"a": 58}, first, DAY + timedelta(days=1))["units"]["a"] == 15


@given(st.lists(st.integers(0, 3), min_size=1, max_size=120), st.integers(5, 300))
def test_polled_after_every_answer_it_moves_once_a_day_and_tells_no_single_one(
    arrivals: list[int], invited: int
) -> None:
    state: dict[str, object] = {}
    answers, seen = 0, []
    for day, number in enumerate(arrivals):
        today = []
        for _ in range(number):
            answers = min(answers + 1, invited)
            state = response_shown({"a": answers}, {"a": invited}, state, DAY + timedelta(day))
            today.append(state["received"])
        assert len(set(today)) <= 1
        seen += today
    for value in seen:
        assert value is None or (value >= 10 and value % 5 == 0 and invited - value >= 5)
