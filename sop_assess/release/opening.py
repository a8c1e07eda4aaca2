"""Opening an anonymous round: box to core, shuffled, comments apart from answers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select

from ..db import Stores
from ..errors import ConflictError
from ..instruments import ballots
from ..instruments.answer_models import AnonymousAnswers, AnonymousComment
from ..instruments.answers import read_document
from ..instruments.definition import Definition
from ..instruments.models import Round
from ..instruments.queries import definition_of
from ..instruments.registries import KINDS, QUESTIONS


@dataclass(frozen=True)
class Opened:
    """How many ballots were counted and how many were set aside because they break a rule."""

    answers: int
    set_aside: int


@dataclass(frozen=True)
class _Ballot:
    unit: str | None
    answers: dict[str, dict[str, Any]]


def open_ballots(stores: Stores, round_id: int, *, now: datetime) -> Opened:
    """Close an anonymous round and turn its ballots into answers. Safe to repeat after a crash."""
    found = _begin(stores, round_id)
    if found.state == "closed":
        # A crash came after the answers were written: what is left is to empty the box.
        ballots.empty_box(stores, found.key)
        return Opened(_count(stores, round_id), found.set_aside)
    ballots.seal_box(stores, found.key)
    definition = definition_of(stores, found.version_id)
    units = {unit["code"] for unit in found.policy["units"]}
    good, set_aside = _read(definition, units, ballots.ballots(stores, found.key))
    shuffle = secrets.SystemRandom().shuffle
    shuffle(good)
    answers = [_answers(found.id, definition, ballot) for ballot in good]
    comments = [c for ballot in good for c in _comments(found.id, definition, ballot)]
    shuffle(comments)
    with stores.core.writing() as session:
        closing = session.get_one(Round, round_id)
        if closing.state == "closing":
            session.add_all(answers)
            session.add_all(comments)
            closing.state, closing.closed_at, closing.set_aside = "closed", now, set_aside
    ballots.empty_box(stores, found.key)
    return Opened(len(good), set_aside)


def _begin(stores: Stores, round_id: int) -> Round:
    with stores.core.writing() as session:
        found = session.get_one(Round, round_id)
        if not KINDS[found.kind].anonymous or found.state == "planned":
            raise ConflictError("Only an open staff survey can be closed this way.")
        if found.state == "open":
            found.state = "closing"
        return found


def _count(stores: Stores, round_id: int) -> int:
    query = select(func.count()).where(AnonymousAnswers.round_id == round_id)
    with stores.core.reading() as session:
        return session.scalar(query) or 0


def _read(
    definition: Definition, units: set[str], boxes: Iterable[bytes]
) -> tuple[list[_Ballot], int]:
    good: list[_Ballot] = []
    set_aside = 0
    for box in boxes:
        ballot = _decode(definition, units, box)
        if ballot is None:
            set_aside += 1
        else:
            good.append(ballot)
    return good, set_aside


def _decode(definition: Definition, units: set[str], box: bytes) -> _Ballot | None:
    try:
        content = orjson.loads(box)
        fields, unit = content["fields"], content.get("unit")
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    if not isinstance(fields, Mapping):
        return None
    answers, messages = read_document(definition, QUESTIONS.get, fields)
    if messages:
        return None
    return _Ballot(unit if unit in units else None, answers)


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
