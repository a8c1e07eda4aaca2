"""The five-valued fact: Yes, No, Not applicable, Not observed, Cannot recall."""

from __future__ import annotations

from ...errors import InvalidError
from ..answers import Fields, QuestionType, first
from ..definition import Leaf


def read(leaf: Leaf, fields: Fields) -> str | None:
    """'yes' or 'no'; the other three are states, because they never count as No."""
    text = first(fields, leaf.code)
    if not text:
        return None
    if text not in {"yes", "no"}:
        raise InvalidError("Choose one of the five answers.")
    return text


ENTRY = QuestionType(
    "fact",
    "fact",
    read,
    "questions/fact.html",
    states=("not_applicable", "not_observed", "cannot_recall"),
)
