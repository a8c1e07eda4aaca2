"""Texts and an embedder that tell how far a sorting is, so that its job can be cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from ..analysis.text.embedder import Embedder, Vectors
from ..jobs import Progress

# About half a second of the slowest tier.
BLOCK: Final = 128
# The parts of a sorting that cleaning its comments and their vectors take.
_CLEANED, _VECTORS = 0.1, 0.5
_READ_AT_ONCE: Final = 1_000


# What people read while a step goes on. The worker speaks no language: the page translates it.
STEPS: Final[Mapping[str, LazyString]] = {
    "languages": _l("Telling the languages apart"), "clean": _l("Reading the comments"),
    "vectors": _l("Comparing the comments"), "themes": _l("Sorting the comments into themes"),
    "stability": _l("Repeating the sorting, to see how firm the themes are"),
    "names": _l("Naming the themes"), "done": _l("Writing the themes down"),
}  # fmt: skip


def worded(progress: Progress) -> Progress:
    """Progress whose steps are words for people."""
    return lambda share, step: progress(share, str(STEPS.get(step, step)))


class ToldTexts(list[str]):
    """Texts that tell how far they are read, whoever reads them; never less than before."""

    def __init__(self, texts: Iterable[str], progress: Progress, to: float, step: str) -> None:
        super().__init__(texts)
        self._progress, self._to, self._step, self._share = progress, to, step, 0.0

    def __iter__(self) -> Iterator[str]:
        for place, text in enumerate(super().__iter__()):
            if place % _READ_AT_ONCE == 0:
                self._share = max(self._share, self._to * place / len(self))
                self._progress(self._share, self._step)
            yield text


def told_texts(texts: Iterable[str], progress: Progress) -> ToldTexts:
    """Texts that are about to be sorted."""
    return ToldTexts(texts, progress, _CLEANED, "clean")


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
            share = _CLEANED + (_VECTORS - _CLEANED) * self._done / self._total
            self._progress(share, "vectors")
        return found
