"""Texts as numbers: what stands between two spaces is cut once and remembered."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Cut = Callable[[str], Sequence[int]]
Numbers = NDArray[np.int64]


class Reading(NamedTuple):
    """Numbers in reading order and, beside each, the row of the text that it stands in."""

    rows: Numbers
    numbers: Numbers


class ChunkReader:
    """Reads texts through a function that turns one chunk without spaces into numbers.

    Reading costs a look-up per chunk, however dear the function is.

    >>> reader = ChunkReader(lambda chunk: [len(part) for part in chunk.split("-")])
    >>> reader.read(["to-do list", "", "to-do"])
    Reading(rows=array([0, 0, 0, 2, 2]), numbers=array([2, 2, 4, 2, 2]))
    """

    def __init__(self, cut: Cut) -> None:
        self._places = _Places(cut)

    def read(self, texts: Sequence[str]) -> Reading:
        """All numbers of the texts; a text of spaces only has none."""
        places = self._places
        chunks = [text.split() for text in texts]
        flat = np.array([places[c] for line in chunks for c in line], dtype=np.int64)
        return self._expand(np.repeat(np.arange(len(texts)), list(map(len, chunks))), flat)

    def _expand(self, rows: Numbers, flat: Numbers) -> Reading:
        starts = np.array(self._places.starts, dtype=np.int64)
        numbers = np.array(self._places.numbers, dtype=np.int64)
        first, count = starts[flat], starts[flat + 1] - starts[flat]
        before = np.cumsum(count) - count
        within = np.arange(int(count.sum())) - np.repeat(before, count)
        return Reading(np.repeat(rows, count), numbers[np.repeat(first, count) + within])


class _Places(dict[str, int]):
    """The place of every chunk; one asked for the first time is cut and gets the next place."""

    def __init__(self, cut: Cut) -> None:
        super().__init__()
        self.starts = array("q", [0])
        self.numbers = array("q")
        self._cut = cut

    def __missing__(self, chunk: str) -> int:
        place = self[chunk] = len(self.starts) - 1
        self.numbers.extend(self._cut(chunk))
        self.starts.append(len(self.numbers))
        return place
