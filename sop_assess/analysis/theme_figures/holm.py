"""Many comparisons at once: p-values adjusted so that one false claim in all stays rare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

CLEAR: Final = 0.05


def holm(p_values: Sequence[float], family: int | None = None) -> tuple[float, ...]:
    """Holm's adjusted p-values, (n,), in the order given; never above 1.

    p_values : (n,), 0 to 1. family : how many comparisons could have been made, where those that
    are not given had larger p-values; at least n. ValueError where it is smaller.
    Source: Holm 1979.

    >>> [round(p, 4) for p in holm([0.01, 0.04, 0.03, 0.005])]
    [0.03, 0.06, 0.06, 0.02]
    """
    count = len(p_values) if family is None else family
    if count < len(p_values):
        raise ValueError(f"a family of {count} for {len(p_values)} p-values")
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (count - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)


def two_sided(z: float) -> float:
    """The two-sided p-value of a standard normal score.

    >>> round(two_sided(1.959964), 4), two_sided(0.0)
    (0.05, 1.0)
    """
    return math.erfc(abs(z) / math.sqrt(2))
