"""One whole assessment of the sample company, through the services and routes people use."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask

from ..accounts.roles import COMPANY
from ..accounts.service import create_admin, invite, redeem_link
from ..assessment.findings import update_quotes
from ..assessment.planning import propose
from ..assessment.profile import Profile, UnitSize, slug
from ..assessment.service import create_company, start_assessment
from ..config import Settings
from ..db import Stores
from ..errors import SopError
from ..imports.service import import_comments, import_times
from ..instruments import ready_made
from ..instruments import service as instruments
from ..jobs import JobQueue
from ..release import redaction
from ..shopping.service import add_shopper
from ..surveys.launching import cards_of
from ..surveys.queries import door_of
from ..themes.overviews import overviews
from ..themes.service import freeze
from . import company, device, exports
from .observations import observations
from .staff import employees, units
from .talks import talks
from .visits import visits
from .world import World

Say = Callable[[str], None]
OWNER_EMAIL = "owner@kestrel.example"
READER_EMAIL = "council@kestrel.example"


@dataclass(frozen=True)
class Cycle:
    """Everything the steps of one cycle share."""

    app: Flask
    settings: Settings
    stores: Stores
    queue: JobQueue
    world: World
    now: datetime
    say: Say
    assessment_id: int = 0
    owner_id: int = 0
    reader_id: int = 0


def start(
    app: Flask, settings: Settings, stores: Stores, world: World, *, now: datetime, say: Say
) -> Cycle:
    """The company, its owner and a planned assessment."""
    owner = create_admin(stores, OWNER_EMAIL, "Robin Ashdown", secrets.token_urlsafe(24), now)
    reader = _invite_reader(stores, owner, now)
    names: list[str] = []
    sizes = []
    for unit in units(world):
        names.append(slug(unit.name, names))
        sizes.append(UnitSize(names[-1], unit.name, unit.people))
    profile = Profile(
        company=company.NAME, people=sum(size.people for size in sizes), units=tuple(sizes),
        places=company.PLACES, sells="trade", hours=14,
        exports=frozenset({"times", "complaints"}),
    )  # fmt: skip
    plan = propose(profile, (now - timedelta(days=49)).date())
    create_company(stores, profile, is_sample=True)
    assessment_id = start_assessment(stores, profile, plan, name=f"Assessment {now.year}",
                                     purpose="Find out how orders really get through before we "
                                     "plan sales and operations.", by=owner, now=now)  # fmt: skip
    queue = JobQueue(stores, inline=True)
    return Cycle(app, settings, stores, queue, world, now, say, assessment_id, owner, reader)


def _invite_reader(stores: Stores, owner: int, now: datetime) -> int:
    """The works council, whose account reads comments as the second person."""
    link = invite(stores, READER_EMAIL, "Works council", {("redactor", COMPANY)}, owner, now)
    token, password = link.rpartition("/")[2], secrets.token_urlsafe(24)
    return redeem_link(stores, token, name="", email="", password=password, company=company.NAME,
                       now=now).user_id  # fmt: skip


def run(cycle: Cycle) -> None:
    """All four methods and both imports, from distribution to findings."""
    for step in (_survey, _interviews, _shadowing, _shopping, _imports):
        step(cycle)


def _survey(cycle: Cycle) -> None:
    stores = cycle.stores
    round_id, definition = _round(cycle, "staff-survey", "Staff survey", "codes")
    _job(cycle, "launch_round", round_id=round_id)
    door = door_of(stores, round_id)
    if door is None:
        raise SopError("The sample survey is not there.")
    client = cycle.app.test_client()
    promise = device.read_promise(client, door.key)
    # Whoever works in a unit too small for a key of its own draws a card of the unit it joined.
    cards = {unit.code: iter(cards_of(stores, door, unit)) for unit in door.units}
    drawn_from = {name: unit for unit in door.units for name in (unit.name, *unit.joined)}
    count = 0
    for employee in employees(cycle.world, definition):
        unit = drawn_from[employee.unit]
        token = device.collect(client, promise, next(cards[unit.code]), door.number_of(unit.code))
        content = {"version": door.version_id, "language": "en", "fields": employee.fields}
        device.send(client, promise, token, content)
        count += 1
    cycle.say(f"Staff survey: {count} sealed ballots over HTTP")
    _job(cycle, "end_issuing", round_id=round_id)
    _job(cycle, "close_round", round_id=round_id)
    _freeze_themes(cycle)
    _read_comments(cycle, round_id)


def _freeze_themes(cycle: Cycle) -> None:
    """The owner takes the survey's themes as they were sorted and releases them."""
    drafts = [one for one in overviews(cycle.stores, cycle.assessment_id) if one.state == "draft"]
    for one in drafts:
        freeze(cycle.stores, cycle.assessment_id, one.id, by=cycle.owner_id, now=cycle.now)
    cycle.say(f"Themes of the survey released: {sum(one.themes for one in drafts)}")


def _read_comments(cycle: Cycle, round_id: int) -> None:
    """Both readers approve every comment as it stands: nobody at Kestrel is named in one."""
    where = (cycle.stores, cycle.assessment_id, round_id)
    quotes = redaction.undecided(*where)
    for quote in quotes:
        for by in (cycle.owner_id, cycle.reader_id):
            redaction.approve(*where, quote.key, quote.original, by=by, now=cycle.now)
    update_quotes(cycle.stores, cycle.assessment_id)
    cycle.say(f"Comments read by two people: {len(quotes)}")


def _interviews(cycle: Cycle) -> None:
    stores = cycle.stores
    round_id, definition = _round(cycle, "interview-guide", "Interviews", "tasks")
    count = 0
    for talk in talks(cycle.world, definition):
        key = instruments.create_assignment(
            stores, round_id, title=f"Interview with {talk.who.pseudonym}",
            assignee_id=cycle.owner_id, pseudonym=talk.who.pseudonym,
            stages={"owned": list(talk.who.owned), "supplied": list(talk.who.supplied),
                    "received": list(talk.who.received)},
        )  # fmt: skip
        instruments.submit_named(
            stores, key, submission_id=_id(cycle, key), fields=talk.fields, events=talk.events,
            context=talk.context, now=cycle.now,
        )  # fmt: skip
        count += 1
    cycle.say(f"Interviews: {count}")
    _finish(cycle, round_id)


def _shadowing(cycle: Cycle) -> None:
    stores = cycle.stores
    round_id, definition = _round(cycle, "job-shadow", "Shadowing", "tasks")
    count = 0
    for seen in observations(cycle.world, definition):
        key = instruments.create_assignment(
            stores, round_id, title=f"{seen.role.name}, session {seen.session}",
            assignee_id=cycle.owner_id, pseudonym=seen.role.name,
            stages={"owned": list(seen.role.stages)},
            context={"role": seen.role.name, "site": seen.role.site},
        )  # fmt: skip
        instruments.submit_named(
            stores, key, submission_id=_id(cycle, key), fields=seen.fields, events=seen.events,
            context=seen.context, now=cycle.now,
        )  # fmt: skip
        count += 1
    cycle.say(f"Shadowing: {count} sessions")
    _finish(cycle, round_id)


def _shopping(cycle: Cycle) -> None:
    stores = cycle.stores
    round_id, definition = _round(cycle, "mystery-case", "Mystery shopping", "tasks")
    until = cycle.now + timedelta(days=14)
    shoppers = {
        alias: add_shopper(stores, cycle.assessment_id, alias, expires_at=until).shopper_id
        for alias in company.SHOPPERS
    }
    count = 0
    for visit in visits(cycle.world, definition):
        key = instruments.create_assignment(
            stores, round_id, title=f"Case {visit.context['case']} at {visit.place}",
            shopper_id=shoppers[visit.shopper], location=visit.place,
            context={"channel": visit.channel, "case": visit.context["case"]},
        )  # fmt: skip
        submission = _id(cycle, key)
        instruments.submit_named(
            stores, key, submission_id=submission, fields=visit.fields, context=visit.context,
            now=cycle.now,
        )  # fmt: skip
        if visit.number in (20, 41):
            instruments.review_submission(
                stores, submission, accept=False, reason="The receipt belongs to another place."
            )
        count += 1
    cycle.say(f"Mystery shopping: {count} cases")
    _finish(cycle, round_id)


def _imports(cycle: Cycle) -> None:
    with TemporaryDirectory() as folder:
        times, complaints = Path(folder) / "times.csv", Path(folder) / "complaints.csv"
        exports.write_times(cycle.world, times, until=cycle.now)
        exports.write_complaints(cycle.world, complaints)
        report = import_times(
            cycle.stores, cycle.assessment_id, times, item="number", step="step",
            start="received", end="passed_on", source_column="source",
            subjects={"Lead to sales queue": "S1", "Order to confirmation": "S4"},
            source_name="CRM export", now=cycle.now,
        )  # fmt: skip
        _job(cycle, "release_import", file_id=report.file_id)
        report = import_comments(
            cycle.stores, cycle.assessment_id, complaints, text_column="message",
            stage_column="stage", source="Help desk", now=cycle.now,
        )  # fmt: skip
        _job(cycle, "release_import", file_id=report.file_id)
    cycle.say("Imports: time stamps of leads and orders, complaints")


def _round(cycle: Cycle, code: str, name: str, access: str) -> tuple[int, Any]:
    stores, now = cycle.stores, cycle.now
    definition = ready_made.load(code, "trade")
    version = instruments.publish(stores, cycle.assessment_id, definition, now=now)
    reached = []
    anonymous = access == "codes"
    if anonymous:
        codes: list[str] = []
        for unit in units(cycle.world):
            codes.append(slug(unit.name, codes))
            reached.append(instruments.Unit(codes[-1], unit.name, unit.people))
    round_id = instruments.plan_round(
        stores, cycle.assessment_id, version, name=name, access=access, units=reached,
        label="anonymous" if anonymous else "named",
    )  # fmt: skip
    if not anonymous:
        instruments.open_round(stores, round_id, now=now)
    return round_id, instruments.definition_of(stores, version)


def _finish(cycle: Cycle, round_id: int) -> None:
    instruments.close_named_round(cycle.stores, round_id, now=cycle.now)
    _job(cycle, "release_round", round_id=round_id)


def _job(cycle: Cycle, name: str, **arguments: Any) -> None:
    from ..jobs import get_job, in_words

    job = get_job(cycle.stores, cycle.queue.start(name, **arguments))
    if job.state != "done":
        raise SopError("The sample company could not be built: %(why)s", why=in_words(job))


def _id(cycle: Cycle, key: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{cycle.world.seed} {key}"))
