"""Free text, with the stage and the severity it is about where the item asks for them."""

from __future__ import annotations

from ..answers import LONGEST_TEXT, Fields, QuestionType, first, plain_text
from ..definition import Leaf


def read(leaf: Leaf, fields: Fields) -> str | None:
    """The text as written, without control characters."""
    return plain_text(first(fields, leaf.code), LONGEST_TEXT) or None


ENTRY = QuestionType("long_text", "text", read, "questions/long_text.html", free_text=True)
