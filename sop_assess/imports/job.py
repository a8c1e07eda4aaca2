"""Heavy work on imports, called by the job queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..assessment.findings import update_findings
from ..assessment.jobs import release_import
from ..db import Stores, now
from ..jobs import Progress, part_of
from ..translatable import marked
from . import service, uploads
from .tables import check_table
from .workbook import write_csv


def read_workbook(
    stores: Stores, progress: Progress, assessment_id: int, kind: str, token: str
) -> dict[str, Any]:
    """Put the first sheet of an uploaded workbook in its place as a table; else it stays."""
    found = uploads.find(stores, token)
    sheet = found.path.with_suffix(".sheet")

    def tell(rows: int) -> None:
        # How many rows there are is known at the end only.
        progress(rows / (rows + 20_000), marked("Reading the workbook"))

    tell(0)
    try:
        write_csv(found.path, sheet, tell)
        check_table(sheet, limit_mb=stores.settings.import_limit_mb)
        sheet.replace(found.path)
    finally:
        sheet.unlink(missing_ok=True)
    return {"next_url": f"/a/{assessment_id}/imports/{kind}/{token}"}


def import_comments(
    stores: Stores,
    progress: Progress,
    assessment_id: int,
    token: str,
    columns: Mapping[str, Any],
    by: int | None = None,
) -> dict[str, Any]:
    """Take an upload of comments in and sort them into themes, or keep nothing of it."""
    found = uploads.find(stores, token)
    report = service.import_comments(
        stores, assessment_id, found.path, file_name=found.file_name, by=by, now=now(),
        limit_mb=stores.settings.import_limit_mb, progress=part_of(progress, 0.0, 0.3), **columns,
    )  # fmt: skip
    return _worked_out(stores, part_of(progress, 0.3, 1.0), report, token, by)


def import_times(
    stores: Stores,
    progress: Progress,
    assessment_id: int,
    token: str,
    columns: Mapping[str, Any],
    by: int | None = None,
) -> dict[str, Any]:
    """Take an upload of time stamps in and work the waits out, or keep nothing of it."""
    found = uploads.find(stores, token)
    report = service.import_times(
        stores, assessment_id, found.path, file_name=found.file_name, by=by, now=now(),
        limit_mb=stores.settings.import_limit_mb, progress=part_of(progress, 0.0, 0.5), **columns,
    )  # fmt: skip
    return _worked_out(stores, part_of(progress, 0.5, 1.0), report, token, by)


def withdraw_import(
    stores: Stores, progress: Progress, file_id: int, by: int | None = None
) -> dict[str, Any]:
    """Remove an imported file and work the findings out without it."""
    progress(0.2, marked("Removing the rows"))
    assessment_id = service.withdraw_import(stores, file_id, by=by, now=now())
    progress(0.5, marked("Working out the findings"))
    return {"findings": update_findings(stores, assessment_id)}


def _worked_out(
    stores: Stores, progress: Progress, report: service.ImportReport, token: str, by: int | None
) -> dict[str, Any]:
    """Release what the file shows; on the way out for any reason its rows are taken back, so that
    the upload can be imported again."""
    try:
        done = release_import(stores, progress, report.file_id)
    except Exception:
        service.withdraw_import(stores, report.file_id, by=by, now=now())
        raise
    uploads.discard(stores, token)
    return {**done, "next_url": f"/a/{done['assessment']}/imports/{report.file_id}"}
