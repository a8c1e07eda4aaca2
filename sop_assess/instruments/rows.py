"""Numbered rows of a form: `note.0.text`, `note.1.text` and so on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .answers import Fields, first

MOST_ROWS = 300


def rows(fields: Fields, prefix: str) -> Iterator[dict[str, str]]:
    """The rows with this prefix in their order, without empty ones.

    >>> list(rows({"note.1.text": ["b"], "note.0.text": ["a"], "note.2.text": [""]}, "note"))
    [{'text': 'a'}, {'text': 'b'}]
    """
    found = _numbered(fields, prefix)
    for number in sorted(found)[:MOST_ROWS]:
        yield found[number]


def last_row(fields: Fields, prefix: str) -> int:
    """The number of the last filled row that counts, -1 where there is none.

    >>> last_row({"note.0.text": ["a"], "note.4.text": ["b"], "note.9.text": [""]}, "note")
    4
    """
    return min(max(_numbered(fields, prefix), default=-1), MOST_ROWS)


def _numbered(fields: Fields, prefix: str) -> dict[int, dict[str, str]]:
    pattern = re.compile(rf"{re.escape(prefix)}\.([0-9]{{1,4}})\.([a-z_]+)")
    found: dict[int, dict[str, str]] = {}
    for name in fields:
        match = pattern.fullmatch(name)
        if match and first(fields, name):
            found.setdefault(int(match[1]), {})[match[2]] = first(fields, name)
    return found
