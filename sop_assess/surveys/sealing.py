"""Sealed answers: padded to a bucket and encrypted to the round's key. Pure apart from chance."""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from ..errors import InvalidError, TooLargeError
from ..translatable import marked

BUCKETS: Final = (4 << 10, 16 << 10, 64 << 10, 256 << 10)
KEY_BYTES: Final = 384
_NONCE: Final = 12
_TAG: Final = 16
_LENGTH: Final = 4
_OAEP: Final = OAEP(MGF1(SHA256()), SHA256(), None)
_CLOSED: Final = marked(
    "A sealed ballot does not open with this round's key. It is set aside and counted."
)


def associated(round_key: str, nullifier: str) -> bytes:
    """What a box is bound to: it opens for no other round and no other ballot."""
    return f"sop_assess box {round_key} {nullifier}".encode()


def sizes(key_bytes: int = KEY_BYTES) -> frozenset[int]:
    """The lengths that a box can have."""
    return frozenset(key_bytes + _NONCE + bucket + _TAG for bucket in BUCKETS)


def seal(public: RSAPublicKey, content: bytes, associated: bytes) -> bytes:
    """A box whose length tells the bucket only."""
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, _padded(content), associated)
    return public.encrypt(key, _OAEP) + nonce + sealed


def unseal(private: RSAPrivateKey, box: bytes, associated: bytes) -> bytes:
    """The content of a box; InvalidError when it does not open."""
    start = private.key_size // 8
    if len(box) not in sizes(start):
        raise InvalidError(_CLOSED)
    nonce, sealed = box[start : start + _NONCE], box[start + _NONCE :]
    try:
        key = private.decrypt(box[:start], _OAEP)
        return _unpadded(AESGCM(key).decrypt(nonce, sealed, associated))
    except (ValueError, InvalidTag) as error:
        raise InvalidError(_CLOSED) from error


def _padded(content: bytes) -> bytes:
    needed = _LENGTH + len(content)
    bucket = next((size for size in BUCKETS if size >= needed), None)
    if bucket is None:
        raise TooLargeError("These answers are longer than 256 KiB. Shorten your comments.")
    return len(content).to_bytes(_LENGTH) + content + bytes(bucket - needed)


def _unpadded(padded: bytes) -> bytes:
    end = _LENGTH + int.from_bytes(padded[:_LENGTH])
    if end > len(padded) or any(padded[end:]):
        raise InvalidError(_CLOSED)
    return padded[_LENGTH:end]
