from __future__ import annotations

import pytest

from sop_assess.analysis.results import Verdict
from sop_assess.assessment.convergence import combine

METHODS = ("survey", "interview", "shadow", "shop")
# + works, - fails, ~ mixed; ! prominent; ? below its minimum; s silent; blank not asked
SIGNS = {"+": "works", "-": "fails", "~": "mixed", "s": "silent"}


def _verdicts(*marks: str) -> list[Verdict]:
    verdicts = []
    for method, mark in zip(METHODS, marks, strict=True):
        polarity = SIGNS[mark[0]] if mark else "not_asked"
        verdicts.append(Verdict(method, polarity, "!" in mark, "?" not in mark, 10))
    return verdicts


def _combine(*marks: str, **known):
    return combine(_verdicts(*marks), chosen_methods=METHODS, **known)


@pytest.mark.parametrize(
    ("marks", "label", "polarity"),
    [
        (("-!", "-!", "-!", ""), "agreement", "fails"),
        (("-!", "-!", "-!", "s"), "agreement", "fails"),
        (("+!", "+!", "", "+!"), "agreement", "works"),
        (("-!", "+!", "", ""), "dissonance", "disputed"),
        (("-!", "-", "", ""), "partial", "fails"),
        (("-!", "s", "s", "s"), "silence", "fails"),
        (("", "+", "-", ""), "dissonance", "disputed"),
        (("-!", "", "", ""), "single_method", "fails"),
        (("~", "~", "", ""), "agreement", "mixed"),
        (("-!", "~", "", ""), "partial", "fails"),
        (("-!?", "~", "", ""), "partial", "mixed"),
        (("s", "s", "", ""), "none", "mixed"),
        (("", "", "", ""), "none", "mixed"),
    ],
)
def test_the_label(marks, label, polarity):
    found = _combine(*marks)
    assert (found.label, found.polarity) == (label, polarity)


def test_not_asked_is_not_silence_and_the_silent_are_named():
    assert _combine("-!", "", "s", "").silent_methods == ("shadow",)
    assert _combine("-!", "", "", "").silent_methods == ()


def test_said_against_done_is_flagged():
    assert _combine("", "+", "-", "").said_not_done
    assert not _combine("+", "-", "", "").said_not_done
    assert not _combine("", "+", "+", "").said_not_done


def test_a_single_chosen_method():
    found = combine(_verdicts("-!", "-!", "", ""), chosen_methods=["survey"])
    assert found.label == "single_method"
    assert found.agreeing == ("survey",)


@pytest.mark.parametrize(
    ("marks", "known", "confidence"),
    [
        (("-!", "-!", "", ""), {}, "high"),
        (("-!", "", "", ""), {}, "moderate"),
        (("-!", "+!", "", ""), {}, "moderate"),
        (("-!?", "-!?", "", ""), {"response": 0.4}, "low"),
        (("-!", "-", "", ""), {}, "moderate"),
        (("-!", "-!?", "", ""), {"response": 0.4}, "moderate"),
        (("-!", "-?", "", ""), {"response": 0.4}, "low"),
        (("-!?", "+!?", "", ""), {}, "low"),
        (("-!?", "+!?", "", ""), {"response": 0.4, "only_imports": True}, "very_low"),
        (("-!", "-!", "", ""), {"only_imports": True}, "moderate"),
        (("s", "", "", ""), {}, "very_low"),
    ],
)
def test_the_confidence(marks, known, confidence):
    assert _combine(*marks, **known).confidence == confidence


def test_watched_compliance_alone_is_a_serious_limit_but_not_beside_another_source():
    watched = Verdict("shadow", "works", True, True, 5, ("only_watched",))
    alone = combine([watched], chosen_methods=METHODS)
    assert alone.confidence == "low"
    backed = combine([watched, Verdict("survey", "works", True, True, 40)], chosen_methods=METHODS)
    assert backed.confidence == "high"


def test_an_unconnected_visit_plan_and_lesser_concerns():
    shop = Verdict("shop", "fails", True, True, 6, ("unconnected",))
    assert combine([shop], chosen_methods=METHODS).confidence == "low"
    survey = Verdict("survey", "fails", True, True, 40, ("response_low", "rolled_up"))
    other = Verdict("shadow", "fails", True, True, 4, ("first_sessions",))
    assert combine([survey, other], chosen_methods=METHODS).confidence == "low"


def test_the_reasons_answer_every_question_in_order():
    found = _combine("-!", "+!", "", "", response=0.3)
    rows = [(reason.question, reason.found, reason.effect) for reason in found.reasons]
    assert rows == [
        ("meaning", "opposed", "dissonance"),
        ("prominence", "same", "dissonance"),
        ("limits", "response_low", "lesser"),
        ("coherence", "dissonance", "serious"),
        ("adequacy", "nothing", "none"),
        ("relevance", "nothing", "none"),
    ]


def test_the_order_of_methods_does_not_matter():
    verdicts = _verdicts("-!", "~", "-", "s")
    one = combine(verdicts, chosen_methods=METHODS)
    other = combine(verdicts[::-1], chosen_methods=METHODS)
    assert (one.label, one.polarity, one.confidence) == (
        other.label, other.polarity, other.confidence,
    )  # fmt: skip
