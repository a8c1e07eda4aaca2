"""Complaints and other comments out of an export: masked, with the stage they are about. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..analysis.text.clean import mask, normalise
from ..errors import InvalidError
from ..translatable import marked
from .tables import Row, Table, rows, uneven

LONGEST: Final = 20_000
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class CommentColumns:
    """Which columns hold what."""

    text: str
    stage: str | None = None


@dataclass
class Comments:
    """What was read: texts with stages, and what was left out and why."""

    found: list[tuple[str, str | None]] = field(default_factory=list)
    set_aside: Counter[str] = field(default_factory=Counter)
    unknown_stages: Counter[str] = field(default_factory=Counter)
    rows: int = 0


def read_comments(
    table: Table, columns: CommentColumns, stages: Mapping[str, str], progress: Progress
) -> Comments:
    """All comments of the table. `stages` maps a stage's code or name, case-folded, to its code."""
    text_at = table.position(columns.text)
    stage_at = table.position(columns.stage) if columns.stage else None
    comments = Comments()
    for row in rows(table):
        comments.rows += 1
        if comments.rows % 2000 == 0:
            progress(0.5, marked("Reading the rows"))
        _take(comments, row, text_at, stage_at, stages)
    if not comments.rows:
        raise InvalidError("The file has a header and no rows.")
    if not comments.found:
        raise InvalidError(
            "The column “%(column)s” holds no comment in any row. Choose another one.",
            column=columns.text,
        )
    _check_shape(comments)
    return comments


def _take(
    comments: Comments, row: Row, text_at: int, stage_at: int | None, stages: Mapping[str, str]
) -> None:
    text = normalise(row.cells[text_at])
    if reason := _why_not(row, text):
        comments.set_aside[reason] += 1
        return
    stage = None
    if stage_at is not None and (given := normalise(row.cells[stage_at])):
        stage = stages.get(given.casefold())
        if stage is None:
            comments.unknown_stages[given[:60]] += 1
    comments.found.append((mask(text), stage))


def _why_not(row: Row, text: str) -> str | None:
    if not row.whole:
        return "broken"
    if not any(character.isalnum() for character in text):
        return "empty"
    return "too_long" if len(text) > LONGEST else None


def _check_shape(comments: Comments) -> None:
    broken = comments.set_aside["broken"]
    if broken * 2 > comments.rows:
        raise uneven(broken, comments.rows)
