"""The space in which comments are compared: an embedder's vectors joined with a lexical part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_assess.analysis.text.embedder import Embedder, LsaEmbedder, Vectors, unit_rows
from sop_assess.analysis.text.languages import Language
from sop_assess.analysis.text.micro import sampled_rows

if TYPE_CHECKING:
    from sklearn.decomposition import PCA

_LEXICAL_WEIGHT = 0.1
_LEXICAL_DIMENSIONS = 64
_DIMENSIONS = 128
_LEXICAL_ONLY_DIMENSIONS = 160
_BLOCK = 50_000


@dataclass(frozen=True, slots=True)
class _Join:
    """Lexical vectors beside the centred ones of an embedder, and the axes that hold most of it."""

    lexical: LsaEmbedder
    centre: Vectors
    pca: PCA | None

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Vectors, language: Language, seed: int) -> _Join:
        lexical = LsaEmbedder(language, dimensions=_LEXICAL_DIMENSIONS)
        lexical.fit(texts, seed=seed)
        plain = cls(lexical, vectors.mean(axis=0, keepdims=True), None)
        side_by_side = plain.join(texts, vectors)
        if min(side_by_side.shape) <= _DIMENSIONS:
            return plain
        from sklearn.decomposition import PCA

        pca = PCA(_DIMENSIONS, svd_solver="covariance_eigh").fit(side_by_side)
        return cls(lexical, plain.centre, pca)

    def join(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        known = vectors.any(axis=1, keepdims=True)
        lexical = np.sqrt(_LEXICAL_WEIGHT) * self.lexical.embed(texts)
        semantic = np.sqrt(1 - _LEXICAL_WEIGHT) * unit_rows((vectors - self.centre) * known)
        joined = unit_rows(np.hstack([lexical, semantic]))
        if self.pca is None:
            return joined
        return unit_rows(self.pca.transform(joined) * joined.any(axis=1, keepdims=True))


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

        Without an embedder the space is lexical; with one, its vectors weigh nine tenths and a
        lexical part one tenth. A text without a known word is a row of zeros.

        >>> from sop_assess.analysis.text.languages import get_language
        >>> space, vectors = Space.fit(
        ...     ["late reply", "reply late", "wrong price"],
        ...     language=get_language("en"), embedder=None, seed=1)
        >>> space.tier, vectors.shape, bool(vectors[0] @ space.embed(["late"])[0] > 0.5)
        ('lexical', (3, 2), True)
        """
        chosen = embedder or LsaEmbedder(language, dimensions=_LEXICAL_ONLY_DIMENSIONS)
        sample = sampled_rows(len(texts), _BLOCK, seed)
        read = [texts[row] for row in sample]
        chosen.fit(read, seed=seed)
        learnt = chosen.embed(read)
        join = None
        if not isinstance(chosen, LsaEmbedder):
            join = _Join.fit(read, learnt, language, seed)
        space = cls(chosen, join)
        if len(read) == len(texts):
            return space, space._joined(texts, learnt)
        return space, space._in_blocks(texts, dict(zip(sample.tolist(), learnt, strict=True)))

    @property
    def tier(self) -> str:
        """The tier of the embedder."""
        return self.embedder.tier

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimensions); rows of zeros where nothing is known."""
        if len(texts) > _BLOCK:
            return self._in_blocks(texts, {})
        return self._joined(texts, self.embedder.embed(texts))

    def _joined(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        return vectors if self.joined is None else self.joined.join(texts, vectors)

    def _in_blocks(self, texts: Sequence[str], learnt: Mapping[int, Vectors]) -> Vectors:
        """Vectors block by block, so that only the joined ones are held for all texts.

        ``learnt`` are vectors by row that need not be computed again.
        """
        first = self._block(texts, 0, learnt)
        result = np.empty((len(texts), first.shape[1]), dtype=np.float32)
        result[: len(first)] = first
        for start in range(_BLOCK, len(texts), _BLOCK):
            result[start : start + _BLOCK] = self._block(texts, start, learnt)
        return result

    def _block(self, texts: Sequence[str], start: int, learnt: Mapping[int, Vectors]) -> Vectors:
        block = texts[start : start + _BLOCK]
        given = [i for i in range(len(block)) if start + i in learnt]
        new = sorted(set(range(len(block))).difference(given))
        fresh = self.embedder.embed([block[i] for i in new])
        vectors = np.empty((len(block), fresh.shape[1]), dtype=np.float32)
        vectors[new] = fresh
        for i in given:
            vectors[i] = learnt[start + i]
        return self._joined(block, vectors)
