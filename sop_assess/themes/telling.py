"""An embedder that tells how far it is, so that its job can be watched and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ..analysis.text.embedder import Embedder, Vectors
from ..jobs import Progress

# About half a second of the slowest tier.
BLOCK: Final = 128
# The part of a sorting that the vectors of its comments take.
_FROM, _TO = 0.1, 0.5


class Telling:
    """The vectors of another embedder, block by block. `total` texts are expected."""

    def __init__(self, inner: Embedder, total: int, progress: Progress) -> None:
        self.tier = inner.tier
        self._inner, self._total, self._progress, self._done = inner, max(1, total), progress, 0

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Learn as the other embedder does."""
        self._inner.fit(texts, seed=seed)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimensions)."""
        if not texts:
            return self._inner.embed(texts)
        # A fast tier is called in larger blocks: every call costs it more than a text.
        block = BLOCK if self.tier == "fine" else 8 * BLOCK
        return np.vstack([self._block(texts[i : i + block]) for i in range(0, len(texts), block)])

    def _block(self, texts: Sequence[str]) -> Vectors:
        found = self._inner.embed(texts)
        self._done += len(texts)
        # Words for names are embedded after the comments: by then this share is passed.
        if self._done <= self._total:
            self._progress(_FROM + (_TO - _FROM) * self._done / self._total, "vectors")
        return found
