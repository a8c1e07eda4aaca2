"""Which themes of two sortings are the same subject, by their words alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from sop_assess.analysis.text.embedder import Embedder, unit_rows
from sop_assess.analysis.text.languages import Language, get_language
from sop_assess.analysis.text.words import stems

FAST: Final = 0.7
LEXICAL: Final = 0.55
_EQUAL: Final = 2.0

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Said:
    """A theme by its words: its key, its name, its keywords, and quotes where there are any."""

    key: str
    name: str
    keywords: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()


class Match(NamedTuple):
    """Two themes that are the same, and how alike their words are, 0 to 1; 1 for equal names."""

    first: str
    second: str
    score: float


def match_themes(
    first: Sequence[Said], second: Sequence[Said], *, language: str = "en",
    embedder: Embedder | None = None,
) -> tuple[Match, ...]:  # fmt: skip
    """The pairs of themes that are the same subject, each theme in one pair at most.

    Equal names are always the same, whatever their case. All others are paired so that the sum of
    their cosines is largest, and kept from FAST on, or from LEXICAL on without an embedder, when
    stems are counted. Thresholds come from 24 pairs of made-up assessments with known subjects
    (docs/text-themes.md). Source: Kuhn 1955 (assignment).

    >>> then = [Said("t01", "Stock list", ("stock list", "shelf")), Said("t02", "Web form")]
    >>> now = [Said("t01", "web form"), Said("t02", "Old stock list", ("stock", "shelf empty"))]
    >>> [(match.first, match.second) for match in match_themes(then, now)]
    [('t01', 't02'), ('t02', 't01')]
    """
    if not first or not second:
        return ()
    words = get_language(language)
    least = LEXICAL if embedder is None else FAST
    scores = _lexical(first, second, words) if embedder is None else _fast(first, second, embedder)
    kept = np.where(scores >= least, scores, 0.0)
    for row, one in enumerate(first):
        for column, other in enumerate(second):
            if _plain(one.name) == _plain(other.name):
                kept[row, column] = _EQUAL
    rows, columns = linear_sum_assignment(-kept)
    return tuple(
        Match(first[row].key, second[column].key, round(min(1.0, float(kept[row, column])), 3))
        for row, column in zip(rows, columns, strict=True)
        if kept[row, column] > 0
    )


def _fast(first: Sequence[Said], second: Sequence[Said], embedder: Embedder) -> Scores:
    """Cosines of the sum of what names and keywords mean and what quotes mean on average."""
    everything = [*first, *second]
    own = embedder.embed([". ".join((said.name, *said.keywords)) for said in everything])
    quotes = embedder.embed([quote for said in everything for quote in said.quotes])
    start = 0
    for row, said in enumerate(everything):
        if said.quotes:
            end = start + len(said.quotes)
            own[row] += quotes[start:end].mean(axis=0)
            start = end
    rows = unit_rows(own).astype(np.float64)
    found: Scores = rows[: len(first)] @ rows[len(first) :].T
    return found


def _lexical(first: Sequence[Said], second: Sequence[Said], words: Language) -> Scores:
    left, right = ([_stems(said, words) for said in side] for side in (first, second))
    return np.array([[_cosine(one, other) for other in right] for one in left])


def _stems(said: Said, words: Language) -> Counter[str]:
    """How many of a theme's texts have each stem."""
    texts = (said.name, *said.keywords, *said.quotes)
    return Counter(stem for text in texts for stem in set(stems(text, words)))


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    both = sum(count * other[stem] for stem, count in one.items())
    lengths = [sqrt(sum(count * count for count in side.values())) for side in (one, other)]
    return both / (lengths[0] * lengths[1]) if both else 0.0


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
