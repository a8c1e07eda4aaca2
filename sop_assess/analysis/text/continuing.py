"""New comments join the themes that exist; or, when asked, everything free is sorted anew."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.clean import UNPLACED, key_of_text
from sop_assess.analysis.text.curated import ELSEWHERE, Curated, CuratedTheme, key_of
from sop_assess.analysis.text.embedder import Embedder
from sop_assess.analysis.text.grouping import (
    Grouping,
    Labels,
    drawn_over,
    group,
    unplace_outliers,
)
from sop_assess.analysis.text.micro import micro_clusters, nearest, weighted_means
from sop_assess.analysis.text.number import Choice
from sop_assess.analysis.text.sorting import Sorting
from sop_assess.analysis.text.themes import Placed, Progress, sort_comments

_PIECES_OF_THEME = 4
# Twice what a first sorting asks for: its themes are seen and used already, and a second round of
# moves agreed less with people's themes (by 0.005 on one of three labelled sets).
_MUCH = 0.10


def continue_with(
    before: Curated,
    texts: Sequence[str],
    *,
    language: str = "en",
    seed: int,
    embedder: Embedder | None = None,
    kept: Iterable[str] = (),
    progress: Progress | None = None,
) -> Curated:
    """The themes of ``before`` with all of ``texts`` in them: keys, names and decisions stay.

    Comments that were there start where they were, new ones at the nearest theme; then a comment
    moves only to a clearly nearer theme. Comments of a theme that a person keeps, or whose key is
    in ``kept``, never leave it, and its centroid does not follow new comments. A theme without
    comments is gone. Where ``before`` has no themes the comments are sorted for the first time.

    >>> from sop_assess.analysis.text.curated import propose
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> later = continue_with(start, [*texts, "reply was late"], seed=1)
    >>> [theme.key for theme in later.themes], len(later.sorting.places)
    (['t01', 't02'], 41)
    """
    warm = _Warm(before, frozenset(kept))
    sorting = sort_comments(texts, language=language, seed=seed, embedder=embedder,
                            grouper=warm.join, progress=progress)  # fmt: skip
    return warm.state(sorting)


def propose_anew(
    before: Curated,
    texts: Sequence[str],
    *,
    language: str = "en",
    seed: int,
    embedder: Embedder | None = None,
    kept: Iterable[str] = (),
    themes: int | None = None,
    progress: Progress | None = None,
) -> Curated:
    """A fresh sorting of all comments outside the kept themes, which stay as they are.

    A person decides about it: ``difference`` shows what it would change, ``adopt`` gives themes
    that are the same their keys and names back. Here all others have new keys.

    >>> from sop_assess.analysis.text.curated import propose
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> [theme.key for theme in propose_anew(start, texts, seed=1, themes=2).themes]
    ['t03', 't04']
    """
    warm = _Warm(before, frozenset(kept), themes)
    sorting = sort_comments(texts, language=language, seed=seed, embedder=embedder,
                            grouper=warm.anew, progress=progress)  # fmt: skip
    return warm.state(sorting)


@dataclass
class _Warm:
    """Groups that start from the themes of before; ``themes`` are those of the groups made last."""

    before: Curated
    kept: frozenset[str]
    wanted: int | None = None
    themes: list[CuratedTheme] = field(default_factory=list)

    def join(self, run: Placed) -> Grouping:
        """Comments at their theme of before, new ones at the nearest."""
        if not self.before.themes:
            return self.anew(run)
        start, stays = self._start(run)
        old = start >= 0
        if not old.any():
            return self.anew(run)
        present = np.unique(start[old])
        start[old] = np.searchsorted(present, start[old])
        self.themes = [self.before.themes[place] for place in present]
        fixed = np.array([self._keeps(theme) for theme in self.themes], dtype=bool)
        labels = _joined(run, start, stays, fixed)
        return self._grouping(run, labels, "themes that were there")

    def anew(self, run: Placed) -> Grouping:
        """Comments of kept themes stay; all others are grouped as if for the first time."""
        start, stays = self._start(run)
        present = np.unique(start[stays])
        labels = np.full(len(start), UNPLACED, dtype=np.intp)
        labels[stays] = np.searchsorted(present, start[stays])
        free = ~stays
        how = "kept themes only"
        if free.any():
            wanted = None if self.wanted is None else max(self.wanted - len(present), 1)
            found = group(run.vectors[free], run.weights[free], themes=wanted, tier=run.space.tier,
                          seed=run.seed, beat=run.beat)  # fmt: skip
            labels[free] = np.where(found.labels >= 0, found.labels + len(present), UNPLACED)
            how = found.choice.how
        fresh = int(labels.max(initial=-1)) + 1 - len(present)
        self.themes = [self.before.themes[place] for place in present]
        self.themes += [CuratedTheme("", "")] * fresh
        return self._grouping(run, labels, how)

    def state(self, sorting: Sorting) -> Curated:
        """The sorting with the themes of its groups, and what people moved still moved."""
        groups = sorting.at(sorting.k) if sorting.k else np.zeros(0, dtype=np.intp)
        made = self.before.made + sum(not theme.key for theme in self.themes)
        number = itertools.count(self.before.made + 1)
        themes = tuple(
            theme if theme.key else CuratedTheme(key_of(next(number)), "")
            for theme in (self.themes if sorting.k else ())
        )
        moved, judged = self._corrected(sorting, themes)
        state = Curated(sorting, themes, groups, moved, made, judged)
        return state.renamed(theme.key for theme in themes if not theme.name)

    def _start(self, run: Placed) -> tuple[Labels, NDArray[np.bool_]]:
        """The theme of before of every row (n,) or UNPLACED, and whether it must stay there."""
        labels = self.before.text_labels().tolist()
        place = {key_of_text(t): labels[i] for i, t in enumerate(self.before.sorting.texts)}
        texts = (run.cleaned.texts[row] for row in run.known)
        start = np.array([max(place.get(key_of_text(t), UNPLACED), UNPLACED) for t in texts],
                         dtype=np.intp)  # fmt: skip
        keeps = np.array([self._keeps(theme) for theme in self.before.themes], dtype=bool)
        return start, np.append(keeps, False)[start]

    def _keeps(self, theme: CuratedTheme) -> bool:
        return theme.kept or theme.key in self.kept

    def _grouping(self, run: Placed, labels: Labels, how: str) -> Grouping:
        """The labels with groups that lost all their rows left out, together with their themes."""
        used = np.unique(labels[labels >= 0])
        self.themes = [self.themes[place] for place in used]
        labels = np.where(labels >= 0, np.searchsorted(used, labels), UNPLACED)
        micro = micro_clusters(run.vectors, run.weights, at_least=_PIECES_OF_THEME * len(used),
                               seed=run.seed)  # fmt: skip
        return Grouping(labels, Choice(len(used), how), micro.labels)

    def _corrected(
        self, sorting: Sorting, themes: Sequence[CuratedTheme]
    ) -> tuple[dict[int, str], dict[int, str]]:
        """What people moved to a theme that is still there, and what they judged."""
        known = {key_of_text(text): i for i, text in enumerate(sorting.texts)}
        keys = {theme.key for theme in themes} | set(ELSEWHERE)
        old = self.before.sorting.texts
        moved, judged = (
            {place: said for i, said in given.items()
             if (place := known.get(key_of_text(old[i]))) is not None}
            for given in (self.before.moved, self.before.judged)
        )  # fmt: skip
        return {place: to for place, to in moved.items() if to in keys}, judged


def _joined(run: Placed, start: Labels, stays: NDArray[np.bool_], fixed: Labels) -> Labels:
    """Labels after new rows joined the nearest theme and much nearer themes took rows over.

    ``start`` (n,) and ``stays`` (n,) as in ``_start``, ``fixed`` (k,) says which centroids stay.
    """
    middles = weighted_means(run.vectors, run.weights, start)[0]
    old = start >= 0
    labels = _new_ones(run, np.where(old, start, nearest(run.vectors, middles)), old)
    placed = labels >= 0
    used = np.unique(labels[placed])
    own = np.where(placed, np.searchsorted(used, labels), UNPLACED)
    moved = weighted_means(run.vectors, run.weights, own)[0]
    middles[used] = np.where(fixed[used, None], middles[used], moved)
    later = drawn_over(run.vectors, middles, labels, _MUCH)
    return np.where(stays | ~placed, labels, later)


def _new_ones(run: Placed, joined: Labels, old: NDArray[np.bool_]) -> Labels:
    """Old rows where they are; new ones where they joined, unless they clearly belong nowhere."""
    outside = unplace_outliers(run.vectors, run.weights, joined)
    return np.where(old, joined, outside)
