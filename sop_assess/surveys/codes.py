"""The codes on cards: how they are written, typed and kept. Pure apart from chance."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from .credential import crockford, grouped

CODE_LENGTH: Final = 12
LINK_CODE_LENGTH: Final = 22
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


def card_codes(invitation_key: bytes, unit: str, count: int) -> list[str]:
    """The codes on a unit's cards: made from the round's key, so that no store holds them, and in
    an order of their own, so that the pile of cards tells nothing.

    >>> card_codes(b"k" * 32, "warehouse", 2) == card_codes(b"k" * 32, "warehouse", 2)
    True
    """
    made = (
        hmac.new(invitation_key, f"card {unit} {n}".encode(), hashlib.sha256).digest()
        for n in range(count)
    )
    return sorted(
        grouped(crockford(int.from_bytes(digest[:8], "big"), CODE_LENGTH)) for digest in made
    )


def spelled(text: str) -> str:
    """A code in its one spelling: the long one of a link as it is, the one of a card as typed."""
    text = text.strip()
    return text if len(text) == LINK_CODE_LENGTH else typed(text)


def code_hash(round_key: str, text: str) -> str:
    """What the identity store keeps of a code."""
    return hashlib.sha256(f"{round_key} {spelled(text)}".encode()).hexdigest()
