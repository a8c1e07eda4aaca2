"""A number with its unit."""

from __future__ import annotations

from ..answers import Fields, QuestionType, first, number
from ..definition import Leaf


def read(leaf: Leaf, fields: Fields) -> float | None:
    """The number, inside the limits of the item."""
    text = first(fields, leaf.code)
    return number(text, leaf) if text else None


ENTRY = QuestionType("number", "ratio", read, "questions/number.html")
