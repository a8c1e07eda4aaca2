"""Which groups may be compared with the round before: few who joined or left must not show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .guard import Guard

LEAST: Final = 10
Moves = Mapping[tuple[str | None, str | None], int]


@dataclass(frozen=True)
class Wave:
    """The groups that one round shows for a question: the units in each, and how many answered."""

    units: Mapping[str, frozenset[str]]
    people: Mapping[str, int]


def trend_allowed(
    group: str,
    then: Wave,
    now: Wave,
    moves: Moves,
    minimum: int,
    compared: Iterable[str] = (),
) -> bool:
    """Whether both rounds may stand side by side for this group.

    moves : invited people by (unit then, unit now), None where they were not there. Those who
    stayed are taken to answer the same twice, which is what somebody who subtracts hopes for. The
    group needs 10 answers in both rounds, nobody or `minimum` people who joined, the same of those
    who left, and no combination of this round's groups and the earlier figures of the groups
    `compared` before may touch fewer people than the minimum.

    >>> units = {"all": frozenset("a")}
    >>> rounds = Wave(units, {"all": 20}), Wave(units, {"all": 21})
    >>> trend_allowed("all", *rounds, {("a", "a"): 20, (None, "a"): 1}, 5)
    False
    >>> trend_allowed("all", *rounds, {("a", "a"): 20, (None, "a"): 5}, 5)
    True
    """
    if group not in then.units or group not in now.units:
        return False
    if min(then.people.get(group, 0), now.people.get(group, 0)) < LEAST:
        return False
    people = list(moves.items())
    before, after = _members(people, then, group, 0), _members(people, now, group, 1)
    if any(0 < _count(people, some) < minimum for some in (after - before, before - after)):
        return False
    guard = Guard([n for _, n in people], minimum)
    for name in now.units:
        guard.record(_members(people, now, name, 1))
    for name in compared:
        guard.record(_members(people, then, name, 0))
    return guard.allows(before)


def allowed_trends(
    order: Sequence[str], then: Wave, now: Wave, moves: Moves, minimum: int
) -> list[str]:
    """The groups that may be compared, decided in order of importance.

    >>> units = {"all": frozenset("ab"), "unit:a": frozenset("a")}
    >>> rounds = Wave(units, {"all": 40, "unit:a": 20}), Wave(units, {"all": 40, "unit:a": 20})
    >>> moves = {("a", "a"): 20, ("b", "b"): 18, ("b", "a"): 1}
    >>> allowed_trends(["all", "unit:a"], *rounds, moves, 5)
    ['all']
    """
    found: list[str] = []
    for group in order:
        if trend_allowed(group, then, now, moves, minimum, found):
            found.append(group)
    return found


People = Sequence[tuple[tuple[str | None, str | None], int]]


def _members(people: People, wave: Wave, group: str, side: int) -> set[int]:
    units = wave.units[group]
    return {place for place, (where, n) in enumerate(people) if n and where[side] in units}


def _count(people: People, places: Iterable[int]) -> int:
    return sum(people[place][1] for place in places)
