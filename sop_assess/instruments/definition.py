"""The definition of an instrument: immutable, permanent codes. Pure: no Flask, no SQLAlchemy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

TOPICS = (
    "response_time", "ownership", "information", "accuracy", "clarity", "system", "approval",
    "capacity", "promise", "handoff", "exceptions", "skills", "morale", "cost",
)  # fmt: skip
# More attributes, or finer ones, would make people recognisable by their combination.
MOST_ATTRIBUTES = 4
# The name of a group holds a unit, an attribute and an option, and has to fit into its column.
LONGEST_ATTRIBUTE_CODE = 20
STAGE_CODES = ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8")

_CODE = re.compile(r"[a-z0-9][a-z0-9_\-]{0,59}", re.IGNORECASE)
_SUBJECT = re.compile(r"(?P<stage>S\d{1,2})(?:>(?P<next>S\d{1,2}):(?P<side>giver|receiver))?")


def _check_code(value: str) -> str:
    if not _CODE.fullmatch(value):
        raise ValueError(f"The code {value!r} may hold letters, digits, '_' and '-' only.")
    return value


def _check_subject(value: str) -> str:
    if not _SUBJECT.fullmatch(value):
        raise ValueError(f"The subject {value!r} is neither a stage (S3) nor a side of a hand-off.")
    return value


def _check_topic(value: str) -> str:
    if value not in TOPICS:
        raise ValueError(f"The topic {value!r} is not in the shared list.")
    return value


def _check_text(value: dict[str, str]) -> dict[str, str]:
    if not value or not all(text.strip() for text in value.values()):
        raise ValueError("A text needs words in at least one language.")
    return value


Code = Annotated[str, AfterValidator(_check_code)]
Subject = Annotated[str, AfterValidator(_check_subject)]
Topic = Annotated[str, AfterValidator(_check_topic)]
Text = Annotated[dict[str, str], AfterValidator(_check_text)]
Weight = Literal["critical", "normal", "cosmetic"]
Favour = Literal[-1, 0, 1]


def words(text: Mapping[str, str], language: str) -> str:
    """The text in the language, else in English, else in whatever there is."""
    return text.get(language) or text.get("en") or next(iter(text.values()))


def stages_of(subject: str) -> tuple[str, ...]:
    """The stage, or both stages of a hand-off.

    >>> stages_of("S3>S4:giver")
    ('S3', 'S4')
    """
    match = _SUBJECT.fullmatch(subject)
    if match is None:
        raise ValueError(subject)
    return tuple(part for part in (match["stage"], match["next"]) if part)


def place_of(subject: str) -> str:
    """The subject without the side: what findings are about.

    >>> place_of("S3>S4:giver"), place_of("S5")
    ('S3>S4', 'S5')
    """
    return subject.partition(":")[0]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """One permanent choice; `favour` says whether it speaks for (+1) or against (-1)."""

    code: Code
    text: Text
    favour: Favour | None = None


class Row(_Frozen):
    """One line of a matrix: a question of its own that shares the scale."""

    code: Code
    text: Text
    subject: Subject
    topic: Topic
    weight: Weight = "normal"


class Item(_Frozen):
    """One question. Type-specific settings stay empty where the type does not use them."""

    code: Code
    type: str
    text: Text
    help: Text | None = None
    subject: Subject | None = None
    topic: Topic | None = None
    weight: Weight = "normal"
    required: bool = False
    not_my_area: bool = False
    comment_on_no: bool = False
    no_means_problem: bool = True
    core: bool = False
    role: (
        Literal["keep", "problem", "note", "clock", "impression", "header", "attribute"] | None
    ) = None
    options: tuple[Option, ...] = ()
    scale: str | None = None
    rows: tuple[Row, ...] = ()
    unit: Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    promise: float | None = None
    standard: Text | None = None
    ends: tuple[Text, Text] | None = None
    asks_stage: bool = False
    asks_severity: bool = False


class Section(_Frozen):
    """One page of the form; a section with a stage goes when the stage is skipped."""

    code: Code
    title: Text
    intro: Text | None = None
    stage: str | None = None
    episode: str | None = None
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Leaf:
    """What one answer belongs to: an item, or one row of a matrix."""

    code: str
    type: str
    text: Mapping[str, str]
    subject: str | None
    topic: str | None
    weight: Weight
    options: tuple[Option, ...]
    item: Item
    section: Section


class Definition(_Frozen):
    """A whole form. Two versions with the same code share the codes of their items."""

    code: Code
    kind: str
    title: Text
    intro: Text | None = None
    languages: tuple[str, ...] = ("en",)
    minutes: Annotated[int, Field(ge=1, le=600)] = 10
    variant: Literal["goods", "services", "trade"] | None = None
    scales: Mapping[str, tuple[Option, ...]] = {}
    sections: tuple[Section, ...]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        seen: set[str] = set()
        for section in self.sections:
            for code in _codes(section):
                if code in seen:
                    raise ValueError(f"The code {code!r} is used twice.")
                seen.add(code)
            for item in section.items:
                if item.scale and item.scale not in self.scales:
                    raise ValueError(f"{item.code}: the scale {item.scale!r} is not defined.")
        return self

    @model_validator(mode="after")
    def _attributes_are_coarse(self) -> Self:
        found = [item for section in self.sections for item in section.items
                 if item.role == "attribute"]  # fmt: skip
        if len(found) > MOST_ATTRIBUTES:
            raise ValueError(f"A form may ask for {MOST_ATTRIBUTES} attributes of people at most.")
        for item in found:
            codes = (item.code, *(option.code for option in self.options(item)))
            if item.type != "single_choice" or item.code in {"unit", "all"}:
                raise ValueError(f"{item.code}: an attribute is a single choice of its own name.")
            if max(map(len, codes)) > LONGEST_ATTRIBUTE_CODE:
                raise ValueError(f"{item.code}: codes of an attribute have "
                                 f"{LONGEST_ATTRIBUTE_CODE} characters at most.")  # fmt: skip
        return self

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every answerable place in order; matrix rows stand for themselves."""
        return tuple(leaf for s in self.sections for i in s.items for leaf in self._expand(s, i))

    @cached_property
    def by_code(self) -> Mapping[str, Leaf]:
        """Leaves by their permanent code."""
        return {leaf.code: leaf for leaf in self.leaves}

    @cached_property
    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """The options of every attribute of respondents by the code of its question."""
        return {
            leaf.code: tuple(option.code for option in leaf.options)
            for leaf in self.leaves
            if leaf.item.role == "attribute"
        }

    def options(self, item: Item) -> tuple[Option, ...]:
        """The item's own options, or those of the scale it names."""
        return item.options or (self.scales[item.scale] if item.scale else ())

    def _expand(self, section: Section, item: Item) -> Iterator[Leaf]:
        options = self.options(item)
        if not item.rows:
            yield Leaf(item.code, item.type, item.text, item.subject, item.topic, item.weight,
                       options, item, section)  # fmt: skip
        for row in item.rows:
            yield Leaf(row.code, item.type, row.text, row.subject, row.topic, row.weight,
                       options, item, section)  # fmt: skip

    def document(self) -> dict[str, Any]:
        """The definition as plain JSON data, without empty settings."""
        return self.model_dump(mode="json", exclude_defaults=True)


def _codes(section: Section) -> Iterator[str]:
    yield section.code
    for item in section.items:
        yield item.code
        yield from (row.code for row in item.rows)
