"""TF-IDF of stems and pairs of neighbouring stems, computed on numbers instead of strings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sop_assess.analysis.text.chunks import ChunkReader, Numbers
from sop_assess.analysis.text.languages import Language
from sop_assess.analysis.text.words import stems

_MOST_TERMS = 50_000
_PAIR = 1 << 31


class StemTfidf:
    """Weights of terms: 1 + ln(count), times a smoothed ln of rarity, in rows of length one.

    A term is a stem or a pair of stems that follow each other once stop words are gone. The same
    as scikit-learn's TfidfVectorizer with sublinear counts, in a tenth of the time.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> tfidf = StemTfidf(get_language("en"))
    >>> tfidf.fit(["stock list", "stock lists", "late"], least=2)
    >>> tfidf.terms, tfidf.transform(["the list", "zebra"]).toarray().tolist()
    (['list', 'stock', 'stock list'], [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.terms: list[str] = []
        self._stems: dict[str, int] = {}
        self._reader = ChunkReader(self._numbers)
        self._keys: Numbers = np.zeros(0, dtype=np.int64)
        self._columns: Numbers = np.zeros(0, dtype=np.int64)
        self._rarity: NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def fit(self, texts: Sequence[str], *, least: int) -> None:
        """Learn the terms that at least ``least`` texts use, at most 50,000 of the most used."""
        rows, keys = self._read(texts)
        every, place = np.unique(keys, return_inverse=True)
        used = np.bincount(place, minlength=len(every))
        once = np.unique(place * len(texts) + rows) // max(len(texts), 1)
        texts_with = np.bincount(once, minlength=len(every))
        kept = np.flatnonzero(texts_with >= least)
        kept = np.sort(kept[np.argsort(-used[kept], kind="stable")[:_MOST_TERMS]])
        self._keys = every[kept]
        self._name_terms()
        rarity = np.log((1 + len(texts)) / (1 + texts_with[kept])) + 1
        self._rarity = np.empty(len(kept), dtype=np.float32)
        self._rarity[self._columns] = rarity

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Weights of shape (texts, terms), float32; a row without a known term is empty."""
        rows, keys = self._read(texts)
        shape = (len(texts), len(self._keys))
        if not len(self._keys):
            return csr_matrix(shape, dtype=np.float32)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[place] == keys
        columns = self._columns[place[known]]
        ones = np.ones(len(columns), dtype=np.float32)
        counts = csr_matrix((ones, (rows[known], columns)), shape=shape)
        counts.sum_duplicates()
        counts.data = (np.log(counts.data) + 1) * self._rarity[counts.indices]
        length = np.sqrt(counts.multiply(counts).sum(axis=1)).A1
        counts.data /= np.repeat(length, np.diff(counts.indptr)).astype(np.float32)
        return counts

    def _name_terms(self) -> None:
        """Columns in the order of the alphabet: the same texts in any order give the same."""
        names = list(self._stems)
        terms = [
            names[key] if key < _PAIR else f"{names[key // _PAIR - 1]} {names[key % _PAIR]}"
            for key in self._keys.tolist()
        ]
        order = sorted(range(len(terms)), key=terms.__getitem__)
        self.terms = [terms[i] for i in order]
        self._columns = np.empty(len(order), dtype=np.int64)
        self._columns[order] = np.arange(len(order))

    def _read(self, texts: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Rows and keys of all stems and of all pairs within a text."""
        rows, numbers = self._reader.read(texts)
        same = rows[:-1] == rows[1:]
        pairs = (numbers[:-1][same] + 1) * _PAIR + numbers[1:][same]
        return np.concatenate([rows, rows[:-1][same]]), np.concatenate([numbers, pairs])

    def _numbers(self, chunk: str) -> list[int]:
        known = self._stems
        return [known.setdefault(stem, len(known)) for stem in stems(chunk, self.language)]
