"""From a ready-made form and what the owner changed about it to a round that can be opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from ..db import Stores
from ..errors import InvalidError
from ..instruments import ready_made
from ..instruments.definition import Definition
from ..instruments.registries import KINDS
from ..instruments.service import Unit, plan_round, publish
from . import queries, tailoring
from .service import record

LAST_MINUTE = time(23, 59)
PROMISES: Final[Mapping[str, tuple[str, str]]] = {
    "anonymous": ("anonymous", "codes"),
    "anonymous_trustee": ("anonymous_trustee", "codes"),
    "confidential_codes": ("confidential", "codes"),
    "confidential_link": ("confidential", "link"),
}

Given = Mapping[str, Sequence[str]]


def publish_and_plan(
    stores: Stores, assessment_id: int, given: Given, *, by: int | None, now: datetime
) -> int:
    """The id of a planned round whose form is published as the page describes it."""
    definition, shown = ready_made_form(
        stores, assessment_id, _one(given, "code"), _one(given, "variant")
    )
    changes = tailoring.read_changes(shown, given)
    tailored = tailoring.apply(definition, left_out(stores, assessment_id), changes)
    name, closes = _name(_one(given, "name")), _closes(_one(given, "closes"), now)
    anonymous = KINDS[tailored.kind].anonymous
    label, access = _promise(_one(given, "promise")) if anonymous else ("named", "tasks")
    round_id = plan_round(
        stores, assessment_id, publish(stores, assessment_id, tailored, now=now), name=name,
        access=access, label=label, units=_units(stores) if anonymous else (), closes_at=closes,
    )  # fmt: skip
    detail = {"assessment": assessment_id, "round": round_id, "form": tailored.code}
    record(stores, by, "round.planned", detail, now=now)
    return round_id


def ready_made_form(
    stores: Stores, assessment_id: int, code: str, variant: str
) -> tuple[Definition, Definition]:
    """The ready-made form, and what is left of it without the stages that are left out."""
    definition = ready_made.load(code, variant or None)
    skipped = left_out(stores, assessment_id)
    return definition, ready_made.tailor(definition, skip_stages=skipped)


def left_out(stores: Stores, assessment_id: int) -> list[str]:
    """The codes of the stages that the assessment leaves out."""
    return [stage.code for stage in queries.stages_of(stores, assessment_id) if stage.skipped]


def _units(stores: Stores) -> list[Unit]:
    company = queries.find_company(stores)
    if company is None:
        return []
    known = [Unit(u.code, u.name, u.people) for u in company.profile.units]
    return known or [Unit("company", company.name, company.profile.people)]


def _promise(given: str) -> tuple[str, str]:
    """Label and access of the chosen promise; the strongest where nothing was chosen."""
    if given and given not in PROMISES:
        raise InvalidError("Choose one of the promises that the page offers.")
    return PROMISES[given or "anonymous"]


def _name(given: str) -> str:
    if not given.strip() or len(given) > 200:
        raise InvalidError("Give the round a name of at most 200 characters.")
    return given.strip()


def _closes(given: str, now: datetime) -> datetime | None:
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise InvalidError("“%(day)s” is not a day. Choose one from the calendar, or leave it "
                           "empty.", day=given[:20]) from None  # fmt: skip
    if day < now.date():
        raise InvalidError("The last day lies in the past. Choose a later one.")
    return datetime.combine(day, LAST_MINUTE, UTC)


def _one(given: Given, name: str) -> str:
    values = given.get(name) or ("",)
    return str(values[0])
