"""Consent decides what is kept of an interview, and the person's stages what is asked."""

from __future__ import annotations

import pytest

from sop_assess.errors import AnswersInvalidError
from sop_assess.instruments import ready_made
from sop_assess.instruments.queries import AssignmentView
from sop_assess.interviews.notes import only_agreed, open_sections, planned_stages, read

TASK = AssignmentView(
    id=1, key="k", round_id=1, round_name="Interviews", round_state="open", kind="interview",
    version_id=1, assessment_id=1, title="Interview", pseudonym="Juniper", location=None,
    stages={"owned": ["S3"], "supplied": ["S4"], "received": []}, context={}, due_on=None,
    state="open", assignee_id=1, shopper_id=None, draft_saved_at=None,
)  # fmt: skip
NOTE = {"note.0.text": ["The list is old."], "note.0.mark": ["problem"], "note.0.stage": ["S3"]}
YES = {"consent.notes": ["yes"], "consent.quotes": ["yes"]}


def test_notes_are_kept_with_consent() -> None:
    events, context = read(TASK, {**YES, **NOTE})
    assert events == [
        {"kind": "note", "mark": "problem", "text": "The list is old.", "stage": "S3"}
    ]
    assert context["consent_quotes"] is True
    assert context["owned"] == ["S3"]


def test_without_consent_to_notes_nothing_is_kept_or_quoted() -> None:
    events, context = read(TASK, {**YES, **NOTE, "consent.notes": ["no"]})
    assert events == []
    assert context["consent_notes"] is False
    assert context["consent_quotes"] is False


@pytest.mark.parametrize("missing", ["consent.notes", "consent.quotes"])
def test_consent_has_to_be_said(missing: str) -> None:
    fields = {name: value for name, value in YES.items() if name != missing}
    with pytest.raises(AnswersInvalidError) as caught:
        read(TASK, fields)
    assert set(caught.value.messages) == {missing}


def test_what_is_ticked_in_the_talk_beats_the_plan() -> None:
    _, context = read(TASK, {**YES, "owned": ["S5", "S6"]})
    assert context["owned"] == ["S5", "S6"]


def test_only_the_sections_of_the_persons_stages_stand_open() -> None:
    guide = ready_made.load("interview-guide", "trade")
    shown = open_sections(TASK, guide, {})
    assert {"header", "s3", "s4"} <= set(shown)
    assert "s8" not in shown


def test_without_consent_nothing_that_was_said_leaves_the_form() -> None:
    guide = ready_made.load("interview-guide", "trade")
    said = next(leaf.code for leaf in guide.leaves if leaf.type == "long_text")
    fields = {
        "consent.notes": ["no"],
        "roles": ["Buyer"],
        said: ["My words"],
        f"{said}.stage": ["S3"],
        "ask-whom": ["The buyer"],
        "plan-horizon": ["3"],
        "plan-meeting.comment": ["Never"],
    }
    assert only_agreed(guide, fields) == {
        "consent.notes": ["no"],
        "roles": ["Buyer"],
        "plan-horizon": ["3"],
    }
    assert only_agreed(guide, {**fields, "consent.notes": ["yes"]})[said] == ["My words"]


def test_a_note_without_a_mark_is_followed_up_and_a_long_one_is_refused() -> None:
    events, _ = read(TASK, {**YES, "note.0.text": ["Ask for the list"]})
    assert events == [{"kind": "note", "mark": "follow_up", "text": "Ask for the list"}]
    with pytest.raises(AnswersInvalidError) as caught:
        read(TASK, {**YES, "note.0.text": ["x" * 1001]})
    assert set(caught.value.messages) == {"notes"}


def test_a_form_nobody_opened_holds_the_planned_stages() -> None:
    planned = {side: list(codes) for side, codes in TASK.stages.items() if codes}
    assert planned_stages(TASK) == planned
