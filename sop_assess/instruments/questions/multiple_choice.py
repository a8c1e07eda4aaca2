"""Any number of several options."""

from __future__ import annotations

from ...errors import InvalidError
from ..answers import Fields, QuestionType
from ..definition import Leaf


def read(leaf: Leaf, fields: Fields) -> list[str] | None:
    """The chosen codes in the order of the definition."""
    given = {str(value) for value in fields.get(leaf.code, ()) if value}
    known = [option.code for option in leaf.options]
    if given - set(known):
        raise InvalidError("Choose among the answers that are offered.")
    return [code for code in known if code in given] or None


ENTRY = QuestionType("multiple_choice", "multiple", read, "questions/multiple_choice.html")
