"""Staff lists as people save them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook

from sop_assess.roster.files import open_file
from sop_assess.roster.reading import Staff, read_staff

Read = Callable[..., Staff]


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """An Excel workbook with these rows on its first sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    book.close()
    return path


@pytest.fixture
def read(tmp_path: Path, app: Flask) -> Read:
    """Read a list given as text, bytes or rows."""

    def reading(content: str | bytes | Sequence[Sequence[object]]) -> Staff:
        path = tmp_path / "upload"
        if isinstance(content, (str, bytes)):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        else:
            workbook(path, content)
        with app.test_request_context("/"):
            return read_staff(open_file(path, limit_mb=5), "Kestrel")

    return reading
