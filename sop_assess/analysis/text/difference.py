"""What a proposal would change: which themes are the same, new, split, merged or gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.clean import key_of_text
from sop_assess.analysis.text.curated import Curated, CuratedTheme
from sop_assess.analysis.text.embedder import unit_rows

Kind = Literal["same", "new", "split", "merged", "gone"]

SAME = 0.8
_MOST_OF_IT = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a difference; sizes are comments, ``shared`` those in both.

    ``before`` and ``after`` are keys: "new" has no before, "gone" no after. "split" is a part of
    ``before`` that stands alone now, "merged" says where most of ``before`` went.
    """

    kind: Kind
    before: str | None
    after: str | None
    size_before: int
    size_after: int
    shared: int


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes, and how many comments that both know are in another theme than before."""

    changes: tuple[Change, ...]
    moving: int
    known: int

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Comments by theme before and after (b, a), and all comments of each theme."""

    both: Floats
    before: Floats
    after: Floats


def difference(before: Curated, after: Curated) -> Difference:
    """How the themes of ``after`` relate to those of ``before``; comments are matched by text.

    Themes with the same key are the same. Of the others a pair is the same when its centroids, in
    the space of ``after``, have a cosine of at least 0.8 and the Hungarian method pairs them. What
    is left: a theme that has most of its comments from one theme is a part of it ("split"), one
    whose comments mostly went to one theme is "merged", the rest is "new" or "gone".

    >>> from sop_assess.analysis.text.curated import propose
    >>> from sop_assess.analysis.text.themes import sort_comments
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> found = difference(start, start)
    >>> len(found.of("same")), found.moving, found.known
    (2, 0, 40)
    """
    shared = _shared(before, after)
    pairs = _pairs(before, after, shared)
    changes = [_change("same", before, after, shared, b, a) for b, a in pairs.items()]
    for a in sorted(set(range(len(after.themes))) - set(pairs.values())):
        b = _source(shared.both[:, a], shared.after[a])
        changes.append(_change("new" if b is None else "split", before, after, shared, b, a))
    for b in sorted(set(range(len(before.themes))) - set(pairs)):
        to = _source(shared.both[b], shared.before[b])
        changes.append(_change("gone" if to is None else "merged", before, after, shared, b, to))
    known = int(shared.both.sum())
    staying = int(sum(shared.both[b, a] for b, a in pairs.items()))
    return Difference(tuple(changes), known - staying, known)


def adopt(before: Curated, after: Curated) -> Curated:
    """``after`` with the keys and all that people said of its themes that are the same as before.

    >>> from sop_assess.analysis.text.continuing import propose_anew
    >>> from sop_assess.analysis.text.curated import propose
    >>> from sop_assess.analysis.text.themes import sort_comments
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> [theme.key for theme in adopt(start, propose_anew(start, texts, seed=1, themes=2)).themes]
    ['t01', 't02']
    """
    pairs = _pairs(before, after, _shared(before, after))
    themes = list(after.themes)
    keys = {}
    for b, a in pairs.items():
        keys[themes[a].key] = before.themes[b].key
        themes[a] = replace(before.themes[b], keywords=themes[a].keywords)
    moved = {text: keys.get(to, to) for text, to in after.moved.items()}
    adopted = replace(after, themes=tuple(themes), moved=moved)
    return adopted.renamed(_repeated(adopted.themes))


def _repeated(themes: tuple[CuratedTheme, ...]) -> set[str]:
    """Keys of machine-named themes that have the name of another one."""
    names = [theme.name for theme in themes]
    return {t.key for t in themes if names.count(t.name) > 1 and not t.named}


def _shared(before: Curated, after: Curated) -> _Shared:
    labels = dict(zip(map(key_of_text, before.sorting.texts), before.text_labels(), strict=True))
    now = after.text_labels()
    weights = after.sorting.weights
    both = np.zeros((len(before.themes), len(after.themes)))
    for text, to, weight in zip(after.sorting.texts, now.tolist(), weights, strict=True):
        was = int(labels.get(key_of_text(text), -1))
        if was >= 0 and to >= 0:
            both[was, to] += weight
    return _Shared(both, _sizes(before), _sizes(after))


def _sizes(state: Curated) -> Floats:
    labels = state.text_labels()
    placed = labels >= 0
    sizes = np.bincount(labels[placed], state.sorting.weights[placed], minlength=len(state.themes))
    return sizes.astype(np.float64)


def _pairs(before: Curated, after: Curated, shared: _Shared) -> dict[int, int]:
    """Which theme of before is which theme of after."""
    places = {theme.key: place for place, theme in enumerate(after.themes)}
    pairs = {b: places[t.key] for b, t in enumerate(before.themes) if t.key in places}
    left = [b for b in range(len(before.themes)) if b not in pairs]
    free = [a for a in range(len(after.themes)) if a not in set(pairs.values())]
    if not left or not free:
        return pairs
    from scipy.optimize import linear_sum_assignment

    cosine = (
        _old_centres(before, after)[left]
        @ after.sorting.centres(after.groups, len(after.themes))[free].T
    )
    rows, columns = linear_sum_assignment(-np.where(cosine >= SAME, cosine, 0.0))
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if cosine[row, column] >= SAME and shared.both[left[row], free[column]] > 0:
            pairs[left[row]] = free[column]
    return pairs


def _old_centres(before: Curated, after: Curated) -> Floats:
    """The middle of every theme of before, by the pieces that its texts lie in now."""
    piece = dict(zip(map(key_of_text, after.sorting.texts), after.sorting.pieces, strict=True))
    sums = np.zeros((len(before.themes), after.sorting.centroids.shape[1]))
    labels = before.text_labels().tolist()
    weights = before.sorting.weights
    for text, label, weight in zip(before.sorting.texts, labels, weights, strict=True):
        at = int(piece.get(key_of_text(text), -1))
        if label >= 0 and at >= 0:
            sums[label] += weight * after.sorting.centroids[at]
    return unit_rows(sums).astype(np.float64)


def _source(shared: Floats, size: float) -> int | None:
    """The theme that most of these comments belong to on the other side, if there is one."""
    if not len(shared) or shared.max() <= _MOST_OF_IT * size:
        return None
    return int(np.argmax(shared))


def _change(
    kind: Kind, before: Curated, after: Curated, shared: _Shared, b: int | None, a: int | None
) -> Change:
    return Change(
        kind,
        None if b is None else before.themes[b].key,
        None if a is None else after.themes[a].key,
        0 if b is None else int(shared.before[b]),
        0 if a is None else int(shared.after[a]),
        0 if b is None or a is None else int(shared.both[b, a]),
    )
