"""A small anonymous round on the migrated stores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sop_assess.assessment.models import Assessment, Company, Stage
from sop_assess.db import Stores
from sop_assess.instruments.definition import Definition
from sop_assess.instruments.service import Unit, open_round, plan_round, publish
from sop_assess.surveys.queries import Door, door_of

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
