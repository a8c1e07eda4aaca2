"""A small anonymous round on the migrated stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient

from sop_assess import create_app
from sop_assess.assessment.models import Assessment, Company, Stage
from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.demo import device
from sop_assess.instruments.definition import Definition
from sop_assess.instruments.service import Unit, open_round, plan_round, publish
from sop_assess.release.opening import open_ballots
from sop_assess.surveys.anonymous import Token
from sop_assess.surveys.blind import blind_sign
from sop_assess.surveys.closing import end_issuing
from sop_assess.surveys.keys import KeyFolder
from sop_assess.surveys.launching import cards_of, launch
from sop_assess.surveys.queries import Door, door_of
from tests.compiled import share_compiled

from .round_keys import few_keys

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
UNITS = (Unit("order-desk", "Order Desk", 34), Unit("warehouse", "Warehouse", 58))


def both(english: str, german: str) -> dict[str, str]:
    """A text in both languages."""
    return {"en": english, "de": german}


def definition() -> Definition:
    """A short survey that uses every rule of the respondent's form."""
    points = (("1", "Disagree", "Nein"), ("2", "Neither", "Teils"), ("3", "Agree", "Ja"))
    agree = [{"code": code, "text": both(en, de)} for code, en, de in points]
    quote = {"subject": "S3", "topic": "clarity"}
    prices = both("Prices are right.", "Preise stimmen.")
    dates = both("Dates are kept.", "Termine halten.")
    return Definition.model_validate({
        "code": "small", "kind": "survey", "languages": ["en", "de"], "minutes": 4,
        "title": both("How orders get through", "Wie Aufträge laufen"),
        "intro": both("Two short sections.", "Zwei kurze Abschnitte."),
        "scales": {"agree": agree},
        "sections": [
            {"code": "quotes", "title": both("Quotes", "Angebote"), "stage": "S3", "items": [
                {"code": "m", "type": "likert_matrix", "text": both("How much?", "Wie sehr?"),
                 "scale": "agree", "not_my_area": True, "rows": [
                     {"code": "prices", "text": prices, **quote},
                     {"code": "dates", "text": dates, **quote}]},
                {"code": "last", "type": "fact", "text": both("Sent in a day?", "Am selben Tag?"),
                 "comment_on_no": True, "not_my_area": True, **quote},
                {"code": "amount", "type": "number", "text": both("How many?", "Wie viele?"),
                 "minimum": 0, "maximum": 100, "not_my_area": True, **quote}]},
            {"code": "words", "title": both("In your words", "Eigene Worte"), "items": [
                {"code": "fails", "type": "long_text", "role": "problem", "required": True,
                 "text": both("What does not work?", "Was läuft nicht?"),
                 "asks_stage": True, "asks_severity": True, **quote}]},
        ],
    })  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """A round with its door."""

    round_id: int
    door: Door

    @property
    def key(self) -> str:
        return self.door.key


Make = Callable[..., Survey]


def make_survey(stores: Stores, **options: Any) -> Survey:
    """Plan and open a round; `opened=False` leaves it planned."""
    options = {"access": "link", "closes_at": NOW + timedelta(days=18), "opened": True, **options}
    form: Definition = options.pop("form", definition())
    now: datetime = options.pop("now", NOW)
    opened = options.pop("opened")
    with stores.core.writing() as session:
        if session.get(Company, 1) is None:
            session.add(Company(id=1, name="Kestrel Laptops", language="en", profile={}))
        assessment = Assessment(
            name="Autumn", state="collecting", methods={}, plan={}, settings={}, created_at=now
        )
        session.add(assessment)
        session.flush()
        names = (("S3", "Quote", "Angebot"), ("S4", "Order", "Auftrag"))
        session.add_all(
            Stage(assessment_id=assessment.id, code=code, position=n, name=both(en, de))
            for n, (code, en, de) in enumerate(names)
        )
        number = assessment.id
    version = publish(stores, number, form, now=now)
    round_id = plan_round(stores, number, version, name="Staff", units=UNITS, **options)
    if opened:
        open_round(stores, round_id, now=now)
    door = door_of(stores, round_id)
    assert door is not None
    return Survey(round_id, door)


@pytest.fixture
def survey(stores: Stores) -> Make:
    """Make rounds on both engines."""
    return lambda **options: make_survey(stores, **options)


FIELDS = {"m.prices": ["3"], "last": ["yes"], "fails": ["Dates slip."], "fails.severity": ["2"]}


@dataclass(frozen=True)
class Opened:
    """An anonymous round that is open, with a site that answers its routes."""

    stores: Stores
    survey: Survey
    client: FlaskClient
    promise: device.Promise
    cards: dict[int, list[str]]

    @property
    def url(self) -> str:
        return f"/s/{self.survey.key}"

    def content(self, **fields: list[str]) -> dict[str, Any]:
        return {"version": self.survey.door.version_id, "language": "en",
                "fields": {**FIELDS, **fields}}  # fmt: skip

    def token(self, unit: int = 1, card: int = 0) -> Token:
        return device.collect(self.client, self.promise, self.cards[unit][card], unit)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.post(f"{self.url}{path}", json=body, headers=device.HEADERS)

    def close(self) -> None:
        end_issuing(self.stores, silent, self.survey.round_id)
        open_ballots(self.stores, self.survey.round_id, now=NOW)


@dataclass(frozen=True)
class SignsHere:
    """The signer without its process, which takes a second to start."""

    keys: KeyFolder

    def sign(self, round_key: str, unit: int, blinded: bytes) -> bytes:
        return blind_sign(self.keys.issuer_private(round_key, unit), blinded)


def silent(share: float, message: str) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def opened(
    stores: Stores,
    settings: Settings,
    survey: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Opened]:
    made = cycle(few_keys(3))
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: next(made))
    found = survey(access="codes", label="anonymous", opened=False)
    with time_machine.travel(NOW, tick=False):
        launch(stores, found.round_id, now=NOW)
        door = door_of(stores, found.round_id)
        assert door is not None
        app = share_compiled(create_app(settings, stores=stores))
        app.extensions["surveys.signer"] = lambda: SignsHere(KeyFolder(stores.keys))
        client = app.test_client()
        cards = {number: cards_of(stores, door, unit) for number, unit in enumerate(door.units, 1)}
        promise = device.read_promise(client, door.key)
        yield Opened(stores, replace(found, door=door), client, promise, cards)
    KeyFolder(stores.keys).destroy(found.key)
