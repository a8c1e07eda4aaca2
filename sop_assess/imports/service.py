"""Taking an export in: checked completely, then written in one transaction, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import Table as SqlTable
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from ..accounts.audit import audit
from ..assessment.models import Assessment
from ..assessment.queries import get_assessment, stages_of
from ..db import CoreBase, Stores
from ..errors import ConflictError, InvalidError, NotFoundError
from ..jobs import Progress, quietly
from ..release.models import Release
from ..themes import store as theme_store
from ..translatable import marked
from .comments import CommentColumns, Comments, read_comments
from .models import ImportedComment, ImportedFile, ImportedTime
from .moments import Order
from .suggestions import guess_subject, stage_lookup, subjects_of
from .tables import Table, open_table
from .times import TimeColumns, TimeRow, Times, read_times

BATCH: Final = 5_000
LIMIT_MB: Final = 50


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: rows read, rows kept, and what was left out and why."""

    file_id: int
    rows: int
    kept: int
    encoding: str
    set_aside: Mapping[str, int] = field(default_factory=dict)
    unknown_stages: Mapping[str, int] = field(default_factory=dict)


def import_comments(
    stores: Stores,
    assessment_id: int,
    path: Path,
    *,
    text_column: str,
    stage_column: str | None = None,
    source: str,
    file_name: str = "",
    limit_mb: int = LIMIT_MB,
    progress: Progress = quietly,
    by: int | None = None,
    now: datetime,
) -> ImportReport:
    """Take in complaints or other comments with personal names masked. Release them afterwards."""
    stages = _open_stages(stores, assessment_id)
    table = open_table(path, limit_mb=limit_mb)
    columns = CommentColumns(text_column, stage_column or None)
    entry = _entry(assessment_id, "comments", source, file_name or path.name, table, now)
    entry.mapping = {"text": columns.text, "stage": columns.stage}
    refuse_again(stores, assessment_id, entry.kind, entry.content_hash, entry.mapping)
    found = read_comments(table, columns, stage_lookup(stages), progress)
    _describe(entry, table, found)
    entry.mapping["unknown_stages"] = dict(found.unknown_stages.most_common(20))
    progress(0.7, marked("Writing the comments"))
    rows = ({"text": text, "stage": stage} for text, stage in found.found)
    _write(stores, entry, ImportedComment, rows, by)
    return _report(entry, found, found.unknown_stages)


def import_times(
    stores: Stores,
    assessment_id: int,
    path: Path,
    *,
    item: str,
    start: str,
    end: str,
    step: str | None = None,
    source_column: str | None = None,
    step_label: str = "",
    order: str | None = None,
    subjects: Mapping[str, str] | None = None,
    source_name: str,
    file_name: str = "",
    limit_mb: int = LIMIT_MB,
    progress: Progress = quietly,
    by: int | None = None,
    now: datetime,
) -> ImportReport:
    """Take in time stamps. `subjects` maps a step's name to a stage or hand-off ("S1>S2", or ""
    for none); steps it leaves out are guessed from their names. Release them afterwards."""
    codes = [code for code, _ in _open_stages(stores, assessment_id)]
    table = open_table(path, limit_mb=limit_mb)
    columns = time_columns(item=item, start=start, end=end, step=step, source=source_column,
                           step_label=step_label, order=order)  # fmt: skip
    entry = _entry(assessment_id, "times", source_name, file_name or path.name, table, now)
    entry.mapping = dict(vars(columns))
    refuse_again(stores, assessment_id, entry.kind, entry.content_hash, entry.mapping)
    found = read_times(table, columns, progress)
    _describe(entry, table, found)
    entry.mapping["aside_by_step"] = dict(found.aside_by_step)
    entry.mapping["steps"] = _subjects(found.found, codes, subjects or {})
    progress(0.7, marked("Writing the rows"))
    _write(stores, entry, ImportedTime, (row._asdict() for row in found.found), by)
    return _report(entry, found, {})


def withdraw_import(stores: Stores, file_id: int, *, by: int | None = None, now: datetime) -> int:
    """Remove a file with its rows and take its figures out of the current ones; the id of its
    assessment. Findings are to be worked out again afterwards."""
    with stores.core.writing() as session:
        entry = session.get(ImportedFile, file_id)
        if entry is None:
            raise NotFoundError("This import does not exist.")
        assessment = session.get_one(Assessment, entry.assessment_id)
        if assessment.state == "final":
            raise ConflictError("This assessment is final: nothing can be removed from it.")
        for model in (ImportedComment, ImportedTime):
            session.execute(delete(model).where(model.file_id == file_id))
        source = f"{entry.kind}:{entry.id}"
        session.execute(
            update(Release)
            .where(Release.assessment_id == assessment.id, Release.source == source)
            .values(current=False)
        )
        for row in theme_store.sets_of(session, assessment.id, source):
            theme_store.forget_set(session, row)
        session.delete(entry)
        audit(session, by, "import withdrawn", {"file": file_id, "name": entry.file_name}, now)
    shutil.rmtree(theme_store.vectors_folder(stores, assessment.id, source), ignore_errors=True)
    return assessment.id


def time_columns(
    *,
    item: str,
    start: str,
    end: str,
    step: str | None,
    source: str | None,
    step_label: str = "",
    order: str | None = None,
) -> TimeColumns:
    """The columns of an export of times, as a form or a command names them."""
    if order not in {None, "", "day", "month"}:
        raise InvalidError("The order of a date is “day” or “month” first.")
    known: Order | None = "month" if order == "month" else "day" if order == "day" else None
    return TimeColumns(item, start, end, step or None, source or None, step_label, known)


def _open_stages(stores: Stores, assessment_id: int) -> list[tuple[str, Mapping[str, str]]]:
    if get_assessment(stores, assessment_id).state == "final":
        raise ConflictError("This assessment is final: nothing can be added to it.")
    return [(s.code, s.name) for s in stages_of(stores, assessment_id) if not s.skipped]


def _entry(
    assessment_id: int, kind: str, source: str, file_name: str, table: Table, now: datetime
) -> ImportedFile:
    name = " ".join(source.split())[:120]
    if not name:
        raise InvalidError("Say where the file comes from, for example “CRM export, 9 November”.")
    return ImportedFile(
        assessment_id=assessment_id, kind=kind, source=name, file_name=file_name[-200:],
        content_hash=table.content_hash, mapping={}, rows=0, set_aside=0, imported_at=now,
    )  # fmt: skip


def refuse_again(
    stores: Stores, assessment_id: int, kind: str, content_hash: str, columns: Mapping[str, Any]
) -> None:
    """ConflictError for a file that came before: it may come again only with other columns, as one
    export can hold several steps."""
    with stores.core.reading() as session:
        _check_new(session, assessment_id, kind, content_hash, columns)


def _check_new(
    session: Session, assessment_id: int, kind: str, content_hash: str, columns: Mapping[str, Any]
) -> None:
    query = select(ImportedFile).where(
        ImportedFile.assessment_id == assessment_id,
        ImportedFile.kind == kind,
        ImportedFile.content_hash == content_hash,
    )
    for known in session.scalars(query):
        if all(known.mapping.get(c) == columns.get(c) for c in ("text", "start", "end", "step")):
            raise ConflictError(
                "This file was imported on %(day)s as “%(name)s” (rows: %(rows)s). Nothing was "
                "changed.",
                day=f"{known.imported_at:%d.%m.%Y}", name=known.file_name, rows=known.rows,
            )  # fmt: skip


def _describe(entry: ImportedFile, table: Table, found: Comments | Times) -> None:
    entry.rows, entry.set_aside = found.rows, found.set_aside.total()
    entry.mapping = {
        **entry.mapping,
        "encoding": table.encoding_words,
        "set_aside": dict(found.set_aside),
    }


def _subjects(
    rows: Iterable[TimeRow], stages: Sequence[str], given: Mapping[str, str]
) -> dict[str, str | None]:
    known = set(subjects_of(stages))
    found: dict[str, str | None] = {}
    for step in sorted({row.step for row in rows}):
        subject = given[step] or None if step in given else guess_subject(step, stages)
        if subject is not None and subject not in known:
            raise InvalidError(
                "“%(step)s” is mapped to %(subject)s, which is neither a stage nor a hand-off "
                "here.",
                step=step,
                subject=subject,
            )
        found[step] = subject
    return found


def _write(
    stores: Stores,
    entry: ImportedFile,
    model: type[CoreBase],
    rows: Iterator[dict[str, Any]],
    by: int | None,
) -> None:
    with stores.core.writing() as session:
        _check_new(session, entry.assessment_id, entry.kind, entry.content_hash, entry.mapping)
        session.add(entry)
        session.flush()
        while batch := [{"file_id": entry.id, **row} for row in islice(rows, BATCH)]:
            # The table itself: through its model this takes three times as long.
            session.execute(insert(cast(SqlTable, model.__table__)), batch)
        detail = {"file": entry.id, "kind": entry.kind, "rows": entry.rows}
        audit(session, by, "import", detail, entry.imported_at)


def _report(
    entry: ImportedFile, found: Comments | Times, unknown: Mapping[str, int]
) -> ImportReport:
    return ImportReport(
        file_id=entry.id, rows=found.rows, kept=len(found.found),
        encoding=str(entry.mapping["encoding"]), set_aside=dict(found.set_aside),
        unknown_stages=dict(unknown),
    )  # fmt: skip
