"""Themes that the same people raise: which pairs occur in one submission more than by chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from ..results import Result
from ..statistics.share import Z
from .holm import CLEAR, holm, two_sided

MINIMUM: Final = 5

Tendency = Literal["together", "apart", "no clear link"]


@dataclass(frozen=True)
class Pair:
    """Two themes and their odds ratio; `lift` is how many times as often as by chance they meet.

    `odds` : n submissions, the odds ratio with its 95 % interval, and in `detail` how many raised
    both, the first and the second. `p` is adjusted for all pairs, `word` follows from it alone.
    """

    first: str
    second: str
    odds: Result
    lift: float
    p: float
    word: Tendency


def together(submissions: Sequence[Collection[str]]) -> tuple[Pair, ...]:
    """Pairs that at least 5 submissions raised both of, the surest first.

    submissions : for each the themes that it raised, empty where it wrote and raised none; those
    that wrote nothing are left out by the caller. Half a submission is added to each of the four
    counts (Haldane), so the ratio is finite. p-values are Holm's over every pair that could have
    reached 5, shown or not. Only for attributed methods: comments of an anonymous round carry no
    submission. Who writes more raises more themes, which makes all pairs look linked a little.
    Source: Haldane 1956, Holm 1979.

    >>> both, one, none = {"late", "price"}, {"late"}, set()
    >>> (pair,) = together([both] * 20 + [one] * 5 + [none] * 40)
    >>> pair.first, pair.second, round(pair.lift, 1), pair.word
    ('late', 'price', 2.6, 'together')
    """
    raised = [sorted(set(themes)) for themes in submissions]
    single = Counter(theme for themes in raised for theme in themes)
    both = Counter(pair for themes in raised for pair in combinations(themes, 2))
    common = sorted(theme for theme, count in single.items() if count >= MINIMUM)
    scores = {
        (a, b): _log_odds(both[a, b], single[a], single[b], len(raised))
        for a, b in combinations(common, 2)
    }
    p_values = holm([two_sided(value / error) for value, error in scores.values()])
    pairs = [
        _pair((a, b), *score, p, (both[a, b], single[a], single[b], len(raised)))
        for ((a, b), score), p in zip(scores.items(), p_values, strict=True)
        if both[a, b] >= MINIMUM
    ]
    return tuple(sorted(pairs, key=lambda pair: (pair.p, -pair.lift, pair.first, pair.second)))


def _log_odds(both: int, first: int, second: int, n: int) -> tuple[float, float]:
    """The log of the odds ratio and its standard error, half a count added to each cell."""
    cells = [both + 0.5, first - both + 0.5, second - both + 0.5, n - first - second + both + 0.5]
    a, b, c, d = cells
    return math.log(a * d / (b * c)), math.sqrt(sum(1 / cell for cell in cells))


def _pair(
    names: tuple[str, str], value: float, error: float, p: float, counts: tuple[int, int, int, int]
) -> Pair:
    both, first, second, n = counts
    low, high = math.exp(value - Z * error), math.exp(value + Z * error)
    detail = {"both": both, "first": first, "second": second}
    word: Tendency = "no clear link" if p >= CLEAR else "together" if value > 0 else "apart"
    odds = Result(n, math.exp(value), low, high, detail=detail)
    return Pair(*names, odds, both * n / (first * second), p, word)
