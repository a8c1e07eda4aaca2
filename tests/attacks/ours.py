"""A round of ours, driven through its HTTP routes in simulated time and recorded."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import time_machine
from flask import Flask

from sop_assess import create_app
from sop_assess.assessment.models import Assessment, Company, Stage
from sop_assess.config import Settings
from sop_assess.db import STORES, Stores
from sop_assess.instruments.service import Unit, plan_round, publish
from sop_assess.jobs import JobQueue, get_job
from sop_assess.surveys.codes import card_codes, code_hash
from sop_assess.surveys.keys import KeyFolder
from sop_assess.surveys.launching import launch
from sop_assess.surveys.queries import Door, door_of
from tests.surveys.conftest import both, definition

from .evidence import Evidence, Layout
from .population import DAY, Person, Visit, visits
from .recording import Recorder
from .respondent import Respondent
from .snapshots import Row

OPENED = datetime(2031, 7, 14, 0, 0, tzinfo=UTC)
ROUND_KEYS = ("box.pem", "ledger.key")


@dataclass
class Survey:
    """An open anonymous round with the codes of all who are invited."""

    app: Flask
    stores: Stores
    settings: Settings
    round_id: int
    key: str
    version: int
    invited: list[Person]
    codes: dict[str, str]

    def respondent(self, person: Person, **headers: str) -> Respondent:
        """This person's device."""
        client = self.app.test_client(use_cookies=False)
        number = int(person.unit.removeprefix("unit-"))
        return Respondent(client, self.key, self.codes[person.id], number, headers)

    def close(self) -> None:
        """End the issuing, open the box, release."""
        self.run("end_issuing")
        self.run("close_round")

    def run(self, name: str) -> None:
        """Run one job on this round to its end."""
        jobs = JobQueue(self.stores, inline=True)
        job = get_job(self.stores, jobs.start(name, round_id=self.round_id))
        assert job.state == "done", (name, job.message)

    def stop(self) -> None:
        """End the signer's process."""
        with self.app.app_context():
            self.app.extensions["surveys.signer"]().close()


@contextmanager
def survey(
    stores: Stores, settings: Settings, sizes: Sequence[int], **options: Any
) -> Iterator[Survey]:
    """An open anonymous round with units of these sizes, and a site that serves it."""
    app = create_app(settings, stores=stores)
    app.testing = True
    door, version = _launched(stores, sizes, options)
    people, codes = _people(stores, door)
    made = Survey(app, stores, settings, door.id, door.key, version, people, codes)
    try:
        yield made
    finally:
        made.stop()


def _launched(stores: Stores, sizes: Sequence[int], options: Mapping[str, Any]) -> tuple[Door, int]:
    units = [Unit(f"unit-{n}", f"Unit {n}", size) for n, size in enumerate(sizes, 1)]
    number = _assessment(stores)
    version = publish(stores, number, definition(), now=OPENED)
    given = {"access": "codes", "label": "anonymous", "closes_at": OPENED + timedelta(days=9)}
    round_id = plan_round(
        stores, number, version, name="Staff", units=units, **{**given, **options}
    )
    launch(stores, round_id, now=OPENED)
    door = door_of(stores, round_id)
    assert door is not None
    return door, version


def _assessment(stores: Stores) -> int:
    with stores.core.writing() as session:
        if session.get(Company, 1) is None:
            session.add(Company(id=1, name="Kestrel Laptops", language="en", profile={}))
        made = Assessment(
            name="Autumn", state="collecting", methods={}, plan={}, settings={}, created_at=OPENED
        )
        session.add(made)
        session.flush()
        for n, code in enumerate(("S3", "S4")):
            name = both(code, code)
            session.add(Stage(assessment_id=made.id, code=code, position=n, name=name))
        return made.id


def _people(stores: Stores, door: Door) -> tuple[list[Person], dict[str, str]]:
    key = KeyFolder(stores.keys).invitation_key(door.key)
    people, codes = [], {}
    for unit in door.units:
        for code in card_codes(key, unit.code, unit.invited):
            name = f"person-{len(people)}"
            names = frozenset({name, code, code_hash(door.key, code)})
            people.append(Person(name, unit.code, names))
            codes[name] = code
    # The list is in no order that the codes have.
    Random(secrets.randbits(64)).shuffle(people)
    return people, codes


@dataclass
class Played:
    """A round that ran and closed: what an attacker holds, and the truth by key of the answer."""

    evidence: Evidence
    truth: dict[str, str]
    receipts: dict[str, str] = field(default_factory=dict)


def play(made: Survey, seed: int, *, mode: str = "anonymous") -> Played:
    """Let everybody answer in simulated time, close, and hand over all but the round keys."""
    numbers = [str(n) for n in range(len(made.invited))]
    plan = visits(made.invited, seed, numbers)
    engines = {name: getattr(made.stores, name).engine for name in STORES}
    recorder = Recorder(engines)
    recorder.start()
    secrets_held = held(made.settings, made.key, mode)
    receipts = _answer(made, plan, recorder)
    recorder.clock = 6 * DAY
    with time_machine.travel(OPENED + timedelta(days=6), tick=False):
        made.close()
    recorder.stop()
    evidence = Evidence(
        recorder.snapshots, made.invited, recorder.clicks, layout(made), secrets_held
    )
    keys = {amount(row): str(row["id"]) for row in evidence.answers()}
    truth = {visit.person.id: keys[visit.answer] for visit in plan}
    return Played(evidence, truth, receipts)


def _answer(made: Survey, plan: Sequence[Visit], recorder: Recorder) -> dict[str, str]:
    devices = {visit.person.id: made.respondent(visit.person) for visit in plan}
    receipts = {}
    steps = [(v.opened, 0, v) for v in plan] + [(v.sent, 1, v) for v in plan]
    for at, step, visit in sorted(steps, key=lambda entry: entry[:2]):
        recorder.clock = at
        device = devices[visit.person.id]
        with time_machine.travel(OPENED + timedelta(seconds=at), tick=False):
            if step == 0:
                recorder.clicked(visit.person.id)
                answer = device.start()
            else:
                answer = device.send(answers(visit.answer), made.version)
                receipts[visit.person.id] = answer.get_json()["receipt"]
        assert answer.status_code == (200, 201)[step], answer.text
    return receipts


def answers(number: str) -> dict[str, list[str]]:
    """A person's answers; the number tells the test whose they are."""
    chance = Random(number)
    fields = {
        "prices": [chance.choice("123")],
        "last": [chance.choice(["yes", "no"])],
        "amount": [number],
        "fails": ["The list is old. " * chance.randrange(1, 30)],
    }
    return fields | ({"last.comment": ["Too many steps."]} if fields["last"] == ["no"] else {})


def layout(made: Survey) -> Layout:
    """Where ours keeps things."""
    return Layout(
        tokens="ballot", token_key="nullifier", answers="anonymous_answers", answer_key="id",
        telling=lambda row: f'"amount": ["{amount(row)}"]'.encode(), round_key=made.key,
        round_id=made.round_id,
    )  # fmt: skip


def amount(row: Row) -> str:
    """The number in an opened answer."""
    return str(int(json.loads(row["answers"])["amount"]["value"]))


def held(settings: Settings, round_key: str, mode: str) -> dict[str, bytes]:
    """Every secret on the server but the two round keys; with a trustee, every single one."""
    found = {"secret_key": settings.secret_key.encode()}
    keys = settings.keys_folder / round_key
    for path in _files(keys) + _files(settings.instance):
        if mode == "anonymous_trustee" or path.parent != keys or path.name not in ROUND_KEYS:
            found[str(path)] = path.read_bytes()
    return found


def _files(folder: Path) -> list[Path]:
    databases = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal")
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.endswith(databases)]
