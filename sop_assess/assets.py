"""Style sheets and scripts, kept in memory with their compressed form."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The machine's own table of types may be wrong or missing; these decide what a browser runs.
TYPES = {
    ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
    ".woff2": "font/woff2", ".webmanifest": "application/manifest+json",
}  # fmt: skip

# One style sheet per page: the tokens and elements of all pages, then what the page needs.
JOINED = {
    "staff.css": ("base.css", "owner.css"),
    "respondent.css": ("base.css", "field.css"),
}


@dataclass(frozen=True)
class Asset:
    """One static file; `packed` is its gzip form, empty when that is not smaller."""

    content: bytes
    packed: bytes
    media_type: str


class Assets:
    """All static files. One digest for the whole folder: relative imports of scripts stay valid."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, Asset] = {}
        self._paths = {
            path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }
        digest = hashlib.sha256()
        for name, path in self._paths.items():
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
        self.digest = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file, different whenever any file changed."""
        if name not in self._paths and name not in JOINED:
            raise LookupError(f"There is no static file {name!r}.")
        return f"/assets/{self.digest}/{name}"

    def find(self, name: str) -> Asset | None:
        """The file with this name; nothing outside the folder has one."""
        if name not in self._kept and (name in self._paths or name in JOINED):
            self._kept[name] = _read([self._paths[part] for part in JOINED.get(name, (name,))])
        return self._kept.get(name)


def _read(paths: Sequence[Path]) -> Asset:
    content = b"\n".join(path.read_bytes() for path in paths)
    path = paths[0]
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    packed = gzip.compress(content, compresslevel=9, mtime=0)
    small = len(packed) < len(content) and path.suffix not in {".woff2", ".png", ".webp"}
    return Asset(content, packed if small else b"", media_type or "application/octet-stream")
