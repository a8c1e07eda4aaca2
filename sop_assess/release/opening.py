"""Opening an anonymous round: box to core, shuffled, comments apart from answers."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
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
from ..instruments.identity import generalised, is_anonymous
from ..instruments.models import Round
from ..instruments.queries import definition_of
from ..instruments.registries import KINDS, QUESTIONS
from ..surveys import sealing
from ..surveys.credential import receipt_code
from ..surveys.keys import KeyFolder


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
    stores: Stores,
    round_id: int,
    *,
    now: datetime,
    opened: Sequence[tuple[str, bytes]] | None = None,
) -> Opened:
    """Close an anonymous round and turn its ballots into answers. Safe to repeat after a crash.

    `opened` are units and contents that a trustee's device opened and shuffled; else the key that
    opens sealed ballots lies in the key folder.
    """
    found = _begin(stores, round_id)
    if found.state != "closed":
        if found.label == "anonymous_trustee" and opened is None:
            raise ConflictError("The trustee opens this survey with the key file.")
        ballots.seal_box(stores, found.key)
        definition = definition_of(stores, found.version_id)
        rows = ballots.ballots(stores, found.key)
        if opened is None:
            contents = _read(definition, found, _key(stores, found), rows)
        else:
            contents = _take(definition, found, opened, rows)
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


def _key(stores: Stores, found: Round) -> RSAPrivateKey | None:
    """The key that opens sealed ballots; a confidential round has none."""
    return KeyFolder(stores.keys).box_private(found.key) if is_anonymous(found.label) else None


def _read(
    definition: Definition, found: Round, key: RSAPrivateKey | None, rows: Iterable[Ballot]
) -> _Contents:
    """What our key opens."""
    contents = _Contents()
    for row in rows:
        if _counts(contents, row):
            _sort_in(contents, _decode(definition, found, _unsealed(row, key), row.unit))
    return contents


def _take(
    definition: Definition, found: Round, opened: Sequence[tuple[str, bytes]],
    rows: Iterable[Ballot],
) -> _Contents:  # fmt: skip
    """What a trustee opened; a ballot of which nothing came back did not open."""
    contents = _Contents()
    for row in rows:
        _counts(contents, row)
    missing = len(contents.receipts) - len(opened)
    if missing < 0:
        raise InvalidError("More ballots were opened than lie in the box. Load the page again.")
    contents.set_aside = missing
    for unit, content in opened:
        _sort_in(contents, _decode(definition, found, content, unit))
    return contents


def _counts(contents: _Contents, row: Ballot) -> bool:
    """Note a ballot's receipt; False for one that was withdrawn."""
    if row.box:
        contents.receipts.append(receipt_code(row.nullifier, row.content_hash))
        return True
    contents.withdrawn += 1
    return False


def _sort_in(contents: _Contents, ballot: _Ballot | None) -> None:
    if ballot is None:
        contents.set_aside += 1
    else:
        contents.good.append(ballot)


def _write(
    stores: Stores, found: Round, definition: Definition, contents: _Contents, now: datetime
) -> None:
    shuffle = secrets.SystemRandom().shuffle
    shuffle(contents.good)
    stored = generalised([ballot.unit for ballot in contents.good], _parents(found))
    answers = [_answers(found.id, definition, ballot, unit)
               for ballot, unit in zip(contents.good, stored, strict=True)]  # fmt: skip
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
                "units": dict(Counter(b.unit for b in contents.good if b.unit)),
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


def _decode(definition: Definition, found: Round, raw: bytes, unit: str | None) -> _Ballot | None:
    try:
        content = orjson.loads(raw)
        fields = content["fields"]
        # Which key signed a sealed ballot is proof of its unit; what its content says is not.
        unit = unit if is_anonymous(found.label) else content.get("unit")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(fields, Mapping):
        return None
    known = known_fields(definition, with_skipped_sections(definition, _texts(fields)))
    answers, messages = read_document(definition, QUESTIONS.get, known)
    if messages or not answers:
        return None
    units = {entry["code"] for entry in found.policy["units"]}
    return _Ballot(unit if unit in units else None, answers)


def _unsealed(row: Ballot, key: RSAPrivateKey | None) -> bytes:
    """The content of a ballot; nothing where it does not open."""
    if key is None:
        return row.box
    with suppress(InvalidError):
        return sealing.unseal(key, row.box, sealing.associated(row.round_key, row.nullifier))
    return b""


def _texts(fields: Mapping[Any, Any]) -> Fields:
    """What a device sealed is believed only as far as names and texts go."""
    return {
        str(name): [str(value) for value in values]
        for name, values in fields.items()
        if isinstance(values, list)
    }


def _parents(found: Round) -> dict[str, str | None]:
    """The unit above each unit and group of the round."""
    above = [*found.policy["units"], *found.policy.get("groups", ())]
    return {entry["code"]: entry.get("parent") for entry in above}


def _answers(
    round_id: int, definition: Definition, ballot: _Ballot, unit: str | None
) -> AnonymousAnswers:
    kept = {}
    for code, answer in ballot.answers.items():
        if _is_free_text(definition, code) and "value" in answer:
            continue
        kept[code] = {key: value for key, value in answer.items() if key != "comment"}
    return AnonymousAnswers(id=secrets.token_hex(16), round_id=round_id, unit=unit, answers=kept)


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
