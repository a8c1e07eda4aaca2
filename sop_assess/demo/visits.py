"""Mystery shopping: 48 cases by twelve shoppers in four places, one of whom is very harsh."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..instruments.definition import Definition, Leaf
from .company import PLACES, SHOPPERS
from .truths import HARSH_SHOPPER
from .world import World

CASES: Final = 48
CHANNELS: Final = ("web", "phone", "walk-in", "mail")
HARSHNESS: Final = 2
WAIT_ON_THE_WEB: Final = (11, 18)  # days


@dataclass(frozen=True)
class Visit:
    """One case: who goes where, by which channel, and the form."""

    number: int
    shopper: str
    place: str
    channel: str
    fields: dict[str, list[str]]
    context: dict[str, Any]


def visits(world: World, definition: Definition) -> Iterator[Visit]:
    """All cases; every shopper goes to every place once, so the plan is linked."""
    dice = world.dice("visits")
    for number in range(CASES):
        shopper = SHOPPERS[number % len(SHOPPERS)]
        round_number = number // len(SHOPPERS)
        place = PLACES[(number + round_number) % len(PLACES)]
        channel = CHANNELS[(number // 3 + round_number) % len(CHANNELS)]
        fields = _fields(world, dice, definition, shopper, place, channel)
        context = {"case": f"C{number + 1:02d}", "channel": channel, "recognised": "1"}
        yield Visit(number + 1, shopper, place, channel, fields, context)


def _fields(
    world: World,
    dice: random.Random,
    definition: Definition,
    shopper: str,
    place: str,
    channel: str,
) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {"channel": [channel], "no-conflict": ["yes"]}
    for leaf in definition.leaves:
        if not leaf.subject or not leaf.topic:
            continue
        if leaf.type == "fact":
            fields[leaf.code] = [_fact(world, dice, leaf, place, channel)]
            if fields[leaf.code] == ["no"]:
                fields[f"{leaf.code}.comment"] = ["It did not happen; see the receipt."]
        elif leaf.type == "duration":
            fields |= _clock(world, dice, leaf, channel)
        elif leaf.type == "likert":
            fields[leaf.code] = [_judgement(world, dice, shopper)]
    return fields


def _fact(world: World, dice: random.Random, leaf: Leaf, place: str, channel: str) -> str:
    if _is_slow_web(world, leaf, channel):
        return "yes" if dice.random() < 0.4 else "no"
    share = world.customer_gets(leaf.subject or "", leaf.topic or "", place,
                                leaf.weight == "critical")  # fmt: skip
    return "yes" if dice.random() < share else "no"


def _clock(world: World, dice: random.Random, leaf: Leaf, channel: str) -> dict[str, list[str]]:
    if leaf.item.promise is None:
        return {}
    if _is_slow_web(world, leaf, channel):
        return {leaf.code: [str(dice.randint(*WAIT_ON_THE_WEB))], f"{leaf.code}.unit": ["days"]}
    kept = leaf.weight == "critical" or dice.random() < 0.7
    minutes = dice.uniform(0.2, 0.9) * leaf.item.promise * (1 if kept else 3)
    return {leaf.code: [f"{minutes:.0f}"], f"{leaf.code}.unit": ["minutes"]}


def _is_slow_web(world: World, leaf: Leaf, channel: str) -> bool:
    about = (leaf.subject, leaf.topic) == ("S1", "response_time")
    return about and channel == "web" and "web_leads" in world.holds


def _judgement(world: World, dice: random.Random, shopper: str) -> str:
    points = dice.choice([3, 4, 4, 4, 5])
    if shopper == HARSH_SHOPPER and "harsh_shopper" in world.holds:
        points -= HARSHNESS
    return str(max(1, points))
