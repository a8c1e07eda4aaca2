"""People of a round and when they open their link and send, in simulated seconds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from random import Random

DAY = 86_400.0
HOUR = 3_600.0
WORKING_DAYS = 5
MEDIAN_DELAY = 8 * 60.0
SPREAD = 0.6


@dataclass(frozen=True)
class Person:
    """One line of the invitation list: everything the owner of the server knows beforehand.

    `names` are all values by which the stores might mention the person.
    """

    id: str
    unit: str
    names: frozenset[str]


@dataclass(frozen=True)
class Visit:
    """What one person really did; attackers never see it."""

    person: Person
    opened: float
    sent: float
    answer: str


def people(count: int, units: int = 1) -> list[Person]:
    """Invented people, spread evenly over the units."""
    found = []
    for number in range(count):
        code = secrets.token_hex(8)
        names = frozenset({f"person-{number}", f"p{number}@company.example", code})
        found.append(Person(f"person-{number}", f"unit-{number % units}", names))
    return found


def visits(invited: Sequence[Person], seed: int, answers: Sequence[str] = ()) -> list[Visit]:
    """Everybody answers once over five working days, half of them within eight minutes."""
    chance = Random(seed)
    texts = list(answers) or [secrets.token_hex(12) for _ in invited]
    chance.shuffle(texts)
    made = []
    for person, text in zip(invited, texts, strict=True):
        day = chance.randrange(WORKING_DAYS)
        opened = day * DAY + chance.uniform(8, 17) * HOUR
        delay = chance.lognormvariate(log(MEDIAN_DELAY), SPREAD)
        made.append(Visit(person, opened, opened + delay, text))
    return made
