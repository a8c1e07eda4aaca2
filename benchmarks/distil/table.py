"""A table whose rows add up to what MiniLM says: ridge regression towards each word alone."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from sop_assess.analysis.text.chunks import ChunkReader
from sop_assess.analysis.text.static_table import Units
from sop_assess.analysis.text.wordpiece import tokens

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]

# How much a row may leave its word's own vector; chosen on texts held out from teaching.
_PULL = 1.0
_ROUNDS = 30
# A word is taken to be common from this share of texts on, and starts with less weight.
_COMMON = 1e-3
# Levels on each side of zero: with one scale per row the cosine with the exact row is 0.998.
_LEVELS = 15


@dataclass(frozen=True)
class Lesson:
    """Texts, what MiniLM says about them (texts, d), and MiniLM itself."""

    texts: Sequence[str]
    vectors: Floats
    embed: Embed


def frequent_pairs(texts: Sequence[str], most: int) -> list[str]:
    """Pairs of neighbouring words by the number of texts, ties in the order of the alphabet."""
    found: Counter[tuple[str, str]] = Counter()
    for text in texts:
        found.update({p for p in pairwise(tokens(text)) if p[0].isalpha() and p[1].isalpha()})
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [" ".join(pair) for pair, _ in ranked[:most]]


def taught_rows(names: Sequence[str], lesson: Lesson, *, dimensions: int) -> Floats:
    """A row for every name, shape (names, dimensions)."""
    counts = unit_counts(names, lesson.texts)
    target = lesson.vectors - lesson.vectors.mean(axis=0)
    target = target @ _main_axes(target, dimensions)[0]
    start = _alone(names, lesson, counts, dimensions)
    per_text = np.asarray(counts.sum(axis=1)).ravel()
    # Longer texts say more, but MiniLM gives every text the same length.
    even = (diags((1 / np.sqrt(np.maximum(per_text, 1))).astype(np.float32)) @ counts).tocsr()
    guess = even @ start
    start = start * np.float32((guess * target).sum() / (guess * guess).sum())
    return _ridge(even, target, start)


def unit_counts(names: Sequence[str], texts: Sequence[str]) -> csr_matrix:
    """How often each text holds each name of the table, shape (texts, names)."""
    units = Units(names)
    counts = units.counts(*ChunkReader(units.of_chunk).read(texts), len(texts))
    counts.sum_duplicates()
    return counts


def packed(names: Sequence[str], rows: Floats) -> bytes:
    """The table as it is shipped: small whole numbers, a scale per row, names line by line."""
    scales = (np.abs(rows).max(axis=1) / _LEVELS).astype(np.float16)
    safe = np.where(scales > 0, scales, 1).astype(np.float32)
    levels = np.rint(rows / safe[:, None]).astype(np.int8)
    content = io.BytesIO()
    joined = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
    np.savez_compressed(content, levels=levels, scales=scales, names=joined)
    return content.getvalue()


def _main_axes(target: Floats, dimensions: int) -> tuple[Floats, Floats]:
    """The axes (d, dimensions) that hold most of the target, and the mean of each."""
    _, axes = np.linalg.eigh((target.T @ target).astype(np.float64))
    return axes[:, ::-1][:, :dimensions].astype(np.float32), target.mean(axis=0)


def _alone(names: Sequence[str], lesson: Lesson, counts: csr_matrix, dimensions: int) -> Floats:
    """What MiniLM says about each word or piece alone, weighed down if common; pairs are zero."""
    single = [row for row, name in enumerate(names) if " " not in name]
    vectors = lesson.embed([names[row].removeprefix("##") for row in single])
    vectors = vectors - vectors.mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    target = lesson.vectors - lesson.vectors.mean(axis=0)
    share = np.asarray((counts > 0).sum(axis=0)).ravel()[single] / len(lesson.texts)
    start = np.zeros((len(names), dimensions), dtype=np.float32)
    weight = (_COMMON / (_COMMON + share)).astype(np.float32)
    start[single] = vectors @ _main_axes(target, dimensions)[0] * weight[:, None]
    return start


def _ridge(counts: csr_matrix, target: Floats, start: Floats) -> Floats:
    """Rows near ``start`` with counts @ rows near the target: conjugate gradients per column."""
    back = counts.T.tocsr()
    rows = start.copy()
    rest = back @ (target - counts @ start)
    step, size = rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(_ROUNDS):
        curved = back @ (counts @ step) + np.float32(_PULL) * step
        length = size / np.maximum((step * curved).sum(axis=0), 1e-12)
        rows += length * step
        rest -= length * curved
        size, before = (rest * rest).sum(axis=0), size
        step = rest + size / np.maximum(before, 1e-12) * step
    return rows
