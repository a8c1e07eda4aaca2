"""Themes as people left them: keys, names, and which pieces and comments belong to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.clean import NON_ANSWER, UNPLACED
from sop_assess.analysis.text.sorting import Described, Groups, Sorting

# Where a comment can be put besides a theme.
ELSEWHERE: Final = {"unplaced": UNPLACED, "non_answer": NON_ANSWER}
# What a comment can be judged to be: a complaint, or praise for what is to stay.
SIDES: Final = ("problem", "keep")


class DecisionError(ValueError):
    """A decision that cannot be carried out; ``key`` says which sentence people read."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class CuratedTheme:
    """A theme with a stable key; what a person gave it stays when comments are added."""

    key: str
    name: str
    keywords: tuple[str, ...] = ()
    named: bool = False
    pinned: bool = False
    merged: bool = False
    topic: str = ""
    stage: str = ""
    owner: str = ""

    @property
    def kept(self) -> bool:
        """Whether its comments stay together when the rest is sorted anew."""
        return self.named or self.pinned or self.merged or bool(self.owner)


@dataclass(frozen=True)
class Curated:
    """The themes of a sorting as people left them.

    ``groups`` (pieces,) are indices into ``themes``; ``moved`` maps a different text to a theme's
    key, "unplaced" or "non_answer"; ``judged`` maps a different text to one of SIDES; ``made``
    counts the keys that were ever given.
    """

    sorting: Sorting
    themes: tuple[CuratedTheme, ...]
    groups: Groups
    moved: Mapping[int, str] = field(default_factory=dict)
    made: int = 0
    judged: Mapping[int, str] = field(default_factory=dict)

    def index(self, key: object) -> int:
        """The place of a theme; DecisionError "no_such_theme"."""
        for place, theme in enumerate(self.themes):
            if theme.key == key:
                return place
        raise DecisionError("no_such_theme")

    def text_labels(self) -> Groups:
        """The theme of every different text as an index, UNPLACED or NON_ANSWER."""
        places = {theme.key: i for i, theme in enumerate(self.themes)} | ELSEWHERE
        moved = {text: places[to] for text, to in self.moved.items()}
        return self.sorting.text_labels(self.groups, moved)

    def describe(self) -> list[Described]:
        """Names as the machine would give them, quotes and marks of all themes."""
        labels = self.text_labels()
        moved = {text: int(labels[text]) for text in self.moved}
        return self.sorting.describe(self.groups, len(self.themes), moved)

    @property
    def kept_pieces(self) -> NDArray[np.bool_]:
        """Which pieces (p,) belong to a theme that stays together."""
        return np.array([theme.kept for theme in self.themes], dtype=bool)[self.groups]

    def with_theme(self, place: int, **changes: Any) -> Curated:
        """The state with something else said of one theme."""
        themes = list(self.themes)
        themes[place] = replace(themes[place], **changes)
        return replace(self, themes=tuple(themes))

    def renamed(self, keys: Iterable[str]) -> Curated:
        """The state with the themes of these keys under the names that their words give."""
        wanted = set(keys)
        if not wanted:
            return self
        names = {theme.name for theme in self.themes if theme.key not in wanted}
        themes = []
        for theme, about in zip(self.themes, self.describe(), strict=True):
            if theme.key in wanted:
                name = _free_name(about.name, names)
                names.add(name)
                theme = replace(theme, name=name, keywords=about.keywords)
            themes.append(theme)
        return replace(self, themes=tuple(themes))


def propose(sorting: Sorting) -> Curated:
    """The themes as the machine sorted them, the largest first.

    >>> from sop_assess.analysis.text.themes import sort_comments
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> sorted(theme.name for theme in start.themes)
    ['Late reply', 'Wrong price']
    """
    groups = sorting.at(sorting.k) if sorting.k else np.zeros(0, dtype=np.intp)
    described = sorting.describe(groups, sorting.k, {})
    themes = tuple(
        CuratedTheme(key_of(place + 1), about.name, about.keywords)
        for place, about in enumerate(described)
    )
    return Curated(sorting, themes, groups, {}, len(themes))


def key_of(number: int) -> str:
    """The key of the theme with this number: t01, t02 …"""
    return f"t{number:02d}"


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free
