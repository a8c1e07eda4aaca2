"""Named tasks and their submissions. Each public function owns one transaction."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..db import Stores
from ..errors import AnswersInvalidError, ConflictError, GoneError, InvalidError, NotFoundError
from .answer_models import Attachment, Submission
from .answers import read_document
from .models import Assignment, Draft, Round
from .publishing import content_hash_of, the_round
from .queries import AssignmentView, definition_of, get_assignment
from .registries import KINDS, QUESTIONS


@dataclass(frozen=True)
class Receipt:
    """Proof that a named submission is on disk; `missing_files` are still expected."""

    id: str
    content_hash: str
    received_at: datetime
    new: bool
    missing_files: tuple[str, ...] = ()


def create_assignment(
    stores: Stores,
    round_id: int,
    *,
    title: str,
    assignee_id: int | None = None,
    shopper_id: int | None = None,
    pseudonym: str | None = None,
    location: str | None = None,
    stages: Mapping[str, Sequence[str]] | None = None,
    context: Mapping[str, Any] | None = None,
    due_on: datetime | None = None,
) -> str:
    """The key of a new named task."""
    if not title.strip():
        raise InvalidError("A task needs a title.")
    with stores.core.writing() as session:
        found = the_round(session, round_id)
        if KINDS[found.kind].anonymous:
            raise InvalidError("A staff survey has no named tasks.")
        if found.state == "closed":
            raise ConflictError("The round is closed; plan a new one for more tasks.")
        task = Assignment(
            key=secrets.token_hex(8), round_id=round_id, title=title.strip(),
            assignee_id=assignee_id, shopper_id=shopper_id, pseudonym=pseudonym,
            location=location, stages={k: list(v) for k, v in (stages or {}).items()},
            context=dict(context or {}), due_on=due_on,
        )  # fmt: skip
        session.add(task)
        session.flush()
        return task.key


def save_draft(
    stores: Stores, key: str, fields: Mapping[str, Sequence[str]], *, now: datetime
) -> None:
    """Keep the fields of a task that is not sent yet."""
    with stores.core.writing() as session:
        task = _open_task(session, key)
        draft = session.get(Draft, task.id)
        if draft is None:
            session.add(Draft(assignment_id=task.id, fields=_plain(fields), saved_at=now))
        else:
            draft.fields, draft.saved_at = _plain(fields), now
        if task.state == "open":
            task.state = "started"


def submit_named(
    stores: Stores,
    key: str,
    *,
    submission_id: str,
    fields: Mapping[str, Sequence[str]],
    events: Sequence[Mapping[str, Any]] = (),
    context: Mapping[str, Any] | None = None,
    manifest: Sequence[Mapping[str, Any]] = (),
    language: str = "en",
    now: datetime,
) -> Receipt:
    """Keep one answered named form, exactly once; a correction supersedes the one before."""
    _check_id(submission_id)
    task = get_assignment(stores, key)
    definition = definition_of(stores, task.version_id)
    answers, messages = read_document(definition, QUESTIONS.get, fields)
    document = {
        "answers": answers,
        "events": [dict(event) for event in events],
        "context": {**task.context, **(context or {})},
        "attachments": [dict(entry) for entry in manifest],
        "language": language,
    }
    content_hash = content_hash_of(document)
    known = _known(stores, submission_id, content_hash)
    if known:
        return known
    if messages:
        raise AnswersInvalidError(messages)
    _keep(stores, task, submission_id, document, content_hash, fields, now)
    return Receipt(submission_id, content_hash, now, True, _expected(manifest))


def review_submission(stores: Stores, submission_id: str, *, accept: bool, reason: str) -> None:
    """Accept a submission, or exclude it with a reason; the answers stay as they were sent."""
    if not accept and not reason.strip():
        raise InvalidError("Say why this submission is excluded.")
    with stores.core.writing() as session:
        found = session.get(Submission, submission_id)
        if found is None:
            raise NotFoundError("This submission does not exist.")
        found.review = "accepted" if accept else "excluded"
        found.review_reason = reason.strip()[:500] or None


def _keep(
    stores: Stores,
    task: AssignmentView,
    submission_id: str,
    document: dict[str, Any],
    content_hash: str,
    fields: Mapping[str, Sequence[str]],
    now: datetime,
) -> None:
    context = document["context"]
    try:
        with stores.core.writing() as session:
            row = session.get_one(Assignment, task.id)
            if session.get_one(Round, task.round_id).state != "open":
                raise GoneError("The round is not open, so this was not sent. Ask who invited you.")
            session.add(Submission(
                id=submission_id, round_id=task.round_id, assignment_id=task.id,
                version_id=task.version_id, document=document, content_hash=content_hash,
                received_at=now, case_key=context.get("case"), episode=context.get("episode"),
            ))  # fmt: skip
            session.flush()
            _supersede(session, task.id, submission_id)
            row.state = "done"
            draft = session.get(Draft, task.id)
            if draft is not None:  # a correction starts from what was sent, not from nothing
                draft.fields, draft.saved_at = _plain(fields), now
    except IntegrityError:
        # Two devices or two taps at once: whoever came second gets what the first one got.
        if _known(stores, submission_id, content_hash) is None:
            raise


def _plain(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: [str(value) for value in values] for name, values in fields.items()}


def _supersede(session: Session, assignment_id: int, submission_id: str) -> None:
    earlier = select(Submission).where(
        Submission.assignment_id == assignment_id,
        Submission.id != submission_id,
        Submission.superseded_by.is_(None),
    )
    for submission in session.scalars(earlier):
        submission.superseded_by = submission_id


def _known(stores: Stores, submission_id: str, content_hash: str) -> Receipt | None:
    with stores.core.reading() as session:
        found = session.get(Submission, submission_id)
        if found is None:
            return None
        if found.content_hash != content_hash:
            raise ConflictError(
                "Other answers were already sent under this id. Send yours as a correction."
            )
        arrived = set(
            session.scalars(select(Attachment.id).where(Attachment.submission_id == submission_id))
        )
    missing = tuple(f for f in _expected(found.document["attachments"]) if f not in arrived)
    return Receipt(found.id, found.content_hash, found.received_at, False, missing)


def _expected(manifest: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(entry["id"]) for entry in manifest)


def _check_id(submission_id: str) -> None:
    try:
        uuid.UUID(submission_id)
    except ValueError:
        raise InvalidError("The id of this form is broken. Open the form again.") from None


def _open_task(session: Session, key: str) -> Assignment:
    task = session.scalars(select(Assignment).where(Assignment.key == key)).first()
    if task is None:
        raise NotFoundError("This task does not exist, or it was withdrawn.")
    if session.get_one(Round, task.round_id).state != "open":
        raise GoneError("The round is not open, so nothing can be saved.")
    return task
