"""Reading the first sheet of an Excel workbook without trusting it: no macros, no bombs, no XML
entities, nothing computed."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from ..errors import InvalidError, JobCancelledError, SopError, TooLargeError

MAGIC: Final = b"PK\x03\x04"
MOST_PARTS: Final = 500
# Words are kept once for all cells and lie in memory while the sheet is read.
MOST_UNPACKED: Final = 250 * 1024 * 1024
_MOST_OF_A_LIST: Final = 100 * 1024 * 1024
MOST_ROWS: Final = 300_000
MOST_COLUMNS: Final = 200
_TOLD_EVERY: Final = 2_000
# A sheet of words shrinks to a tenth; what shrinks to a thousandth was made to burst.
_HIGHEST_RATIO: Final = 200
_SMALL: Final = 1024 * 1024


def is_workbook(path: Path) -> bool:
    """Whether the file starts like a workbook (or any other zip archive)."""
    with path.open("rb") as stream:
        return stream.read(4) == MAGIC


def check_workbook(path: Path, most: int = MOST_UNPACKED) -> None:
    """Refuse what is no workbook, or one that is not let in; the sheet itself is not read."""
    try:
        with ZipFile(path) as package:
            parts = package.infolist()
            _check_size(parts, most)
            names = {part.filename.lower() for part in parts}
            _check_kind(names, _content_types(package))
    except (BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise InvalidError("The workbook is damaged. Save it again, or as CSV (UTF-8).") from error


def sheet_rows(path: Path, *, most_rows: int, most_columns: int) -> list[list[str]]:
    """The rows of the first visible sheet as text, cut after one column more than allowed."""
    check_workbook(path, _MOST_OF_A_LIST)
    with _untrusted():
        return list(_rows(path, most_rows, most_columns + 1))


def write_csv(path: Path, target: Path, tell: Callable[[int], None]) -> None:
    """The first visible sheet as a CSV file in UTF-8; `tell` hears how many rows were read."""
    check_workbook(path)
    with _untrusted(), target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        for number, row in enumerate(_rows(path, MOST_ROWS, MOST_COLUMNS), start=1):
            writer.writerow(row)
            if number % _TOLD_EVERY == 0:
                tell(number)


@contextmanager
def _untrusted() -> Iterator[None]:
    # The library raises whatever a broken part leads it to; all of it means the same for people.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about layout that is not read anyway
            yield
    except (SopError, JobCancelledError):
        raise
    except Exception as error:
        raise InvalidError(
            "The workbook is damaged or built in a way that is not read here. Save the sheet as "
            "CSV (UTF-8) and try again."
        ) from error


def _rows(path: Path, most_rows: int, width: int) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # heavy; only a workbook needs it

    with path.open("rb") as stream:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
            if sheet is None:
                raise InvalidError("The workbook has no visible sheet.")
            sheet.reset_dimensions()  # they may claim a million rows
            rows = sheet.iter_rows(max_col=width, values_only=True)
            for number, row in enumerate(rows, start=1):
                if number > most_rows:
                    raise TooLargeError("The sheet has more than %(rows)s rows. Remove what does "
                                        "not belong to the list.", rows=most_rows)  # fmt: skip
                yield _cut([_text(value) for value in row])


def _cut(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        # A day alone comes as its midnight.
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)


def _content_types(package: ZipFile) -> bytes:
    try:
        return package.read("[Content_Types].xml").lower()
    except KeyError:
        return b""


def _check_size(parts: list[ZipInfo], most: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    bursting = any(part.file_size > _SMALL and part.file_size > _HIGHEST_RATIO * part.compress_size
                   for part in parts)  # fmt: skip
    if len(parts) > MOST_PARTS or unpacked > most or bursting:
        raise TooLargeError(
            "The workbook unpacks to far more than a list holds. Copy the rows into a new workbook "
            "and save that."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise InvalidError("The file is protected by a password. Save it without one.")


def _check_kind(names: set[str], types: bytes) -> None:
    if any(name.endswith("vbaproject.bin") for name in names) or b"macroenabled" in types:
        raise InvalidError(
            "The workbook holds macros, programs that are not let in here. Save it as a workbook "
            "without macros (.xlsx)."
        )
    if "xl/workbook.xml" not in names:
        raise InvalidError("The file is an archive, not an Excel workbook (.xlsx) or CSV.")
