"""One answer with its state, and what a question type must know. Pure: no Flask, no SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..errors import InvalidError
from .definition import STAGE_CODES, Definition, Leaf

Level = Literal["nominal", "multiple", "ordinal", "fact", "rating", "ratio", "moment", "text"]
Fields = Mapping[str, Sequence[str]]

# Every state is its own value; none of them counts as No.
STATES: Final = (
    "answered", "not_applicable", "not_my_area", "not_observed", "cannot_recall",
    "not_asked", "declined", "skipped",
)  # fmt: skip
LONGEST_TEXT: Final = 4000
LONGEST_COMMENT: Final = 1000


@dataclass(frozen=True)
class Answer:
    """What was answered to one leaf; stage and severity stand beside a free text only."""

    state: str = "answered"
    value: Any = None
    comment: str | None = None
    stage: str | None = None
    severity: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data without empty parts; the state is left out where it is 'answered'."""
        parts = {"value": self.value, "comment": self.comment, "stage": self.stage,
                 "severity": self.severity}  # fmt: skip
        kept = {key: value for key, value in parts.items() if value is not None}
        return kept if self.state == "answered" else {"state": self.state, **kept}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        """The answer that `to_json` wrote."""
        return cls(**{"state": "answered", **data})


@dataclass(frozen=True)
class QuestionType:
    """One way of asking. `read` turns form fields into a value, None when nothing was given,
    and raises InvalidError with the sentence that stands beside the field."""

    key: str
    level: Level
    read: Callable[[Leaf, Fields], Any]
    template: str
    states: tuple[str, ...] = ()
    matrix: bool = False
    free_text: bool = False


def first(fields: Fields, name: str) -> str:
    """The first value of a field, stripped; empty when it is not there."""
    values = fields.get(name) or ("",)
    return str(values[0]).strip()


def chosen(leaf: Leaf, fields: Fields) -> str | None:
    """The code of the one chosen option."""
    code = first(fields, leaf.code)
    if not code:
        return None
    if code not in {option.code for option in leaf.options}:
        raise InvalidError("Choose one of the answers that are offered.")
    return code


def number(text: str, leaf: Leaf) -> float:
    """A number typed with a point or a comma, inside the item's limits."""
    try:
        value = float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        raise InvalidError("“%(text)s” is not a number. Write digits, such as 12.5.",
                           text=text[:40]) from None  # fmt: skip
    low, high = leaf.item.minimum, leaf.item.maximum
    if value != value or abs(value) > 1e12:
        raise InvalidError("This number is too large. Check the digits.")
    if low is not None and value < low:
        raise InvalidError("The number must be at least %(least)s.", least=low)
    if high is not None and value > high:
        raise InvalidError("The number must be at most %(most)s.", most=high)
    return value


def plain_text(text: str, limit: int) -> str:
    """Text without control characters, refused above the limit."""
    cleaned = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and ord(c) != 127)).strip()
    if len(cleaned) > limit:
        raise InvalidError("The text has %(count)s characters; %(limit)s fit. Shorten it.",
                           count=len(cleaned), limit=limit)  # fmt: skip
    return cleaned


def read_answer(question: QuestionType, leaf: Leaf, fields: Fields) -> Answer:
    """The answer to one leaf from the fields of a form."""
    state = first(fields, leaf.code)
    separate = first(fields, f"{leaf.code}.state")
    for candidate in (state, separate):
        if candidate in allowed_states(question, leaf):
            return Answer(state=candidate, comment=_comment(leaf, fields))
    value = question.read(leaf, fields)
    if value is None:
        return Answer(state="skipped")
    answer = Answer(
        value=value,
        comment=_comment(leaf, fields),
        stage=_stage(leaf, fields),
        severity=_severity(leaf, fields),
    )
    if leaf.item.comment_on_no and value == "no" and not answer.comment:
        raise InvalidError("Say in a few words what happened instead.")
    return answer


def allowed_states(question: QuestionType, leaf: Leaf) -> tuple[str, ...]:
    """The escape answers this leaf offers."""
    extra = ("not_my_area",) if leaf.item.not_my_area else ()
    return question.states + extra


def check_required(leaf: Leaf, answer: Answer) -> None:
    """Refuse a required leaf that was left empty."""
    if leaf.item.required and answer.state == "skipped":
        raise InvalidError("This one is needed. Choose or write an answer.")


def read_document(
    definition: Definition, types: Callable[[str], QuestionType | None], fields: Fields
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """All answers that were given, by code, and a message for each that breaks a rule."""
    answers: dict[str, dict[str, Any]] = {}
    messages: dict[str, str] = {}
    for leaf in definition.leaves:
        question = types(leaf.type)
        if question is None:
            continue
        try:
            answer = read_answer(question, leaf, fields)
            check_required(leaf, answer)
        except InvalidError as error:
            messages[leaf.code] = error.sentence
            continue
        if answer.state != "skipped":
            answers[leaf.code] = answer.to_json()
    return answers, messages


def _comment(leaf: Leaf, fields: Fields) -> str | None:
    return plain_text(first(fields, f"{leaf.code}.comment"), LONGEST_COMMENT) or None


def _stage(leaf: Leaf, fields: Fields) -> str | None:
    stage = first(fields, f"{leaf.code}.stage")
    return stage if leaf.item.asks_stage and stage in STAGE_CODES else None


def _severity(leaf: Leaf, fields: Fields) -> int | None:
    severity = first(fields, f"{leaf.code}.severity")
    return int(severity) if leaf.item.asks_severity and severity in {"1", "2", "3", "4"} else None
