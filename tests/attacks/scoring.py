"""How many links an attack got right, and whether that is more than chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .attackers import attempts
from .evidence import Evidence


@dataclass
class Score:
    """Hits per attack over several rounds."""

    rounds: int = 0
    people: int = 0
    hits: Counter[str] = field(default_factory=Counter)

    def add(self, evidence: Evidence, truth: Mapping[str, str]) -> None:
        """Let every attack try one round; truth names the key of each person's answer."""
        self.rounds += 1
        self.people += len(truth)
        for name, matching in attempts(evidence):
            self.hits[name] += right(matching, truth)

    def merge(self, other: Score) -> None:
        """Add the rounds of another score."""
        self.rounds += other.rounds
        self.people += other.people
        self.hits.update(other.hits)

    def worst(self) -> tuple[str, int]:
        """The attack with the most hits."""
        return self.hits.most_common(1)[0]

    def share(self, attack: str) -> float:
        """The share of people whom this attack named correctly."""
        return self.hits[attack] / self.people


def right(matching: Mapping[str, str], truth: Mapping[str, str]) -> int:
    """How many people are linked with their own answer."""
    return sum(truth.get(person) == answer for person, answer in matching.items())


def alarm(mean: float, chance: float = 1e-4) -> int:
    """The smallest number of hits that random matching reaches with less than this probability.

    >>> alarm(20), alarm(100)
    (40, 140)
    """
    count, below = 0, 0.0
    while 1 - below > chance:
        below += math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
        count += 1
    return count


def keyed(truth: Mapping[str, str], contents: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The truth by key of the answer, out of the truth by its content."""
    keys = {content: key for key, content in contents}
    return {person: keys[content] for person, content in truth.items() if content in keys}
