"""Files to import, as tests need them."""

from __future__ import annotations

from pathlib import Path

HEADER = "lead,received,in queue,channel"


def write(folder: Path, content: str | bytes, name: str = "export.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def times_csv(*lines: str) -> str:
    """An export of lead times."""
    return "\n".join([HEADER, *lines]) + "\n"
