"""Taking part: codes, the start, the ballot. Identity and ballot box never meet in one call."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from ..accounts.audit import audit
from ..config import Settings
from ..db import Stores
from ..errors import (
    AnswersInvalidError,
    ConflictError,
    GoneError,
    InvalidError,
    NotFoundError,
    TooLargeError,
)
from ..instruments.answers import Fields, read_document
from ..instruments.ballots import drop_ballot
from ..instruments.definition import Definition
from ..instruments.forms import known_fields, with_skipped_sections
from ..instruments.models import Invitation
from ..instruments.registries import QUESTIONS
from ..instruments.service import definition_of
from . import credential as credentials
from .codes import CODE_LENGTH, code_hash, new_code, typed
from .queries import Door, door_of, find_door

LARGEST_BALLOT: Final = 256 * 1024
MOST_CODES: Final = 2000
# The first start and two more: a link scanner or a lost device must not shut a person out.
STARTS_PER_CODE: Final = 3


class WrongCodeError(InvalidError):
    """The code is not one of this round."""


@dataclass(frozen=True)
class Ticket:
    """What a start gives: the right to send one ballot, and for whom it speaks."""

    credential: str
    unit: str | None
    unit_name: str | None
    invited: int | None


@dataclass(frozen=True)
class BallotReceipt:
    """Proof that a ballot is on disk; `new` is False when the same ballot came again."""

    code: str
    content_hash: str
    new: bool


def start(
    stores: Stores,
    settings: Settings,
    round_key: str,
    code: str | None = None,
    *,
    unit: str | None = None,
    now: datetime,
) -> Ticket:
    """A credential for the holder of a code, or for anybody where the link is open to all."""
    door = open_door(stores, round_key, now)
    _confidential_only(door)
    if door.access == "codes":
        unit = _use_code(stores, round_key, code or "")
    number = door.number_of(unit)
    secret = credentials.round_secret(settings.secret_key, round_key)
    right = credentials.issue(secret, number, secrets.token_bytes(credentials.NONCE_BYTES))
    return _ticket(door, right, number)


def ticket_of(door: Door, settings: Settings, credential: str) -> Ticket:
    """The ticket that a credential stands for; ForbiddenError when it is none of ours."""
    secret = credentials.round_secret(settings.secret_key, door.key)
    return _ticket(door, credential, credentials.unit_of(secret, credential))


def submit(
    stores: Stores,
    settings: Settings,
    round_key: str,
    credential: str,
    content: bytes,
    content_hash: str = "",
    *,
    now: datetime,
) -> BallotReceipt:
    """Put a ballot into the box, exactly once. `content` is JSON: version, language, fields.

    AnswersInvalidError names the answers that break a rule; nothing is kept then.
    """
    door = known_door(stores, round_key)
    _confidential_only(door)
    unit = ticket_of(door, settings, credential).unit
    digest = _checked_hash(content, content_hash)
    if not door.takes_ballots(now):
        raise GoneError("The survey has closed. Answers can no longer be sent.")
    definition = definition_of(stores, door.version_id)
    language, fields = _read_content(content, door, definition)
    _check_answers(definition, fields)
    box = orjson.dumps(
        {"version": door.version_id, "language": language, "unit": unit, "fields": fields}
    )
    mark = credentials.nullifier(credential)
    new = drop_ballot(stores, round_key, nullifier=mark, content_hash=digest, box=box)
    return BallotReceipt(credentials.receipt_code(mark, digest), digest, new)


def make_codes(stores: Stores, round_id: int, unit: str, count: int) -> list[str]:
    """New codes for one unit. They are given back once; only their hashes are kept."""
    found = door_of(stores, round_id)
    if found is None:
        raise NotFoundError("This survey does not exist.")
    _confidential_only(found)
    if found.access != "codes" or found.state not in {"planned", "open"}:
        raise ConflictError("Codes belong to a survey by code that has not closed.")
    if unit not in {entry.code for entry in found.units}:
        raise InvalidError("Choose one of the units of this survey.")
    if not 1 <= count <= MOST_CODES:
        raise InvalidError("Make between 1 and %(most)s codes at a time.", most=MOST_CODES)
    codes = [new_code() for _ in range(count)]
    with stores.identity.writing() as session:
        session.add_all(
            Invitation(round_key=found.key, code_hash=code_hash(found.key, code), unit=unit)
            for code in codes
        )
    return codes


def note_codes(
    stores: Stores, door: Door, unit: str, count: int, *, by: int | None, now: datetime
) -> None:
    """Log that codes were made: for which unit, how many, never which."""
    with stores.core.writing() as session:
        audit(session, by, "codes made", {"round": door.id, "unit": unit, "count": count}, now)


def known_door(stores: Stores, round_key: str) -> Door:
    """The round behind a link; NotFoundError where there is none."""
    door = find_door(stores, round_key)
    if door is None:
        raise NotFoundError("There is no survey at this address. Check the link on your card.")
    return door


def open_door(stores: Stores, round_key: str, now: datetime) -> Door:
    """The round behind a link, if somebody can start now."""
    door = known_door(stores, round_key)
    phase = door.phase(now)
    if phase == "waiting":
        raise ConflictError("This survey has not opened yet.")
    if phase == "closed":
        raise GoneError("This survey has closed.")
    return door


def form_content(door: Door, language: str, fields: Fields) -> bytes:
    """The ballot's content from a plain HTML form: the same fields give the same bytes."""
    data = {"version": door.version_id, "language": language, "fields": fields}
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def _confidential_only(door: Door) -> None:
    """An anonymous round takes sealed ballots only, whoever asks and however."""
    if door.anonymous:
        raise ConflictError("This survey seals answers on your device. Open its page in a browser "
                            "with JavaScript.")  # fmt: skip


def _use_code(stores: Stores, round_key: str, code: str) -> str | None:
    if len(typed(code)) != CODE_LENGTH:
        raise WrongCodeError("A code has twelve characters, such as 7QKM-4TXD-9HWB.")
    with stores.identity.writing() as session:
        found = session.get(
            Invitation, (round_key, code_hash(round_key, code)), with_for_update=True
        )
        if found is None:
            raise WrongCodeError("This code is not one of this survey. Compare it with your card.")
        if found.issued >= STARTS_PER_CODE:
            raise ConflictError(
                "This code was started %(times)s times already. Ask for another card.",
                times=STARTS_PER_CODE,
            )
        found.issued += 1
        return found.unit


def _ticket(door: Door, right: str, number: int) -> Ticket:
    unit = door.unit_at(number)
    if unit is None:
        return Ticket(right, None, None, None)
    return Ticket(right, unit.code, unit.name, unit.invited)


def _checked_hash(content: bytes, given: str) -> str:
    if len(content) > LARGEST_BALLOT:
        raise TooLargeError("These answers are too long to take. Shorten the longest texts.")
    digest = hashlib.sha256(content).hexdigest()
    # A browser on plain HTTP cannot compute a hash and sends none.
    if given and given.lower() != digest:
        raise InvalidError("The answers changed on their way. Send them again.")
    return digest


def _check_answers(definition: Definition, fields: Fields) -> None:
    answers, messages = read_document(definition, QUESTIONS.get, fields)
    if not answers and not messages:
        first_code = definition.leaves[0].code
        empty = InvalidError("Nothing is answered yet. Answer at least one question.")
        messages = {first_code: empty.sentence}
    if messages:
        raise AnswersInvalidError(messages)


def _read_content(content: bytes, door: Door, definition: Definition) -> tuple[str, Fields]:
    try:
        data: Any = orjson.loads(content)
        version, language = data["version"], str(data["language"])
        given = {str(name): [str(value) for value in values]
                 for name, values in data["fields"].items()}  # fmt: skip
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise InvalidError("These answers could not be read. Load the page again.") from None
    if version != door.version_id:
        raise InvalidError("These answers belong to another form. Load the page again.")
    if language not in definition.languages:
        language = definition.languages[0]
    return language, known_fields(definition, with_skipped_sections(definition, given))
