"""The requests of an anonymous round. Issuing reads the identity store and never the box; taking
and withdrawing a ballot touch the box and never the identity store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..db import Stores
from ..errors import ConflictError, ForbiddenError, GoneError, InvalidError
from ..instruments.ballots import drop_ballot, withdraw_ballot
from ..instruments.models import Invitation
from ..roster.models import SealedLedger
from . import blind, credential, sealing
from .codes import CODE_LENGTH, LINK_CODE_LENGTH, code_hash, spelled
from .keys import KeyFolder, from_spki
from .ledger import Ledger
from .queries import Door
from .service import BallotReceipt, WrongCodeError, known_door, open_door

Sign = Callable[[str, int, bytes], bytes]


@dataclass(frozen=True)
class Token:
    """The right to send one ballot: what was signed, its signature, and the unit it speaks for."""

    prepared: bytes
    signature: bytes
    unit: int


def issue(
    stores: Stores, sign: Sign, round_key: str, code: str, blinded: bytes, *,
    unit: int | None = None, now: datetime,
) -> tuple[bytes, int]:  # fmt: skip
    """The blind signature for the holder of a code and the number of the unit it speaks for.

    The same request again gets the same signature; another one counts as a re-issue, at most two.
    `unit` : whose key the request was blinded with; for another one nothing is signed or counted.
    """
    door = open_door(stores, round_key, now)
    if not door.anonymous:
        raise ConflictError("This survey gives no ballots. Load its page again.")
    if len(spelled(code)) not in {CODE_LENGTH, LINK_CODE_LENGTH}:
        raise WrongCodeError("A code has twelve characters, such as 7QKM-4TXD-9HWB.")
    key = KeyFolder(stores.keys).ledger_key(round_key)
    with stores.identity.writing() as session:
        found = session.get(Invitation, (round_key, code_hash(round_key, code)))
        if found is None:
            raise WrongCodeError("This code is not one of this survey. Compare it with your card.")
        number = door.number_of(found.unit)
        if unit is not None and unit != number:
            return b"", number
        # Signed before the ledger is kept: a refused value must not cost the person a ballot.
        signature = sign(round_key, number, blinded)
        sealed = session.get_one(SealedLedger, round_key, with_for_update=True)
        ledger = Ledger(key, sealed.box, round_key)
        if ledger.issue(_slot(session, found), blinded) != "same":
            sealed.box = ledger.seal()
    return signature, number


def submit(
    stores: Stores, round_key: str, token: Token, box: bytes, *, now: datetime
) -> BallotReceipt:
    """Put a sealed ballot into the box, exactly once. Its answers are checked at the opening."""
    door, mark = _checked(stores, round_key, token)
    if not door.takes_ballots(now):
        raise GoneError("The survey has closed. Answers can no longer be sent.")
    if len(box) not in sealing.sizes():
        raise InvalidError("These answers could not be read. Load the page again.")
    digest = hashlib.sha256(box).hexdigest()
    unit = door.unit_at(token.unit)
    new = drop_ballot(
        stores, round_key, nullifier=mark, content_hash=digest, box=box,
        unit=unit.code if unit else None,
    )  # fmt: skip
    return BallotReceipt(credential.receipt_code(mark, digest), digest, new)


def withdraw(stores: Stores, round_key: str, token: Token, *, now: datetime) -> None:
    """Take a ballot back, for whoever holds its token, until the round closes."""
    door, mark = _checked(stores, round_key, token)
    if not door.takes_ballots(now):
        raise GoneError("The survey has closed. Answers can no longer be withdrawn.")
    withdraw_ballot(stores, round_key, mark)


def nullifier(prepared: bytes) -> str:
    """What the ballot box keeps in place of the token."""
    return hashlib.sha256(prepared).hexdigest()


def _checked(stores: Stores, round_key: str, token: Token) -> tuple[Door, str]:
    """The round and the ballot's mark; ForbiddenError for a token that is none of ours."""
    door = known_door(stores, round_key)
    keys = _public_keys(door.manifest)
    public = keys[token.unit - 1] if 0 < token.unit <= len(keys) else None
    if (
        public is None
        or not blind.matches(token.prepared, round_key, token.unit)
        or not blind.verify(public, token.prepared, token.signature)
    ):
        raise ForbiddenError("This page has no right to send answers. Open your link again.")
    return door, nullifier(token.prepared)


@lru_cache(maxsize=64)
def _public_keys(manifest: str) -> tuple[RSAPublicKey, ...]:
    units = orjson.loads(manifest)["units"] if manifest else ()
    return tuple(from_spki(unit["key"]) for unit in units)


def _slot(session: Session, found: Invitation) -> int:
    """The place of a code in the sorted list of its round."""
    before = select(func.count()).where(
        Invitation.round_key == found.round_key, Invitation.code_hash < found.code_hash
    )
    return session.scalar(before) or 0
