"""The interviews: what fourteen role-holders tell the leaders who ask them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..instruments.definition import Definition, Leaf, place_of, stages_of
from .company import INTERVIEWEES, Interviewee
from .words import KEEPS, PROBLEMS, capital
from .world import World

Fields = dict[str, list[str]]


@dataclass(frozen=True)
class Talk:
    """One interview: who, the form fields, and what was noted with a mark."""

    who: Interviewee
    fields: Fields
    events: list[dict[str, Any]]
    context: Mapping[str, Any]


def talks(world: World, definition: Definition) -> Iterator[Talk]:
    """All interviews of the sample company."""
    dice = world.dice("talks")
    for who in INTERVIEWEES:
        stages = {*who.owned, *who.supplied, *who.received}
        fields: Fields = {"roles": [who.role], "mode": ["in-person"]}
        for name in ("owned", "supplied", "received"):
            fields[name] = list(getattr(who, name))
        for leaf in definition.leaves:
            if leaf.subject and leaf.topic and set(stages_of(leaf.subject)) <= stages:
                answer = _answer(world, dice, leaf, who)
                if answer:
                    fields[leaf.code] = [answer]
        yield Talk(who, _with_required(definition, fields), _notes(world, dice, who), _context(who))


def _answer(world: World, dice: random.Random, leaf: Leaf, who: Interviewee) -> str | None:
    codes = {option.code for option in leaf.options}
    if codes == {"works", "mixed", "fails"}:
        return _mark(world, dice, leaf, who)
    if leaf.type == "number":
        return str(dice.randint(4, int(min(leaf.item.maximum or 40, 40))))
    if leaf.type == "duration":
        return str(dice.randint(5, 50))
    return None


def _mark(world: World, dice: random.Random, leaf: Leaf, who: Interviewee) -> str | None:
    subject, topic = leaf.subject or "", leaf.topic or ""
    if ">" in subject:
        # Leaders are kind to their own hand-offs, whatever their staff say.
        return "works" if dice.random() < 0.95 and topic == "handoff" else None
    if subject not in (*who.owned, *who.supplied, *who.received):
        return None
    share = world.staff_favour(subject, topic)
    if share <= 0.2:
        return "fails"
    if share >= 0.8:
        return "works"
    return dice.choice(["works", "works", "mixed", None])


def _notes(world: World, dice: random.Random, who: Interviewee) -> list[dict[str, Any]]:
    notes = []
    for voices, mark in ((PROBLEMS, "problem"), (KEEPS, "works")):
        for key, voice in voices.items():
            if key in world.holds and key != "handoffs" and voice.stage in who.owned:
                notes.append({"kind": "note", "mark": mark, "stage": voice.stage,
                              "text": capital(dice.choice(voice.cores))})  # fmt: skip
    if "handoffs" in world.holds and who.supplied:
        notes.append({"kind": "note", "mark": "works", "stage": who.owned[0],
                      "text": "We never pass an order on with gaps."})  # fmt: skip
    return notes


def _context(who: Interviewee) -> dict[str, Any]:
    return {
        "pseudonym": who.pseudonym, "roles": [who.role], "owned": list(who.owned),
        "supplied": list(who.supplied), "received": list(who.received),
        "consent_notes": True, "consent_quotes": who.pseudonym not in {"Maple", "Larch"},
    }  # fmt: skip


def _with_required(definition: Definition, fields: Fields) -> Fields:
    for leaf in definition.leaves:
        if leaf.item.required and leaf.code not in fields:
            fields[leaf.code] = ["yes"]
    return fields


def leader_of(who: Interviewee, leaders: int) -> int:
    """Which leader asks this person; never always the same one."""
    return sum(map(ord, place_of(who.pseudonym))) % leaders
