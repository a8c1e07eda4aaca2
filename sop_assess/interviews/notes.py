"""Consent, notes and coverage of an interview, from the fields of its form. Pure."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from ..errors import AnswersInvalidError, InvalidError
from ..instruments.answers import LONGEST_COMMENT, Fields, first, plain_text
from ..instruments.definition import STAGE_CODES, Definition
from ..instruments.queries import AssignmentView
from ..instruments.registries import QUESTIONS
from ..instruments.rows import rows

MARKS: Final = {
    "problem": _l("Problem"),
    "works": _l("Works well"),
    "opportunity": _l("Opportunity"),
    "quote": _l("Quote"),
    "number": _l("Number"),
    "follow_up": _l("Follow-up"),
}
SIDES: Final = ("owned", "supplied", "received")
PSEUDONYMS: Final = (
    "Juniper", "Rowan", "Hazel", "Alder", "Maple", "Linden", "Aspen", "Cedar", "Willow", "Birch",
    "Larch", "Olive", "Poplar", "Sorrel", "Elder", "Hawthorn", "Laurel", "Myrtle", "Oak", "Pine",
    "Sage", "Spruce", "Yew", "Ash", "Beech", "Clover", "Fern", "Holly", "Ivy", "Thistle",
)  # fmt: skip


def read(task: AssignmentView, fields: Fields) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Marked notes as events, and who was asked about what with which consent."""
    consent = {name: first(fields, f"consent.{name}") for name in ("notes", "quotes")}
    missing = [name for name, given in consent.items() if given not in {"yes", "no"}]
    if missing:
        unsaid = InvalidError("Say whether the person agreed to notes and to quotes.")
        raise AnswersInvalidError({f"consent.{name}": unsaid.sentence for name in missing})
    agreed = consent["notes"] == "yes"
    notes = _notes(fields) if agreed else []
    context = {
        "pseudonym": task.pseudonym, **stages(task, fields), "consent_notes": agreed,
        "consent_quotes": agreed and consent["quotes"] == "yes",
        "roles": [role for role in [first(fields, "roles")] if role],
    }  # fmt: skip
    return notes, context


def only_agreed(definition: Definition, fields: Fields) -> Fields:
    """Without consent to notes: ticks, numbers and times only, nothing that was said."""
    if first(fields, "consent.notes") != "no":
        return fields
    written = {leaf.code for leaf in definition.leaves
               if QUESTIONS[leaf.type].level == "text" and leaf.item.role != "header"}  # fmt: skip
    return {name: values for name, values in fields.items()
            if name.partition(".")[0] not in {*written, "note"}
            and not name.endswith(".comment")}  # fmt: skip


def stages(task: AssignmentView, fields: Fields) -> dict[str, list[str]]:
    """The stages of the person by side: as ticked in the form, else as planned."""
    return {
        side: [s for s in STAGE_CODES if s in fields.get(side, ())]
        or list(task.stages.get(side, ()))
        for side in SIDES
    }


def planned_stages(task: AssignmentView) -> Fields:
    """The stages as they were planned; the person may correct them."""
    return {side: list(task.stages[side]) for side in SIDES if task.stages.get(side)}


def open_sections(task: AssignmentView, definition: Definition, fields: Fields) -> list[str]:
    """Sections that every interview has, and those of the person's own stages."""
    own = {stage for side in stages(task, fields).values() for stage in side}
    return [s.code for s in definition.sections if s.stage is None or not own or s.stage in own]


def _notes(fields: Fields) -> list[dict[str, Any]]:
    try:
        return [_note(row) for row in rows(fields, "note") if row.get("text")]
    except InvalidError as error:
        raise AnswersInvalidError({"notes": error.sentence}) from None


def _note(row: dict[str, str]) -> dict[str, Any]:
    note = {"kind": "note", "mark": row.get("mark") if row.get("mark") in MARKS else "follow_up",
            "text": plain_text(row["text"], LONGEST_COMMENT)}  # fmt: skip
    return {**note, "stage": row["stage"]} if row.get("stage") in STAGE_CODES else note
