"""The sealed issuance ledger: who collected a ballot, in one box of constant size. Pure.

The whole box is encrypted anew at each step, so two copies of it tell neither whose slot changed
nor how many are taken. Its key lies outside databases and backups.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import ConflictError, InvalidError

MOST_REISSUES: Final = 2
SLOT_BYTES: Final = 33
_NONCE: Final = 12

Outcome = Literal["new", "same", "again"]


def new(key: bytes, slots: int, round_key: str) -> bytes:
    """The box of a round in which nobody has collected a ballot."""
    return _seal(key, bytes(slots * SLOT_BYTES), round_key)


class Ledger:
    """An opened ledger. Change it under a write lock, then keep what `seal` gives."""

    def __init__(self, key: bytes, box: bytes, round_key: str) -> None:
        self._key = key
        self._round_key = round_key
        try:
            content = AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], round_key.encode())
        except (ValueError, InvalidTag) as error:
            raise InvalidError("The round's ledger does not open with its key.") from error
        self._content = bytearray(content)

    def __len__(self) -> int:
        return len(self._content) // SLOT_BYTES

    def issue(self, slot: int, blinded: bytes) -> Outcome:
        """Note that the slot's ballot is signed; the same request again changes nothing."""
        mark, start = hashlib.sha256(blinded).digest(), self._start(slot)
        count = self._content[start + SLOT_BYTES - 1]
        if count and secrets.compare_digest(self._content[start : start + 32], mark):
            return "same"
        if count > MOST_REISSUES:
            raise ConflictError(
                "This link has already given three ballots. Ask the survey owner for help."
            )
        self._content[start : start + SLOT_BYTES] = mark + bytes([count + 1])
        return "again" if count else "new"

    def collected(self, slot: int) -> bool:
        """Whether the slot's ballot was collected."""
        return self._content[self._start(slot) + SLOT_BYTES - 1] > 0

    @property
    def issued(self) -> int:
        """Slots that collected a ballot."""
        return sum(count > 0 for count in self._counts())

    @property
    def reissued(self) -> int:
        """Ballots given a second or third time."""
        return sum(max(count - 1, 0) for count in self._counts())

    def seal(self) -> bytes:
        """The box to keep, as long as before."""
        return _seal(self._key, bytes(self._content), self._round_key)

    def _counts(self) -> bytearray:
        return self._content[SLOT_BYTES - 1 :: SLOT_BYTES]

    def _start(self, slot: int) -> int:
        if not 0 <= slot < len(self):
            raise IndexError(f"The ledger has {len(self)} slots and no slot {slot}.")
        return slot * SLOT_BYTES


def _seal(key: bytes, content: bytes, round_key: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, round_key.encode())
