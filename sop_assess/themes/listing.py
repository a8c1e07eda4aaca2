"""The comments of one theme, page by page. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..analysis.text.clean import mask
from ..analysis.text.curated import ELSEWHERE, DecisionError
from ..errors import NotFoundError
from .measured import Measured


@dataclass(frozen=True)
class CommentRow:
    """One different comment. `text` is its number for a decision "move", None where nothing can be
    decided: a comment that says nothing, or of which nothing is left after masking."""

    text: int | None
    words: str
    count: int
    stage: str | None
    severity: int | None
    moved: bool
    judged: str | None = None


@dataclass(frozen=True)
class Comments:
    """One page of the different comments of a theme, and how many there are in all."""

    theme: str
    page: int
    pages: int
    total: int
    rows: tuple[CommentRow, ...]


def listed(measured: Measured, theme: str, page: int, per_page: int) -> Comments:
    """The comments of a theme, the most frequent first; NotFoundError for a theme that is none."""
    try:
        label = ELSEWHERE[theme] if theme in ELSEWHERE else measured.curated.index(theme)
    except DecisionError as error:
        raise NotFoundError("This theme does not exist any more.") from error
    sorting = measured.curated.sorting
    texts = np.flatnonzero(measured.text_labels == label)
    texts = texts[np.argsort(-sorting.weights[texts], kind="stable")]
    # What the cleaning set aside is no different text: its comments follow one by one.
    aside = np.flatnonzero(sorting.places == label) if theme in ELSEWHERE else texts[:0]
    total = len(texts) + len(aside)
    pages = max(1, -(-total // per_page))
    page = min(max(1, page), pages)
    window = range((page - 1) * per_page, min(page * per_page, total))
    rows = tuple(
        text_row(measured, int(texts[i])) if i < len(texts)
        else _aside_row(measured, int(aside[i - len(texts)]))
        for i in window
    )  # fmt: skip
    return Comments(theme, page, pages, total, rows)


def text_row(measured: Measured, text: int) -> CommentRow:
    """One different comment of a set."""
    first = int(measured.first_rows[text])
    sorting = measured.curated.sorting
    return CommentRow(
        text, mask(measured.facts.text(first)), int(sorting.weights[text]),
        measured.facts.stage.at(first), int(measured.facts.severity[first]) or None,
        text in measured.curated.moved, measured.curated.judged.get(text),
    )  # fmt: skip


def _aside_row(measured: Measured, row: int) -> CommentRow:
    facts = measured.facts
    return CommentRow(None, mask(facts.text(row)), 1, facts.stage.at(row),
                      int(facts.severity[row]) or None, False)  # fmt: skip
