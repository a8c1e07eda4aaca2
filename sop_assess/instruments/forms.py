"""What the templates need to draw a form: words, kept values, messages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .answers import Fields, first
from .definition import (
    STAGE_CODES,
    Definition,
    Item,
    Leaf,
    Option,
    Row,
    Section,
    Text,
    stages_of,
    words,
)
from .rows import last_row

# A cell of a scale holds about this many characters on a phone; longer anchors become rows.
_CELL_FITS = 30
_EMPTY_ROWS = 3
_HOUR, _DAY, _WEEK = 60, 1440, 10080


@dataclass(frozen=True)
class Form:
    """One definition in one language with the values and messages of one attempt.

    `stages` names the stages a text may be about ({"S3": "Quote"}); `text_hint` stands under
    every long text. A template calls `question(item, form)` of instruments/form.html.
    """

    definition: Definition
    language: str
    values: Fields = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    text_hint: str = ""

    def say(self, text: Text) -> str:
        """The words in the language of the form."""
        return words(text, self.language)

    def value(self, name: str) -> str:
        """The kept value of a field, empty where there is none."""
        return first(self.values, name)

    def chosen(self, name: str, value: str) -> bool:
        """Whether a field holds this value, alone or among others."""
        return value in self.values.get(name, ())

    def error(self, code: str) -> str:
        """The message that stands beside a question, empty where all is well."""
        return self.errors.get(code, "")

    def described(self, code: str, *, hint: bool) -> str:
        """The ids that describe a question: its hint, its message."""
        ids = [f"h-{code}"] if hint else []
        return " ".join([*ids, f"e-{code}"] if code in self.errors else ids)

    def options(self, item: Item) -> tuple[Option, ...]:
        """The choices of a question or of the scale it names."""
        return self.definition.options(item)

    def fits_cells(self, item: Item) -> bool:
        """Whether a scale can be drawn as joined cells: few points with short words."""
        options = self.options(item)
        return len(options) <= 7 and all(len(self.say(o.text)) <= _CELL_FITS for o in options)

    def lines(self, item: Item) -> tuple[Item | Row, ...]:
        """What a matrix asks about: its rows, or the item alone."""
        return item.rows or (item,)

    def can_skip(self, section: Section) -> bool:
        """Whether the section may be left out as a whole."""
        return can_be_skipped(section)

    def unit(self, item: Item) -> str:
        """The unit that a duration starts with: the chosen one, else one that suits its promise."""
        kept = self.value(f"{item.code}.unit")
        if kept:
            return kept
        promise = item.promise or 0
        for size, name in ((2 * _WEEK, "weeks"), (_DAY, "days"), (2 * _HOUR, "hours")):
            if promise >= size:
                return name
        return "minutes"

    def rows_of(self, prefix: str) -> int:
        """How many numbered rows to draw: up to the last that was filled, and some empty ones."""
        return max(last_row(self.values, prefix) + 2, _EMPTY_ROWS)

    @property
    def stage_choices(self) -> tuple[tuple[str, str], ...]:
        """The stages a free text can be about: code and name."""
        return tuple(self.stages.items())


def stages_asked(definition: Definition) -> tuple[str, ...]:
    """The stages that the questions of a definition touch, in the order of the life cycle."""
    found = {stage for leaf in definition.leaves if leaf.subject
             for stage in stages_of(leaf.subject)}  # fmt: skip
    known = [code for code in STAGE_CODES if code in found]
    return tuple(known + sorted(found - set(known)))


def can_be_skipped(section: Section) -> bool:
    """Whether "not my area" may answer a whole section: nothing in it insists on more."""
    offers = any(item.not_my_area for item in section.items)
    return offers and all(item.not_my_area or not item.required for item in section.items)


def with_skipped_sections(definition: Definition, fields: Fields) -> Fields:
    """The fields after `skip.<section>` boxes: every question there is not the person's area."""
    skipped = {s.code for s in definition.sections
               if can_be_skipped(s) and first(fields, f"skip.{s.code}")}  # fmt: skip
    if not skipped:
        return fields
    inside = [leaf for leaf in definition.leaves if leaf.section.code in skipped]
    gone = {name for leaf in inside for name in _names(leaf)}
    kept = {name: values for name, values in fields.items() if name not in gone}
    said = {leaf.code: ["not_my_area"] for leaf in inside if leaf.item.not_my_area}
    return {**kept, **said}


def known_fields(definition: Definition, fields: Fields) -> dict[str, list[str]]:
    """Only what the definition asks for, in its order, without empty values."""
    names = (name for leaf in definition.leaves for name in _names(leaf))
    given = ((name, [str(value) for value in fields.get(name, ()) if value]) for name in names)
    return {name: values for name, values in given if values}


def _names(leaf: Leaf) -> Iterator[str]:
    yield leaf.code
    for part in ("state", "comment", "stage", "severity", "unit"):
        yield f"{leaf.code}.{part}"
