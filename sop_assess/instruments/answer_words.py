"""One sent form in words, for whoever reviews it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from .definition import Definition, Leaf, words

_FACTS: Final = {"yes": _l("Yes"), "no": _l("No")}
_STATES: Final = {
    "not_applicable": _l("Not applicable"), "not_my_area": _l("Not my area"),
    "not_observed": _l("Not observed"), "cannot_recall": _l("Cannot recall"),
    "declined": _l("Declined"), "skipped": _l("Skipped"), "not_asked": _l("Not asked"),
}  # fmt: skip


class AnswerInWords(NamedTuple):
    """A question, what was answered, and what was written beside it."""

    question: str
    answer: str
    comment: str


def answers_in_words(
    definition: Definition, answers: Mapping[str, Mapping[str, Any]], language: str
) -> list[AnswerInWords]:
    """The given answers in the order of the form."""
    return [
        AnswerInWords(
            words(leaf.text, language), _said(leaf, answers[leaf.code], language),
            str(answers[leaf.code].get("comment") or ""),
        )
        for leaf in definition.leaves if leaf.code in answers
    ]  # fmt: skip


def _said(leaf: Leaf, answer: Mapping[str, Any], language: str) -> str:
    if "state" in answer:
        return str(_STATES.get(answer["state"], answer["state"]))
    value = answer.get("value")
    named = {option.code: words(option.text, language) for option in leaf.options}
    given = value if isinstance(value, list) else [value]
    unit = f" {words(leaf.item.unit, language)}" if leaf.item.unit else ""
    return ", ".join(_one(one, named) for one in given) + unit


def _one(value: Any, named: Mapping[str, str]) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return named.get(value) or str(_FACTS.get(value, value))
