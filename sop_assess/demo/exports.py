"""Files from Kestrel's own systems: when leads and orders moved on, and complaints."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from .words import BACKGROUND, PROBLEMS
from .world import World

LEADS: Final = (("Web form", 412), ("Phone", 655), ("Partner", 345))
ORDERS: Final = 500
COMPLAINTS: Final = 620


def write_times(world: World, path: Path, *, until: datetime) -> None:
    """Time stamps: from a lead's arrival to a salesperson's queue, from order to confirmation."""
    dice = world.dice("times")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "step", "source", "received", "passed_on"])
        for source, count in LEADS:
            for number in range(count):
                writer.writerow(_row(dice, f"L-{source[:1]}{number}", "Lead to sales queue",
                                     source, until, _lead_days(world, dice, source)))  # fmt: skip
        for number in range(ORDERS):
            writer.writerow(_row(dice, f"O-{number}", "Order to confirmation", "All orders",
                                 until, dice.lognormvariate(-0.7, 0.5)))  # fmt: skip


def write_complaints(world: World, path: Path) -> None:
    """Complaints of customers as a help desk exports them."""
    dice = world.dice("complaints")
    named = [v for k, v in PROBLEMS.items() if k in world.holds and k != "handoffs"]
    voices = [*named * 2, *BACKGROUND]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ticket", "stage", "message"])
        for number in range(COMPLAINTS):
            voice = dice.choice(voices)
            writer.writerow([f"T-{number}", voice.stage, voice.say(dice)])


def _lead_days(world: World, dice: random.Random, source: str) -> float | None:
    if source == "Web form" and "web_leads" in world.holds:
        return None if dice.random() < 0.05 else dice.lognormvariate(2.64, 0.35)
    return None if dice.random() < 0.01 else dice.lognormvariate(-1.4, 0.6)


def _row(
    dice: random.Random,
    number: str,
    step: str,
    source: str,
    until: datetime,
    days: float | None,
) -> list[str]:
    start = until - timedelta(days=dice.uniform(40, 130))
    end = "" if days is None else (start + timedelta(days=days)).isoformat(timespec="minutes")
    return [number, step, source, start.isoformat(timespec="minutes"), end]
