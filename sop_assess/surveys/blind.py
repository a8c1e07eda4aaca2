"""Blind ballots: RSABSSA-SHA384-PSS-Randomized of RFC 9474. Pure apart from chance.

The library has no raw RSA, so the private operation is ours: CRT with base blinding, and a check
of the result before it leaves. Redemption is the library's own PSS verification.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA384

from ..errors import InvalidError
from ..translatable import marked

SALT_BYTES: Final = 48
PREFIX_BYTES: Final = 32
NONCE_BYTES: Final = 32
_CONTEXT_BYTES: Final = 32
_HASH_BYTES: Final = 48
PREPARED_BYTES: Final = PREFIX_BYTES + NONCE_BYTES + _CONTEXT_BYTES
_REFUSED: Final = marked("This ballot request is damaged. Open your link again and press Start.")


@dataclass(frozen=True)
class Blinded:
    """What goes to the signer, and the secret that takes the blinding off again."""

    blinded: bytes
    inverse: int


def context(round_key: str, unit: int) -> bytes:
    """What ties a ballot to one round and one reporting unit."""
    return hashlib.sha256(f"sop_assess ballot {round_key} {unit}".encode()).digest()


def message(nonce: bytes, round_key: str, unit: int) -> bytes:
    """The message of one ballot: 32 random bytes and the context."""
    if len(nonce) != NONCE_BYTES:
        raise InvalidError(_REFUSED)
    return nonce + context(round_key, unit)


def prepare(message: bytes, prefix: bytes) -> bytes:
    """The randomized message: 32 further random bytes first."""
    if len(prefix) != PREFIX_BYTES:
        raise InvalidError(_REFUSED)
    return prefix + message


def matches(prepared: bytes, round_key: str, unit: int) -> bool:
    """Whether a prepared message has the length and context of this round and unit."""
    found = prepared[PREFIX_BYTES + NONCE_BYTES :]
    right = hmac.compare_digest(found, context(round_key, unit))
    return right and len(prepared) == PREPARED_BYTES


def blind(
    public: RSAPublicKey, prepared: bytes, *, salt: bytes | None = None, r: int | None = None
) -> Blinded:
    """Hide a prepared message; salt and blinding factor are chance unless a test gives them."""
    n, e = public.public_numbers().n, public.public_numbers().e
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    hidden = int.from_bytes(encode(prepared, n.bit_length() - 1, salt))
    if math.gcd(hidden, n) != 1:
        raise InvalidError(_REFUSED)
    r = 1 + secrets.randbelow(n - 1) if r is None else r
    blinded = hidden * pow(r, e, n) % n
    return Blinded(blinded.to_bytes(_length(n)), pow(r, -1, n))


def blind_sign(private: RSAPrivateKey, blinded: bytes) -> bytes:
    """The private operation on a blinded message; InvalidError for anything out of range."""
    numbers = private.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    value = int.from_bytes(blinded)
    if len(blinded) != _length(n) or not 2 <= value <= n - 2:
        raise InvalidError(_REFUSED)
    # The exponentiation takes a time that depends on its base, so its base is chance.
    factor = 2 + secrets.randbelow(n - 3)
    signed = _root(numbers, value * pow(factor, e, n) % n) * pow(factor, -1, n) % n
    if pow(signed, e, n) != value:
        # A faulty CRT half would give the key away.
        raise RuntimeError("The signer computed a wrong signature.")
    return signed.to_bytes(_length(n))


def finalize(
    public: RSAPublicKey,
    prepared: bytes,
    blind_signature: bytes,
    inverse: int,
    *,
    salt_bytes: int = SALT_BYTES,
) -> bytes:
    """The signature of the prepared message; InvalidError when it does not verify."""
    n = public.public_numbers().n
    if len(blind_signature) != _length(n):
        raise InvalidError(_REFUSED)
    signature = (int.from_bytes(blind_signature) * inverse % n).to_bytes(_length(n))
    if not verify(public, prepared, signature, salt_bytes=salt_bytes):
        raise InvalidError(_REFUSED)
    return signature


def verify(
    public: RSAPublicKey, prepared: bytes, signature: bytes, *, salt_bytes: int = SALT_BYTES
) -> bool:
    """Whether this key signed the prepared message."""
    try:
        public.verify(signature, prepared, PSS(MGF1(SHA384()), salt_bytes), SHA384())
    except InvalidSignature:
        return False
    return True


def encode(prepared: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017 with SHA-384."""
    length = (bits + 7) // 8
    hashed = hashlib.sha384(bytes(8) + hashlib.sha384(prepared).digest() + salt).digest()
    block = bytes(length - len(salt) - _HASH_BYTES - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mask(hashed, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + hashed + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    blocks = range(-(-length // _HASH_BYTES))
    return b"".join(hashlib.sha384(seed + n.to_bytes(4)).digest() for n in blocks)[:length]


def _root(numbers: RSAPrivateNumbers, value: int) -> int:
    p, q = numbers.p, numbers.q
    half = pow(value, numbers.dmq1, q)
    return half + q * (numbers.iqmp * (pow(value, numbers.dmp1, p) - half) % p)


def _length(n: int) -> int:
    return (n.bit_length() + 7) // 8
