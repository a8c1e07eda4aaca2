"""The fine tier: sentence vectors of all-MiniLM-L6-v2 with int8 weights, on onnxruntime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sop_assess.analysis.text.embedder import Vectors, unit_rows
from sop_assess.analysis.text.integer_products import with_integer_products
from sop_assess.analysis.text.model_files import find_model, manifest, read_model
from sop_assess.analysis.text.wordpiece import WordPiece
from sop_assess.errors import ModelError

DIMENSIONS = 384
_MOST_PIECES = 126
_START, _END = 101, 102
# Measured: 4.0 ms for a text of 16 pieces; twice or half as many pieces in a batch are slower.
_PIECES_IN_A_BATCH = 512


def is_available(folder: Path | None = None) -> bool:
    """Whether onnxruntime and the model are there; the hash is checked when it is opened."""
    return find_spec("onnxruntime") is not None and find_model("minilm", folder) is not None


class MiniLmEmbedder:
    """Sentence vectors by a small English language model; about 2 ms of CPU for a short text.

    A vector depends on its text only, and is rounded to half precision, so that one that was kept
    is the same as a fresh one. Texts are read up to 126 pieces. Raises ModelError when the model is
    missing or another file; ``is_available`` tells beforehand.
    """

    tier = "fine"

    def __init__(self, folder: Path | None = None) -> None:
        model = read_model("minilm", folder)
        self._pieces = WordPiece.from_json(read_model("tokenizer").decode())
        self._session = _session(model)

    @property
    def version(self) -> str:
        """What a stored vector depends on besides its text."""
        return f"fine-integer-{manifest()['minilm'].sha256[:16]}"

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Nothing to learn."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (texts, 384); zeros for a text without a word or sign."""
        pieces = [self._pieces.ids(text)[:_MOST_PIECES] for text in texts]
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for rows in _batches([len(p) for p in pieces]):
            vectors[rows] = self._run([pieces[row] for row in rows])
        return vectors

    def _run(self, batch: Sequence[Sequence[int]]) -> Vectors:
        longest = max(map(len, batch)) + 2
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        for row, pieces in zip(ids, batch, strict=True):
            row[: len(pieces) + 2] = [_START, *pieces, _END]
        mask = (ids != 0).astype(np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden: NDArray[np.float32] = self._session.run(None, given)[0]
        mean = unit_rows(np.einsum("bsd,bs->bd", hidden, mask.astype(np.float32)))
        return mean.astype(np.float16).astype(np.float32)


def _session(model: bytes) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise ModelError(
            "The fine tier needs onnxruntime, which is not installed. Install sop-assess[fine]."
        ) from None
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        with_integer_products(model), options, providers=["CPUExecutionProvider"]
    )


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Row numbers of texts with pieces, shortest first, so that little is padded."""
    batch: list[int] = []
    for row in np.argsort(lengths, kind="stable").tolist():
        if lengths[row] == 0:
            continue
        if batch and (len(batch) + 1) * (lengths[row] + 2) > _PIECES_IN_A_BATCH:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
