"""Attacks on the sealed issuance ledger: does it tell who collected a ballot, and when."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .evidence import Event, Evidence

NONCE = 12
SLOT = 33


def differing(evidence: Evidence) -> Iterator[Event]:
    """People whose slot alone differs from one copy of the ledger to the next."""
    for (_, before), (at, after) in pairwise(_copies(evidence)):
        places = [n for n, (x, y) in enumerate(zip(before, after, strict=False)) if x != y]
        if places and len(places) < len(after) / 2:
            yield from _person(evidence, at, max(0, places[0] - NONCE) // SLOT)


def opened(evidence: Evidence) -> Iterator[Event]:
    """People whose slot changed inside the ledger, for every key in hand that opens it."""
    contents = []
    for at, box in _copies(evidence):
        content = _decrypted(evidence, box)
        if content is None:
            return
        contents.append((at, content))
    for (_, before), (at, after) in pairwise(contents):
        for slot in range(len(after) // SLOT):
            part = slice(slot * SLOT, (slot + 1) * SLOT)
            if before[part] != after[part]:
                yield from _person(evidence, at, slot)


def _copies(evidence: Evidence) -> list[tuple[float, bytes]]:
    rows = [(0.0, row) for row in evidence.snapshots[0].rows()]
    rows += [(change.at, change.row) for change in evidence.changes if not change.gone]
    key = evidence.layout.round_key
    return [(at, r["box"]) for at, r in rows if r.table == "ledger" and r["round_key"] == key]


def _decrypted(evidence: Evidence, box: bytes) -> bytes | None:
    for secret in evidence.secrets.values():
        if len(secret) != 32:
            continue
        try:
            return AESGCM(secret).decrypt(
                box[:NONCE], box[NONCE:], evidence.layout.round_key.encode()
            )
        except InvalidTag:
            continue
    return None


def _person(evidence: Evidence, at: float, slot: int) -> Iterator[Event]:
    person = evidence.slots[slot] if slot < len(evidence.slots) else None
    if person is not None:
        yield Event(at, person.id, person.unit)
