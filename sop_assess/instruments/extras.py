"""What a kind adds to the shared form: a part above and below, and fields of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import Fields
from .definition import Definition
from .queries import AssignmentView

Read = Callable[[AssignmentView, Fields], tuple[list[dict[str, Any]], dict[str, Any]]]
Keep = Callable[[Definition, Fields], Fields]


@dataclass(frozen=True)
class KindForm:
    """`template` holds the macros before(task, form) and after(task, form). `read` turns the
    kind's own fields into events and context, or raises AnswersInvalidError by field name.
    `sections` names the sections that stand open; the others are folded. `choices` are the words
    of the kind's own drop-down lists. `keep` leaves out what may not be sent. `begin` fills the
    form that nobody has opened yet. `script` is the kind's own script, after the shared one."""

    template: str
    read: Read
    sections: Callable[[AssignmentView, Definition, Fields], list[str]] | None = None
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keep: Keep | None = None
    begin: Callable[[AssignmentView], Fields] | None = None
    script: str = ""


_FORMS: dict[str, KindForm] = {}


def register(kind: str, form: KindForm) -> None:
    """Say what a kind adds; called once when its views are imported."""
    _FORMS[kind] = form


def kind_form(kind: str) -> KindForm | None:
    """What the kind adds, None for nothing."""
    return _FORMS.get(kind)


def first_fields(task: AssignmentView) -> Fields:
    """What a form holds before anybody has written in it."""
    found = _FORMS.get(task.kind)
    return found.begin(task) if found and found.begin else {}


def read_extras(
    task: AssignmentView, fields: Fields
) -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """Events and context from the kind's own fields."""
    found = _FORMS.get(task.kind)
    return found.read(task, fields) if found else ([], {})


def fields_to_send(kind: str, definition: Definition, fields: Fields) -> Fields:
    """The fields without what the kind may not keep, such as words said without consent."""
    found = _FORMS.get(kind)
    return found.keep(definition, fields) if found and found.keep else fields
