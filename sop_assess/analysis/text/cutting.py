"""Fewer or more themes: the tree cut elsewhere, around the themes that people keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.curated import ELSEWHERE, Curated, CuratedTheme, key_of
from sop_assess.analysis.text.sorting import Groups, Sorting


def cut_counts(state: Curated) -> tuple[int, int]:
    """The fewest and the most themes that the slider can ask for; kept themes stay as they are."""
    kept = sum(theme.kept for theme in state.themes)
    free = int((~state.kept_pieces).sum())
    return kept + min(free, 1), kept + min(free, max(state.sorting.most, 1))


def cut(state: Curated, wanted: int) -> Curated:
    """As many themes as wanted, or the nearest number that there can be; kept themes stay.

    A theme that keeps more than half of its comments keeps its key, one that keeps all its name.

    >>> from sop_assess.analysis.text.curated import propose
    >>> from sop_assess.analysis.text.themes import sort_comments
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> cut_counts(start), len(cut(start, 3).themes), len(cut(start, 1).themes)
    ((1, 4), 3, 1)
    """
    fewest, most = cut_counts(state)
    kept = [place for place, theme in enumerate(state.themes) if theme.kept]
    free = ~state.kept_pieces
    fresh = _cut_of(state.sorting, free, min(max(wanted, fewest), most) - len(kept))
    groups = np.where(free, fresh + len(kept), -1)
    for new, old in enumerate(kept):
        groups[state.groups == old] = new
    return _take_over(state, [state.themes[place] for place in kept], groups)


def _cut_of(sorting: Sorting, free: NDArray[np.bool_], wanted: int) -> Groups:
    """Groups 0.. of the free pieces: the tree cut where they make as many as wanted, or just more.

    A finer cut never makes fewer groups, so halving the range finds the place.
    """
    low, high = 1, len(sorting.sizes)
    while low < high:
        middle = (low + high) // 2
        if len(np.unique(sorting.at(middle)[free])) < wanted:
            low = middle + 1
        else:
            high = middle
    groups = np.full(len(free), -1, dtype=np.intp)
    groups[free] = np.unique(sorting.at(low)[free], return_inverse=True)[1]
    return groups


def _take_over(state: Curated, kept: Sequence[CuratedTheme], groups: Groups) -> Curated:
    """New groups behind the kept themes: those of the same pieces keep key and name."""
    themes, fresh, made = list(kept), set[str](), state.made
    for place in range(len(kept), int(groups.max(initial=-1)) + 1):
        own = groups == place
        old = _most_shared(state, own, {theme.key for theme in themes})
        if old is None:
            made += 1
            old = CuratedTheme(key_of(made), "")
        if not np.array_equal(own, state.groups == _place_of(state, old.key)):
            fresh.add(old.key)
        themes.append(old)
    keys = {theme.key for theme in themes} | set(ELSEWHERE)
    moved = {text: to for text, to in state.moved.items() if to in keys}
    taken = replace(state, themes=tuple(themes), groups=groups, moved=moved, made=made)
    return taken.renamed(fresh)


def _most_shared(state: Curated, own: Groups, taken: set[str]) -> CuratedTheme | None:
    """The free theme of before that gave a new group most of its comments, and vice versa."""
    shared = np.bincount(state.groups[own], state.sorting.sizes[own], minlength=len(state.themes))
    place = int(np.argmax(shared))
    theme = state.themes[place]
    whole = float(state.sorting.sizes[state.groups == place].sum())
    return theme if theme.key not in taken and shared[place] * 2 > whole else None


def _place_of(state: Curated, key: str) -> int:
    return next((i for i, theme in enumerate(state.themes) if theme.key == key), -2)
