"""How likely each thing is to work, given which truths hold. One place, used by all methods."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field

from ..instruments.definition import place_of
from .truths import DISPUTED_HANDOFFS, HARBOUR

BROKEN, GOOD = 0.12, 0.85


@dataclass(frozen=True)
class World:
    """The state of the company: `holds` are the keys of the truths that are switched on."""

    seed: int
    holds: Collection[str]
    _background: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    def dice(self, part: str) -> random.Random:
        """Chance of its own for one part, so that parts do not disturb each other."""
        return random.Random(f"{self.seed}:{part}")

    def staff_favour(self, subject: str, topic: str) -> float:
        """The share of staff who would speak for this, among those with an opinion."""
        place = place_of(subject)
        broken = {
            ("S1", "response_time"): "web_leads",
            ("S4", "capacity"): "stock_list",
            ("S7", "accuracy"): "harbour_invoices",
        }.get((place, topic))
        if broken in self.holds:
            return BROKEN
        if (place, topic) == ("S8", "exceptions") and "returns" in self.holds:
            return GOOD
        if place in DISPUTED_HANDOFFS and "handoffs" in self.holds:
            return BROKEN
        return self.background(f"{subject}/{topic}")

    def background(self, key: str) -> float:
        """A share near one half that means nothing, the same whenever it is asked for."""
        if key not in self._background:
            self._background[key] = self.dice(f"background {key}").uniform(0.48, 0.58)
        return self._background[key]

    def watched(self, subject: str, topic: str, site: str) -> float:
        """How often an observer sees this check kept."""
        place = place_of(subject)
        if (place, topic) == ("S7", "accuracy"):
            return self._harbour(site)
        fails = {
            ("S1", "response_time"): "web_leads",
            ("S4", "capacity"): "stock_list",
        }.get((place, topic))
        if fails in self.holds or (place in DISPUTED_HANDOFFS and "handoffs" in self.holds):
            return BROKEN
        if (place, topic) == ("S8", "exceptions") and "returns" in self.holds:
            return 1.0
        return 0.75

    def customer_gets(self, subject: str, topic: str, place: str, critical: bool) -> float:
        """How often a customer gets this."""
        if (place_of(subject), topic) == ("S7", "accuracy"):
            return self._harbour(place)
        if (subject, topic) == ("S4", "capacity") and "stock_list" in self.holds:
            return 0.25
        if (place_of(subject), topic) == ("S8", "exceptions"):
            return 1.0 if "returns" in self.holds else 0.7
        return 1.0 if critical else 0.7

    def _harbour(self, place: str) -> float:
        return BROKEN if place == HARBOUR and "harbour_invoices" in self.holds else 1.0
