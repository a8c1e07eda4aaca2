"""The trustee's key file: a round's key that the server does not hold, under a passphrase.

The browser makes the same file, so that the key is born on the trustee's device; `make` serves
the command line and tests. The server keeps the public key only.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from ..errors import InvalidError
from ..translatable import marked
from .keys import KEY_BITS, from_spki, spki

FORMAT: Final = "sop_assess trustee key 1"
PASSPHRASE_LETTERS: Final = 12
FILE_BYTES: Final = 20_000
_ROUNDS: Final = 600_000
_PARTS: Final = frozenset({"format", "name", "rounds", "salt", "iv", "spki", "key"})
_FOREIGN: Final = marked(
    "This is not a trustee's key file. Choose the file that was saved for this round."
)
_CLOSED: Final = marked(
    "The key file does not open with this passphrase. Check the spelling and the file."
)


def make(passphrase: str, name: str, *, bits: int = KEY_BITS) -> dict[str, Any]:
    """A fresh key in its file."""
    if len(_spelled(passphrase)) < PASSPHRASE_LETTERS:
        raise InvalidError("A passphrase needs at least %(least)s letters.",
                           least=PASSPHRASE_LETTERS)  # fmt: skip
    private = generate_private_key(65537, bits)
    public, salt, iv = spki(private.public_key()), secrets.token_bytes(16), secrets.token_bytes(12)
    raw = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = _cipher(passphrase, salt).encrypt(iv, raw, _bound(public))
    return {
        "format": FORMAT, "name": name, "rounds": _ROUNDS, "spki": public,
        "salt": _text(salt), "iv": _text(iv), "key": _text(sealed),
    }  # fmt: skip


def read_key_file(raw: bytes) -> dict[str, Any]:
    """An uploaded key file as data; InvalidError for any other file."""
    try:
        data = json.loads(raw) if len(raw) <= FILE_BYTES else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise InvalidError(_FOREIGN)
    return _checked(data)


def open_key_file(
    data: Mapping[str, Any], passphrase: str, *, bits: int = KEY_BITS
) -> RSAPrivateKey:
    """The private key in a key file; InvalidError for a wrong passphrase or file."""
    found = _checked(data)
    public = from_spki(found["spki"], bits)
    cipher = _cipher(passphrase, _raw(found["salt"]))
    try:
        raw = cipher.decrypt(_raw(found["iv"]), _raw(found["key"]), _bound(found["spki"]))
        private = load_der_private_key(raw, None)
    except (InvalidTag, ValueError) as error:
        raise InvalidError(_CLOSED) from error
    if not isinstance(private, RSAPrivateKey) or spki(private.public_key()) != spki(public):
        raise InvalidError(_FOREIGN)
    return private


def _checked(data: Mapping[str, Any]) -> dict[str, Any]:
    texts = _PARTS - {"rounds"}
    right = set(data) == _PARTS and all(isinstance(data[part], str) for part in texts)
    # A file that names other rounds would be weaker, or would keep the server busy.
    if not right or data["format"] != FORMAT or data["rounds"] != _ROUNDS:
        raise InvalidError(_FOREIGN)
    return dict(data)


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    derive = PBKDF2HMAC(SHA256(), 32, salt, _ROUNDS)
    return AESGCM(derive.derive(_spelled(passphrase).encode("utf-8", "surrogatepass")))


def _spelled(passphrase: str) -> str:
    # Keyboards write one letter in several ways.
    return unicodedata.normalize("NFC", passphrase)


def _bound(public: str) -> bytes:
    return f"{FORMAT} {public}".encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidError(_FOREIGN) from error
