"""What an observer saw: events and traced work items, from the fields of the form. Pure."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from ..errors import AnswersInvalidError
from ..instruments.answers import Fields, first, plain_text
from ..instruments.definition import STAGE_CODES, Definition
from ..instruments.queries import AssignmentView
from ..instruments.rows import rows

EVENTS: Final = {
    "waiting": _l("Waiting"),
    "error": _l("Error"),
    "rework": _l("Rework"),
    "missing_information": _l("Information missing"),
    "interruption": _l("Interruption"),
    "workaround": _l("Workaround"),
    "activity": _l("Work"),
}
_LONGEST_SESSION: Final = 24 * 60.0
_LONGEST_WAIT: Final = 366 * 24 * 60.0


def read(task: AssignmentView, fields: Fields) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Events with their minutes, and the session with its work items."""
    messages: dict[str, str] = {}
    if first(fields, "consent.person") != "yes":
        messages["consent.person"] = "Watch only with the person’s consent. Tick it, or stop here."
    events = [_event(row, messages) for row in rows(fields, "event")]
    items = [_item(row, messages) for row in rows(fields, "item") if row.get("id")]
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


def _event(row: dict[str, str], messages: dict[str, str]) -> dict[str, Any]:
    kind = row.get("kind", "activity")
    event: dict[str, Any] = {"kind": kind if kind in EVENTS else "activity"}
    if row.get("stage") in STAGE_CODES:
        event["stage"] = row["stage"]
    if row.get("minutes"):
        event["minutes"] = _minutes(row["minutes"], _LONGEST_SESSION, messages)
    if row.get("note"):
        event["note"] = plain_text(row["note"], 300)
    if row.get("at"):
        event["at"] = plain_text(row["at"], 30)
    return event


def _item(row: dict[str, str], messages: dict[str, str]) -> dict[str, Any]:
    waits = []
    if row.get("wait"):
        minutes = _minutes(row["wait"], _LONGEST_WAIT, messages)
        waits.append({"minutes": minutes, "reason": plain_text(row.get("reason", ""), 200)})
    return {
        "id": plain_text(row["id"], 60),
        "touch_minutes": _minutes(row.get("touch", "0"), _LONGEST_SESSION, messages),
        "waits": waits, "complete_and_right": row.get("right") == "yes",
    }  # fmt: skip


def _minutes(text: str, most: float, messages: dict[str, str]) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        messages["events"] = f"“{text[:20]}” is no number of minutes. Write digits, such as 12."
        return 0.0
    return value
