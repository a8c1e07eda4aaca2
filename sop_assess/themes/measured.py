"""The figures of a set of themes: sizes, people, severity, stages and places. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analysis.statistics.mean import half_width
from ..analysis.statistics.share import wilson
from ..analysis.text.clean import NON_ANSWER, UNPLACED, mask
from ..analysis.text.curated import Curated
from ..analysis.text.sorting import Described
from .facts import Coded, Facts

Labels = NDArray[np.intp]
Counts = NDArray[np.int64]
# Fewer ratings than this have no mean worth telling.
LEAST_RATED: Final = 5
LOWEST, HIGHEST = 1.0, 4.0


class Severity(NamedTuple):
    """The mean of what writers rated from 1 to 4, with its 95 % interval."""

    mean: float
    low: float
    high: float
    n: int


class Part(NamedTuple):
    """How many of the comments on one stage or place belong to a theme: a share with its range."""

    n: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ThemeFigures:
    """The figures of one theme. `people` is the largest count from any one question, because one
    person may answer several; `stages` and `places` are in the order of their counts."""

    size: int
    people: int
    severity: Severity | None
    stages: Mapping[str, Part]
    places: Mapping[str, Part]


@dataclass(frozen=True)
class Measured:
    """A set of themes with its comments; figures are worked out when they are asked for."""

    curated: Curated
    facts: Facts

    @cached_property
    def described(self) -> list[Described]:
        """Names, keywords, quotes and marks of all themes."""
        return self.curated.describe() if self.curated.themes else []

    @cached_property
    def text_labels(self) -> Labels:
        """The theme of every different text."""
        return self.curated.text_labels()

    @cached_property
    def labels(self) -> Labels:
        """The theme of every comment as an index, UNPLACED or NON_ANSWER."""
        return self.curated.sorting.comment_labels(self.text_labels)

    @property
    def unplaced(self) -> int:
        """How many comments belong to no theme."""
        return int((self.labels == UNPLACED).sum())

    @property
    def non_answers(self) -> int:
        """How many comments say nothing."""
        return int((self.labels == NON_ANSWER).sum())

    @property
    def placed(self) -> int:
        """How many comments belong to a theme."""
        return int((self.labels >= 0).sum())

    @cached_property
    def figures(self) -> list[ThemeFigures]:
        """The figures of every theme, in the order of the themes."""
        k = len(self.curated.themes)
        inside = self.labels >= 0
        sizes = np.bincount(self.labels[inside], minlength=k)
        people = self._crossed(self.facts.item).max(axis=1, initial=0)
        severity = self._severity(k)
        stages, places = self._parts(self.facts.stage), self._parts(self.facts.place)
        return [
            ThemeFigures(int(sizes[i]), int(people[i]), severity[i], stages[i], places[i])
            for i in range(k)
        ]

    @cached_property
    def first_rows(self) -> Labels:
        """The first comment with every different text."""
        return self.curated.sorting.first_places()

    def quote_rows(self, theme: int) -> list[int]:
        """The comments that speak for a theme."""
        return [int(self.first_rows[text]) for text in self.described[theme].quotes]

    def quotes(self, theme: int) -> tuple[str, ...]:
        """The masked words that speak for a theme."""
        return tuple(mask(self.facts.texts[row]) for row in self.quote_rows(theme))

    def _crossed(self, coded: Coded) -> Counts:
        """How many comments of every theme have every name, shape (themes, names)."""
        k, names = len(self.curated.themes), max(1, len(coded.names))
        both = (self.labels >= 0) & (coded.codes >= 0)
        cells = self.labels[both] * names + coded.codes[both]
        counts: Counts = np.bincount(cells, minlength=k * names).reshape(k, names)
        return counts

    def _parts(self, coded: Coded) -> list[dict[str, Part]]:
        told = (self.labels != NON_ANSWER) & (coded.codes >= 0)
        whole = np.bincount(coded.codes[told], minlength=max(1, len(coded.names)))
        return [
            {coded.names[i]: _part(int(row[i]), int(whole[i]))
             for i in np.argsort(-row, kind="stable") if row[i]}
            for row in self._crossed(coded)
        ]  # fmt: skip

    def _severity(self, k: int) -> list[Severity | None]:
        rated = (self.labels >= 0) & (self.facts.severity > 0)
        labels, given = self.labels[rated], self.facts.severity[rated].astype(np.float64)
        n = np.bincount(labels, minlength=k)
        total = np.bincount(labels, given, minlength=k)
        squares = np.bincount(labels, given**2, minlength=k)
        return [_mean(int(n[i]), float(total[i]), float(squares[i])) for i in range(k)]


def _part(n: int, of: int) -> Part:
    return Part(n, of, n / of, *wilson(n, of))


def _mean(n: int, total: float, squares: float) -> Severity | None:
    if n < LEAST_RATED:
        return None
    mean = total / n
    spread = (max(0.0, squares - n * mean * mean) / (n - 1)) ** 0.5
    half = half_width(spread, n)
    return Severity(mean, max(LOWEST, mean - half), min(HIGHEST, mean + half), n)
