"""The pipeline: comments in, themes with names and quotes out."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from threadpoolctl import threadpool_limits

from sop_assess.analysis.text.clean import UNPLACED, Cleaned, clean
from sop_assess.analysis.text.embedder import Embedder, Vectors
from sop_assess.analysis.text.grouping import (
    Grouping,
    Labels,
    Weights,
    cosines,
    group,
    pieces,
)
from sop_assess.analysis.text.languages import Language, get_language
from sop_assess.analysis.text.micro import sampled_rows
from sop_assess.analysis.text.phrases import collect
from sop_assess.analysis.text.quotes import quotable
from sop_assess.analysis.text.sorting import Sorting, nothing_sorted
from sop_assess.analysis.text.stability import Bootstraps, bootstraps
from sop_assess.analysis.text.telling import TellingEmbedder
from sop_assess.analysis.text.vectors import Space

LEAST_COMMENTS = 30
LEAST_DIFFERENT = 10
MOST_READ_FOR_NAMES = 20_000
_QUOTABLE_OF_GROUP, _QUOTABLE_OF_PIECE = 40, 3

Progress = Callable[[float, str], None]
Grouper = Callable[["Placed"], Grouping]


@dataclass(frozen=True, slots=True)
class Placed:
    """One run: its cleaned texts, and the vectors (k, dimensions) of the k known ones."""

    cleaned: Cleaned
    language: Language
    space: Space
    vectors: Vectors
    known: Labels
    seed: int
    beat: Callable[[float], None]

    @property
    def weights(self) -> Weights:
        """How often each known text was given, in the order of the vectors."""
        return np.array(self.cleaned.weights, dtype=np.float64)[self.known]


def sort_comments(
    texts: Sequence[str],
    *,
    language: str = "en",
    seed: int,
    embedder: Embedder | None = None,
    themes: int | None = None,
    grouper: Grouper | None = None,
    progress: Progress | None = None,
) -> Sorting:
    """The comments of one question sorted into pieces and themes that people can change.

    ``themes`` overrides the number of themes (at least 1; there may be fewer when there are fewer
    different comments); ``grouper`` groups the vectors in another way, say from themes that
    exist. Without an embedder the lexical tier is used. Blank texts and non-answers are
    NON_ANSWER; texts without a known word or clearly outside every theme are UNPLACED. Below 30
    usable comments (or 10 different ones) there are no themes, and ``note`` says so. ``progress``
    gets a share from 0 to 1 and a step. The same input, seed and versions give the same result:
    one thread is used. Raises ValueError when ``themes`` is below 1.

    >>> sort_comments(["Too slow", "n/a"], seed=1).places.tolist()
    [0, -2]
    """
    if themes is not None and themes < 1:
        raise ValueError(f"themes must be 1 or more, not {themes}")
    # One thread: repeatable sums, and no threads that spin against another worker's.
    with threadpool_limits(limits=1):
        return _sort(
            texts, get_language(language), embedder, grouper or _grouper(themes), seed,
            progress or _silent,
        )  # fmt: skip


def _sort(
    texts: Sequence[str],
    language: Language,
    embedder: Embedder | None,
    grouper: Grouper,
    seed: int,
    tell: Progress,
) -> Sorting:
    tell(0.0, "clean")
    cleaned = clean(texts, language)
    tier = "lexical" if embedder is None else embedder.tier
    settings = _settings(texts, cleaned, language, seed, tier)
    if note := _too_few(cleaned.usable, len(cleaned.texts)):
        return nothing_sorted(cleaned, tier, settings, note)
    tell(0.1, "vectors")
    telling = None
    if embedder is not None:
        telling = TellingEmbedder(embedder, len(cleaned.texts), _reading(tell))
    space, vectors = Space.fit(cleaned.texts, language=language, embedder=telling, seed=seed)
    known = np.flatnonzero(vectors.any(axis=1))
    # No copy of a million rows where all are known.
    rows = vectors if len(known) == len(vectors) else vectors[known]
    run = Placed(
        cleaned, language, space, rows, known, seed, lambda done: tell(0.5 + 0.1 * done, "themes")
    )
    if note := _too_few(int(run.weights.sum()), len(known)):
        return nothing_sorted(cleaned, tier, settings, note)
    settings |= {"dimensions": vectors.shape[1]}
    del vectors, rows
    tell(0.5, "themes")
    return _sorting(run, grouper(run), settings, tell)


def _grouper(themes: int | None) -> Grouper:
    def cold(run: Placed) -> Grouping:
        return group(run.vectors, run.weights, themes=themes, tier=run.space.tier, seed=run.seed,
                     beat=run.beat)  # fmt: skip

    return cold


def _reading(tell: Progress) -> Callable[[float], None]:
    """Tells of the vectors; whatever an embedder reads after the comments is phrases for names."""

    def told(done: float) -> None:
        tell(*((0.1 + 0.4 * done, "vectors") if done <= 1 else (0.98, "names")))

    return told


def _sorting(
    run: Placed, found: Grouping, settings: Mapping[str, object], tell: Progress
) -> Sorting:
    parts = pieces(run.vectors, run.weights, found)
    k = int(found.labels.max()) + 1
    tell(0.6, "stability")
    redrawn = bootstraps(
        run.vectors, run.weights, themes=k, tier=run.space.tier, seed=run.seed,
        beat=lambda done: tell(0.6 + 0.2 * done, "stability"),
    )  # fmt: skip
    tell(0.8, "names")
    texts = run.cleaned.texts
    read = sampled_rows(len(run.known), MOST_READ_FOR_NAMES, run.seed)
    phrases = collect(
        [texts[i] for i in run.known[read]], run.weights[read], parts.of_row[read], parts.centroids,
        space=run.space, language=run.language, hidden=run.cleaned.names,
    )  # fmt: skip
    candidates = _candidates(run, found.labels, parts.of_row)
    of_text = np.full(len(texts), UNPLACED, dtype=np.intp)
    of_text[run.known] = parts.of_row
    tell(1.0, "done")
    return Sorting(
        places=np.array(run.cleaned.places, dtype=np.intp),
        texts=texts,
        weights=np.array(run.cleaned.weights, dtype=np.float64),
        pieces=of_text,
        centroids=parts.centroids,
        sizes=parts.weights,
        tree=parts.tree,
        k=k,
        phrases=phrases,
        hidden=run.cleaned.names,
        candidates=run.known[candidates],
        vectors=run.vectors[candidates],
        bootstraps=Bootstraps(run.known[redrawn.rows], redrawn.runs),
        tier=run.space.tier,
        settings={**settings, "themes": k, "themes_chosen": found.choice.how,
                  "pieces": len(parts.weights)},
        note=None,
    )  # fmt: skip


def _candidates(run: Placed, themes: Labels, of_row: Labels) -> Labels:
    """Rows that may be quoted: those nearest to the middle of their theme, and of their piece."""
    texts = [run.cleaned.texts[i] for i in run.known]
    chosen = [
        quotable(texts, cosines(run.vectors, run.weights, groups), groups, most=most)
        for groups, most in ((themes, _QUOTABLE_OF_GROUP), (of_row, _QUOTABLE_OF_PIECE))
    ]
    return np.union1d(*chosen).astype(np.intp)


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


def _settings(
    texts: Sequence[str], cleaned: Cleaned, language: Language, seed: int, tier: str
) -> dict[str, object]:
    content = hashlib.sha256()
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        content.update(len(raw).to_bytes(8, "big") + raw)
    libraries = ["numpy", "scipy", "PyStemmer", *(["onnxruntime"] if tier == "fine" else [])]
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
