"""The space in which comments are compared: an embedder's vectors joined with a lexical part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_assess.analysis.text.embedder import Embedder, LsaEmbedder, Vectors, unit_rows
from sop_assess.analysis.text.languages import Language

if TYPE_CHECKING:
    from sklearn.decomposition import PCA

_LEXICAL_WEIGHT = 0.1
_LEXICAL_DIMENSIONS = 64
_DIMENSIONS = 128
_LEXICAL_ONLY_DIMENSIONS = 160


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

        pca = PCA(_DIMENSIONS, svd_solver="randomized", random_state=seed).fit(side_by_side)
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
        chosen.fit(texts, seed=seed)
        vectors = chosen.embed(texts)
        if isinstance(chosen, LsaEmbedder):
            return cls(chosen), vectors
        join = _Join.fit(texts, vectors, language, seed)
        return cls(chosen, join), join.join(texts, vectors)

    @property
    def tier(self) -> str:
        """The tier of the embedder."""
        return self.embedder.tier

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimensions); rows of zeros where nothing is known."""
        vectors = self.embedder.embed(texts)
        return vectors if self.joined is None else self.joined.join(texts, vectors)
