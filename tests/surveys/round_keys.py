"""Keys that tests share: making one takes up to half a second."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key


@cache
def rsa_key(name: str = "first", bits: int = 2048) -> RSAPrivateKey:
    """The key with this name; short where the length does not matter."""
    assert name
    return generate_private_key(65537, bits)
