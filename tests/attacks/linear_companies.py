"""Invented companies with two survey rounds, released by the product, for the linear attacker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from random import Random
from unittest.mock import patch

import numpy as np

from sop_assess.analysis import guard_release
from sop_assess.analysis.disclosure import ANONYMOUS
from sop_assess.analysis.frames import STATES, Column, Frame, Grouping
from sop_assess.analysis.guard import Guard
from sop_assess.analysis.guard_trend import Wave, allowed_trends
from sop_assess.analysis.results import Cell
from sop_assess.instruments.catalogue import default_catalogue
from sop_assess.instruments.identity import Unit
from sop_assess.instruments.registries import KINDS
from sop_assess.release.job import figure_cells

MINIMUM = ANONYMOUS.minimum_group
ITEMS = ("q1", "q2", "q3")
FAVOUR = (-1.0, 0.0, 1.0)
Building = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Person:
    """Where somebody is in both rounds (None: not there), and what they are."""

    then: str | None
    now: str | None
    traits: tuple[int, ...]


@dataclass(frozen=True)
class Company:
    """Everything that an insider knows before a release."""

    seed: int
    people: tuple[Person, ...]
    units: tuple[Unit, ...]
    options: tuple[int, ...]


@dataclass(frozen=True)
class Survey:
    """One round: who answered which question, and every cell that was published."""

    who: tuple[Person, ...]
    frame: Frame
    answered: Mapping[str, np.ndarray]
    cells: tuple[Cell, ...]


class PlainMinimum(Guard):
    """A naive build: every group of the minimum n is shown."""

    def add(self, classes):
        return sum(self._people[c] for c in classes) >= self.minimum


def guarded() -> AbstractContextManager[object]:
    """The product as it is."""
    return nullcontext()


def plain() -> AbstractContextManager[object]:
    """The product with nothing left but the minimum n."""
    return patch.object(guard_release, "Guard", PlainMinimum)


def company(seed: int, smallest: int = 20, largest: int = 500) -> Company:
    """A company of that many people in a tree of units, with joiners, leavers and movers."""
    dice = Random(seed)
    size = round(smallest * (largest / smallest) ** dice.random())
    teams = [f"t{n}" for n in range(max(2, round(size / dice.uniform(7, 18))))]
    above = [f"d{n}" for n in range(len(teams) // 3)]
    weights = [dice.lognormvariate(0, 0.5) for _ in teams]
    options = tuple(dice.randint(3, 5) for _ in range(dice.choice((2, 3, 3))))
    skew = [[dice.uniform(0.08, 1) for _ in range(count)] for count in options]
    people = []
    for _ in range(size):
        traits = tuple(dice.choices(range(len(s)), s)[0] if dice.random() < 0.95 else -1
                       for s in skew)  # fmt: skip
        then: str | None = dice.choices(teams, weights)[0]
        now, chance = then, dice.random()
        if chance < 0.06:
            then = None
        elif chance < 0.12:
            now = None
        elif chance < 0.16:
            now = dice.choice(teams)
        people.append(Person(then, now, traits))
    people, teams = _large_enough(people, teams)
    invited = Counter(person.now for person in people)
    tree = [Unit(name, name, 0) for name in above]
    tree += [Unit(team, team, invited[team], above[n % len(above)] if above else None)
             for n, team in enumerate(teams)]  # fmt: skip
    return Company(seed, tuple(people), tuple(tree), options)


def _large_enough(people: list[Person], teams: list[str]) -> tuple[list[Person], list[str]]:
    """No round opens with a unit below the minimum: small ones join the largest."""
    sizes = [Counter(p.then for p in people), Counter(p.now for p in people)]
    host = max(teams, key=lambda team: min(size[team] for size in sizes))
    small = {t for t in teams if t != host and min(size[t] for size in sizes) < MINIMUM}
    joined = [replace(p, then=host if p.then in small else p.then,
                      now=host if p.now in small else p.now) for p in people]  # fmt: skip
    return joined, [team for team in teams if team not in small]


def survey(found: Company, number: int, building: Building = guarded) -> Survey:
    """Round 0 or 1 of a company, answered and released."""
    dice = Random(found.seed * 2 + number)
    there = [p for p in found.people if (p.then, p.now)[number] is not None]
    response, missing = dice.uniform(0.75, 1), dice.choice((0.0, 0.05, 0.2))
    who = tuple(person for person in there if dice.random() < response)
    columns = {item: _column(item, len(who), missing, dice) for item in ITEMS}
    frame = Frame("survey", len(who), columns, _groupings(found, who, number), len(there))
    attributes = {f"a{n}": [f"v{v}" for v in range(count)] for n, count in enumerate(found.options)}
    catalogue = default_catalogue(found.units, attributes)
    with building():
        cells = figure_cells(frame, KINDS["survey"], ANONYMOUS, catalogue)
    answered = {item: columns[item].answered for item in ITEMS}
    return Survey(who, frame, answered, tuple(cells))


def _column(item: str, n: int, missing: float, dice: Random) -> Column:
    codes = np.array([-1 if dice.random() < missing else dice.randrange(3) for _ in range(n)],
                     dtype=np.int16)  # fmt: skip
    states = np.where(codes >= 0, 0, STATES.index("skipped")).astype(np.int8)
    # The first two questions make one topic, as the two sides of a hand-off do.
    subject = {"q1": "S1>S2:giver", "q2": "S1>S2:receiver"}.get(item, "S3")
    return Column(item, "ordinal", states, subject, "handoff", categories=("bad", "so", "good"),
                  favour=np.array(FAVOUR), codes=codes,
                  numbers=np.where(codes >= 0, codes + 1.0, np.nan))  # fmt: skip


def _groupings(found: Company, who: Sequence[Person], number: int) -> dict[str, Grouping]:
    names = tuple(unit.code for unit in found.units)
    at = [names.index(str((p.then, p.now)[number])) for p in who]
    own = Counter(names.index(str(place)) for p in found.people
                  if (place := (p.then, p.now)[number]) is not None)  # fmt: skip
    parents = tuple(names.index(u.parent) if u.parent else -1 for u in found.units)
    whole = tuple(own[n] + sum(own[c] for c, above in enumerate(parents) if above == n)
                  for n in range(len(names)))  # fmt: skip
    groupings = {"unit": Grouping("unit", names, np.array(at, np.int32), whole, parents)}
    for n, count in enumerate(found.options):
        members = np.array([p.traits[n] for p in who], np.int32)
        groupings[f"a{n}"] = Grouping(f"a{n}", tuple(f"v{v}" for v in range(count)), members)
    return groupings


def trends(found: Company, rounds: Sequence[Survey], item: str) -> list[str]:
    """The units that the product compares between both rounds of a company for one question."""
    then, now = (_wave(found, one, item) for one in rounds)
    moves = Counter((p.then, p.now) for p in found.people)
    order = [name for name in now.units if name in then.units]
    return allowed_trends(order, then, now, moves, MINIMUM)


def _wave(found: Company, one: Survey, item: str) -> Wave:
    shown = [c for c in one.cells if c.about == item and c.statistic == "mean"
             and c.shown != "hidden" and "+" not in c.group
             and (c.group == "all" or c.group.startswith("unit:"))]  # fmt: skip
    return Wave({c.group: units_in(found, c.group) for c in shown},
                {c.group: c.n or 0 for c in shown})  # fmt: skip


def units_in(found: Company, group: str) -> frozenset[str]:
    """The teams of a unit, or of everybody."""
    code = group.partition(":")[2]
    return frozenset(u.code for u in found.units if group == "all" or code in {u.code, u.parent})
