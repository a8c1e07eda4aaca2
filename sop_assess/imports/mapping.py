"""Naming the columns of an upload: what each can hold, and what the whole file then gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _

from ..assessment.queries import stages_of
from ..errors import InvalidError
from ..page import stage_name
from ..web import settings, stores
from . import uploads
from .comments import CommentColumns, read_comments
from .service import refuse_again, time_columns
from .suggestions import guess_subject, stage_lookup, subjects_of
from .tables import Table, open_table
from .times import read_times

ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "comments": ("text", "stage"),
    "times": ("item", "start", "end", "step", "source"),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "comments": ("text",),
    "times": ("item", "start", "end"),
}
OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "comments": ("origin",),
    "times": ("origin", "step_label", "order"),
}
EXAMPLES: Final = 3


def fields(kind: str) -> tuple[str, ...]:
    """The names of all fields of the columns' form."""
    return (*ROLES[kind], *OTHERS[kind])


def checked(assessment_id: int, kind: str, token: str, values: Mapping[str, str]) -> dict[str, Any]:
    """What the whole file gives with these columns; nothing is kept."""
    check = _checked_comments if kind == "comments" else _checked_times
    return check(assessment_id, token, values)


def open_upload(token: str) -> Table:
    """The upload as a table."""
    path = uploads.find(stores(), token).path
    return open_table(path, limit_mb=settings().import_limit_mb)


def check_needed(kind: str, values: Mapping[str, str]) -> None:
    """Refuse a form without a needed column or without its origin."""
    missing = [role for role in NEEDED[kind] if not values[role]]
    if missing:
        names = ", ".join(role_words()[role] for role in missing)
        raise InvalidError("Choose a column for: %(names)s.", names=names)
    if not values["origin"].strip():
        raise InvalidError("Say where the file comes from.")


def check_new(assessment_id: int, kind: str, token: str, values: Mapping[str, str]) -> None:
    """Refuse columns that the file does not have, and a file that was imported before with them."""
    table = open_upload(token)
    chosen = {role: values[role] or None for role in ROLES[kind]}
    for column in filter(None, chosen.values()):
        table.position(column)
    refuse_again(stores(), assessment_id, kind, table.content_hash, chosen)


def import_columns(
    kind: str, values: Mapping[str, str], subjects: Mapping[str, str]
) -> dict[str, Any]:
    """The columns as the import takes them."""
    if kind == "comments":
        return {"text_column": values["text"], "stage_column": values["stage"] or None,
                "source": values["origin"]}  # fmt: skip
    return {
        "item": values["item"], "start": values["start"], "end": values["end"],
        "step": values["step"] or None, "source_column": values["source"] or None,
        "step_label": values["step_label"], "order": values["order"] or None,
        "subjects": dict(subjects), "source_name": values["origin"],
    }  # fmt: skip


def role_words() -> dict[str, str]:
    """What a column can hold."""
    return {
        "text": _("Text of the comment"), "stage": _("Stage"), "item": _("Lead or order"),
        "start": _("Start"), "end": _("End"), "step": _("Step"), "source": _("Source"),
    }  # fmt: skip


def role_hints() -> dict[str, str]:
    """What each column is for."""
    return {
        "text": _("What the customer or colleague wrote. Names after a title, addresses and long "
                  "numbers are masked."),
        "stage": _("S1 to S8, or the name of a stage."),
        "item": _("The number that tells one from the other."),
        "start": _("When it came in or was handed on."),
        "end": _("When it arrived. Empty means it never did."),
        "step": _("What happened between the two. Without a column, name it below."),
        "source": _("Where it came from: web form, phone, fair. Never a person’s name."),
    }  # fmt: skip


def _checked_comments(assessment_id: int, token: str, values: Mapping[str, str]) -> dict[str, Any]:
    stages = stage_lookup((s.code, s.name) for s in stages_of(stores(), assessment_id))
    columns = CommentColumns(values["text"], values["stage"] or None)
    found = read_comments(open_upload(token), columns, stages, lambda share, message: None)
    return {
        "kept": len(found.found), "set_aside": dict(found.set_aside), "steps": [],
        "examples": [text for text, _stage in found.found[:EXAMPLES]],
        "unknown_stages": found.unknown_stages.most_common(5),
        "with_stage": sum(stage is not None for _text, stage in found.found),
    }  # fmt: skip


def _checked_times(assessment_id: int, token: str, values: Mapping[str, str]) -> dict[str, Any]:
    columns = time_columns(item=values["item"], start=values["start"], end=values["end"],
                           step=values["step"] or None, source=values["source"] or None,
                           step_label=values["step_label"], order=values["order"])  # fmt: skip
    found = read_times(open_upload(token), columns, lambda share, message: None)
    codes = [s.code for s in stages_of(stores(), assessment_id) if not s.skipped]
    counts = Counter(row.step for row in found.found)
    steps = [(step, count, guess_subject(step, codes) or "") for step, count in counts.items()]
    first = min(row.started_at for row in found.found)
    last = max(row.started_at for row in found.found)
    return {
        "kept": len(found.found), "set_aside": dict(found.set_aside), "steps": steps,
        "sources": sorted({row.source for row in found.found if row.source}),
        "never": sum(row.ended_at is None for row in found.found), "first": first, "last": last,
        "subjects": [("", _("none")), *((code, stage_name(code)) for code in subjects_of(codes))],
    }  # fmt: skip
