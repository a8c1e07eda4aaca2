"""A length of time, given as an amount and a unit, kept in minutes."""

from __future__ import annotations

from ...errors import InvalidError
from ..answers import Fields, QuestionType, first, number
from ..definition import Leaf

MINUTES = {"minutes": 1.0, "hours": 60.0, "days": 1440.0, "weeks": 10080.0}


def read(leaf: Leaf, fields: Fields) -> float | None:
    """The duration in minutes."""
    text = first(fields, leaf.code)
    if not text:
        return None
    unit = first(fields, f"{leaf.code}.unit") or "minutes"
    amount = number(text, leaf)
    if unit not in MINUTES or amount < 0:
        raise InvalidError("Give an amount of 0 or more and choose its unit.")
    return amount * MINUTES[unit]


ENTRY = QuestionType("duration", "ratio", read, "questions/duration.html", states=("not_observed",))
