"""Files that wait between upload and confirmation, under random names, for a day at most."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final

from ..db import Stores
from ..errors import GoneError, InvalidError, TooLargeError

KEPT_FOR: Final = timedelta(days=1)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{24,64}")
_BLOCK: Final = 1 << 20


@dataclass(frozen=True)
class Upload:
    """A file that waits for its columns to be named."""

    token: str
    path: Path
    file_name: str


def keep(stores: Stores, stream: IO[bytes], file_name: str, *, limit_mb: int, now: datetime) -> str:
    """The token of a new upload; TooLargeError above the limit, and then nothing is kept."""
    forget_old(stores, now)
    name = file_name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip()[-200:]
    if not name:
        raise InvalidError("Choose a file first.")
    token = secrets.token_urlsafe(24)
    path = _folder(stores) / token
    try:
        _copy(stream, path, limit_mb)
    except TooLargeError:
        path.unlink(missing_ok=True)
        raise
    path.with_suffix(".json").write_text(json.dumps({"name": name}), encoding="utf-8")
    return token


def find(stores: Stores, token: str) -> Upload:
    """The upload with this token; GoneError once it was imported or a day has passed."""
    path = _folder(stores) / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise GoneError("This upload is gone: files wait for a day. Choose the file again.")
    name = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["name"]
    return Upload(token, path, str(name))


def discard(stores: Stores, token: str) -> None:
    """Remove an upload."""
    found = find(stores, token)
    for path in (found.path, found.path.with_suffix(".json")):
        path.unlink(missing_ok=True)


def forget_old(stores: Stores, now: datetime) -> None:
    """Remove uploads that nobody confirmed within a day."""
    oldest = (now - KEPT_FOR).timestamp()
    for path in _folder(stores).iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _folder(stores: Stores) -> Path:
    folder = stores.files / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _copy(stream: IO[bytes], path: Path, limit_mb: int) -> None:
    size = 0
    with path.open("xb") as target:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > limit_mb * _BLOCK:
                raise TooLargeError(
                    "The file has more than %(limit)s MB. Export a shorter period or fewer "
                    "columns.",
                    limit=limit_mb,
                )
            target.write(block)
