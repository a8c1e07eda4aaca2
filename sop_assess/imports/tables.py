"""Reading a CSV export as people save it: encoding, delimiter, header, rows. Streaming and pure."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from ..errors import InvalidError, TooLargeError
from ..translatable import OwnWord

DELIMITERS: Final = (",", ";", "\t")
_BLOCK: Final = 1 << 20
_MEGABYTE: Final = 1 << 20
_NOT_TABLES: Final = (
    (b"PK\x03\x04", OwnWord("an Excel workbook or a zip archive")),
    (b"\xd0\xcf\x11\xe0", OwnWord("an old Excel workbook")),
    (b"%PDF", OwnWord("a PDF")),
    (b"\x1f\x8b", OwnWord("a compressed archive")),
    (b"\x89PNG", OwnWord("a picture")),
    (b"\xff\xd8\xff", OwnWord("a picture")),
)
_LISTED_COLUMNS: Final = 30


@dataclass(frozen=True)
class Table:
    """An export that can be read: where it is, how it is written, which columns it has."""

    path: Path
    content_hash: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    header_line: int

    def position(self, column: str) -> int:
        """Where a column stands; a name that is missing or stands twice gets a sentence."""
        found = [i for i, name in enumerate(self.columns) if name == column.strip()]
        if not found:
            raise InvalidError(
                "There is no column called “%(column)s”. The file has: %(columns)s.",
                column=_short(column), columns=self.listed,
            )  # fmt: skip
        if len(found) > 1:
            raise InvalidError(
                "%(count)s columns are called “%(column)s”. Give each its own name first.",
                count=len(found), column=_short(column),
            )  # fmt: skip
        return found[0]

    @property
    def listed(self) -> str:
        """The names of the columns in one line."""
        names = ", ".join(f"“{_short(name)}”" for name in self.columns[:_LISTED_COLUMNS])
        more = len(self.columns) - _LISTED_COLUMNS
        return f"{names} … (+{more})" if more > 0 else names

    @property
    def encoding_words(self) -> str:
        """The encoding in words for people."""
        words = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
        return words[self.encoding]


@dataclass
class Row:
    """One line of the export; `cells` reach to the last column, missing ones are empty."""

    line: int
    cells: list[str] = field(default_factory=list)
    whole: bool = True  # as many cells as the header


def open_table(path: Path, *, limit_mb: int) -> Table:
    """What the file is; InvalidError or TooLargeError says in one sentence why it is not read."""
    size = path.stat().st_size
    if size == 0:
        raise InvalidError("The file is empty.")
    if size > limit_mb * _MEGABYTE:
        raise TooLargeError(
            "The file has %(size)s MB; the limit is %(limit)s MB. Export a shorter period or "
            "fewer columns.",
            size=f"{size / _MEGABYTE:.0f}", limit=limit_mb,
        )  # fmt: skip
    content_hash, encoding = _examine(path)
    with _text(path, encoding) as stream:
        delimiter, columns, line = _header(stream)
    return Table(path, content_hash, encoding, delimiter, columns, line)


def rows(table: Table) -> Iterator[Row]:
    """The lines after the header, blank ones left out, with their line numbers."""
    with _text(table.path, table.encoding) as stream:
        reader = csv.reader(stream, delimiter=table.delimiter, strict=True)
        width, start = len(table.columns), 1
        for cells in _reading(reader):
            line, start = start, reader.line_num + 1
            if line <= table.header_line or not any(cell.strip() for cell in cells):
                continue
            extra = [cell for cell in cells[width:] if cell.strip()]
            whole = len(cells) >= width and not extra
            yield Row(line, cells[:width] + [""] * (width - len(cells)), whole)


def first_rows(table: Table, count: int) -> list[list[str]]:
    """The first rows as they stand in the file, for a look at them."""
    found: list[list[str]] = []
    for row in rows(table):
        if len(found) == count:
            break
        found.append(row.cells)
    return found


def uneven(broken: int, rows: int) -> InvalidError:
    """The error for a file most of whose lines have more or fewer cells than its header."""
    return InvalidError(
        "Rows with more or fewer cells than the header: %(broken)s of %(rows)s. Texts that "
        "contain the delimiter need quotation marks.",
        broken=broken, rows=rows,
    )  # fmt: skip


def check_table(path: Path, *, limit_mb: int) -> None:
    """Refuse a file that cannot be read or holds nothing but a header."""
    if not first_rows(open_table(path, limit_mb=limit_mb), 1):
        raise InvalidError("The file has a header and no rows.")


def _examine(path: Path) -> tuple[str, str]:
    digest = hashlib.sha256()
    encoding = ""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            encoding = encoding or _marked_encoding(block)
            if encoding != "utf-16" and b"\0" in block:
                raise InvalidError(
                    "The file holds binary data, not text. Save it as CSV (UTF-8) and try again."
                )
            digest.update(block)
    return digest.hexdigest(), encoding if encoding == "utf-16" else _eight_bit(path)


def _marked_encoding(start: bytes) -> str:
    for magic, name in _NOT_TABLES:
        if start.startswith(magic):
            raise InvalidError("The file is %(kind)s. Save the sheet as CSV (UTF-8) and try again.",
                               kind=name)  # fmt: skip
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if marked else "utf-8-sig"


def _eight_bit(path: Path) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding) as stream:
                while stream.read(_BLOCK):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise InvalidError(
        "The letters of the file cannot be read: it is neither UTF-8, UTF-16 nor Windows-1252. "
        "Save it as CSV (UTF-8) and try again."
    )


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[TextIO]:
    try:
        with path.open(encoding=encoding, newline="") as stream:
            yield stream
    except UnicodeError as error:
        raise InvalidError(
            "The file says it is UTF-16 and breaks off inside a letter. Save it again as CSV."
        ) from error


def _header(stream: TextIO) -> tuple[str, tuple[str, ...], int]:
    hint, given = 0, ""
    first = stream.readline()
    while first and not first.strip():
        hint, first = hint + 1, stream.readline()
    if first.strip().lower() in {"sep=,", "sep=;", "sep=\t", "sep="}:
        given = first.strip("\r\n")[4:5]
        hint, first = hint + 1, stream.readline()
    delimiter = given or _most_columns(first)
    stream.seek(0)
    return _read_header(stream, delimiter, hint)


def _most_columns(line: str) -> str:
    counts = {d: len(next(csv.reader([line], delimiter=d), [])) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: counts[d])


def _read_header(stream: TextIO, delimiter: str, skip: int) -> tuple[str, tuple[str, ...], int]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    for cells in _reading(reader):
        if reader.line_num > skip and any(cell.strip() for cell in cells):
            return delimiter, _names(cells), reader.line_num
    raise InvalidError("The file has no header: its first line must name the columns.")


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    names = [" ".join(cell.split()) or f"column {i}" for i, cell in enumerate(cells, start=1)]
    while len(names) > 1 and not cells[len(names) - 1].strip():
        names.pop()
    if any("\0" in name for name in names):
        raise InvalidError("The header holds binary data. Save the file as CSV (UTF-8).")
    return tuple(names)


def _reading(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise InvalidError(
            "Up to line %(line)s the file cannot be taken apart: a quotation mark is opened and "
            "not closed, or stands inside a text without being doubled.",
            line=line,
        ) from error


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:57]}…"
