"""A file is taken in whole or not at all, and each refusal is one sentence."""

from __future__ import annotations

import codecs
import zipfile

import pytest
from sqlalchemy import func, select

from sop_assess.accounts.models import AuditEntry
from sop_assess.assessment.models import Assessment
from sop_assess.db import CoreBase
from sop_assess.errors import ConflictError, InvalidError, NotFoundError, SopError
from sop_assess.imports.models import ImportedComment, ImportedFile, ImportedTime
from sop_assess.imports.queries import comment_rows, files_of, get_file, time_rows
from sop_assess.imports.service import import_comments, import_times, withdraw_import
from sop_assess.release.queries import current_releases
from sop_assess.release.store import Edition, write_release

from ..backlog import world
from .files import HEADER, times_csv, write

GOOD = times_csv("1,2026-03-01,2026-03-15,web", "2,2026-03-02,,web", "3,2026-03-02,2026-03-03,fair")
COLUMNS = {"item": "lead", "start": "received", "end": "in queue", "source_column": "channel",
           "step_label": "Lead to salesperson"}  # fmt: skip


def take_times(stores, assessment_id, path, **changes):
    return import_times(stores, assessment_id, path, source_name="CRM", now=world.NOW,
                        **{**COLUMNS, **changes})  # fmt: skip


def take_comments(stores, assessment_id, path, **changes):
    columns = {"text_column": "text", "stage_column": None, **changes}
    return import_comments(stores, assessment_id, path, source="Complaints", now=world.NOW,
                           **columns)  # fmt: skip


def row_counts(stores):
    with stores.core.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in CoreBase.metadata.sorted_tables
        }


BROKEN_TIMES = {
    "empty": b"",
    "only a byte order mark": codecs.BOM_UTF8,
    "blank lines": b"\n\n \n",
    "header only": f"{HEADER}\n",
    "header and blank rows": f"{HEADER}\n,,,\n\n",
    "missing column": "lead,received,channel\n1,2026-03-01,web\n",
    "two columns of one name": "lead,received,in queue,lead,channel\n1,2026-03-01,,1,web\n",
    "other delimiter": "lead|received|in queue|channel\n1|2026-03-01||web\n",
    "spreadsheet": b"PK\x03\x04rest of a workbook",
    "old spreadsheet": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "pdf": b"%PDF-1.7 ...",
    "gzip": b"\x1f\x8b\x08 ...",
    "picture": b"\x89PNG\r\n\x1a\n",
    "binary": bytes(range(256)),
    "zero bytes": f"{HEADER}\n1,2026-03-01\0,,web\n".encode(),
    "utf-16 without mark": GOOD.encode("utf-16-le"),
    "utf-16 broken off": codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le")[:-1],
    "no known encoding": HEADER.encode() + b"\n1,2026-03-01,,\x81\x8d\x9d\n",
    "open quotation mark": times_csv('1,2026-03-01,"2026-03-15,web', "2,2026-03-01,,web"),
    "text after a quotation": times_csv('1,2026-03-01,"2026-03-15"x,web'),
    "a word for a date": times_csv("1,2026-03-01,yesterday,web"),
    "a serial number for a date": times_csv("1,45012.5,45013.1,web"),
    "no such day": times_csv("1,30.02.2026,01.03.2026,web"),
    "no such hour": times_csv("1,2026-03-01 25:00,,web"),
    "year zero": times_csv("1,0026-03-01,,web"),
    "both orders": times_csv("1,31/03/2026,,web", "2,03/31/2026,,web"),
    "order not shown": times_csv("1,03/04/2026,05/04/2026,web"),
    "every end before its start": times_csv("1,2026-03-05,2026-03-01,web"),
    "no start anywhere": times_csv("1,,2026-03-01,web"),
    "ragged": times_csv("1,2026-03-01,2026-03-02,web,x,y", "2,2026-03-01", "3,2026-03-01,,web"),
    "too many sources": times_csv(*(f"{i},2026-03-01,,person {i}" for i in range(61))),
    "formula for a date": times_csv("1,=NOW(),,web"),
    "markup for a date": times_csv("1,<script>alert(1)</script>,,web"),
}
BROKEN_COMMENTS = {
    "no text": "text,stage\n,S1\n--,S2\n",
    "missing text column": "words,stage\nLate,S1\n",
    "only headers": "text,stage\n",
    "unquoted commas": "text,stage\nLate, again,S1\nWrong, too,S2\n",
    "a field that never ends": 'text\n"' + "x" * 200_000,
}


@pytest.mark.parametrize("name", sorted(BROKEN_TIMES))
def test_a_broken_export_of_times_changes_nothing(sqlite_stores, assessment_id, tmp_path, name):
    before = row_counts(sqlite_stores)
    with pytest.raises(SopError) as caught:
        take_times(sqlite_stores, assessment_id, write(tmp_path, BROKEN_TIMES[name]))
    assert caught.value.sentence.endswith(".")
    assert len(caught.value.sentence) < 400
    assert row_counts(sqlite_stores) == before


@pytest.mark.parametrize("name", sorted(BROKEN_COMMENTS))
def test_a_broken_export_of_comments_changes_nothing(sqlite_stores, assessment_id, tmp_path, name):
    before = row_counts(sqlite_stores)
    with pytest.raises(SopError) as caught:
        take_comments(sqlite_stores, assessment_id, write(tmp_path, BROKEN_COMMENTS[name]))
    assert caught.value.sentence.endswith(".")
    assert row_counts(sqlite_stores) == before


@pytest.mark.parametrize(
    "changes",
    [{"start": "in queue"}, {"step_label": " "}, {"order": "year"}, {"source_name": " "},
     {"subjects": {"Lead to salesperson": "S9"}}, {"subjects": {"Lead to salesperson": "S1>S3"}},
     {"limit_mb": 0}],
)  # fmt: skip
def test_a_wrong_request_changes_nothing(sqlite_stores, assessment_id, tmp_path, changes):
    before = row_counts(sqlite_stores)
    source = {"source_name": "CRM", **changes}
    with pytest.raises(SopError):
        import_times(sqlite_stores, assessment_id, write(tmp_path, GOOD), now=world.NOW,
                     **{**COLUMNS, **source})  # fmt: skip
    assert row_counts(sqlite_stores) == before


def test_the_missing_column_is_named_with_those_that_exist(sqlite_stores, assessment_id, tmp_path):
    path = write(tmp_path, "Text;Stufe\nx;S1\n")
    with pytest.raises(InvalidError, match=r"called “text”.*“Text”, “Stufe”"):
        take_comments(sqlite_stores, assessment_id, path)


def test_times_are_kept_with_their_steps(stores, tmp_path):
    assessment_id = world.start(stores)
    report = take_times(stores, assessment_id, write(tmp_path, GOOD), by=1)
    assert (report.rows, report.kept, report.set_aside) == (3, 3, {})
    rows = time_rows(stores, report.file_id)
    assert [(r.item, r.source, r.ended_at is None) for r in rows] == [
        ("1", "web", False), ("2", "web", True), ("3", "fair", False),
    ]  # fmt: skip
    file = get_file(stores, report.file_id, assessment_id)
    assert file.mapping["steps"] == {"Lead to salesperson": "S1>S2"}
    assert file.release_source == f"times:{file.id}"
    with stores.core.reading() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["import"]


def test_comments_are_masked_and_get_their_stage(stores, tmp_path):
    assessment_id = world.start(stores)
    path = write(tmp_path, "text,area\nMr Smith was late,quote\nWrong box,s6\nFine,moon\n,S1\n")
    report = take_comments(stores, assessment_id, path, stage_column="area")
    assert comment_rows(stores, report.file_id) == [
        ("[name] was late", "S3"), ("Wrong box", "S6"), ("Fine", None),
    ]  # fmt: skip
    assert (report.kept, report.set_aside, report.unknown_stages) == (3, {"empty": 1}, {"moon": 1})


def test_a_person_decides_about_the_stage_of_a_step(sqlite_stores, assessment_id, tmp_path):
    path = write(tmp_path, GOOD)
    report = take_times(
        sqlite_stores, assessment_id, path, subjects={"Lead to salesperson": "S3>S4"}
    )
    assert get_file(sqlite_stores, report.file_id).mapping["steps"] == {
        "Lead to salesperson": "S3>S4"
    }


def test_the_same_file_again_is_refused(sqlite_stores, assessment_id, tmp_path):
    path = write(tmp_path, GOOD)
    take_times(sqlite_stores, assessment_id, path)
    before = row_counts(sqlite_stores)
    with pytest.raises(ConflictError, match=r"imported on 20.11.2026 as “export.csv” \(rows: 3\)"):
        take_times(sqlite_stores, assessment_id, write(tmp_path, GOOD, "other.csv"))
    assert row_counts(sqlite_stores) == before
    assert len(files_of(sqlite_stores, assessment_id)) == 1


def test_a_final_assessment_takes_nothing_in(sqlite_stores, tmp_path):
    final = world.start(sqlite_stores, state="final")
    with pytest.raises(ConflictError, match="final"):
        take_times(sqlite_stores, final, write(tmp_path, GOOD))


def test_a_failure_while_writing_leaves_nothing_behind(
    sqlite_stores, assessment_id, tmp_path, monkeypatch
):
    monkeypatch.setattr("sop_assess.imports.service.BATCH", 1)

    def fail(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("sop_assess.imports.service.audit", fail)
    before = row_counts(sqlite_stores)
    with pytest.raises(RuntimeError):
        take_times(sqlite_stores, assessment_id, write(tmp_path, GOOD))
    assert row_counts(sqlite_stores) == before


def test_many_rows_are_written_in_batches(sqlite_stores, assessment_id, tmp_path):
    lines = (f"L{i},2026-03-{1 + i % 28:02d} 08:{i % 60:02d},,web" for i in range(20_000))
    report = take_times(sqlite_stores, assessment_id, write(tmp_path, times_csv(*lines)))
    with sqlite_stores.core.reading() as session:
        kept = session.scalar(select(func.count()).select_from(ImportedTime))
        files = session.scalar(select(func.count()).select_from(ImportedFile))
        comments = session.scalar(select(func.count()).select_from(ImportedComment))
    assert (kept, files, comments, report.kept) == (20_000, 1, 0, 20_000)


def test_a_workbook_says_how_to_save_it(sqlite_stores, assessment_id, tmp_path):
    path = tmp_path / "leads.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InvalidError, match=r"Excel workbook.*Save the sheet as CSV"):
        take_times(sqlite_stores, assessment_id, path)


def test_a_withdrawn_import_leaves_no_row_and_no_current_figure(stores, tmp_path):
    assessment_id = world.start(stores)
    report = take_times(stores, assessment_id, write(tmp_path, GOOD))
    edition = Edition(assessment_id, f"times:{report.file_id}", "import", {}, "x", {})
    write_release(stores, edition, [], now=world.NOW)
    assert withdraw_import(stores, report.file_id, by=1, now=world.NOW) == assessment_id
    counts = row_counts(stores)
    assert (counts["imported_file"], counts["imported_time"]) == (0, 0)
    assert current_releases(stores, assessment_id) == []
    with pytest.raises(NotFoundError):
        withdraw_import(stores, report.file_id, now=world.NOW)


def test_a_final_assessment_keeps_its_imports(sqlite_stores, assessment_id, tmp_path):
    report = take_times(sqlite_stores, assessment_id, write(tmp_path, GOOD))
    with sqlite_stores.core.writing() as session:
        session.get_one(Assessment, assessment_id).state = "final"
    with pytest.raises(ConflictError, match="final"):
        withdraw_import(sqlite_stores, report.file_id, now=world.NOW)
    assert len(time_rows(sqlite_stores, report.file_id)) == 3
