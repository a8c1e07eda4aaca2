"""Keeping photos of named forms: file first, then its row, each exactly once."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ..db import Stores
from ..errors import ConflictError, InvalidError, NotFoundError
from .answer_models import Attachment, Submission
from .images import redrawn

MOST_FILES: Final = 20
_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class AttachmentView:
    """A kept photo: what it is called and where it lies."""

    id: str
    submission_id: str
    round_id: int
    assignment_id: int | None
    name: str
    media_type: str
    size: int
    path: Path


def store_attachment(
    stores: Stores,
    submission_id: str,
    attachment_id: str,
    data: bytes,
    *,
    name: str,
    limit_mb: int = 15,
    now: datetime,
) -> str:
    """The hash of what was sent, once the photo is on disk; the same again changes nothing."""
    if not _ID.fullmatch(attachment_id):
        raise InvalidError("The id of this photo is broken. Choose the photo again.")
    digest = hashlib.sha256(data).hexdigest()
    if _is_known(stores, submission_id, attachment_id, digest):
        return digest
    clean = redrawn(data, limit_mb=limit_mb)
    stored_as = f"{secrets.token_hex(16)}.jpg"
    _write(_folder(stores), stored_as, clean)
    row = Attachment(
        id=attachment_id, submission_id=submission_id, name=_plain(name), content_hash=digest,
        media_type="image/jpeg", size=len(clean), stored_as=stored_as, received_at=now,
    )  # fmt: skip
    try:
        with stores.core.writing() as session:
            session.add(row)
    except IntegrityError:
        (_folder(stores) / stored_as).unlink(missing_ok=True)
        _is_known(stores, submission_id, attachment_id, digest)
    return digest


def get_attachment(stores: Stores, attachment_id: str) -> AttachmentView:
    """The photo with this id."""
    query = (
        select(Attachment, Submission.round_id, Submission.assignment_id)
        .join(Submission, Submission.id == Attachment.submission_id)
        .where(Attachment.id == attachment_id)
    )
    with stores.core.reading() as session:
        found = session.execute(query).first()
    if found is None:
        raise NotFoundError("This photo does not exist.")
    return _view(stores, *found)


def attachments_of(stores: Stores, submission_id: str) -> list[AttachmentView]:
    """The photos of a submission in the order they arrived."""
    query = (
        select(Attachment, Submission.round_id, Submission.assignment_id)
        .join(Submission, Submission.id == Attachment.submission_id)
        .where(Attachment.submission_id == submission_id)
        .order_by(Attachment.received_at, Attachment.id)
    )
    with stores.core.reading() as session:
        return [_view(stores, *row) for row in session.execute(query)]


def _is_known(stores: Stores, submission_id: str, attachment_id: str, digest: str) -> bool:
    count = select(func.count()).where(Attachment.submission_id == submission_id)
    with stores.core.reading() as session:
        found = session.get(Attachment, attachment_id)
        if found is None:
            if session.get(Submission, submission_id) is None:
                raise NotFoundError("Send the form first; its photos follow.")
            if (session.scalar(count) or 0) >= MOST_FILES:
                raise InvalidError("A form takes %(most)s photos. Leave one out.", most=MOST_FILES)
            return False
    if (found.submission_id, found.content_hash) != (submission_id, digest):
        raise ConflictError("Another photo was sent under this id. Choose the photo again.")
    return True


def _write(folder: Path, name: str, data: bytes) -> None:
    """The file is whole on disk before anything points to it."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{name}.part"
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folder(stores: Stores) -> Path:
    return stores.files / "attachments"


def _plain(name: str) -> str:
    cleaned = re.sub(r"[^\w .,()-]", "_", name.replace("\\", "/").rpartition("/")[2])
    return cleaned.strip()[:120] or "photo"


def _view(
    stores: Stores, row: Attachment, round_id: int, assignment_id: int | None
) -> AttachmentView:
    return AttachmentView(
        row.id, row.submission_id, round_id, assignment_id, row.name, row.media_type, row.size,
        _folder(stores) / row.stored_as,
    )  # fmt: skip
