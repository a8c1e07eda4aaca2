"""Keys that tests share: making one takes up to half a second."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from sop_assess.surveys.keys import KEY_BITS


@cache
def rsa_key(name: str = "first", bits: int = 2048) -> RSAPrivateKey:
    """The key with this name; short where the length does not matter."""
    assert name
    return generate_private_key(65537, bits)


def few_keys(count: int) -> list[RSAPrivateKey]:
    """So many different keys of the length that rounds have."""
    names = ("first", "second", "third", *map(str, range(4, count + 1)))
    return [rsa_key(name, KEY_BITS) for name in names[:count]]
