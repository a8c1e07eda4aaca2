"""Answers are read and checked against the definition; each state is its own value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.instruments.answers import STATES, Answer, read_document
from sop_assess.instruments.definition import Definition
from sop_assess.instruments.registries import QUESTIONS

TEXT = {"en": "What?"}
OPTIONS = [{"code": c, "text": {"en": c}} for c in ("a", "b", "c")]
SETTINGS: dict[str, dict[str, Any]] = {
    "single_choice": {"options": OPTIONS},
    "multiple_choice": {"options": OPTIONS},
    "likert": {"options": OPTIONS},
    "likert_matrix": {
        "options": OPTIONS,
        "rows": [{"code": "q-row", "text": TEXT, "subject": "S1", "topic": "accuracy"}],
    },
}
GOOD = {
    "single_choice": ("a", "a"),
    "multiple_choice": ("b", ["b"]),
    "likert": ("c", "c"),
    "likert_matrix": ("b", "b"),
    "rating": ("10", 10),
    "number": ("12,5", 12.5),
    "fact": ("no", "no"),
    "moment": ("2026-10-05T14:30", "2026-10-05T14:30+00:00"),
    "duration": ("90", 90.0),
    "short_text": (" one  line ", "one line"),
    "long_text": ("text\x00 stays", "text stays"),
}
BAD = {
    "single_choice": "z", "multiple_choice": "z", "likert": "z", "likert_matrix": "5",
    "rating": "11", "number": "twelve", "fact": "maybe", "moment": "yesterday",
    "duration": "-3", "short_text": "x" * 201, "long_text": "x" * 4001,
}  # fmt: skip


def definition(kind: str, **settings: Any) -> Definition:
    item = {"code": "q", "type": kind, "text": TEXT, **SETTINGS.get(kind, {}), **settings}
    section = {"code": "s", "title": TEXT, "items": [item]}
    return Definition.model_validate(
        {"code": "d", "kind": "survey", "title": TEXT, "sections": [section]}
    )


def leaf_code(kind: str) -> str:
    return "q-row" if kind == "likert_matrix" else "q"


def test_every_question_type_is_covered_here() -> None:
    assert set(QUESTIONS.keys()) == set(GOOD) == set(BAD)


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_a_good_answer_is_kept(kind: str) -> None:
    given_text, kept = GOOD[kind]
    answers, messages = read_document(
        definition(kind), QUESTIONS.get, {leaf_code(kind): [given_text]}
    )
    assert messages == {}
    assert answers[leaf_code(kind)]["value"] == kept


@pytest.mark.parametrize("kind", sorted(BAD))
def test_a_bad_answer_gets_a_sentence(kind: str) -> None:
    answers, messages = read_document(
        definition(kind), QUESTIONS.get, {leaf_code(kind): [BAD[kind]]}
    )
    assert answers == {}
    assert messages[leaf_code(kind)].endswith(".")


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_nothing_given_is_skipped_and_required_says_so(kind: str) -> None:
    assert read_document(definition(kind), QUESTIONS.get, {}) == ({}, {})
    _, messages = read_document(definition(kind, required=True), QUESTIONS.get, {})
    assert set(messages) == {leaf_code(kind)}


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_not_my_area_is_a_state_and_only_where_offered(kind: str) -> None:
    code = leaf_code(kind)
    offered = definition(kind, not_my_area=True)
    answers, _ = read_document(offered, QUESTIONS.get, {f"{code}.state": ["not_my_area"]})
    assert answers[code] == {"state": "not_my_area"}
    answers, _ = read_document(definition(kind), QUESTIONS.get, {f"{code}.state": ["not_my_area"]})
    assert answers == {}


def test_a_no_asks_what_happened() -> None:
    asked = definition("fact", comment_on_no=True)
    _, messages = read_document(asked, QUESTIONS.get, {"q": ["no"]})
    assert "q" in messages
    answers, messages = read_document(
        asked, QUESTIONS.get, {"q": ["no"], "q.comment": ["The date was missing."]}
    )
    assert messages == {}
    assert answers["q"] == {"value": "no", "comment": "The date was missing."}


@pytest.mark.parametrize("state", ["not_applicable", "not_observed", "cannot_recall"])
def test_the_five_valued_fact_keeps_its_states_apart(state: str) -> None:
    answers, _ = read_document(definition("fact"), QUESTIONS.get, {"q": [state]})
    assert answers["q"] == {"state": state}


def test_stage_and_severity_stand_beside_a_text_that_asks_for_them() -> None:
    fields = {"q": ["Late"], "q.stage": ["S4"], "q.severity": ["3"]}
    asked = definition("long_text", asks_stage=True, asks_severity=True)
    answers, _ = read_document(asked, QUESTIONS.get, fields)
    assert answers["q"] == {"value": "Late", "stage": "S4", "severity": 3}
    answers, _ = read_document(definition("long_text"), QUESTIONS.get, fields)
    assert answers["q"] == {"value": "Late"}


@given(
    st.sampled_from(sorted(GOOD)),
    st.dictionaries(
        st.sampled_from(["q", "q-row", "q.state", "q.comment", "q.unit", "q.stage", "other"]),
        st.lists(st.text(max_size=30), max_size=3),
    ),
)
def test_no_input_breaks_reading(kind: str, fields: dict[str, list[str]]) -> None:
    answers, messages = read_document(definition(kind), QUESTIONS.get, fields)
    assert set(answers).isdisjoint(messages)
    for data in answers.values():
        assert Answer.from_json(data).to_json() == data
        assert Answer.from_json(data).state in STATES
