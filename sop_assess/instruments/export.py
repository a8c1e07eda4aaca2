"""Named submissions as one CSV file, row by row from one cursor."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Text, cast, select

from ..db import Stores
from ..errors import ForbiddenError
from ..spreadsheet import BYTE_ORDER_MARK, safe_cell
from .answer_models import Submission
from .definition import Leaf
from .models import Assignment
from .queries import definition_of, get_round
from .registries import KINDS

_BATCH: Final = 500
_HEADER: Final = ("submission", "received", "review", "case", "location")
# States that are no answer stand in brackets, so that none of them reads as a No.
_STATES: Final = {"not_applicable": "[not applicable]", "not_my_area": "[not my area]",
                  "not_observed": "[not observed]", "cannot_recall": "[cannot recall]",
                  "not_asked": "[not asked]", "declined": "[declined]"}  # fmt: skip


def csv_rows(stores: Stores, round_id: int) -> Iterator[str]:
    """The file in pieces of some hundred rows; anonymous rounds have no rows to give."""
    found = get_round(stores, round_id)
    if KINDS[found.kind].anonymous:
        raise ForbiddenError("A staff survey has no single answers to export, only its figures.")
    leaves = definition_of(stores, found.version_id).leaves
    return _pieces(stores, round_id, leaves)


def _pieces(stores: Stores, round_id: int, leaves: Sequence[Leaf]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    writer.writerow([*_HEADER, *(leaf.code for leaf in leaves)])
    codes = [leaf.code for leaf in leaves]
    # No order: sorting would read everything before the first row leaves.
    query = (
        select(Submission.id, Submission.received_at, Submission.review, Submission.case_key,
               Assignment.location, cast(Submission.document, Text))
        .outerjoin(Assignment, Assignment.id == Submission.assignment_id)
        .where(Submission.round_id == round_id, Submission.superseded_by.is_(None))
    )  # fmt: skip
    with stores.core.reading() as session:
        for batch in session.execute(query.execution_options(yield_per=_BATCH)).partitions():
            for *head, document in batch:
                answers = orjson.loads(document)["answers"]
                writer.writerow([*map(safe_cell, head), *_values(answers, codes)])
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _values(answers: Mapping[str, Mapping[str, Any]], codes: Sequence[str]) -> list[Any]:
    get = answers.get
    return ["" if (answer := get(code)) is None else _value(answer) for code in codes]


def _value(answer: Mapping[str, Any]) -> Any:
    value = answer.get("value")
    if isinstance(value, str):
        return value if value.isalnum() else safe_cell(value)
    if value is None:
        return _STATES.get(answer.get("state", ""), "")
    return "|".join(value) if isinstance(value, list) else value
