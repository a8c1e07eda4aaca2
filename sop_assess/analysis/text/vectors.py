"""The space in which comments are compared: an embedder's vectors joined with a lexical part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.axes import Projection, principal_axes
from sop_assess.analysis.text.embedder import Embedder, LsaEmbedder, Vectors, unit_rows
from sop_assess.analysis.text.languages import Language
from sop_assess.analysis.text.micro import sampled_rows

_LEXICAL_WEIGHT = 0.05
_LEXICAL_DIMENSIONS = 64
_DIMENSIONS = 128
_LEXICAL_ONLY_DIMENSIONS = 160
# More texts than these teach the axes nothing new.
_LEARNT_FROM = 50_000
_BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class _Join:
    """Lexical vectors beside the centred ones of an embedder, and the axes that hold most of it."""

    lexical: LsaEmbedder
    centre: Vectors
    projection: Projection | None

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Vectors, language: Language, seed: int) -> _Join:
        lexical = LsaEmbedder(language, dimensions=_LEXICAL_DIMENSIONS)
        lexical.fit(texts, seed=seed)
        plain = cls(lexical, vectors.mean(axis=0, keepdims=True), None)
        side_by_side = plain.join(texts, vectors)
        if min(side_by_side.shape) <= _DIMENSIONS:
            return plain
        return cls(lexical, plain.centre, principal_axes(side_by_side, _DIMENSIONS))

    def join(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        semantic = unit_rows((vectors - self.centre) * vectors.any(axis=1, keepdims=True))
        lexical = self.lexical.embed(texts)
        lexical *= np.float32(_LEXICAL_WEIGHT**0.5)
        semantic *= np.float32((1 - _LEXICAL_WEIGHT) ** 0.5)
        joined = unit_rows(np.hstack([lexical, semantic]))
        if self.projection is None:
            return joined
        return unit_rows(self.projection.of(joined) * joined.any(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Space:
    """Maps texts, and the phrases that may name them, to comparable rows of length one."""

    embedder: Embedder
    joined: _Join | None = None

    @classmethod
    def fit(
        cls, texts: Sequence[str], *, language: Language, embedder: Embedder | None, seed: int
    ) -> tuple[Space, Vectors]:
        """A space learnt from the texts, and their vectors, shape (texts, at most 160), float32.

        Without an embedder the space is lexical; with one, its vectors weigh 95 % and a lexical
        part 5 %. A text without a known word is a row of zeros.

        >>> from sop_assess.analysis.text.languages import get_language
        >>> space, vectors = Space.fit(
        ...     ["late reply", "reply late", "wrong price"],
        ...     language=get_language("en"), embedder=None, seed=1)
        >>> space.tier, vectors.shape, bool(vectors[0] @ space.embed(["late"])[0] > 0.5)
        ('lexical', (3, 2), True)
        """
        chosen = embedder or LsaEmbedder(language, dimensions=_LEXICAL_ONLY_DIMENSIONS)
        rows = sampled_rows(len(texts), _LEARNT_FROM, seed)
        read = [texts[row] for row in rows]
        chosen.fit(read, seed=seed)
        learnt = chosen.embed(read)
        lexical_only = isinstance(chosen, LsaEmbedder)
        space = cls(chosen, None if lexical_only else _Join.fit(read, learnt, language, seed))
        return space, space._in_blocks(texts, rows, learnt)

    @property
    def tier(self) -> str:
        """The tier of the embedder."""
        return self.embedder.tier

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimensions); rows of zeros where nothing is known."""
        none = np.zeros(0, dtype=np.intp)
        return self._in_blocks(texts, none, np.zeros((0, 0), dtype=np.float32))

    def _in_blocks(self, texts: Sequence[str], rows: NDArray[np.intp], learnt: Vectors) -> Vectors:
        """Vectors block by block, so that only the joined ones are held for all texts.

        ``learnt`` are the embedder's vectors of ``rows``, which need not be computed again.
        """
        result: Vectors = np.zeros((len(texts), 0), dtype=np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            low, high = np.searchsorted(rows, [start, start + _BLOCK])
            vectors = self._completed(block, rows[low:high] - start, learnt[low:high])
            joined = vectors if self.joined is None else self.joined.join(block, vectors)
            if start == 0:
                result = np.empty((len(texts), joined.shape[1]), dtype=np.float32)
            result[start : start + len(block)] = joined
        return result

    def _completed(self, block: Sequence[str], rows: NDArray[np.intp], learnt: Vectors) -> Vectors:
        """The embedder's vectors of a block, of which some rows were computed before."""
        if len(rows) == len(block):
            return learnt
        new = np.setdiff1d(np.arange(len(block)), rows)
        fresh = self.embedder.embed([block[row] for row in new])
        vectors = np.empty((len(block), fresh.shape[1]), dtype=np.float32)
        vectors[new] = fresh
        if len(rows):
            vectors[rows] = learnt
        return vectors
