"""CSV for spreadsheets: texts never become formulas, numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

BYTE_ORDER_MARK = "﻿"
_FORMULA_STARTS = frozenset("=+-@|%")
_PLAIN_NUMBER = re.compile(r"[+\-−]?\d+(?:[.,]\d+)?(?: ?%)?")
_KEPT_CONTROLS = frozenset("\t\n\r")


def safe_cell(value: object) -> str | int | float:
    """The value as a spreadsheet may open it: numbers as they are, formulas as text.

    >>> safe_cell(-4.5), safe_cell("-4.5"), safe_cell("=1+1"), safe_cell(None)
    (-4.5, '-4.5', "'=1+1", '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return "" if value != value else value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _safe_text(str(value))


def write_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A CSV file line by line: UTF-8 with a byte order mark, every text in quotation marks."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    for row in chain([header], rows):
        writer.writerow([safe_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _safe_text(text: str) -> str:
    # Nearly every cell is plain words; only the others need the slow look at each character.
    if text[:1].isalnum() and text.isprintable():
        return text
    visible = "".join(
        c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    if _PLAIN_NUMBER.fullmatch(visible):
        return visible
    return f"'{visible}" if _may_be_formula(visible) else visible


def _may_be_formula(text: str) -> bool:
    if text[:1] in _KEPT_CONTROLS:
        return True
    # Programs skip spaces, quotation marks and invisible characters, and fold full-width forms.
    start = next((c for c in text if not _is_skipped(c)), "")
    return unicodedata.normalize("NFKC", start)[:1] in _FORMULA_STARTS


def _is_skipped(character: str) -> bool:
    return character in "\"'" or character.isspace() or unicodedata.category(character) == "Cf"
