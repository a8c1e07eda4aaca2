"""The command line's way of taking exports in: progress on one line, then what the file shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from ..analysis.results import Cell
from ..assessment.models import Assessment
from ..config import Settings
from ..db import Stores, now
from ..errors import NotFoundError, SopError
from ..jobs import JobQueue, get_job, in_words
from ..release.queries import cells
from .service import ImportReport, import_comments, import_times
from .workbook import is_workbook, write_csv

LISTED = 20


def import_comments_file(
    stores: Stores, settings: Settings, path: Path, *, assessment_id: int | None, **columns: Any
) -> str:
    """Take in a file of complaints; a summary of its themes for the terminal."""
    number = _assessment(stores, assessment_id)
    with _table(path) as table:
        report = import_comments(stores, number, table, limit_mb=settings.import_limit_mb,
                                 file_name=path.name, progress=_show, now=now(),
                                 **columns)  # fmt: skip
    themes = _released(stores, report, "theme")
    lines = [f"  {t.n:>6}  {t.detail['name']}" for t in themes if t.about.startswith("p-")]
    return "\n".join([_taken(report), _themes_line(len(lines)), *lines[:LISTED]])


def import_times_file(
    stores: Stores, settings: Settings, path: Path, *, assessment_id: int | None, source: str,
    **columns: Any,
) -> str:  # fmt: skip
    """Take in a file of time stamps; the waits it shows for the terminal."""
    number = _assessment(stores, assessment_id)
    with _table(path) as table:
        report = import_times(stores, number, table, source_name=source, file_name=path.name,
                              limit_mb=settings.import_limit_mb, progress=_show, now=now(),
                              **columns)  # fmt: skip
    waits = _released(stores, report, "waits")
    return "\n".join([_taken(report), *(_wait(cell) for cell in waits)])


def _assessment(stores: Stores, wanted: int | None) -> int:
    if wanted is not None:
        return wanted
    with stores.core.reading() as session:
        newest: int | None = session.scalar(select(func.max(Assessment.id)))
    if newest is None:
        raise NotFoundError("There is no assessment yet. Start one in the browser first.")
    return newest


@contextmanager
def _table(path: Path) -> Iterator[Path]:
    """The file, or the sheet of a workbook as one."""
    if not path.is_file():
        raise NotFoundError("There is no file %(path)s.", path=path)
    if not path.stat().st_size or not is_workbook(path):
        yield path
        return
    with TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.csv"
        write_csv(path, sheet, lambda rows: _show(0.0, f"Reading the workbook: {rows} rows"))
        yield sheet


def _released(stores: Stores, report: ImportReport, statistic: str) -> list[Cell]:
    _show(0.8, "Working out what it shows")
    queue = JobQueue(stores, inline=True)
    job = get_job(stores, queue.start("release_import", file_id=report.file_id))
    _show(1.0, "Done")
    print(file=sys.stderr)
    if job.state != "done":
        raise SopError(in_words(job))
    return list(cells(stores, [int(job.result["release"])], statistic=statistic))


def _taken(report: ImportReport) -> str:
    aside = ", ".join(f"{count} {why}" for why, count in report.set_aside.items() if count)
    return f"{report.kept} of {report.rows} rows taken in" + (f" (left out: {aside})." if aside
                                                              else ".")  # fmt: skip


def _themes_line(count: int) -> str:
    if not count:
        return "Too few different comments to sort into themes; the browser lists them."
    most = f"the {LISTED} largest" if count > LISTED else "the largest first"
    return f"{count} themes, {most}:" if count > 1 else "One theme:"


def _wait(cell: Cell) -> str:
    group = "all sources" if cell.group == "all" else cell.group.partition(":")[2]
    step = f"{cell.detail['step']}, {group}"
    if cell.value is None:
        return f"  {step}: too few arrived to say how long it takes."
    return (
        f"  {step}: half of {cell.n} waited longer than {_days(cell.value)}"
        f" ({_days(cell.low)} to {_days(cell.high)}), one in ten longer than"
        f" {_days(cell.detail['p90'])}; {cell.detail['never']} never arrived."
    )


def _days(minutes: float | None) -> str:
    if minutes is None:
        return "unknown"
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"


def _show(share: float, message: str) -> None:
    print(f"\r{share:4.0%} {message:<40}", end="", file=sys.stderr, flush=True)
