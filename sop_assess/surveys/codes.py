"""The codes on cards: how they are written, typed and kept. Pure apart from chance."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from .credential import crockford, grouped

CODE_LENGTH: Final = 12
_MISTAKEN: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """Sixty random bits as twelve characters in groups of four."""
    return grouped(crockford(secrets.randbits(5 * CODE_LENGTH), CODE_LENGTH))


def typed(text: str) -> str:
    """A code as typed, in one spelling; O is read as 0, I and L as 1.

    >>> typed(" err4 f2p3-nqo6 ")
    'ERR4F2P3NQ06'
    """
    return "".join(text.split()).upper().translate(_MISTAKEN)[:40]


def code_hash(round_key: str, text: str) -> str:
    """What the identity store keeps of a code."""
    return hashlib.sha256(f"{round_key} {typed(text)}".encode()).hexdigest()
