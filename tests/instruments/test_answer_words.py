"""A sent form in words: options, facts, states, numbers and comments."""

from __future__ import annotations

from flask import Flask

from sop_assess.instruments.answer_words import AnswerInWords, answers_in_words
from tests.surveys.conftest import definition


def test_answers_read_as_they_were_meant(app: Flask) -> None:
    answers = {
        "prices": {"value": "3"}, "dates": {"state": "not_my_area"},
        "last": {"value": "no", "comment": "A week later."}, "amount": {"value": 12.0},
        "fails": {"value": "Dates slip.", "severity": 2},
    }  # fmt: skip
    with app.test_request_context():
        found = answers_in_words(definition(), answers, "en")
    assert found == [
        AnswerInWords("Prices are right.", "Agree", ""),
        AnswerInWords("Dates are kept.", "Not my area", ""),
        AnswerInWords("Sent in a day?", "No", "A week later."),
        AnswerInWords("How many?", "12", ""),
        AnswerInWords("What does not work?", "Dates slip.", ""),
    ]


def test_several_choices_and_unknown_codes_are_told(app: Flask) -> None:
    with app.test_request_context():
        found = answers_in_words(definition(), {"prices": {"value": ["1", "gone"]}}, "de")
    assert found[0].answer == "Nein, gone"
