from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sop_assess.errors import SopError, TooLargeError
from sop_assess.imports import workbook as workbooks
from sop_assess.roster.addresses import normal, problem_of

from .conftest import Read, workbook

LIST = "Name;E-Mail;Abteilung\nAnn Ö;Ann@K.example;Sales / Inside sales\nBob;bob@k.example;Sales\n"


def people(staff) -> list[tuple[str, str, str]]:
    return [(e.name, e.email, " / ".join(e.unit)) for e in staff.entries]


def words(staff) -> list[str]:
    return [f"{problem.line}: {problem.words}" for problem in staff.problems]


@pytest.mark.parametrize(
    "content",
    [
        LIST.encode(),
        b"\xef\xbb\xbf" + LIST.encode(),
        LIST.encode("utf-16"),
        LIST.encode("cp1252"),
        LIST.replace(";", ",").encode(),
        LIST.replace(";", "\t").encode(),
        ("sep=;\n" + LIST).encode(),
        LIST.replace("\n", "\r\n").encode(),
        ("\n\n" + LIST + "\n\n;;\n").encode(),
    ],
    ids=["utf8", "bom", "utf16", "cp1252", "commas", "tabs", "sep", "crlf", "blank lines"],
)
def test_the_same_list_in_every_spelling(read: Read, content: bytes) -> None:
    staff = read(content)
    assert people(staff) == [
        ("Ann Ö", "ann@k.example", "Sales / Inside sales"),
        ("Bob", "bob@k.example", "Sales"),
    ]
    assert not staff.problems


def test_a_workbook_reads_like_its_csv(read: Read) -> None:
    rows = [line.split(";") for line in LIST.splitlines()]
    assert people(read([[], *rows, [None, None, None, "  "]])) == people(read(LIST))


def test_units_by_a_column_for_the_parent(read: Read) -> None:
    staff = read(
        "mail,unit,parent\na@k.example,Inside,Sales\nb@k.example,Sales,Europe\nc@k.example,HQ,\n"
        "d@k.example,Loop,Pool\ne@k.example,Pool,Loop\n"
    )
    assert [e.unit for e in staff.entries] == [("Europe", "Sales", "Inside"), ("Europe", "Sales"),
                                               ("HQ",)]  # fmt: skip
    assert [p.line for p in staff.problems] == [5, 6]


def test_first_and_last_names_and_no_units(read: Read) -> None:
    staff = read("Vorname,Nachname,Mail\nAnn,Osei,ann@k.example\n")
    assert people(staff) == [("Ann Osei", "ann@k.example", "Kestrel")]


def test_every_bad_line_is_named_in_words(read: Read) -> None:
    staff = read(
        "mail,unit,name\n"
        "ann@k.example,Sales,Ann\n"
        "ANN@k.example,Sales,Ann\n"
        ",Sales,Nobody\n"
        "not an address,Sales,X\n"
        "eve@k.example,,Eve\n"
        '"eve@k.example\nBcc: all@k.example",Sales,Eve\n'
        'f@k.example,Sales,"Eve\nBcc: all@k.example"\n'
        "g@k.example,Sales,Ann,Osei\n"
        "h@localhost,Sales,H\n"
        f"{'i' * 65}@k.example,Sales,I\n"
        "j@k.example,Sales / sales,J\n"
        f"k@k.example,{'Long' * 40},K\n"
        "jürgen@k.example,Sales,J\n"
    )
    assert [e.email for e in staff.entries] == ["ann@k.example"]
    said = words(staff)
    assert len(said) == 12
    for line, part in (
        (3, "stands on line 2 already"),
        (4, "no mail address"),
        (5, "needs a name, an @"),
        (6, "names no unit"),
        (7, "mail address hides a line break"),
        (9, "name hides a line break"),
        (11, "another number of cells"),
        (12, "not the name of a mail server"),
        (13, "too long"),
        (14, "inside itself"),
        (15, "longer than 120"),
        (16, "letters that mail servers do not take"),
    ):
        assert any(text.startswith(f"{line}: ") and part in text for text in said), (line, said)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        ("name,unit\nAnn,Sales\n", "“mail”"),
        ("mail,e-mail\na@k.example,b@k.example\n", "Two columns"),
        (",".join(["mail", *(f"c{i}" for i in range(80))]) + "\n", "60 columns"),
        (b"\x00\x01\x02binary", "binary"),
        ('mail,unit\n"a@k.example,Sales\n', "quotation mark"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
        ([["x"] * 70], "60 columns"),
        ([[None]], "empty"),
    ],
)
def test_a_file_that_is_no_list_gets_one_sentence(read: Read, content, part: str) -> None:
    with pytest.raises(SopError, match=part):
        read(content)


def test_too_many_lines_are_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sop_assess.roster.files.MOST_PEOPLE", 3)
    lines = "".join(f"p{i}@k.example,Sales\n" for i in range(4))
    with pytest.raises(TooLargeError, match="3 lines"):
        read("mail,unit\n" + lines)


def changed(path: Path, change: dict[str, bytes | None], **extra: bytes) -> bytes:
    """A workbook with parts replaced, removed or added."""
    with zipfile.ZipFile(workbook(path, [["mail"], ["a@k.example"]])) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts = {**parts, **extra, **{k: v for k, v in change.items() if v is not None}}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            if change.get(name, content) is not None:
                package.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"xl/vbaProject.bin": b"macro"}, "macros"),
        ({"[Content_Types].xml": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"},
         "macros"),
        ({"xl/workbook.xml": None}, "archive"),
        ({"bomb.xml": b"\0" * (101 * 1024 * 1024)}, "unpacks"),
        ({"bomb.xml": b"\0" * (3 * 1024 * 1024)}, "unpacks"),
        ({SHEET: b"<worksheet"}, "damaged"),
        ({SHEET: None}, "no visible sheet"),
        ({SHEET: b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'}, "damaged"),
        ({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'},
         "damaged"),
    ],
    ids=["macro", "macro type", "no book", "bomb", "ratio", "cut", "missing", "entities",
         "outside"],
)  # fmt: skip
def test_workbooks_that_are_not_let_in(read: Read, tmp_path: Path, change, part: str) -> None:
    with pytest.raises(SopError, match=part):
        read(changed(tmp_path / "book.xlsx", change))


def test_a_sheet_that_claims_a_million_rows_ends_early(read: Read, tmp_path: Path) -> None:
    sheet = (
        f'<worksheet xmlns="{SPREADSHEET}"><dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>mail</t></is></c></row>'
        '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>a@k.example</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    with pytest.raises(TooLargeError, match="rows"):
        read(changed(tmp_path / "book.xlsx", {SHEET: sheet.encode()}))


def test_many_parts_are_refused(read: Read, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_PARTS", 5)
    with pytest.raises(TooLargeError, match="unpacks"):
        read(changed(tmp_path / "book.xlsx", {}))


def test_formulas_are_not_worked_out(read: Read) -> None:
    staff = read([["mail", "unit"], ['=CONCATENATE("a","@k.example")', "Sales"]])
    assert not staff.entries
    assert "no mail address" in staff.problems[0].words


@pytest.mark.parametrize("address", ["ann@k.example", "a.b+c@x-y.example", "o'neil@k.example"])
def test_good_addresses(address: str) -> None:
    assert problem_of(address) == ""


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "address",
    ["ann", "@k.example", "ann@", "a b@k.example", "ann@k..example", "ann@-k.example",
     ".ann@k.example", "ann@k.example, bob@k.example", "<ann@k.example>", "ann@@k.example",
     "ann@127.0.0.1", "ann@[127.0.0.1]", '"ann"@k.example', "ann@k.example?cc=x", "a\0@k.example"],
)  # fmt: skip
def test_bad_addresses(app, address: str) -> None:
    with app.test_request_context("/"):
        assert problem_of(normal(address))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_gets_an_answer(app, text: str) -> None:
    with app.test_request_context("/"):
        address = normal(text)
        if not problem_of(address):
            assert address.isascii()
            assert not set(address) & set('\r\n ,;<>"')


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"mail,unit\n", b"\xff\xfe"]))
def test_any_bytes_are_read_or_refused_with_a_sentence(
    read: Read, body: bytes, start: bytes
) -> None:
    try:
        staff = read(start + body)
    except SopError as error:
        sentence = error.sentence
    else:
        sentence = "read"
        assert all(not problem_of(entry.email) for entry in staff.entries)
    assert sentence
