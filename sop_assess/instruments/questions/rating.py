"""A judgement from 0 to 10."""

from __future__ import annotations

from ...errors import InvalidError
from ..answers import Fields, QuestionType, first
from ..definition import Leaf


def read(leaf: Leaf, fields: Fields) -> int | None:
    """A whole number from 0 to 10."""
    text = first(fields, leaf.code)
    if not text:
        return None
    if text not in {str(n) for n in range(11)}:
        raise InvalidError("Choose a whole number from 0 to 10.")
    return int(text)


ENTRY = QuestionType("rating", "rating", read, "questions/rating.html")
