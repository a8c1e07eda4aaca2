"""Excel workbooks among the imports: the first sheet becomes a table like any other export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.errors import JobCancelledError, TooLargeError
from sop_assess.imports import workbook as workbooks
from sop_assess.imports.commands import import_comments_file
from sop_assess.imports.queries import files_of
from sop_assess.imports.tables import open_table, rows
from sop_assess.imports.workbook import write_csv
from tests.accounts.people import post, signed_in
from tests.roster.conftest import workbook
from tests.roster.test_reading import SHEET, changed
from tests.themes.written import written

from .test_views import COLUMNS, upload


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment as spreadsheets know it: without a zone."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


STAMPS = [["lead", "received", "in queue", "channel"],
          *([i, at(1, 8), at(1 + i % 5, 17, 30), "Phone"]
            for i in range(1, 21)),
          [21, at(1, 8), None, "Phone"]]  # fmt: skip


def silent(_rows: int) -> None:
    """Nobody watches."""


def book(folder: Path, content: Sequence[Sequence[object]], name: str = "export.xlsx") -> Path:
    return workbook(folder / name, content)


@pytest.fixture
def owner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    return signed_in(app, sqlite_stores, "owner")


def test_cells_become_what_a_person_would_write(tmp_path: Path) -> None:
    cells = [["what", "when", "day", "at", "many", "share", "left"],
             ["Late, “again”\nand again", at(1, 8, 5), date(2026, 3, 2), time(9, 30),
              12.0, 0.25, None], [], ["=1+1", None, None, None, 3]]  # fmt: skip
    target = tmp_path / "sheet"
    write_csv(book(tmp_path, cells), target, silent)
    table = open_table(target, limit_mb=1)
    assert table.columns == tuple(cells[0])
    found = {row.line: row.cells for row in rows(table)}
    assert found[2] == ["Late, “again”\nand again", "2026-03-01 08:05:00", "2026-03-02",
                        "09:30:00", "12", "0.25", ""]  # fmt: skip
    # A formula is not worked out: without a stored result its cell is empty.
    assert list(found.values())[1] == ["", "", "", "", "3", "", ""]


def test_time_stamps_go_from_workbook_to_waits(
    owner: FlaskClient, sqlite_stores: Stores, assessment_id: int, tmp_path: Path
) -> None:
    answer = upload(owner, assessment_id, "times", book(tmp_path, STAMPS).read_bytes(), "l.xlsx")
    assert "/jobs/" in answer.location
    job = owner.get(answer.location, headers={"Accept": "application/json"}).json
    assert job["state"] == "done"
    page = owner.get(job["next_url"]).get_data(as_text=True)
    assert "The first sheet of l.xlsx has 4 columns." in page
    assert '<option value="received" selected>' in page
    page = post(owner, job["next_url"], **COLUMNS).get_data(as_text=True)
    assert "<h1>21 rows can be used.</h1>" in page
    assert post(owner, job["next_url"], **COLUMNS, confirmed="1").status_code == 303
    assert [file.file_name for file in files_of(sqlite_stores, assessment_id)] == ["l.xlsx"]


def test_the_same_sheet_is_known_again(
    owner: FlaskClient, assessment_id: int, tmp_path: Path
) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        content = book(tmp_path, STAMPS, name).read_bytes()
        job = upload(owner, assessment_id, "times", content, name).location
        columns = owner.get(job, headers={"Accept": "application/json"}).json["next_url"]
        last = post(owner, columns, **COLUMNS, confirmed="1")
    assert last.status_code == 409
    assert "as “one.xlsx”" in last.get_data(as_text=True)


def test_a_workbook_that_is_not_let_in_is_refused_at_once(
    owner: FlaskClient, sqlite_stores: Stores, assessment_id: int, tmp_path: Path
) -> None:
    content = changed(tmp_path / "book.xlsx", {"xl/vbaProject.bin": b"macro"})
    answer = upload(owner, assessment_id, "comments", content, "x.xlsx")
    assert answer.status_code == 422
    assert "The workbook holds macros" in answer.get_data(as_text=True)
    assert list((sqlite_stores.files / "uploads").iterdir()) == []


@pytest.mark.parametrize(("content", "said"), [
    ({SHEET: b"<worksheet"}, "The workbook is damaged"), ({}, "a header and no rows"),
])  # fmt: skip
def test_a_sheet_that_cannot_be_read_says_why_on_the_page_of_the_job(
    owner: FlaskClient, assessment_id: int, tmp_path: Path, content: dict[str, Any], said: str
) -> None:
    data = changed(tmp_path / "book.xlsx", content) if content else (
        book(tmp_path, [["text"]]).read_bytes())  # fmt: skip
    answer = upload(owner, assessment_id, "comments", data, "x.xlsx")
    page = owner.get(answer.location).get_data(as_text=True)
    assert said in page
    assert f'href="/a/{assessment_id}/imports/comments"' in page


def test_a_cancelled_reading_leaves_the_upload_for_another_try(
    owner: FlaskClient, sqlite_stores: Stores, assessment_id: int, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def stop(_path: Path, target: Path, _tell: object) -> None:
        target.write_text("half")
        raise JobCancelledError

    with monkeypatch.context() as patched:
        patched.setattr("sop_assess.imports.job.write_csv", stop)
        content = book(tmp_path, STAMPS).read_bytes()
        job = upload(owner, assessment_id, "times", content, "x.xlsx").location
    assert "The work was cancelled." in owner.get(job).get_data(as_text=True)
    assert len(list((sqlite_stores.files / "uploads").iterdir())) == 2  # the file and its name
    again = post(owner, f"{job}/again", job).location
    columns = owner.get(again, headers={"Accept": "application/json"}).json["next_url"]
    assert '<option value="received" selected>' in owner.get(columns).get_data(as_text=True)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 10)
    with pytest.raises(TooLargeError, match="more than 10 rows"):
        write_csv(book(tmp_path, STAMPS), tmp_path / "sheet", silent)


def test_somebody_who_watches_hears_of_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_TOLD_EVERY", 10)
    heard: list[int] = []
    write_csv(book(tmp_path, STAMPS), tmp_path / "sheet", heard.append)
    assert heard == [10, 20]


def test_the_command_line_takes_a_workbook(
    sqlite_stores: Stores, settings: Settings, assessment_id: int, tmp_path: Path
) -> None:
    path = book(tmp_path, [["text", "stage"], *written(60)])
    told = import_comments_file(sqlite_stores, settings, path, assessment_id=assessment_id,
                                text_column="text", stage_column="stage",
                                source="Help desk")  # fmt: skip
    assert told.startswith("60 of 60 rows taken in.")
    assert [file.file_name for file in files_of(sqlite_stores, assessment_id)] == ["export.xlsx"]


def test_reading_a_workbook_can_be_cancelled() -> None:
    from sop_assess.jobs import CANCELLABLE

    assert "read_workbook" in CANCELLABLE
