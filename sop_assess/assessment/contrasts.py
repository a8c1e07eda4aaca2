"""What stands out against its like: a place among places, a source of work among sources. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..release.queries import ReleasedFigure

# One source counts as far slower than the others when its range lies above theirs and its
# median is at least this many times theirs: a ratio that no rounding and no busy week makes.
FAR_SLOWER: Final = 3.0
NORMAL: Final = 1.959964  # 95 %
RARE: Final = 0.001


@dataclass(frozen=True)
class Slower:
    """One source of work that waits far longer than the others in the same step."""

    cell: ReleasedFigure
    source: str
    others: ReleasedFigure | None
    share: float | None


def outlying_location(
    figures: Sequence[ReleasedFigure],
) -> tuple[ReleasedFigure, int, int] | None:
    """The place whose standards are met clearly less often than at all the others together.

    Clearly: chance alone would do this less than once in a thousand comparisons, since every
    place is compared on every topic. With it come passed and judged elsewhere.
    """
    usable = [f for f in figures if f.detail.get("judged")]
    for figure in sorted(usable, key=lambda f: (f.value or 0.0, f.group)):
        others = [f for f in usable if f is not figure]
        passed = sum(int(f.detail["passed"]) for f in others)
        judged = sum(int(f.detail["judged"]) for f in others)
        own = int(figure.detail["passed"]), int(figure.detail["judged"])
        if judged and by_chance(*own, passed, judged) < RARE:
            return figure, passed, judged
    return None


def by_chance(passed: int, judged: int, others_passed: int, others_judged: int) -> float:
    """How often chance gives a place so few passes or fewer, if all places were alike.

    Fisher's exact test, one-sided.

    >>> round(by_chance(1, 6, 17, 18), 5)
    0.00081
    """
    good, everything = passed + others_passed, judged + others_judged
    ways = sum(
        math.comb(good, k) * math.comb(everything - good, judged - k) for k in range(passed + 1)
    )
    return ways / math.comb(everything, judged)


def slower_source(waits: Sequence[ReleasedFigure], wait: ReleasedFigure) -> Slower | None:
    """The source that waits far longer than all others in this step, if there is one."""
    sources = [
        f for f in waits
        if f.release_id == wait.release_id and f.about == wait.about
        and f.group.startswith("source:") and f.value is not None
    ]  # fmt: skip
    if len(sources) < 2:
        return None
    sources.sort(key=lambda f: f.value or 0.0)
    slowest, next_one = sources[-1], sources[-2]
    apart = (slowest.low or 0.0) > (next_one.high or 0.0)
    far = (slowest.value or 0.0) >= FAR_SLOWER * max(next_one.value or 0.0, 1.0)
    if not (apart and far):
        return None
    total = sum(f.n or 0 for f in sources)
    share = (slowest.n or 0) / total if total else None
    largest = max(sources[:-1], key=lambda f: f.n or 0)
    return Slower(slowest, slowest.group.partition(":")[2], largest, share)


def wilson_low(passed: float, judged: float) -> float:
    """The lower end of the 95 % Wilson interval; 0 without data.

    >>> round(wilson_low(9, 9), 3)
    0.701
    """
    if not judged:
        return 0.0
    z2, p = NORMAL**2, passed / judged
    centre = p + z2 / (2 * judged)
    spread = math.sqrt(z2 * (p * (1 - p) / judged + z2 / (4 * judged**2)))
    return max(0.0, (centre - spread) / (1 + z2 / judged))
