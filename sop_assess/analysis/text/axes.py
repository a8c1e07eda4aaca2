"""The axes along which texts differ most: of dense rows, and of sparse rows of terms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sop_assess.analysis.text.embedder import Vectors

_SPARE = 10
_ROUNDS = 5


class Projection(NamedTuple):
    """Rows as seen from ``middle`` (1, d) along ``axes`` (d, dimensions)."""

    middle: Vectors
    axes: Vectors

    def of(self, rows: Vectors) -> Vectors:
        """Rows (n, d) in those dimensions, shape (n, dimensions)."""
        return np.asarray((rows - self.middle) @ self.axes, dtype=np.float32)


def principal_axes(rows: Vectors, dimensions: int) -> Projection:
    """The axes along which rows (n, d) vary most, best first, of length one.

    ``dimensions`` is at most d. Eigenvectors of the covariance: d is a few hundred, n may be
    50,000. Source: Pearson 1901, "On lines and planes of closest fit".

    >>> rows = np.array([[1.0, 5.0], [2.0, 5.1], [3.0, 4.9]], dtype=np.float32)
    >>> np.abs(principal_axes(rows, 1).of(rows)).round(1).ravel().tolist()
    [1.0, 0.0, 1.0]
    """
    middle = rows.mean(axis=0, keepdims=True)
    centred = rows - middle
    # Ascending: the last ones vary most.
    axes = np.linalg.eigh(centred.T @ centred)[1][:, : -dimensions - 1 : -1]
    return Projection(middle, np.ascontiguousarray(axes))


def singular_axes(terms: csr_matrix, rank: int, seed: int) -> Vectors:
    """The leading right singular vectors of ``terms`` (n, t), shape (t, rank), best first.

    ``rank`` is below n and t; terms without any weight give zeros. Source: Halko, Martinsson and
    Tropp 2011, "Finding structure with randomness", with five rounds of subspace iteration.

    >>> counts = csr_matrix(np.array([[3.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=np.float32))
    >>> np.abs(singular_axes(counts, 1, 1)).round(3).tolist()
    [[1.0], [0.0], [0.0]]
    """
    size = min(rank + _SPARE, *terms.shape)
    drawn = np.random.default_rng(seed).standard_normal((terms.shape[1], size), dtype=np.float32)
    basis = np.linalg.qr(terms @ drawn).Q
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(terms @ np.linalg.qr(terms.T @ basis).Q).Q
    small: NDArray[np.float32] = (terms.T @ basis).T
    axes: Vectors = np.linalg.svd(small, full_matrices=False).Vh[:rank].T
    return np.ascontiguousarray(axes)
