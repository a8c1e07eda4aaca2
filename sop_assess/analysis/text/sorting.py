"""A sorting of comments that people can change without vectors: pieces, their tree, their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.clean import UNPLACED, Cleaned
from sop_assess.analysis.text.embedder import Vectors, unit_rows
from sop_assess.analysis.text.names import Naming, borrowed, distinct, name_groups
from sop_assess.analysis.text.phrases import Floats, Phrases
from sop_assess.analysis.text.quotes import choose_quotes
from sop_assess.analysis.text.stability import Bootstraps, Firmness, firmness, mixed
from sop_assess.analysis.text.tree import Tree, ward

Groups = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Described:
    """What can be said of one group of pieces; ``quotes`` are indices of different texts."""

    name: str
    keywords: tuple[str, ...]
    quotes: tuple[int, ...]
    cohesion: float
    stability: float
    firmness: Firmness | None
    mixed: bool


@dataclass(frozen=True)
class Sorting:
    """One run over n comments, of which d texts differ, in p pieces that make ``k`` themes.

    ``places`` (n,) is the different text of every comment, NON_ANSWER or UNPLACED; ``weights``
    (d,) counts duplicates and ``pieces`` (d,) is the piece of every different text or UNPLACED.
    ``centroids`` (p, dimensions) are the mean vectors of the pieces, ``sizes`` (p,) their
    comments. ``candidates`` (q,) are different texts that may be quoted, with ``vectors`` (q,
    dimensions). Words in ``hidden`` are people's names. Without themes p is 0 and ``note`` says
    why.
    """

    places: Groups
    texts: tuple[str, ...]
    weights: Floats
    pieces: Groups
    centroids: Floats
    sizes: Floats
    tree: Tree
    k: int
    phrases: Phrases
    hidden: frozenset[str]
    candidates: Groups
    vectors: Vectors
    bootstraps: Bootstraps
    tier: str
    settings: Mapping[str, object]
    note: str | None

    @property
    def most(self) -> int:
        """The largest number of themes that the tree is worth cutting into."""
        return min(2 * self.k, len(self.sizes))

    def at(self, k: int) -> Groups:
        """The group 0..k-1 of every piece (p,) when the tree is cut into k."""
        return self.tree.cut(k)

    def text_labels(self, groups: Groups, moved: Mapping[int, int]) -> Groups:
        """The group of every different text (d,) after texts were moved by hand."""
        labels = np.append(groups, UNPLACED)[self.pieces]
        for text, group in moved.items():
            labels[text] = group
        return labels

    def comment_labels(self, text_labels: Groups) -> Groups:
        """The label of every comment (n,), duplicates like their text."""
        labels = self.places.copy()
        placed = labels >= 0
        labels[placed] = text_labels[labels[placed]]
        return labels

    def first_places(self) -> Groups:
        """The first comment with every different text, shape (d,)."""
        different, first = np.unique(self.places, return_index=True)
        placed: Groups = first[different >= 0]
        return placed

    def halves(self, members: Groups) -> Groups:
        """Which pieces of ``members`` go to the smaller part when they are split in two, as a mask.

        Ward's last merge decides, as in the tree.
        """
        two = ward(self.centroids[members], self.sizes[members]).cut(2)
        smaller = int(np.argmin(np.bincount(two, self.sizes[members], minlength=2)))
        chosen: Groups = members[two == smaller]
        return chosen

    def describe(
        self, groups: Groups, k: int, moved: Mapping[int, int], taken: Sequence[str] = ()
    ) -> list[Described]:
        """Names, quotes and marks of the groups 0..k-1 of all pieces; every group has a piece."""
        centroids = self._means(groups, k)
        found = name_groups(self.phrases, groups, centroids)
        labels = self.text_labels(groups, moved)
        namings = [n or self._borrowed(labels, group) for group, n in enumerate(found)]
        cohesion = np.linalg.norm(centroids, axis=1)
        stability = self.bootstraps.jaccard(labels, k)
        return [
            Described(
                name=naming.name,
                keywords=naming.keywords,
                quotes=self._quotes(labels, group, centroids[group]),
                cohesion=float(cohesion[group]),
                stability=float(stability[group]),
                firmness=firmness(float(stability[group])),
                mixed=bool(doubtful),
            )
            for group, (naming, doubtful) in enumerate(
                zip(distinct(namings, taken), mixed(cohesion), strict=True)
            )
        ]

    def centres(self, groups: Groups, k: int) -> Vectors:
        """The middle of every group 0..k-1 as rows of length one, to compare themes by."""
        return unit_rows(self._means(groups, k))

    def _means(self, groups: Groups, k: int) -> Floats:
        inside = groups >= 0
        sizes = np.bincount(groups[inside], self.sizes[inside], minlength=k)
        sums = np.zeros((k, self.centroids.shape[1]))
        np.add.at(sums, groups[inside], self.centroids[inside] * self.sizes[inside, None])
        means: Floats = sums / np.maximum(sizes, 1e-9)[:, None]
        return means

    def _borrowed(self, labels: Groups, group: int) -> Naming:
        own = np.flatnonzero(labels == group)
        heaviest = own[int(np.argmax(self.weights[own]))] if len(own) else -1
        return borrowed(self.texts[heaviest] if heaviest >= 0 else "", self.hidden)

    def _quotes(self, labels: Groups, group: int, centroid: Floats) -> tuple[int, ...]:
        own = np.flatnonzero(labels[self.candidates] == group)
        rows = self.candidates[own]
        chosen = choose_quotes([self.texts[i] for i in rows], self.vectors[own], centroid)
        return tuple(int(rows[i]) for i in chosen)


def nothing_sorted(
    cleaned: Cleaned, tier: str, settings: Mapping[str, object], note: str
) -> Sorting:
    """The result without themes: every usable text is UNPLACED."""
    nothing = np.zeros((0, 1))
    integers = np.zeros(0, dtype=np.int32)
    return Sorting(
        places=np.array(cleaned.places, dtype=np.intp),
        texts=cleaned.texts,
        weights=np.array(cleaned.weights, dtype=np.float64),
        pieces=np.full(len(cleaned.texts), UNPLACED, dtype=np.intp),
        centroids=nothing,
        sizes=nothing[:, 0],
        tree=Tree(0, np.zeros((0, 2), dtype=np.intp), nothing[:, 0]),
        k=0,
        phrases=Phrases(
            (), (), nothing[:, 0], nothing.astype(np.float32), integers, integers, integers,
            integers,
        ),
        hidden=cleaned.names,
        candidates=np.zeros(0, dtype=np.intp),
        vectors=nothing.astype(np.float32),
        bootstraps=Bootstraps(np.zeros(0, dtype=np.intp), ()),
        tier=tier,
        settings={**settings, "themes": 0, "themes_chosen": "none"},
        note=note,
    )  # fmt: skip
