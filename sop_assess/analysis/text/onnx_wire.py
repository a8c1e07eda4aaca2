"""The little of the ONNX file format that rewriting a graph needs, instead of a library for it.

An ONNX file is a protocol buffer (onnx.proto): messages of numbered fields, each a number or bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

GRAPH = 7
NODE, INITIALIZER = 1, 5
FLOAT, UINT8, INT8 = 1, 2, 3

_INPUT, _OUTPUT, _OPERATION, _ATTRIBUTE = 1, 2, 4, 5
_NAME, _INT, _INTS, _TYPE = 1, 3, 8, 20
_TYPE_INT, _TYPE_INTS = 2, 7
_ELEMENT_TYPE, _TENSOR_NAME, _RAW_DATA = 2, 8, 9
_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}


class Field(NamedTuple):
    """One field of a message: its number, its value, and the bytes of both as the file has them."""

    number: int
    value: bytes
    raw: bytes


class Node(NamedTuple):
    """One operation: what it reads and writes by name, and its bytes as a field of the graph."""

    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    raw: bytes


def fields(message: bytes) -> Iterator[Field]:
    """The fields of a message in order; of a number, the value is its bytes. ValueError if torn.

    >>> [(field.number, field.value) for field in fields(b"\\x0a\\x02ab\\x10\\x07")]
    [(1, b'ab'), (2, b'\\x07')]
    """
    at = 0
    while at < len(message):
        start = at
        key, at = _number(message, at)
        value = at
        if key & 7 == _BYTES:
            length, value = _number(message, at)
            at = value + length
        elif key & 7 == _VARINT:
            _, at = _number(message, at)
        else:
            at += _FIXED.get(key & 7, len(message))
        if at > len(message):
            raise ValueError("The file is no ONNX model, or not all of one.")
        yield Field(key >> 3, message[value:at], message[start:at])


def field(number: int, value: bytes) -> bytes:
    """A field that holds bytes: a text, a message or raw data.

    >>> field(1, b"ab")
    b'\\n\\x02ab'
    """
    return _key(number, _BYTES) + _varint(len(value)) + value


def read_node(found: Field) -> Node:
    """The operation that a field of a graph holds."""
    inputs, outputs, operation = [], [], ""
    for part in fields(found.value):
        if part.number == _INPUT:
            inputs.append(part.value.decode())
        elif part.number == _OUTPUT:
            outputs.append(part.value.decode())
        elif part.number == _OPERATION:
            operation = part.value.decode()
    return Node(operation, tuple(inputs), tuple(outputs), found.raw)


def node(operation: str, inputs: Sequence[str], output: str, **attributes: int | list[int]) -> Node:
    """A new operation with one output; attributes are whole numbers or lists of them."""
    parts = [field(_INPUT, name.encode()) for name in inputs]
    parts += [field(_OUTPUT, output.encode()), field(_OPERATION, operation.encode())]
    parts += [field(_ATTRIBUTE, _attribute(name, value)) for name, value in attributes.items()]
    return Node(operation, tuple(inputs), (output,), field(NODE, b"".join(parts)))


def scalar(name: str, value: float, element_type: int) -> bytes:
    """A constant of the graph, FLOAT or UINT8, as a field of it."""
    raw = struct.pack("<f", value) if element_type == FLOAT else bytes([int(value)])
    kept = [_count(_ELEMENT_TYPE, element_type), field(_TENSOR_NAME, name.encode())]
    return field(INITIALIZER, b"".join([*kept, field(_RAW_DATA, raw)]))


def tensor_type(found: Field) -> tuple[str, int]:
    """Name and element type of a constant."""
    name, element_type = "", 0
    for part in fields(found.value):
        if part.number == _TENSOR_NAME:
            name = part.value.decode()
        elif part.number == _ELEMENT_TYPE:
            element_type = _number(part.value, 0)[0]
    return name, element_type


def _attribute(name: str, value: int | list[int]) -> bytes:
    parts = [field(_NAME, name.encode())]
    if isinstance(value, int):
        parts += [_count(_INT, value), _count(_TYPE, _TYPE_INT)]
    else:
        parts += [*(_count(_INTS, one) for one in value), _count(_TYPE, _TYPE_INTS)]
    return b"".join(parts)


def _count(number: int, value: int) -> bytes:
    return _key(number, _VARINT) + _varint(value)


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _varint(value: int) -> bytes:
    # Negative numbers count as 64 bits.
    value, found = value & (1 << 64) - 1, bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _number(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        value |= (message[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not message[at - 1] & 0x80:
            return value, at
    raise ValueError("The file is no ONNX model, or not all of one.")
