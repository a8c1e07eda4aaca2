"""The fast tier: a table with one vector per word, piece of a word and frequent pair of words."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sop_assess.analysis.text.chunks import ChunkReader, Numbers
from sop_assess.analysis.text.embedder import Vectors, unit_rows
from sop_assess.analysis.text.model_files import manifest, read_model
from sop_assess.analysis.text.wordpiece import cut, tokens

_PAIR = 1 << 32
_SEVERAL = " "


@dataclass(frozen=True)
class Table:
    """Names of the rows, words before pairs, and their vectors (rows, dimensions), float32."""

    names: tuple[str, ...]
    vectors: Vectors

    @classmethod
    def from_bytes(cls, content: bytes) -> Table:
        """From a stored table: small integers, one scale per row, names line by line."""
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            names = stored["names"].tobytes().decode().split("\n")
            vectors = stored["levels"] * stored["scales"].astype(np.float32)[:, None]
        return cls(tuple(names), vectors)


class StaticEmbedder:
    """Sums of table rows, scaled to length one; some 20 microseconds of CPU for a short text.

    The rows were taught to add up to what MiniLM says about a text, so common words weigh little.
    A word that the table does not hold is the sum of its pieces; other scripts give zeros.

    >>> table = Table(("stock", "list", "stock list", "##s"), np.eye(4, dtype=np.float32))
    >>> StaticEmbedder(table).embed(["Stock list", "lists", "Ω"]).round(1).tolist()[1:]
    [[0.0, 0.699999988079071, 0.0, 0.699999988079071], [0.0, 0.0, 0.0, 0.0]]
    """

    tier = "fast"

    def __init__(self, table: Table | None = None) -> None:
        self._table = table or shipped_table()
        self._words = Units(self._table.names)
        self._reader = ChunkReader(self._words.of_chunk)

    @property
    def version(self) -> str:
        """What a stored vector depends on besides its text."""
        return f"fast-{manifest()['table'].sha256[:16]}"

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Nothing to learn."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, dimensions); zeros for texts without a known piece."""
        counts = self._words.counts(*self._reader.read(texts), len(texts))
        return unit_rows(counts @ self._table.vectors)


class Units:
    """What the table has rows for: words, pieces and pairs, each by its row.

    >>> units = Units(["no", "stock", "##s", "no stock"])
    >>> units.of_chunk("Stocks!"), units.pairs
    ([1, 2], {1: 3})
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.rows: Mapping[str, int] = {n: i for i, n in enumerate(names) if _SEVERAL not in n}
        self.pairs = {
            self.rows[one] * _PAIR + self.rows[other]: row
            for row, name in enumerate(names)
            for one, space, other in [name.partition(_SEVERAL)]
            if space
        }
        self._columns = len(names)
        self._keys = np.array(sorted(self.pairs), dtype=np.int64)
        self._pair_rows = np.array([self.pairs[k] for k in self._keys.tolist()], dtype=np.int64)

    def of_chunk(self, chunk: str) -> list[int]:
        """Rows of the words and pieces in what stands between two spaces."""
        return [row for token in tokens(chunk) for row in cut(token, self.rows)]

    def counts(self, rows: Numbers, numbers: Numbers, texts: int) -> csr_matrix:
        """How often each text (rows) has each unit (columns); pairs count beside their words."""
        text, column = rows, numbers
        if len(self._keys) and len(rows):
            same = rows[:-1] == rows[1:]
            keys = numbers[:-1][same] * _PAIR + numbers[1:][same]
            place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            known = self._keys[place] == keys
            text = np.concatenate([rows, rows[:-1][same][known]])
            column = np.concatenate([numbers, self._pair_rows[place[known]]])
        ones: NDArray[np.float32] = np.ones(len(text), dtype=np.float32)
        return csr_matrix((ones, (text, column)), shape=(texts, self._columns))


@lru_cache(maxsize=1)
def shipped_table() -> Table:
    """The table that comes with the program; raises ModelError when it is damaged."""
    return Table.from_bytes(read_model("table"))
