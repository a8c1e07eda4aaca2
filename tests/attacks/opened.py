"""An open anonymous round of ours, launched from a staff list of invented people."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import select

from sop_assess import create_app
from sop_assess.assessment.models import Assessment, Company, Stage
from sop_assess.config import Settings
from sop_assess.db import Stores, now
from sop_assess.instruments.models import Round
from sop_assess.instruments.service import plan_round, publish
from sop_assess.jobs import JobQueue, get_job
from sop_assess.release.opening import open_ballots
from sop_assess.roster.models import Invited
from sop_assess.roster.models import Person as RosterPerson
from sop_assess.roster.reading import Entry
from sop_assess.roster.service import import_staff
from sop_assess.surveys import sealing, trusteeship
from sop_assess.surveys.codes import code_hash
from sop_assess.surveys.inviting import Choice, keep_choice
from sop_assess.surveys.keys import KeyFolder, code_for, spki
from sop_assess.surveys.launching import cards_of, launch
from sop_assess.surveys.queries import Door, door_of
from tests.compiled import share_compiled
from tests.surveys.conftest import both, definition
from tests.surveys.round_keys import few_keys

from .population import Person
from .respondent import Respondent

OPENED = datetime(2031, 7, 14, 0, 0, tzinfo=UTC)

SPARE_CARDS = 2


def spare_keys() -> list[rsa.RSAPrivateKey]:
    """Keys for rounds; the last one is the trustee's."""
    return few_keys(4)


@contextmanager
def borrowed_keys() -> Iterator[None]:
    """Give rounds keys that other rounds had before: no attack looks for them in other rounds."""
    spare, patch = cycle(spare_keys()[:-1]), pytest.MonkeyPatch()
    patch.setattr(rsa, "generate_private_key", lambda *_: next(spare))
    yield
    patch.undo()


@dataclass
class Survey:
    """An open anonymous round with the codes of all who are invited."""

    app: Flask
    stores: Stores
    settings: Settings
    assessment: int
    round_id: int
    key: str
    version: int
    invited: list[Person]
    codes: dict[str, str]
    numbers: dict[str, int]
    trustee: rsa.RSAPrivateKey | None = None

    def by_mail(self, port: int) -> Stores:
        """The stores with a mail server on this port of this machine."""
        more = {
            "smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "Survey <survey@firm.example>",
            "base_url": "https://survey.example",
        }  # fmt: skip
        return replace(self.stores, settings=self.settings.model_copy(update=more))

    def respondent(self, person: Person, **headers: str) -> Respondent:
        """This person's device."""
        client = self.app.test_client(use_cookies=False)
        number = self.numbers[person.unit]
        return Respondent(client, self.key, self.codes[person.id], number, headers)

    def spare_card(self) -> str:
        """A code on a card that nobody's name is on."""
        door = door_of(self.stores, self.round_id)
        assert door is not None
        return cards_of(self.stores, door, door.units[0])[0]

    def close(self, *, release: bool = True) -> None:
        """End the issuing, open the box, release; with a trustee their device opens it."""
        self.run("end_issuing")
        if self.trustee is not None or not release:
            opened = None if self.trustee is None else self._opened_by(self.trustee)
            open_ballots(self.stores, self.round_id, now=now(), opened=opened)
            return
        self.run("close_round")

    def _opened_by(self, key: rsa.RSAPrivateKey) -> list[tuple[str, bytes]]:
        with self.stores.core.reading() as session:
            found = session.get_one(Round, self.round_id)
        opened = [
            (row["unit"], _unsealed(key, row["box"], self.key, row["nullifier"]))
            for row in trusteeship.sealed_ballots(self.stores, found)
        ]
        secrets.SystemRandom().shuffle(opened)
        return opened

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
    stores: Stores,
    settings: Settings,
    sizes: Sequence[int],
    trustee: rsa.RSAPrivateKey | None = None,
) -> Iterator[Survey]:
    """An open anonymous round with units of these sizes, and a site that serves it."""
    app = share_compiled(create_app(settings, stores=stores))
    app.testing = True
    door, version = _launched(stores, sizes, trustee)
    people, codes = _people(stores, door)
    numbers = {unit.code: number for number, unit in enumerate(door.units, 1)}
    made = Survey(
        app, stores, settings, door.assessment_id, door.id, door.key, version, people, codes,
        numbers, trustee,
    )  # fmt: skip
    try:
        yield made
    finally:
        made.stop()


def _launched(
    stores: Stores, sizes: Sequence[int], trustee: rsa.RSAPrivateKey | None
) -> tuple[Door, int]:
    number = _assessment(stores)
    version = publish(stores, number, definition(), now=OPENED)
    round_id = plan_round(
        stores, number, version, name="Staff", access="codes",
        label="anonymous_trustee" if trustee else "anonymous",
        closes_at=OPENED + timedelta(days=9),
    )  # fmt: skip
    import_staff(stores, _staff(sizes), "replace")
    keep_choice(stores, round_id, Choice("mail", spare=SPARE_CARDS), by=None, now=OPENED)
    if trustee is not None:
        _name_trustee(stores, round_id, trustee)
    with borrowed_keys():
        launch(stores, round_id, now=OPENED)
    door = door_of(stores, round_id)
    assert door is not None
    return door, version


def _name_trustee(stores: Stores, round_id: int, trustee: rsa.RSAPrivateKey) -> None:
    key = spki(trustee.public_key())
    trusteeship.name_trustee(stores, round_id, "The works council", key)
    named = trusteeship.trustee_of(stores, round_id)
    assert named is not None
    text = _unsealed(trustee, named.test, "test", "test").decode()
    trusteeship.pass_drill(stores, round_id, text)


def _unsealed(key: rsa.RSAPrivateKey, box: str, round_key: str, nullifier: str) -> bytes:
    known = sealing.associated(round_key, nullifier)
    return sealing.unseal(key, base64.b64decode(box), known)


def _staff(sizes: Sequence[int]) -> list[Entry]:
    return [
        Entry(f"{unit}.{n}", f"Person {unit}.{n}", f"p{unit}.{n}@firm.example", (f"Unit {unit}",))
        for unit, size in enumerate(sizes, 1)
        for n in range(size)
    ]


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
    with stores.identity.reading() as session:
        invited = {row.person_id: row.unit for row in session.scalars(select(Invited))}
        for found in session.scalars(select(RosterPerson)):
            code = code_for(key, found.id)
            names = {found.id, found.email, found.name, code, code_hash(door.key, code)}
            people.append(Person(found.id, invited[found.id], frozenset(names)))
            codes[found.id] = code
    # The list is in no order that the codes have.
    Random(secrets.randbits(64)).shuffle(people)
    return people, codes
