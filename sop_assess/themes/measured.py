"""The figures of a set of themes: sizes, people, severity, stages and places. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analysis.statistics.share import wilson
from ..analysis.text.clean import NON_ANSWER, UNPLACED, mask
from ..analysis.text.curated import Curated
from ..analysis.text.sorting import Described
from ..analysis.theme_figures.severity import severity
from ..errors import TooFewError
from .facts import Coded, Facts
from .judged import judged_by_theme
from .rows import Judged, Severity

Labels = NDArray[np.intp]
Counts = NDArray[np.int64]


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
        stages, places = self._parts(self.facts.stage), self._parts(self.facts.place)
        return [
            ThemeFigures(int(sizes[i]), int(people[i]), self._severity(i), stages[i], places[i])
            for i in range(k)
        ]

    @cached_property
    def judged(self) -> list[Judged]:
        """What people judged of every theme, in the order of the themes."""
        return judged_by_theme(self.curated, self.text_labels)

    @cached_property
    def first_rows(self) -> Labels:
        """The first comment with every different text."""
        return self.curated.sorting.first_places()

    def quote_rows(self, theme: int) -> list[int]:
        """The comments that speak for a theme."""
        return [int(self.first_rows[text]) for text in self.described[theme].quotes]

    def quotes(self, theme: int) -> tuple[str, ...]:
        """The masked words that speak for a theme."""
        return tuple(mask(self.facts.text(row)) for row in self.quote_rows(theme))

    def _crossed(self, coded: Coded) -> Counts:
        """How many comments of every theme have every name, shape (themes, names)."""
        k, names = len(self.curated.themes), max(1, len(coded.names))
        both = (self.labels >= 0) & (coded.codes >= 0)
        cells = self.labels[both] * names + coded.codes[both]
        counts: Counts = np.bincount(cells, minlength=k * names).reshape(k, names)
        return counts

    @cached_property
    def written_by_stage(self) -> dict[str, int]:
        """How many comments every stage has, those that say nothing left out."""
        return self._written(self.facts.stage)

    @cached_property
    def written_by_place(self) -> dict[str, int]:
        """How many comments every place has."""
        return self._written(self.facts.place)

    def _written(self, coded: Coded) -> dict[str, int]:
        told = (self.labels != NON_ANSWER) & (coded.codes >= 0)
        counts = np.bincount(coded.codes[told], minlength=len(coded.names))
        return {name: int(count) for name, count in zip(coded.names, counts, strict=True)}

    def _parts(self, coded: Coded) -> list[dict[str, Part]]:
        whole = self._written(coded)
        return [
            {(name := coded.names[i]): _part(int(row[i]), whole[name])
             for i in np.argsort(-row, kind="stable") if row[i]}
            for row in self._crossed(coded)
        ]  # fmt: skip

    def _severity(self, place: int) -> Severity | None:
        given = self.facts.severity[self.labels == place].astype(np.float64)
        try:
            found = severity(np.where(given > 0, given, np.nan))
        except TooFewError:
            return None
        mean = found.value or 0.0
        return Severity(mean, found.low or mean, found.high or mean, found.n)


def _part(n: int, of: int) -> Part:
    return Part(n, of, n / of, *wilson(n, of))
