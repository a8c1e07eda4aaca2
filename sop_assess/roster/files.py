"""A staff list as a file: CSV or workbook, its header, and which column holds what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask_babel import gettext as _

from ..errors import InvalidError, TooLargeError
from ..imports import tables, workbook
from ..imports.tables import Row
from ..translatable import OwnWord

MOST_PEOPLE: Final = 50_000
MOST_COLUMNS: Final = 60
_ROLES: Final[Mapping[str, str]] = {
    "mail": r"(?:e.?)?mail(?:.?(?:address|adresse))?s?|address|adresse",
    "name": r"(?:full |display )?names?|employee|person|mitarbeiter(?:in)?|vollständiger name",
    "first": r"first.?name|given.?name|vorname",
    "last": r"last.?name|family.?name|surname|nachname|familienname",
    "unit": r"units?|departments?|teams?|group|org(?:anisation|anization)?.?unit|abteilung|einheit"
    r"|bereich|gruppe|organisationseinheit",
    "parent": r"parent(?:.?(?:unit|department))?|division|part of|belongs to|übergeordnet.*"
    r"|hauptabteilung|gehört zu",
}  # fmt: skip
_ROLE_WORDS: Final[Mapping[str, OwnWord]] = {
    "mail": OwnWord("mail address"), "name": OwnWord("name"), "first": OwnWord("first name"),
    "last": OwnWord("last name"), "unit": OwnWord("unit"), "parent": OwnWord("parent unit"),
}  # fmt: skip


@dataclass(frozen=True)
class StaffFile:
    """A file that can be read: how it is written, and the place of each known column."""

    written: str
    columns: tuple[str, ...]
    places: Mapping[str, int]
    source: tables.Table | list[list[str]]

    def rows(self) -> Iterator[Row]:
        """The lines after the header, blank ones left out."""
        source = self.source
        found = (
            tables.rows(source) if isinstance(source, tables.Table) else _sheet_rows(source, self)
        )
        for number, row in enumerate(found, start=1):
            if number > MOST_PEOPLE:
                raise TooLargeError("The file has more than %(most)s lines. Split it by company "
                                    "part.", most=MOST_PEOPLE)  # fmt: skip
            yield row

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns that are not kept."""
        used = set(self.places.values())
        return tuple(name for place, name in enumerate(self.columns) if place not in used)


def open_file(path: Path, *, limit_mb: int) -> StaffFile:
    """What the file is; InvalidError or TooLargeError says why it is not read."""
    if path.stat().st_size and workbook.is_workbook(path):
        cells = workbook.sheet_rows(path, most_rows=MOST_PEOPLE + 100, most_columns=MOST_COLUMNS)
        columns = _sheet_header(cells)
        return StaffFile(_("Excel workbook, first sheet"), columns, _places(columns), cells)
    table = tables.open_table(path, limit_mb=limit_mb)
    _check_width(len(table.columns))
    separator = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs")}.get(
        table.delimiter, table.delimiter
    )
    written = _("CSV in %(encoding)s, separated by %(separator)s",
                encoding=table.encoding_words, separator=separator)  # fmt: skip
    return StaffFile(written, table.columns, _places(table.columns), table)


def _places(columns: tuple[str, ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    for role, pattern in _ROLES.items():
        found = [i for i, name in enumerate(columns) if re.fullmatch(pattern, name.casefold())]
        if len(found) > 1:
            one, two = (columns[place][:60] for place in found[:2])
            raise InvalidError(
                "Two columns could be the %(role)s: “%(one)s” and “%(two)s”. Rename or remove one.",
                role=_ROLE_WORDS[role], one=one, two=two,
            )  # fmt: skip
        if found:
            places[role] = found[0]
    if "mail" not in places:
        raise InvalidError(
            "No column is called “mail”. The first line must name the columns: mail, unit and, "
            "if you like, name and parent. It says: %(columns)s.",
            columns=", ".join(f"“{name[:40]}”" for name in columns[:12]),
        )
    return places


def _check_width(columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise TooLargeError(
            "The file has more than %(most)s columns. Keep mail, unit, parent and name, and "
            "remove the rest.",
            most=MOST_COLUMNS,
        )


def _sheet_header(sheet: list[list[str]]) -> tuple[str, ...]:
    cells = next((cells for cells in sheet if cells), None)
    if cells is None:
        raise InvalidError("The sheet is empty: its first line must name the columns.")
    _check_width(len(cells))
    names = [" ".join(cell.split()) for cell in cells]
    return tuple(name or f"column {i}" for i, name in enumerate(names, start=1))


def _sheet_rows(sheet: list[list[str]], file: StaffFile) -> Iterator[Row]:
    width = len(file.columns)
    lines = [(line, cells) for line, cells in enumerate(sheet, start=1) if cells]
    for line, cells in lines[1:]:
        whole = len(cells) <= width
        yield Row(line, cells[:width] + [""] * (width - len(cells)), whole)
