"""Opening an anonymous round: box to core, shuffled, comments apart from answers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import func, select

from ..db import Stores
from ..errors import ConflictError, InvalidError
from ..instruments import ballots
from ..instruments.answer_models import (
    AnonymousAnswers,
    AnonymousComment,
    Ballot,
    PublishedReceipt,
)
from ..instruments.answers import Fields, read_document
from ..instruments.definition import Definition
from ..instruments.forms import known_fields, with_skipped_sections
from ..instruments.identity import is_anonymous
from ..instruments.models import Round
from ..instruments.queries import definition_of
from ..instruments.registries import KINDS, QUESTIONS
from ..surveys import sealing
from ..surveys.credential import receipt_code
from ..surveys.keys import KeyFolder, spki


@dataclass(frozen=True)
class Opened:
    """How many ballots were counted and how many were set aside because they break a rule."""

    answers: int
    set_aside: int


@dataclass(frozen=True)
class _Ballot:
    unit: str | None
    answers: dict[str, dict[str, Any]]


@dataclass
class _Contents:
    """What lay in a box: good ballots, receipts of all that count, and how many do not."""

    good: list[_Ballot] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    set_aside: int = 0
    withdrawn: int = 0


def open_ballots(
    stores: Stores, round_id: int, *, now: datetime, key: RSAPrivateKey | None = None
) -> Opened:
    """Close an anonymous round and turn its ballots into answers. Safe to repeat after a crash.

    `key` opens sealed ballots where a trustee holds it; else it lies in the key folder.
    """
    found = _begin(stores, round_id)
    if found.state != "closed":
        ballots.seal_box(stores, found.key)
        private = _key(stores, found, key) if is_anonymous(found.label) else None
        definition = definition_of(stores, found.version_id)
        contents = _read(definition, found, private, ballots.ballots(stores, found.key))
        _write(stores, found, definition, contents, now)
    # After a crash from here on, what is left is to empty the box and to destroy the keys.
    ballots.empty_box(stores, found.key)
    _destroy_keys(stores, found, now)
    return _opened(stores, round_id)


def _begin(stores: Stores, round_id: int) -> Round:
    with stores.core.writing() as session:
        found = session.get_one(Round, round_id)
        if not KINDS[found.kind].anonymous or found.state == "planned":
            raise ConflictError("Only an open staff survey can be closed this way.")
        if is_anonymous(found.label) and "issued" not in found.counts:
            raise ConflictError("Ballots are still issued for this survey. End that first.")
        if found.state == "open":
            found.state = "closing"
        return found


def _key(stores: Stores, found: Round, given: RSAPrivateKey | None) -> RSAPrivateKey:
    """The key that opens this round; one that does not fit would set every answer aside."""
    if given is None and found.label == "anonymous_trustee":
        raise ConflictError("The trustee opens this survey with the key file.")
    private = given or KeyFolder(stores.keys).box_private(found.key)
    if spki(private.public_key()) != orjson.loads(found.policy["manifest"])["box_key"]:
        raise InvalidError("This key file belongs to another survey. Choose the one made for this.")
    return private


def _read(
    definition: Definition, found: Round, key: RSAPrivateKey | None, rows: Iterable[Ballot]
) -> _Contents:
    units = {unit["code"] for unit in found.policy["units"]}
    contents = _Contents()
    for row in rows:
        if not row.box:
            contents.withdrawn += 1
            continue
        contents.receipts.append(receipt_code(row.nullifier, row.content_hash))
        ballot = _decode(definition, units, row, key)
        if ballot is None:
            contents.set_aside += 1
        else:
            contents.good.append(ballot)
    return contents


def _write(
    stores: Stores, found: Round, definition: Definition, contents: _Contents, now: datetime
) -> None:
    shuffle = secrets.SystemRandom().shuffle
    shuffle(contents.good)
    answers = [_answers(found.id, definition, ballot) for ballot in contents.good]
    comments = [c for ballot in contents.good for c in _comments(found.id, definition, ballot)]
    shuffle(comments)
    receipts = [PublishedReceipt(round_id=found.id, code=code) for code in contents.receipts]
    with stores.core.writing() as session:
        closing = session.get_one(Round, found.id)
        if closing.state == "closing":
            session.add_all([*answers, *comments, *sorted(receipts, key=lambda row: row.code)])
            closing.state, closing.closed_at = "closed", now
            closing.set_aside = contents.set_aside
            closing.counts = {
                **closing.counts, "answers": len(answers), "set_aside": contents.set_aside,
                "withdrawn": contents.withdrawn, "receipts": len(receipts),
            }  # fmt: skip


def _destroy_keys(stores: Stores, found: Round, now: datetime) -> None:
    if not is_anonymous(found.label):
        return
    KeyFolder(stores.keys).destroy(found.key)
    with stores.core.writing() as session:
        closed = session.get_one(Round, found.id)
        closed.counts = {"keys_destroyed_at": now.isoformat(), **closed.counts}


def _opened(stores: Stores, round_id: int) -> Opened:
    query = select(func.count()).where(AnonymousAnswers.round_id == round_id)
    with stores.core.reading() as session:
        return Opened(session.scalar(query) or 0, session.get_one(Round, round_id).set_aside)


def _decode(
    definition: Definition, units: set[str], row: Ballot, key: RSAPrivateKey | None
) -> _Ballot | None:
    try:
        content = orjson.loads(_unsealed(row, key))
        fields, unit = content["fields"], row.unit if key else content.get("unit")
    except (orjson.JSONDecodeError, KeyError, TypeError, InvalidError):
        return None
    if not isinstance(fields, Mapping):
        return None
    known = known_fields(definition, with_skipped_sections(definition, _texts(fields)))
    answers, messages = read_document(definition, QUESTIONS.get, known)
    if messages or not answers:
        return None
    return _Ballot(unit if unit in units else None, answers)


def _unsealed(row: Ballot, key: RSAPrivateKey | None) -> bytes:
    if key is None:
        return row.box
    return sealing.unseal(key, row.box, sealing.associated(row.round_key, row.nullifier))


def _texts(fields: Mapping[Any, Any]) -> Fields:
    """What a device sealed is believed only as far as names and texts go."""
    return {
        str(name): [str(value) for value in values]
        for name, values in fields.items()
        if isinstance(values, list)
    }


def _answers(round_id: int, definition: Definition, ballot: _Ballot) -> AnonymousAnswers:
    kept = {}
    for code, answer in ballot.answers.items():
        if _is_free_text(definition, code) and "value" in answer:
            continue
        kept[code] = {key: value for key, value in answer.items() if key != "comment"}
    return AnonymousAnswers(
        id=secrets.token_hex(16), round_id=round_id, unit=ballot.unit, answers=kept
    )


def _comments(round_id: int, definition: Definition, ballot: _Ballot) -> Iterable[AnonymousComment]:
    for code, answer in ballot.answers.items():
        free = answer.get("value") if _is_free_text(definition, code) else None
        text = free or answer.get("comment")
        if text:
            leaf = definition.by_code[code]
            yield AnonymousComment(
                id=secrets.token_hex(16), round_id=round_id, item=code,
                stage=answer.get("stage") or (leaf.subject or "").partition(">")[0] or None,
                severity=answer.get("severity"), text=str(text),
            )  # fmt: skip


def _is_free_text(definition: Definition, code: str) -> bool:
    question = QUESTIONS.get(definition.by_code[code].type)
    return question is not None and question.level == "text"
