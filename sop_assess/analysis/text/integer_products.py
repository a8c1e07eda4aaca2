"""The fine tier's model with products of whole numbers: the same weights in half the time.

The file keeps its weights as bytes, but has them multiplied as floats. Here its graph is rewritten
before it is loaded. Every row is scaled to whole numbers by its own largest value, so that the
vector of a text depends on nothing but the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sop_assess.analysis.text import onnx_wire as wire
from sop_assess.analysis.text.onnx_wire import Node, node

# 63 steps either way: the sum of two products then fits in 16 bits, which is where processors
# without instructions for this would cut it off.
_STEPS = 63
_CONSTANTS = {
    "per_step": (1 / _STEPS, wire.FLOAT),
    "least": (1e-9, wire.FLOAT),
    # Cutting off what is behind the point then rounds to the nearest.
    "to_middle": (_STEPS + 1.5, wire.FLOAT),
    "middle": (_STEPS + 1, wire.UINT8),
}


def with_integer_products(model: bytes) -> bytes:
    """The ONNX model with whole-number products wherever it multiplies by weights kept as bytes.

    The products of a model without such weights stay. Raises ValueError for what is no model.
    """
    parts = [
        wire.field(wire.GRAPH, _rewritten(part.value)) if part.number == wire.GRAPH else part.raw
        for part in wire.fields(model)
    ]
    return b"".join(parts)


def _rewritten(graph: bytes) -> bytes:
    parts = list(wire.fields(graph))
    nodes = [wire.read_node(part) for part in parts if part.number == wire.NODE]
    kept = dict(wire.tensor_type(part) for part in parts if part.number == wire.INITIALIZER)
    weights = _weights(nodes, {name for name, kind in kept.items() if kind == wire.INT8})
    constants = [wire.scalar(name, *value) for name, value in _CONSTANTS.items()]
    rest = [part.raw for part in parts if part.number != wire.NODE]
    return b"".join([*(new.raw for new in _products(nodes, weights)), *rest, *constants])


def _weights(nodes: list[Node], kept_as_bytes: set[str]) -> dict[str, tuple[str, str]]:
    """By the name of a matrix, the name of its bytes and of their scale: Cast(bytes) × scale."""
    cast = {
        one.outputs[0]: one.inputs[0]
        for one in nodes
        if one.operation == "Cast" and one.inputs[0] in kept_as_bytes
    }
    return {
        one.outputs[0]: (cast[one.inputs[0]], one.inputs[1])
        for one in nodes
        if one.operation == "Mul" and one.inputs[0] in cast
    }


def _products(nodes: list[Node], weights: Mapping[str, tuple[str, str]]) -> Iterator[Node]:
    scaled: set[str] = set()
    for one in nodes:
        if one.operation != "MatMul" or one.inputs[1] not in weights:
            yield one
            continue
        rows = one.inputs[0]
        # Three products read the same rows, which are scaled once.
        if rows not in scaled:
            scaled.add(rows)
            yield from _scaled(rows)
        yield from _product(rows, *weights[one.inputs[1]], one.outputs[0])


def _scaled(rows: str) -> Iterator[Node]:
    """Rows as whole numbers from 1 to 127, and the size of a step of each row."""
    yield node("Abs", [rows], f"{rows}/size")
    yield node("ReduceMax", [f"{rows}/size"], f"{rows}/most", axes=[-1], keepdims=1)
    yield node("Max", [f"{rows}/most", "least"], f"{rows}/range")
    yield node("Mul", [f"{rows}/range", "per_step"], f"{rows}/step")
    yield node("Div", [rows, f"{rows}/step"], f"{rows}/steps")
    yield node("Add", [f"{rows}/steps", "to_middle"], f"{rows}/positive")
    yield node("Cast", [f"{rows}/positive"], f"{rows}/whole", to=wire.UINT8)


def _product(rows: str, matrix: str, scale: str, output: str) -> Iterator[Node]:
    yield node("MatMulInteger", [f"{rows}/whole", matrix, "middle"], f"{output}/whole")
    yield node("Cast", [f"{output}/whole"], f"{output}/float", to=wire.FLOAT)
    yield node("Mul", [f"{output}/float", f"{rows}/step"], f"{output}/rows")
    yield node("Mul", [f"{output}/rows", scale], output)
