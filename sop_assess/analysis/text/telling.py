"""An embedder that says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sop_assess.analysis.text.embedder import Embedder, Vectors

# A model reads so many in half a second.
_TOLD_AFTER = 64


class TellingEmbedder:
    """An embedder that tells how far it is after every few texts, so that a run can be stopped.

    ``tell`` gets the share that is done of so many ``texts``; above 1 it reads names by then.

    >>> from sop_assess.analysis.text.embedder import LsaEmbedder
    >>> from sop_assess.analysis.text.languages import get_language
    >>> shares = []
    >>> telling = TellingEmbedder(LsaEmbedder(get_language("en")), 2, shares.append)
    >>> telling.fit(["late reply", "wrong price"], seed=1)
    >>> len(telling.embed(["late", "price"])), shares
    (2, [1.0])
    """

    def __init__(self, embedder: Embedder, texts: int, tell: Callable[[float], None]) -> None:
        self.tier = embedder.tier
        self._embedder, self._texts, self._tell, self._done = embedder, texts, tell, 0

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Learn from the texts of this run, where the embedder does."""
        self._embedder.fit(texts, seed=seed)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors; read from the shortest text on, as a model pads a block to its longest."""
        order = np.argsort([len(text) for text in texts], kind="stable")
        blocks = [self._embedder.embed([])] if not len(order) else []
        for start in range(0, len(order), _TOLD_AFTER):
            rows = order[start : start + _TOLD_AFTER].tolist()
            blocks.append(self._embedder.embed([texts[row] for row in rows]))
            self._done += len(rows)
            self._tell(self._done / max(self._texts, 1))
        vectors = np.concatenate(blocks)
        sorted_back = np.empty_like(vectors)
        sorted_back[order] = vectors
        return sorted_back
