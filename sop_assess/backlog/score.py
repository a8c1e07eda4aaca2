"""What an issue earns alone: reach × impact × confidence ÷ effort. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

CONFIDENCE: Final[Mapping[str, float]] = {
    "high": 1.0, "moderate": 0.8, "low": 0.5, "very_low": 0.3,
}  # fmt: skip
LEAST_EFFORT, MOST_EFFORT = 0.1, 520.0


@dataclass(frozen=True)
class Inputs:
    """The four inputs: share 0 to 1, 1 to 4, a key of CONFIDENCE, person-weeks."""

    reach: float | None = None
    impact: int | None = None
    confidence: str | None = None
    effort: float | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs nobody has given yet."""
        return tuple(name for name, value in vars(self).items() if value is None)

    @property
    def before_effort(self) -> float | None:
        """Reach × impact × confidence × 100, None while one of the three is missing."""
        if self.reach is None or self.impact is None or self.confidence is None:
            return None
        return 100 * self.reach * self.impact * CONFIDENCE[self.confidence]


def score(inputs: Inputs) -> float | None:
    """Reach × impact × confidence ÷ effort, times 100; None without one of the four.

    >>> score(Inputs(reach=0.5, impact=4, confidence="moderate", effort=2))
    80.0
    """
    if inputs.before_effort is None or inputs.effort is None:
        return None
    return inputs.before_effort / inputs.effort


def shown(value: float) -> str:
    """The score as people read it: whole, or "under 1".

    >>> shown(57.6), shown(0.2), shown(0.0)
    ('58', '< 1', '0')
    """
    if 0 < value < 0.5:
        return "< 1"
    return str(int(value + 0.5))


def place(inputs: Inputs, number: int) -> tuple[int, float, int]:
    """The sort key of an issue; it depends on nothing but the issue itself.

    Scored issues first; then those that lack only the effort, by what they would earn in one
    person-week; then the rest. Older issues first where all else is equal.
    """
    earned = score(inputs)
    if earned is not None:
        return (0, -earned, number)
    if inputs.before_effort is not None:
        return (1, -inputs.before_effort, number)
    return (2, 0.0, number)


def carriers(scores: Sequence[float]) -> int:
    """How many of the first issues (descending scores) hold more than half of all scores.

    >>> carriers([58, 37, 33, 31, 23, 20])
    3
    """
    total, so_far = sum(scores), 0.0
    for count, value in enumerate(scores, start=1):
        so_far += value
        if so_far > total / 2:
            return count
    return 0
