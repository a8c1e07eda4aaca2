"""The pipeline: comments in, themes with names and quotes out."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sop_assess.analysis.text.clean import NON_ANSWER, UNPLACED, Cleaned, clean
from sop_assess.analysis.text.embedder import Embedder, Vectors
from sop_assess.analysis.text.grouping import (
    Grouping,
    Labels,
    Weights,
    cosines,
    dissolve_small,
    group,
    unplace_outliers,
)
from sop_assess.analysis.text.languages import Language, get_language
from sop_assess.analysis.text.micro import sampled_rows, weighted_means
from sop_assess.analysis.text.names import Named, Naming, name_themes
from sop_assess.analysis.text.quotes import choose_quotes
from sop_assess.analysis.text.stability import Firmness, bootstrap_jaccard, firmness, mixed
from sop_assess.analysis.text.vectors import Space

__all__ = ["NON_ANSWER", "UNPLACED", "Clustering", "Theme", "cluster"]

LEAST_COMMENTS = 30
LEAST_DIFFERENT = 10
MOST_READ_FOR_NAMES = 20_000

Progress = Callable[[float, str], None]


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


@dataclass(frozen=True, slots=True)
class _Input:
    """One run: its cleaned texts, and the vectors of those that hold a known word."""

    cleaned: Cleaned
    language: Language
    space: Space
    vectors: Vectors
    known: NDArray[np.intp]
    seed: int

    @property
    def weights(self) -> Weights:
        """How often each known text was given, in the order of the vectors."""
        return np.array(self.cleaned.weights, dtype=np.float64)[self.known]


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

    ``themes`` overrides the number of themes (at least 1; there may be fewer when there are fewer
    different comments). Without an embedder the lexical tier is used. Blank texts and non-answers
    are NON_ANSWER; texts without a known word or clearly outside every theme are UNPLACED. Below
    30 usable comments (or 10 different ones) there are no themes, and ``note`` says so.
    ``progress`` gets a share from 0 to 1 and a step. The same input, seed and versions give the
    same result: one thread is used. Raises ValueError when ``themes`` is below 1.

    >>> result = cluster(["Too slow", "n/a"], seed=1)
    >>> result.labels.tolist(), result.themes, result.note
    ([-1, -2], (), '1 usable comment: themes need at least 30, so read the list as it is.')
    """
    if themes is not None and themes < 1:
        raise ValueError(f"themes must be 1 or more, not {themes}")
    tell = progress or _silent
    # One thread: repeatable sums, and no threads that spin against another worker's.
    with threadpool_limits(limits=1):
        return _cluster(texts, get_language(language), embedder, themes, seed, tell)


def _cluster(
    texts: Sequence[str],
    language: Language,
    embedder: Embedder | None,
    themes: int | None,
    seed: int,
    tell: Progress,
) -> Clustering:
    tell(0.0, "clean")
    cleaned = clean(texts, language)
    settings = _settings(texts, cleaned, language, seed)
    if note := _too_few(cleaned.usable, len(cleaned.texts)):
        return _list(cleaned, embedder, settings, note)
    tell(0.1, "vectors")
    space, vectors = Space.fit(cleaned.texts, language=language, embedder=embedder, seed=seed)
    known = np.flatnonzero(vectors.any(axis=1))
    run = _Input(cleaned, language, space, vectors[known], known, seed)
    if note := _too_few(int(run.weights.sum()), len(known)):
        return _list(cleaned, embedder, settings, note)
    tell(0.3, "themes")
    grouping = group(run.vectors, run.weights, themes=themes, tier=space.tier, seed=seed)
    labels = _final_labels(run, grouping, given=themes is not None)
    tell(0.5, "stability")
    jaccard = bootstrap_jaccard(run.vectors, run.weights, labels, tier=space.tier, seed=seed)
    tell(0.8, "names")
    found = _themes(run, labels, jaccard)
    settings |= {"themes": len(found), "themes_chosen": grouping.choice.how}
    settings |= {"dimensions": vectors.shape[1], "micro_clusters": grouping.tree.points}
    tell(1.0, "done")
    return Clustering(_label_texts(run, labels), found, space.tier, settings, None)


def _final_labels(run: _Input, grouping: Grouping, *, given: bool) -> Labels:
    """Labels of the known texts, the largest theme first; a number that was asked for stays."""
    labels = grouping.labels
    if not given:
        labels = dissolve_small(run.vectors, run.weights, labels)
    labels = unplace_outliers(run.vectors, run.weights, labels)
    placed = labels >= 0
    sizes = np.bincount(labels[placed], run.weights[placed])
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return np.where(placed, rank[labels], UNPLACED)


def _label_texts(run: _Input, labels: Labels) -> Labels:
    different = np.full(len(run.cleaned.texts), UNPLACED, dtype=np.intp)
    different[run.known] = labels
    places = np.array(run.cleaned.places, dtype=np.intp)
    return np.where(places >= 0, different[places], places)


def _themes(run: _Input, labels: Labels, jaccard: NDArray[np.float64]) -> tuple[Theme, ...]:
    placed = labels >= 0
    vectors, weights = run.vectors[placed], run.weights[placed]
    centroids, sizes = weighted_means(vectors, weights, labels[placed])
    likeness = cosines(vectors, weights, labels[placed])
    cohesion = np.bincount(labels[placed], likeness * weights) / sizes
    doubtful = mixed(cohesion)
    namings = _names(run, labels, centroids)
    everywhere = _label_texts(run, labels)
    return tuple(
        Theme(
            key=f"t{theme + 1:02d}",
            name=naming.name,
            keywords=naming.keywords,
            size=int(sizes[theme]),
            members=tuple(np.flatnonzero(everywhere == theme).tolist()),
            quotes=_quotes(run, labels, theme, centroids[theme]),
            cohesion=float(cohesion[theme]),
            firmness=firmness(float(jaccard[theme])),
            mixed=bool(doubtful[theme]),
        )
        for theme, naming in enumerate(namings)
    )


def _names(run: _Input, labels: Labels, centroids: NDArray[np.float64]) -> list[Naming]:
    read = sampled_rows(len(labels), MOST_READ_FOR_NAMES, run.seed)
    return name_themes(
        Named(
            texts=[run.cleaned.texts[i] for i in run.known[read]],
            weights=run.weights[read],
            labels=labels[read],
            centroids=centroids,
            space=run.space,
            language=run.language,
            hidden=run.cleaned.names,
        )
    )


def _quotes(
    run: _Input, labels: Labels, theme: int, centroid: NDArray[np.float64]
) -> tuple[int, ...]:
    own = np.flatnonzero(labels == theme)
    texts = [run.cleaned.texts[i] for i in run.known[own]]
    chosen = choose_quotes(texts, run.vectors[own], centroid)
    return tuple(run.cleaned.places.index(int(run.known[own[i]])) for i in chosen)


def _too_few(usable: int, different: int) -> str | None:
    if usable < LEAST_COMMENTS:
        comments = "1 usable comment" if usable == 1 else f"{usable} usable comments"
        return f"{comments}: themes need at least {LEAST_COMMENTS}, so read the list as it is."
    if different < LEAST_DIFFERENT:
        return (
            f"Only {different} different comments: themes need at least {LEAST_DIFFERENT},"
            " so read the list as it is."
        )
    return None


def _list(
    cleaned: Cleaned, embedder: Embedder | None, settings: Mapping[str, object], note: str
) -> Clustering:
    """The result without themes: every usable text is UNPLACED."""
    labels = np.minimum(np.array(cleaned.places, dtype=np.intp), UNPLACED)
    tier = "lexical" if embedder is None else embedder.tier
    return Clustering(labels, (), tier, {**settings, "themes": 0, "themes_chosen": "none"}, note)


def _settings(
    texts: Sequence[str], cleaned: Cleaned, language: Language, seed: int
) -> dict[str, object]:
    content = hashlib.sha256()
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        content.update(len(raw).to_bytes(8, "big") + raw)
    libraries = ("numpy", "scipy", "scikit-learn", "nltk")
    return {
        "seed": seed,
        "language": language.code,
        "input": content.hexdigest(),
        "usable": cleaned.usable,
        "different": len(cleaned.texts),
        "versions": {"python": platform.python_version()} | {n: version(n) for n in libraries},
    }


def _silent(share: float, step: str) -> None:
    """Progress that nobody watches."""
