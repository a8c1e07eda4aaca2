from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.text import onnx_wire as wire

NUMBERS = st.integers(1, 5_000)


@given(st.lists(st.tuples(NUMBERS, st.binary(max_size=300)), max_size=8))
def test_what_was_written_is_read(parts: list[tuple[int, bytes]]) -> None:
    message = b"".join(wire.field(number, value) for number, value in parts)
    found = list(wire.fields(message))
    assert [(field.number, field.value) for field in found] == parts
    assert b"".join(field.raw for field in found) == message


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(message: bytes) -> None:
    with suppress(ValueError):
        assert b"".join(field.raw for field in wire.fields(message)) == message


def test_a_torn_file_is_refused() -> None:
    with pytest.raises(ValueError, match="no ONNX model"):
        list(wire.fields(wire.field(wire.GRAPH, b"abc")[:-1]))


def test_an_operation_is_read_as_it_was_made() -> None:
    made = wire.node("ReduceMax", ["rows"], "most", axes=[-1], keepdims=1)
    (found,) = wire.fields(made.raw)
    assert found.number == wire.NODE
    assert wire.read_node(found) == made


@pytest.mark.parametrize("kind", [wire.FLOAT, wire.UINT8])
def test_a_constant_has_its_name_and_type(kind: int) -> None:
    (found,) = wire.fields(wire.scalar("middle", 64, kind))
    assert wire.tensor_type(found) == ("middle", kind)
