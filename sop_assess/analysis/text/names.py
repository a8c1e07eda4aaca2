"""Names of themes: the phrases that tell a theme from the others, as people wrote them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.phrases import Floats, Phrases, Stems

_COVERAGE = 0.03
_SHORTLIST = 40
_PARTS = 3
_KEYWORDS = 8
_PRIOR = 500.0
_LEAST_USES = 2
_LONGEST_NAME = 60
_BORROWED = 5
_NO_WORDS = "Other comments"


class Naming(NamedTuple):
    """A name to read and the keywords behind it, best first."""

    name: str
    keywords: tuple[str, ...]


def name_groups(
    phrases: Phrases, group_of_piece: NDArray[np.intp], centroids: Floats
) -> list[Naming | None]:
    """A name and keywords for every group 0..k-1, None where no phrase stands out.

    ``group_of_piece`` (pieces,) is below 0 for a piece in no group, ``centroids`` (k, d) are the
    groups' mean vectors. Candidates are phrases in at least 3 % of a group's
    comments. Score: z of the log-odds with an informative Dirichlet prior (Monroe, Colaresi and
    Quinn 2008) × (1 + 0.25 per further word that is no stop word) × cosine(phrase, centroid).

    >>> from sop_assess.analysis.text.languages import get_language
    >>> from sop_assess.analysis.text.phrases import collect
    >>> from sop_assess.analysis.text.vectors import Space
    >>> english = get_language("en")
    >>> texts = ["stock list wrong", "stock list old", "call me", "call now"]
    >>> space, rows = Space.fit(texts, language=english, embedder=None, seed=1)
    >>> two = np.array([0, 0, 1, 1])
    >>> middle = np.array([rows[:2].mean(axis=0), rows[2:].mean(axis=0)], dtype=float)
    >>> found = collect(texts, np.ones(4), two, middle, space=space, language=english)
    >>> [n.name for n in name_groups(found, np.array([0, 1]), middle)]
    ['Stock list', 'Call']
    """
    counts = phrases.by_group(group_of_piece, len(centroids))
    sizes = phrases.read_by_group(group_of_piece, len(centroids))
    z = log_odds(counts, sizes)
    found = []
    for group, centroid in enumerate(centroids):
        covered = counts[:, group] >= max(_LEAST_USES, _COVERAGE * sizes[group])
        score = np.where(covered & (z[:, group] > 0), z[:, group] * phrases.bonus, -np.inf)
        best = np.argsort(-score, kind="stable")[:_SHORTLIST]
        best = best[np.isfinite(score[best])]
        cosine = np.maximum(phrases.vectors[best] @ centroid, 0.0)
        ranked = best[np.argsort(-cosine * score[best], kind="stable")]
        found.append(_naming([(phrases.stems[i], phrases.forms[i]) for i in ranked]))
    return found


def log_odds(counts: Floats, sizes: Floats) -> Floats:
    """z of each phrase's log-odds in a theme against all others, shape (phrases, themes).

    ``counts`` (phrases, themes) are comments with the phrase, ``sizes`` (themes,) all comments.
    The prior has the weight of at most 500 comments with everybody's frequencies.

    >>> log_odds(np.array([[9.0, 1.0]]), np.array([10.0, 10.0])).round(1).tolist()
    [[4.2, -4.2]]
    """
    total, everyone = counts.sum(axis=1, keepdims=True), sizes.sum()
    strength = min(_PRIOR, 0.1 * everyone)
    prior = strength * (total + 0.5) / (everyone + 1)
    inside = counts + prior
    outside = total - counts + prior
    rest = np.maximum(sizes + strength - inside, 0.5)
    other_rest = np.maximum(everyone - sizes + strength - outside, 0.5)
    difference = np.log(inside / rest) - np.log(outside / other_rest)
    z: Floats = difference / np.sqrt(1 / inside + 1 / outside)
    return z


def borrowed(text: str, hidden: frozenset[str] = frozenset()) -> Naming:
    """The opening words of a comment without those in ``hidden``, where no phrase stands out.

    >>> borrowed("call me back about it, today").name, borrowed("").name
    ('Call me back about it', 'Other comments')
    """
    words = [w for w in text.split() if w.strip(".,;:!?").lower() not in hidden]
    opening = " ".join(words[:_BORROWED]).strip(" ,;:.")[:_LONGEST_NAME]
    return Naming(_capital(opening) or _NO_WORDS, ())


def distinct(namings: Sequence[Naming], taken: Sequence[str] = ()) -> list[Naming]:
    """The namings with a number behind a name that was used before.

    >>> [n.name for n in distinct([Naming("Stock", ()), Naming("Stock", ())], ["Stock"])]
    ['Stock (2)', 'Stock (3)']
    """
    used: Counter[str] = Counter(taken)
    result = []
    for naming in namings:
        used[naming.name] += 1
        times = used[naming.name]
        result.append(naming._replace(name=f"{naming.name} ({times})") if times > 1 else naming)
    return result


def _naming(ranked: Sequence[tuple[Stems, str]]) -> Naming | None:
    """The best phrases without repeating a word, and more of them as keywords."""
    parts: list[str] = []
    keywords: list[str] = []
    used: set[str] = set()
    for stems, form in ranked:
        if used.isdisjoint(stems) and len(keywords) < _KEYWORDS:
            used.update(stems)
            keywords.append(form)
            if len(parts) < _PARTS and len(", ".join([*parts, form])) <= _LONGEST_NAME:
                parts.append(form)
    return Naming(_capital(", ".join(parts)), tuple(keywords)) if parts else None


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
