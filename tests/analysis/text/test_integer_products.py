from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from sop_assess.analysis.text import onnx_wire as wire
from sop_assess.analysis.text.integer_products import with_integer_products
from sop_assess.analysis.text.minilm import MiniLmEmbedder
from sop_assess.analysis.text.model_files import read_model
from tests.analysis.text.comments import comments

TEXTS = [*comments(60)[0], "late", "a " * 200, "Ünïcode – “quotes” & 12 %"]


@pytest.fixture(scope="module")
def model() -> bytes:
    return read_model("minilm")


@pytest.fixture(scope="module")
def fine() -> MiniLmEmbedder:
    return MiniLmEmbedder()


def _operations(model: bytes) -> list[str]:
    (graph,) = [part for part in wire.fields(model) if part.number == wire.GRAPH]
    return [wire.read_node(part).operation for part in wire.fields(graph.value)
            if part.number == wire.NODE]  # fmt: skip


def _as_floats(model: bytes, texts: Sequence[str]) -> Any:
    import onnxruntime

    plain = MiniLmEmbedder()
    plain._session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return plain.embed(texts)


def test_every_product_with_weights_is_of_whole_numbers(model: bytes) -> None:
    """Six layers with six of them each; the twelve of attention have no weights."""
    before, after = _operations(model), _operations(with_integer_products(model))
    assert before.count("MatMul") == 48
    assert after.count("MatMul") == 12
    assert after.count("MatMulInteger") == 36


def test_vectors_mean_the_same_as_with_floats(model: bytes, fine: MiniLmEmbedder) -> None:
    cosine = (fine.embed(TEXTS) * _as_floats(model, TEXTS)).sum(axis=1)
    assert cosine.min() > 0.95
    assert np.median(cosine) > 0.985


def test_a_vector_depends_on_its_text_alone(fine: MiniLmEmbedder) -> None:
    alone = np.vstack([fine.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(fine.embed(TEXTS), alone, atol=2e-3)


def test_a_model_without_weights_as_bytes_keeps_its_products() -> None:
    plain = wire.field(wire.GRAPH, wire.node("MatMul", ["a", "b"], "c").raw)
    assert _operations(with_integer_products(plain)) == ["MatMul"]
