"""What an observer typed becomes events and work items, or a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.errors import AnswersInvalidError
from sop_assess.shadowing.events import read
from tests.interviews.test_notes import TASK

SESSION = replace(TASK, kind="shadow", pseudonym="Order desk clerk", context={"session": 2})
AGREED = {"consent.person": ["yes"]}


def test_events_and_items_are_read() -> None:
    fields = {
        **AGREED,
        "event.0.kind": ["waiting"], "event.0.stage": ["S4"], "event.0.minutes": ["12,5"],
        "event.3.kind": ["error"], "event.3.note": ["Wrong address"],
        "item.0.id": ["order 1"], "item.0.touch": ["8"], "item.0.wait": ["300"],
        "item.0.reason": ["approval"], "item.0.right": ["no"],
    }  # fmt: skip
    events, context = read(SESSION, fields)
    assert events == [
        {"kind": "waiting", "stage": "S4", "minutes": 12.5},
        {"kind": "error", "note": "Wrong address"},
    ]
    assert context["work_items"] == [
        {"id": "order 1", "touch_minutes": 8.0, "complete_and_right": False,
         "waits": [{"minutes": 300.0, "reason": "approval"}]}
    ]  # fmt: skip
    assert (context["session"], context["first_session"]) == (2, False)


def test_nobody_is_watched_without_consent() -> None:
    with pytest.raises(AnswersInvalidError) as caught:
        read(SESSION, {})
    assert set(caught.value.messages) == {"consent.person"}


def test_what_was_not_timed_or_judged_is_neither_nothing_nor_a_no() -> None:
    _, context = read(SESSION, {**AGREED, "item.0.id": ["order 1"], "item.0.wait": ["30"]})
    assert context["work_items"] == [{"id": "order 1", "waits": [{"minutes": 30.0, "reason": ""}]}]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"event.0.kind": ["waiting"], "event.0.minutes": ["ten"]}, "events"),
        ({"event.0.kind": ["waiting"], "event.0.minutes": ["-3"]}, "events"),
        ({"event.0.kind": ["error"], "event.0.note": ["x" * 301]}, "events"),
        ({"item.0.id": ["order 1"], "item.0.touch": ["2000"]}, "items"),
        ({"item.0.wait": ["300"]}, "items"),
    ],
)
def test_a_row_that_cannot_be_read_says_so(fields: dict[str, list[str]], field: str) -> None:
    with pytest.raises(AnswersInvalidError) as caught:
        read(SESSION, {**AGREED, **fields})
    assert set(caught.value.messages) == {field}


@given(
    st.dictionaries(
        st.sampled_from(["event.0.kind", "event.0.minutes", "event.x.kind", "item.0.id",
                         "item.0.touch", "item.0.wait", "session-number"]),
        st.lists(st.text(max_size=12), max_size=2),
    )
)  # fmt: skip
def test_no_input_breaks_reading(fields: dict[str, list[str]]) -> None:
    messages: set[str] = set()
    events: list[dict[str, Any]] = []
    try:
        events, _ = read(SESSION, {**AGREED, **fields})
    except AnswersInvalidError as error:
        messages = set(error.messages)
    assert messages <= {"events", "items"}
    assert all(event.get("minutes", 0) >= 0 for event in events)
