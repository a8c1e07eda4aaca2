"""Attacks on sealed ballots: can a box be read, with or without the keys in hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from .evidence import Evidence
from .snapshots import Dump

_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----", re.S)
_TRIES = 3


def readable(evidence: Evidence) -> dict[str, str]:
    """What an answer says stands in a box as it is kept."""
    layout = evidence.layout
    contents: dict[str, bytes] = {}
    for row in evidence.rows(layout.tokens):
        found = b" ".join(value for _, value in row.values if isinstance(value, bytes))
        contents.setdefault(str(row[layout.token_key]), found)
    return _told(evidence, contents)


def opened(evidence: Evidence) -> dict[str, str]:
    """What an answer says stands in a box that a private key from anywhere opens."""
    layout = evidence.layout
    rows = [row for row in evidence.rows(layout.tokens) if row.has("box") and row["box"]]
    for key in private_keys(evidence):
        if any(_content(key, evidence, row["box"], row[layout.token_key]) for row in rows[:_TRIES]):
            return _told(evidence, {
                row[layout.token_key]: _content(key, evidence, row["box"], row[layout.token_key])
                for row in rows
            })  # fmt: skip
    return {}


def private_keys(evidence: Evidence) -> Iterator[RSAPrivateKey]:
    """Every RSA key among the secrets, in the files of the stores and in their rows."""
    places = list(evidence.secrets.values())
    for copy in evidence.snapshots[-1].copies.values():
        if isinstance(copy, Dump):
            places.append(repr([row.values for row in copy.found]).encode())
        else:
            places.extend(content for _, content in copy.files)
    for pem in dict.fromkeys(found for place in places for found in _PEM.findall(place)):
        key = load_pem_private_key(pem.replace(b"\\n", b"\n"), None)
        if isinstance(key, RSAPrivateKey):
            yield key


def _content(key: RSAPrivateKey, evidence: Evidence, box: bytes, token: str) -> bytes:
    start = key.key_size // 8
    wrapped, nonce, sealed = box[:start], box[start : start + 12], box[start + 12 :]
    known = f"sop_assess box {evidence.layout.round_key} {token}".encode()
    try:
        inner = key.decrypt(wrapped, OAEP(MGF1(SHA256()), SHA256(), None))
        return AESGCM(inner).decrypt(nonce, sealed, known)
    except (ValueError, InvalidTag):
        return b""


def _told(evidence: Evidence, contents: dict[str, bytes]) -> dict[str, str]:
    layout, found = evidence.layout, {}
    for answer in evidence.answers():
        words = layout.telling(answer)
        for token, content in contents.items():
            if words and words in content:
                found[token] = str(answer[layout.answer_key])
    return found
