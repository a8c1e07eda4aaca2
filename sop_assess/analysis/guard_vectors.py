"""Sparse vectors modulo the prime 2^61 - 1: what the release guard calculates with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PRIME: Final = 2**61 - 1
Vector = dict[int, int]


def subtract(vector: Vector, row: Mapping[int, int], times: int) -> None:
    """Take a multiple of a row away from a vector, in place.

    >>> vector = {1: 5, 2: 1}
    >>> subtract(vector, {1: 1, 2: 1}, 1)
    >>> vector
    {1: 4}
    """
    for place, value in row.items():
        left = (vector.get(place, 0) - times * value) % PRIME
        if left:
            vector[place] = left
        else:
            vector.pop(place, None)


def scaled(vector: Mapping[int, int], lead: int) -> Vector:
    """The vector with 1 at its leading place.

    >>> scaled({0: 4, 1: 8}, 0)
    {0: 1, 1: 2}
    """
    if vector[lead] == 1:
        return dict(vector)
    inverse = pow(vector[lead], -1, PRIME)
    return {place: value * inverse % PRIME for place, value in vector.items()}
