"""Exports as people save them: encodings, delimiters, dates, and what each error says."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sop_assess.errors import InvalidError, SopError
from sop_assess.imports.comments import CommentColumns, read_comments
from sop_assess.imports.moments import NotADateError, read_moment
from sop_assess.imports.suggestions import guess_subject, stage_lookup, suggest_columns
from sop_assess.imports.tables import first_rows, open_table, rows
from sop_assess.imports.times import TimeColumns, read_times

from .files import times_csv, write

STAGES = stage_lookup([("S1", {"en": "Lead capture"}), ("S3", {"en": "Quote", "de": "Angebot"})])
TIMES = TimeColumns("lead", "received", "in queue", source="channel", step_label="Lead to queue")


def quiet(share: float, message: str) -> None:
    """Progress that nobody watches."""


def comments_of(path, **columns):
    table = open_table(path, limit_mb=50)
    return read_comments(table, CommentColumns(**columns), STAGES, quiet)


def times_of(path, columns=TIMES):
    return read_times(open_table(path, limit_mb=50), columns, quiet)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_way_of_saving(tmp_path, encoding, delimiter, end):
    lines = [["Text", "Stufe"], ["Größe falsch, zweimal", "angebot"], ["Späte Antwort", "s1"]]
    text = end.join(delimiter.join(f'"{c}"' for c in line) for line in lines) + end
    found = comments_of(write(tmp_path, text.encode(encoding)), text="Text", stage="Stufe")
    assert found.found == [("Größe falsch, zweimal", "S3"), ("Späte Antwort", "S1")]


def test_excel_separator_line_and_blank_lines_before_the_header(tmp_path):
    path = write(tmp_path, "\nsep=;\n\nText;Stage\nLate again;\n\n;;\nWrong, twice;Quote\n")
    assert comments_of(path, text="Text", stage="Stage").found == [
        ("Late again", None), ("Wrong, twice", "S3"),
    ]  # fmt: skip


def test_names_are_masked_and_what_is_left_out_is_counted(tmp_path):
    path = write(
        tmp_path,
        'text,stage\n"Mr Smith, a.b@example.org",Quote\n--,S1\n,S1\nLost,Moon\nfine,S1,one,more\n',
    )
    found = comments_of(path, text="text", stage="stage")
    assert found.found == [("[name], [mail]", "S3"), ("Lost", None)]
    assert found.set_aside == {"empty": 2, "broken": 1}
    assert found.unknown_stages == {"Moon": 1}
    assert found.rows == 5


def test_a_comment_over_several_lines_is_one_comment(tmp_path):
    path = write(tmp_path, 'text\n"First line\nsecond ""quoted"" line"\nnext\n')
    assert [t for t, _ in comments_of(path, text="text").found] == [
        'First line second "quoted" line', "next",
    ]  # fmt: skip


@given(
    st.lists(
        st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")),
                 min_size=2, max_size=2),
        min_size=1,
    ),
    st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_well_written_file_comes_back(tmp_path, lines, delimiter):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second"], *lines])
    table = open_table(write(tmp_path, out.getvalue()), limit_mb=1)
    expected = [line for line in lines if any(cell.strip() for cell in line)]
    assert [row.cells for row in rows(table)] == expected


@given(st.binary(min_size=1, max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_any_bytes_are_read_or_get_a_sentence(tmp_path, content):
    try:
        table = open_table(write(tmp_path, content), limit_mb=1)
        assert all(len(row) == len(table.columns) for row in first_rows(table, 3))
        list(rows(table))
    except SopError as error:
        sentence = error.sentence
    else:
        sentence = "Read."
    assert sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-03-31", None, (2026, 3, 31, 0, 0)),
        ("2026-03-31 14:05", None, (2026, 3, 31, 14, 5)),
        ("2026-03-31T14:05:09.123456Z", None, (2026, 3, 31, 14, 5)),
        ("2026-03-31T14:05:00+02:00", None, (2026, 3, 31, 12, 5)),
        ("2026-03-31 14:05:00+0530", None, (2026, 3, 31, 8, 35)),
        ("2026/03/31 14:05", None, (2026, 3, 31, 14, 5)),
        ("31.03.2026, 14:05", None, (2026, 3, 31, 14, 5)),
        ("1.3.26 9:05", None, (2026, 3, 1, 9, 5)),
        ("31-03-2026", None, (2026, 3, 31, 0, 0)),
        ("31/03/2026", "day", (2026, 3, 31, 0, 0)),
        ("03/31/2026 2:05 PM", "month", (2026, 3, 31, 14, 5)),
        ("03/31/2026 12:05 am", "month", (2026, 3, 31, 0, 5)),
    ],
)
def test_forms_of_dates(text, order, expected):
    assert read_moment(text, order).timetuple()[:5] == expected
    assert read_moment(text, order).tzinfo == UTC


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2026-02-30", "31.13.2026", "45012", "12:30", "0026-01-01", "2026-01-01 25:00",
     "2026-01-01 13:00 pm", "1/2", "2026-01-01junk", "９９９９-01-01", ""],
)  # fmt: skip
def test_what_is_no_date(text):
    with pytest.raises(NotADateError):
        read_moment(text)


@given(st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)))  # noqa: DTZ001 naive on purpose
def test_iso_moments_come_back(moment):
    assert read_moment(moment.isoformat()) == moment.replace(tzinfo=UTC)


def test_one_clear_row_decides_the_order_for_both_columns(tmp_path):
    path = write(tmp_path, times_csv("1,03/04/2026,05/04/2026,web", "2,04/04/2026,25/04/2026,web"))
    assert times_of(path).found[0].started_at == datetime(2026, 4, 3, tzinfo=UTC)


def test_an_order_that_nothing_decides_is_asked_for_and_then_taken(tmp_path):
    path = write(tmp_path, times_csv("1,03/04/2026,05/04/2026,web"))
    with pytest.raises(InvalidError, match="two readings"):
        times_of(path)
    chosen = TimeColumns("lead", "received", "in queue", step_label="Lead", order="month")
    assert times_of(path, chosen).found[0].started_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_what_is_set_aside_is_counted(tmp_path):
    path = write(
        tmp_path,
        times_csv(
            "1,2026-03-01,2026-03-15,web", "1,2026-03-01,2026-03-15,web", "2,2026-03-02,n/a,web",
            "3,2026-03-05,2026-03-01,fair", ",2026-03-05,2026-03-06,fair", "5,,2026-03-06,fair",
            "6,2026-03-05,2026-03-06",
        ),
    )  # fmt: skip
    found = times_of(path)
    assert [(r.item, r.ended_at is None) for r in found.found] == [("1", False), ("2", True)]
    assert found.set_aside == {
        "twice": 1, "end_before_start": 1, "no_item": 1, "no_start": 1, "broken": 1,
    }  # fmt: skip
    assert found.aside_by_step == {"Lead to queue": 1}


def test_suggestions_for_an_export_of_leads():
    columns = ["Lead ID", "Channel", "Received", "First opened", "Remark"]
    sample = [["7", "Web form", "01.10.2026 09:00", "", ""],
              ["8", "Phone", "01.10.2026 10:00", "02.10.2026 08:00", ""]]  # fmt: skip
    assert suggest_columns(columns, sample, ["item", "start", "end", "step", "source"]) == {
        "item": "Lead ID", "start": "Received", "end": "First opened", "step": None,
        "source": "Channel",
    }  # fmt: skip


def test_suggestions_for_complaints():
    sample = [["1", "S3", "The quote came three weeks late and then it was wrong as well"]]
    assert suggest_columns(["no", "stage", "what happened"], sample, ["text", "stage"]) == {
        "text": "what happened", "stage": "stage",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "subject"),
    [("Lead to salesperson", "S1>S2"), ("Angebot", "S3"), ("order → delivery", "S4"),
     ("S6>S7", "S6>S7"), ("s6", "S6"), ("Invoice paid", "S7"), ("Something else", None)],
)  # fmt: skip
def test_a_step_finds_its_stage(label, subject):
    assert guess_subject(label, [f"S{i}" for i in range(1, 9)]) == subject
