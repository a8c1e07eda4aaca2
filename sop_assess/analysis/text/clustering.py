"""The flat result of a sorting: labels and themes, for whoever wants no more than that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Embedder
from sop_assess.analysis.text.stability import Firmness
from sop_assess.analysis.text.themes import Progress, sort_comments


@dataclass(frozen=True)
class Theme:
    """A group of comments; ``members`` and ``quotes`` are indices into the texts."""

    key: str
    name: str
    keywords: tuple[str, ...]
    size: int
    members: tuple[int, ...]
    quotes: tuple[int, ...]
    cohesion: float
    firmness: Firmness | None
    mixed: bool


@dataclass(frozen=True)
class Clustering:
    """The result of one run; ``labels`` (texts,) are theme indices, UNPLACED or NON_ANSWER."""

    labels: NDArray[np.intp]
    themes: tuple[Theme, ...]
    tier: str
    settings: Mapping[str, object]
    note: str | None


def cluster(
    texts: Sequence[str],
    *,
    language: str = "en",
    seed: int,
    embedder: Embedder | None = None,
    themes: int | None = None,
    progress: Progress | None = None,
) -> Clustering:
    """Themes in the comments of one question, ordered by size, with every text labelled.

    As ``sort_comments``, with the result cut at the number of themes that it proposes.

    >>> result = cluster(["Too slow", "n/a"], seed=1)
    >>> result.labels.tolist(), result.themes, result.note
    ([-1, -2], (), '1 usable comment: themes need at least 30, so read the list as it is.')
    """
    found = sort_comments(texts, language=language, seed=seed, embedder=embedder, themes=themes,
                          progress=progress)  # fmt: skip
    groups = found.at(found.k)
    labels = found.comment_labels(found.text_labels(groups, {}))
    first = found.first_places()
    described = found.describe(groups, found.k, {})
    return Clustering(
        labels,
        tuple(
            Theme(
                key=f"t{place + 1:02d}",
                name=about.name,
                keywords=about.keywords,
                size=len(members := np.flatnonzero(labels == place)),
                members=tuple(members.tolist()),
                quotes=tuple(int(first[quote]) for quote in about.quotes),
                cohesion=about.cohesion,
                firmness=about.firmness,
                mixed=about.mixed,
            )
            for place, about in enumerate(described)
        ),
        found.tier,
        found.settings,
        found.note,
    )
