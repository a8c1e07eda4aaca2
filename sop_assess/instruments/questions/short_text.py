"""One line of text."""

from __future__ import annotations

from ..answers import Fields, QuestionType, first, plain_text
from ..definition import Leaf


def read(leaf: Leaf, fields: Fields) -> str | None:
    """Up to 200 characters on one line."""
    return plain_text(" ".join(first(fields, leaf.code).split()), 200) or None


ENTRY = QuestionType("short_text", "text", read, "questions/short_text.html")
