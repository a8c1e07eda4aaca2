"""The survey answers of Kestrel's employees, as form fields."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from ..instruments.definition import Definition, Leaf, stages_of
from .company import UNITS, StaffUnit
from .truths import SMALL_UNIT
from .words import Voice, keep, problem
from .world import World

Fields = dict[str, list[str]]
RESPONSE = 0.72


@dataclass(frozen=True)
class Employee:
    """One person who answers: the unit and what they send."""

    unit: str
    fields: Fields


def units(world: World) -> tuple[StaffUnit, ...]:
    """The units of the company; without its truth the small unit is as large as others."""
    if "small_unit" in world.holds:
        return UNITS
    return tuple(StaffUnit(u.name, 24, u.stages) if u.name == SMALL_UNIT else u for u in UNITS)


def employees(world: World, definition: Definition) -> Iterator[Employee]:
    """Everybody who answers, in no order."""
    dice = world.dice("staff")
    people = [unit for unit in units(world) for _ in range(unit.people)]
    dice.shuffle(people)
    for unit in people:
        # In a unit of four everybody answers, so that it is its size that hides it.
        if unit.people < 5 or dice.random() < RESPONSE:
            yield Employee(unit.name, _fields(world, dice, definition, unit))


def _fields(world: World, dice: random.Random, definition: Definition, unit: StaffUnit) -> Fields:
    fields: Fields = {}
    for leaf in definition.leaves:
        if leaf.subject and leaf.topic:
            fields[leaf.code] = [_answer(world, dice, leaf, unit)]
    if dice.random() < 0.75:
        fields |= _text("problem", *problem(world, dice, unit.stages), dice)
    if dice.random() < 0.55:
        fields |= _text("keep", *keep(world, dice), dice)
    return {name: values for name, values in fields.items() if values != [""]}


def _answer(world: World, dice: random.Random, leaf: Leaf, unit: StaffUnit) -> str:
    subject, topic = leaf.subject or "", leaf.topic or ""
    knows = 0.95 if set(stages_of(subject)) & set(unit.stages) else 0.25
    if dice.random() > knows:
        return "not_my_area" if leaf.item.not_my_area else ""
    mood = 1 if dice.random() < world.staff_favour(subject, topic) else -1
    if leaf.type == "fact":
        return "yes" if mood > 0 else "no"
    if leaf.type == "rating":
        return str(dice.randint(7, 10) if mood > 0 else dice.randint(1, 5))
    if dice.random() < 0.15:
        mood = 0
    fitting = [o.code for o in leaf.options if o.favour == mood]
    return dice.choice(fitting or [o.code for o in leaf.options])


def _text(code: str, text: str, voice: Voice | None, dice: random.Random) -> Fields:
    fields = {code: [text]}
    if voice is not None:
        fields[f"{code}.stage"] = [voice.stage]
        fields[f"{code}.severity"] = [str(dice.choice(voice.severity))]
    return fields
