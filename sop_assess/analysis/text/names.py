"""Names of themes: the phrases that tell a theme from the others, as people wrote them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.languages import Language
from sop_assess.analysis.text.vectors import Space
from sop_assess.analysis.text.words import Word, runs

Stems = tuple[str, ...]
Floats = NDArray[np.float64]

_LONGEST = 3
_WORD_BONUS = 0.25
_COVERAGE = 0.03
_SHORTLIST = 40
_PARTS = 3
_KEYWORDS = 8
_PRIOR = 500.0
_LEAST_USES = 2
_LONGEST_NAME = 60
_BORROWED = 5
_NO_WORDS = "Other comments"
# Words that may open or close a phrase although alone they mean nothing: "out of date", "top up".
_EDGES = frozenset({"out", "off", "up", "down", "back", "over"})


class Naming(NamedTuple):
    """A name to read and the keywords behind it, best first."""

    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases with their length bonus, the comments of each theme, and how people write them."""

    stems: list[Stems]
    bonus: Floats
    counts: Floats
    forms: dict[Stems, str]


@dataclass(frozen=True, slots=True)
class Named:
    """What names are made from: n texts with weights and labels, and k centroids in a space."""

    texts: Sequence[str]
    weights: Floats
    labels: NDArray[np.intp]
    centroids: Floats
    space: Space
    language: Language
    hidden: frozenset[str] = frozenset()


def name_themes(named: Named) -> list[Naming]:
    """A name and keywords for every theme 0..k-1; no name is empty and no two are the same.

    Labels below 0 are left out; words in ``hidden`` (names of people) never appear. Candidates are
    phrases of one to three words in at least 3 % of a theme's comments. Score: z of the log-odds
    with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008) × (1 + 0.25 per further
    word that is no stop word) × cosine(phrase, centroid).

    >>> from sop_assess.analysis.text.languages import get_language
    >>> english = get_language("en")
    >>> texts = ["stock list wrong", "stock list old", "call me", "call now"]
    >>> space, rows = Space.fit(texts, language=english, embedder=None, seed=1)
    >>> middle = np.array([rows[:2].mean(axis=0), rows[2:].mean(axis=0)], dtype=float)
    >>> labels = np.array([0, 0, 1, 1])
    >>> [n.name for n in name_themes(Named(texts, np.ones(4), labels, middle, space, english))]
    ['Stock list', 'Call']
    """
    phrases = _collect(named)
    sizes = theme_sizes(named)
    z = log_odds(phrases.counts, sizes)
    namings = []
    for theme, centroid in enumerate(named.centroids):
        best = _shortlist(phrases, theme, z[:, theme], sizes[theme])
        forms = [phrases.forms[stems] for stems, _ in best]
        keys = _by_centroid(best, forms, named.space, centroid)
        namings.append(_naming(keys, phrases) or _borrowed(named, theme))
    return _distinct(namings)


def theme_sizes(named: Named) -> Floats:
    """Comments in every theme, duplicates counted, shape (k,)."""
    placed = named.labels >= 0
    return np.bincount(
        named.labels[placed], named.weights[placed], minlength=len(named.centroids)
    ).astype(np.float64)


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


def _collect(named: Named) -> _Phrases:
    found = [
        dict(_phrases_of(text, named.language, named.hidden)) if label >= 0 else {}
        for text, label in zip(named.texts, named.labels, strict=True)
    ]
    frequency: Counter[Stems] = Counter()
    for phrases, weight in zip(found, named.weights, strict=True):
        for stems in phrases:
            frequency[stems] += int(weight)
    kept = [stems for stems, count in frequency.items() if count >= _LEAST_USES]
    index = {stems: i for i, stems in enumerate(kept)}
    counts = np.zeros((len(kept), len(named.centroids)))
    written: dict[Stems, Counter[str]] = {stems: Counter() for stems in kept}
    for phrases, weight, label in zip(found, named.weights, named.labels, strict=True):
        for stems, form in phrases.items():
            if stems in index:
                counts[index[stems], label] += weight
                written[stems][form] += 1
    forms = {stems: uses.most_common(1)[0][0] for stems, uses in written.items()}
    bonus = np.array([_bonus(form, named.language) for form in forms.values()])
    return _Phrases(kept, bonus, counts, forms)


def _bonus(form: str, language: Language) -> float:
    """Factor for the length of a phrase; stop words in its middle do not make it longer."""
    words = [word for run in runs(form, language) for word in run]
    inner = sum(word.stop for word in words[1:-1])
    return 1 + _WORD_BONUS * max(len(words) - inner - 1, 0)


def _phrases_of(
    text: str, language: Language, hidden: frozenset[str]
) -> Iterator[tuple[Stems, str]]:
    for run in runs(text, language):
        for start, first in enumerate(run):
            for words in (run[start : start + n] for n in range(1, _LONGEST + 1)):
                form = text[first.start : words[-1].end]
                if _readable(words, text) and hidden.isdisjoint(form.lower().split()):
                    # A capital at the start of a sentence says nothing, except in German.
                    opens = start == 0 and form[1:].islower() and language.code != "de"
                    yield tuple(w.stem for w in words), form.lower() if opens else form


def _readable(words: Sequence[Word], text: str) -> bool:
    """Whether the phrase reads as one: whole words, content, no loose stop word at an end."""
    first, last = words[0], words[-1]
    if "-" in (text[first.start - 1 : first.start], text[last.end : last.end + 1]):
        return False
    several = len(words) > 1
    hyphen = text[first.end : first.end + 1] == "-"
    opens = not first.stop or (several and (first.stem in _EDGES or hyphen))
    closes = not last.stop or (several and last.stem in _EDGES)
    return opens and closes and not last.negation and any(_carries(w) for w in words)


def _carries(word: Word) -> bool:
    return not word.stop and not word.negation


def _shortlist(phrases: _Phrases, theme: int, z: Floats, size: float) -> list[tuple[Stems, float]]:
    counts = phrases.counts[:, theme]
    covered = (counts >= max(_LEAST_USES, _COVERAGE * size)) & (z > 0)
    score = np.where(covered, z * phrases.bonus, -np.inf)
    best = np.argsort(-score, kind="stable")[:_SHORTLIST]
    return [(phrases.stems[i], float(score[i])) for i in best if covered[i]]


def _by_centroid(
    best: Sequence[tuple[Stems, float]], forms: Sequence[str], space: Space, centroid: Floats
) -> list[Stems]:
    if not best:
        return []
    cosine = np.maximum(space.embed(forms) @ centroid, 0.0)
    score = cosine * np.array([score for _, score in best])
    return [best[i][0] for i in np.argsort(-score, kind="stable")]


def _naming(ranked: Sequence[Stems], phrases: _Phrases) -> Naming | None:
    """The best phrases without repeating a word, and more of them as keywords."""
    parts: list[str] = []
    keywords: list[str] = []
    used: set[str] = set()
    for stems in ranked[:_SHORTLIST]:
        if used.isdisjoint(stems) and len(keywords) < _KEYWORDS:
            used.update(stems)
            keywords.append(phrases.forms[stems])
            if len(parts) < _PARTS and len(", ".join([*parts, keywords[-1]])) <= _LONGEST_NAME:
                parts.append(keywords[-1])
    return Naming(_capital(", ".join(parts)), tuple(keywords)) if parts else None


def _borrowed(named: Named, theme: int) -> Naming:
    """The opening words of the most frequent comment, where no phrase stands out."""
    own = np.flatnonzero(named.labels == theme)
    if not len(own):
        return Naming(_NO_WORDS, ())
    text = named.texts[own[int(np.argmax(named.weights[own]))]]
    words = [w for w in text.split() if w.strip(".,;:!?").lower() not in named.hidden]
    opening = " ".join(words[:_BORROWED]).strip(" ,;:")[:_LONGEST_NAME]
    return Naming(_capital(opening) or _NO_WORDS, ())


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _distinct(namings: Sequence[Naming]) -> list[Naming]:
    """The namings with a number behind a name that was used before."""
    used: Counter[str] = Counter()
    result = []
    for naming in namings:
        used[naming.name] += 1
        times = used[naming.name]
        result.append(naming._replace(name=f"{naming.name} ({times})") if times > 1 else naming)
    return result
