"""What an observer saw: events and traced work items, from the fields of the form. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from ..errors import AnswersInvalidError, InvalidError
from ..instruments.answers import Fields, first, plain_text
from ..instruments.definition import STAGE_CODES, Definition
from ..instruments.queries import AssignmentView
from ..instruments.rows import rows

# What lasts runs until the next one begins; a moment is noted while something else runs.
LASTING: Final = {
    "activity": _l("Work"),
    "waiting": _l("Waiting"),
    "rework": _l("Rework"),
    "interruption": _l("Interruption"),
}
MOMENTS: Final = {
    "error": _l("Error"),
    "missing_information": _l("Information missing"),
    "workaround": _l("Workaround"),
}
EVENTS: Final = {**LASTING, **MOMENTS}
_LONGEST_SESSION: Final = 24 * 60.0
_LONGEST_WAIT: Final = 366 * 24 * 60.0


def read(task: AssignmentView, fields: Fields) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Events with their minutes, and the session with its work items."""
    messages: dict[str, str] = {}
    if first(fields, "consent.person") != "yes":
        unasked = InvalidError("Watch only with the person’s consent. Tick it, or stop here.")
        messages["consent.person"] = unasked.sentence
    events = _each(fields, "event", _event, messages)
    items = _each(fields, "item", _item, messages)
    if messages:
        raise AnswersInvalidError(messages)
    session = first(fields, "session-number")
    typed = session.isdecimal() and len(session) < 4
    number = int(session) if typed else int(task.context.get("session", 1))
    return events, {
        "role": first(fields, "role") or task.context.get("role") or task.pseudonym,
        "site": first(fields, "site") or task.context.get("site"),
        "session": number, "first_session": number == 1, "work_items": items,
    }  # fmt: skip


def open_sections(task: AssignmentView, definition: Definition, fields: Fields) -> list[str]:
    """Sections that every session has, and those of the role's stages."""
    own = set(task.stages.get("owned", ()))
    return [s.code for s in definition.sections if s.stage is None or not own or s.stage in own]


def _each(
    fields: Fields,
    prefix: str,
    read_row: Callable[[dict[str, str]], dict[str, Any]],
    messages: dict[str, str],
) -> list[dict[str, Any]]:
    """The rows that could be read; the sentence about one that could not goes to `messages`."""
    found = []
    for row in rows(fields, prefix):
        try:
            found.append(read_row(row))
        except InvalidError as error:
            messages[f"{prefix}s"] = error.sentence
    return found


def _event(row: dict[str, str]) -> dict[str, Any]:
    kind = row.get("kind", "activity")
    event: dict[str, Any] = {"kind": kind if kind in EVENTS else "activity"}
    if row.get("stage") in STAGE_CODES:
        event["stage"] = row["stage"]
    if row.get("minutes"):
        event["minutes"] = _minutes(row["minutes"], _LONGEST_SESSION)
    if row.get("note"):
        event["note"] = plain_text(row["note"], 300)
    if row.get("at"):
        event["at"] = plain_text(row["at"], 30)
    return event


def _item(row: dict[str, str]) -> dict[str, Any]:
    if not row.get("id"):
        raise InvalidError("A work item needs a masked number or a short name, such as “order 1”.")
    waits = []
    if row.get("wait"):
        reason = plain_text(row.get("reason", ""), 200)
        waits.append({"minutes": _minutes(row["wait"], _LONGEST_WAIT), "reason": reason})
    item: dict[str, Any] = {"id": plain_text(row["id"], 60), "waits": waits}
    # What was not timed or not judged stays out; it is neither no minutes nor a No.
    if row.get("touch"):
        item["touch_minutes"] = _minutes(row["touch"], _LONGEST_SESSION)
    if row.get("right") in {"yes", "no"}:
        item["complete_and_right"] = row["right"] == "yes"
    return item


def _minutes(text: str, most: float) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise InvalidError(
            "“%(text)s” cannot be the minutes here. Write digits up to %(most)s, such as 12.",
            text=text[:20], most=most,
        )  # fmt: skip
    return value
