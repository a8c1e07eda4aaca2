"""Learn from people's corrections, so that a theme or a polarity can be proposed to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from sop_assess.analysis.results import Result
from sop_assess.analysis.statistics.mean import half_width
from sop_assess.analysis.statistics.share import share
from sop_assess.analysis.text.languages import Language, get_language
from sop_assess.analysis.text.words import stems
from sop_assess.errors import TooFewError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

LEAST_COMMENTS: Final = 500
LEAST_OF_A_LABEL: Final = 10
LEAST_LABELS: Final = 2
LEAST_PROBABILITY: Final = 0.5
FOLDS: Final = 5

_MAX_FEATURES = 50_000

Names = NDArray[np.str_]
Floats = NDArray[np.float64]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Learned:
    """What was learnt from n corrected comments, and how far it can be trusted.

    `macro_f1` (0 to 1, with its 95 % interval) was measured on comments that were held back;
    `majority_f1` is what proposing the commonest label to everybody would get. `right` is the
    share of correct ones among the proposals that it would have made, `proposed` the share of
    comments that get a proposal at all. Labels with too few comments are in `left_out`.
    """

    n: int
    classes: tuple[str, ...]
    left_out: tuple[str, ...]
    macro_f1: float
    low: float
    high: float
    majority_f1: float
    proposed: float
    right: Result | None
    caveat: str | None
    language: Language = field(repr=False)
    model: Pipeline = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A label for a person to accept or not; None where it is not probable enough."""

    label: str | None
    probability: float


@dataclass(frozen=True)
class _Checked:
    """The result of every fold, and for every comment the best label and its probability."""

    scores: Floats
    majority: Floats
    best: Names
    probability: Floats


def learn(
    texts: Sequence[str],
    labels: Sequence[str],
    language: str,
    seed: int,
    progress: Progress | None = None,
) -> Learned:
    """A model of the labels that people gave, with its cross-validated macro-F1.

    texts, labels : (n,), one label (a theme's key or a polarity) per corrected comment. TF-IDF of
    stems and pairs of stems, logistic regression with balanced labels, 5 stratified folds; texts
    with the same stems are in the same fold, as a duplicate that was learnt would be no test. The
    interval is Student's t over the folds, widened because their training comments overlap.
    A label on fewer than 10 different comments is left out. TooFewError below 500 comments or
    below 2 labels; ValueError when the lengths differ. One thread: the same input and seed give
    the same result. ``progress`` gets the share that is done, and may end the work by raising.
    Source: Nadeau & Bengio 2003 for the interval.

    >>> texts = [f"stock list wrong {i}" for i in range(9)]
    >>> learn(texts, ["stock"] * 9, "en", seed=1)
    Traceback (most recent call last):
    sop_assess.errors.TooFewError: Proposals need 500 corrected comments; there are 9. Correct more.
    """
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts and {len(labels)} labels")
    if len(texts) < LEAST_COMMENTS:
        raise TooFewError(
            f"Proposals need {LEAST_COMMENTS} corrected comments; there are {len(texts)}. "
            "Correct more."
        )
    known = get_language(language)
    words = [" ".join(stems(text, known)) for text in texts]
    kept, left_out = _labels(words, labels)
    rows = [i for i, label in enumerate(labels) if label in kept]
    content, given = [words[i] for i in rows], np.array([labels[i] for i in rows])
    with threadpool_limits(limits=1):
        checked = _cross_validate(content, given, seed, progress or _silent)
        model = _model().fit(content, given)
    return _learned(checked, given, left_out, known, model)


def propose(
    learned: Learned, texts: Sequence[str], least: float = LEAST_PROBABILITY
) -> tuple[Proposal, ...]:
    """The most probable label of every text, (n_texts,), for a person to decide about.

    Below the probability `least` there is no proposal, nor for a text without a known word.
    Nothing is changed or stored.
    """
    if not texts:
        return ()
    words = [" ".join(stems(text, learned.language)) for text in texts]
    with threadpool_limits(limits=1):
        known = learned.model[0].transform(words).getnnz(axis=1) > 0
        best, probability = _best(learned.model, words)
    return tuple(
        Proposal(str(label) if sure and p >= least else None, float(p) if sure else 0.0)
        for label, p, sure in zip(best, probability, known, strict=True)
    )


def _labels(words: Sequence[str], labels: Sequence[str]) -> tuple[set[str], tuple[str, ...]]:
    """The labels on enough different comments, and the others."""
    different: dict[str, set[str]] = {}
    for content, label in zip(words, labels, strict=True):
        different.setdefault(label, set()).add(content)
    kept = {label for label, found in different.items() if len(found) >= LEAST_OF_A_LABEL}
    if len(kept) < LEAST_LABELS:
        raise TooFewError(
            f"Proposals need {LEAST_LABELS} labels with {LEAST_OF_A_LABEL} different comments "
            f"each; there are {len(kept)}. Correct comments of other themes too."
        )
    return kept, tuple(sorted(set(different) - kept))


def _terms(words: str) -> list[str]:
    single = words.split()
    return single + [f"{a} {b}" for a, b in pairwise(single)]


def _model() -> Pipeline:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        TfidfVectorizer(analyzer=_terms, max_features=_MAX_FEATURES, sublinear_tf=True),
        # Measured on 500 and 2,000 labelled comments: C from 0.5 to 4 differs by 0.03 at most.
        LogisticRegression(C=2.0, class_weight="balanced", max_iter=1000),
    )


def _cross_validate(words: Sequence[str], labels: Names, seed: int, progress: Progress) -> _Checked:
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    classes, counts = np.unique(labels, return_counts=True)
    commonest = np.full(len(labels), classes[counts.argmax()])
    best, probability = np.empty_like(labels), np.zeros(len(labels))
    scores, majority = np.zeros(FOLDS), np.zeros(FOLDS)
    for fold, (learnt, held) in enumerate(folds.split(words, labels, groups=words)):
        model = _model().fit([words[i] for i in learnt], labels[learnt])
        best[held], probability[held] = _best(model, [words[i] for i in held])
        for guess, figures in ((best, scores), (commonest, majority)):
            figures[fold] = f1_score(
                labels[held], guess[held], labels=classes, average="macro", zero_division=0.0
            )
        progress((fold + 1) / (FOLDS + 1))
    return _Checked(scores, majority, best, probability)


def _best(model: Pipeline, words: Sequence[str]) -> tuple[Names, Floats]:
    table = model.predict_proba(words)
    best = table.argmax(axis=1)
    return model.classes_[best], table[np.arange(len(best)), best]


def _learned(
    checked: _Checked, labels: Names, left_out: tuple[str, ...], language: Language, model: Pipeline
) -> Learned:
    mean, majority = float(checked.scores.mean()), float(checked.majority.mean())
    # The folds share most of what they learn from: the variance grows by held-back over learnt.
    spread = float(checked.scores.std(ddof=1)) * math.sqrt(1 + FOLDS / (FOLDS - 1))
    half = half_width(spread, FOLDS)
    made = checked.probability >= LEAST_PROBABILITY
    right = int((made & (checked.best == labels)).sum())
    return Learned(
        n=len(labels),
        classes=tuple(str(label) for label in model.classes_),
        left_out=left_out,
        macro_f1=mean,
        low=max(0.0, mean - half),
        high=min(1.0, mean + half),
        majority_f1=majority,
        proposed=float(made.mean()),
        right=share(right, int(made.sum()) - right) if made.any() else None,
        caveat=_caveat(mean - half, majority, left_out),
        language=language,
        model=model,
    )


def _caveat(low: float, majority: float, left_out: tuple[str, ...]) -> str | None:
    if low <= majority:
        return "Not clearly better than proposing the commonest label: do not use it yet."
    if left_out:
        return (
            f"Too few comments to learn these, so they are never proposed: {', '.join(left_out)}."
        )
    return None


def _silent(share: float) -> None:
    """Progress that nobody watches."""
