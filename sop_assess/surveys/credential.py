"""The right to send one ballot: random, unlinked to any code, checkable without a list. Pure.

A credential is 16 random bytes, the place of the unit in the round's list, and a MAC over both
with a key of this round. Nobody stores it, so no table joins an invitation with a ballot.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..errors import ForbiddenError

NONCE_BYTES: Final = 16
_UNIT_BYTES: Final = 2
_MAC_BYTES: Final = 16
_LENGTH: Final = NONCE_BYTES + _UNIT_BYTES + _MAC_BYTES
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def round_secret(secret_key: str, round_key: str) -> bytes:
    """The key of one round, derived from the installation's secret."""
    derive = HKDF(SHA256(), 32, salt=None, info=b"sop_assess ballot " + round_key.encode())
    return derive.derive(secret_key.encode())


def issue(secret: bytes, unit: int, nonce: bytes) -> str:
    """A credential for the unit with this number; 0 stands for no unit."""
    body = nonce + unit.to_bytes(_UNIT_BYTES, "big")
    return base64.urlsafe_b64encode(body + _mac(secret, body)).rstrip(b"=").decode()


def unit_of(secret: bytes, credential: str) -> int:
    """The number of the unit in a credential of ours; ForbiddenError for any other text."""
    try:
        # b64decode alone skips foreign characters, and then two texts would mean one credential.
        raw = base64.b64decode(credential + "=" * (-len(credential) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    body, mac = raw[: NONCE_BYTES + _UNIT_BYTES], raw[NONCE_BYTES + _UNIT_BYTES :]
    if len(raw) != _LENGTH or not hmac.compare_digest(mac, _mac(secret, body)):
        raise ForbiddenError("This page has no right to send answers. Open your link again.")
    return int.from_bytes(body[NONCE_BYTES:], "big")


def nullifier(credential: str) -> str:
    """What the ballot box keeps in place of the credential."""
    raw = base64.urlsafe_b64decode(credential + "=" * (-len(credential) % 4))
    return hashlib.sha256(raw).hexdigest()


def receipt_code(mark: str, content_hash: str) -> str:
    """The code that a sent ballot gets: the same for the same ballot, telling nothing about it."""
    digest = hashlib.sha256(f"receipt {mark} {content_hash}".encode()).digest()
    return grouped(crockford(int.from_bytes(digest[:13], "big") >> 4, 20))


def crockford(number: int, length: int) -> str:
    """The lowest bits of a number in letters that are hard to mistake.

    >>> crockford(31, 2)
    '0Z'
    """
    return "".join(_CROCKFORD[number >> 5 * place & 31] for place in reversed(range(length)))


def grouped(text: str) -> str:
    """Groups of four with hyphens.

    >>> grouped("ABCD1234")
    'ABCD-1234'
    """
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.new(secret, body, hashlib.sha256).digest()[:_MAC_BYTES]
