"""Job shadowing: three sessions in each of six roles, with events and traced work items."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..instruments.definition import Definition, Leaf, stages_of
from .company import ROLES, Role
from .world import World

SESSIONS = 3


@dataclass(frozen=True)
class Observation:
    """One session: the role, its number, the checklist and what happened meanwhile."""

    role: Role
    session: int
    fields: dict[str, list[str]]
    events: list[dict[str, Any]]
    context: dict[str, Any]


def observations(world: World, definition: Definition) -> Iterator[Observation]:
    """All sessions of the sample company."""
    dice = world.dice("observations")
    for role in ROLES:
        for session in range(1, SESSIONS + 1):
            yield Observation(
                role, session, _fields(world, dice, definition, role),
                _events(world, dice, role), _context(world, dice, role, session),
            )  # fmt: skip


def _fields(
    world: World, dice: random.Random, definition: Definition, role: Role
) -> dict[str, list[str]]:
    fields = {"role": [role.name], "site": [role.site], "day-type": ["normal"],
              "typical": ["yes"], "presence": ["2"]}  # fmt: skip
    for leaf in definition.leaves:
        if leaf.type == "fact" and leaf.subject and leaf.topic:
            answer = _check(world, dice, leaf, role)
            if answer:
                fields[leaf.code] = [answer]
            if answer == "no":
                fields[f"{leaf.code}.comment"] = ["Seen in this session, see the time line."]
    return {name: values for name, values in fields.items() if name in definition.by_code
            or name.partition(".")[0] in definition.by_code}  # fmt: skip


def _check(world: World, dice: random.Random, leaf: Leaf, role: Role) -> str | None:
    subject = leaf.subject or ""
    if not set(stages_of(subject)) & set(role.stages):
        return None
    # Whether stock records are right is seen at the order desk only.
    if (subject, leaf.topic) == ("S5", "capacity") or dice.random() < 0.1:
        return "not_observed"
    kept = dice.random() < world.watched(subject, leaf.topic or "", role.site)
    return "yes" if kept else "no"


def _events(world: World, dice: random.Random, role: Role) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for stage in role.stages:
        events.append({"kind": "activity", "activity": "enter data", "stage": stage,
                       "minutes": dice.randint(20, 60)})  # fmt: skip
        events.append({"kind": "waiting", "stage": stage, "minutes": dice.randint(5, 25)})
        if dice.random() < 0.1:
            events.append({"kind": "error", "stage": stage, "minutes": dice.randint(2, 9)})
    return events


def _context(world: World, dice: random.Random, role: Role, session: int) -> dict[str, Any]:
    broken = "handoffs" in world.holds
    items = [
        {
            "id": f"item {number}",
            "touch_minutes": dice.randint(8, 30),
            "waits": [{"minutes": dice.randint(60, 900), "reason": "next desk"}],
            "complete_and_right": dice.random() < (0.4 if broken else 0.9),
        }
        for number in (1, 2)
    ]
    return {"role": role.name, "site": role.site, "session": session,
            "first_session": session == 1, "work_items": items}  # fmt: skip
