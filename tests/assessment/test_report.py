"""The report: the page for the meeting, the tagged PDF, the table of released figures."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

import sop_assess.assessment
from sop_assess.assessment.findings import update_findings
from sop_assess.assessment.models import Finding
from sop_assess.assessment.picture import picture
from sop_assess.assessment.report import report, rules_in_words
from sop_assess.backlog.models import Issue
from sop_assess.db import Stores
from tests.accounts.people import signed_in
from tests.assessment import kestrel
from tests.assessment import released as r

FONTS = Path(sop_assess.assessment.__file__).parent / "fonts"


@pytest.fixture
def reader(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    """A browser in which somebody who reads results is signed in."""
    return signed_in(app, sqlite_stores, "reader")


def _pdf(client: FlaskClient, language: str = "en") -> PdfReader:
    answer = client.get(f"/a/1/report.pdf?lang={language}")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    assert answer.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(answer.data))


def _text(pdf: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


def _kinds(element: object) -> list[str]:
    """The tags of a structure tree, in reading order."""
    found: list[str] = []
    if hasattr(element, "get_object"):
        element = element.get_object()
    if isinstance(element, dict):
        if "/S" in element:
            found.append(str(element["/S"]))
        children = element.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            found += _kinds(child)
    return found


def test_the_pdf_is_tagged_titled_and_says_what_the_page_says(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    pdf = _pdf(reader)
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Kestrel Laptops: Autumn assessment 2026, report"
    kinds = _kinds(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure", "/L"} <= set(kinds)
    assert kinds.count("/H1") == 1
    text = _text(pdf)
    assert "Web form: median wait 14 days (12 to 16), n 412" in text.replace("\xa0", " ")
    assert "Sample data: Kestrel Laptops is an invented company." in text
    assert "Nothing about invoicing and office alone" in text


def test_every_picture_in_the_pdf_has_words(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    pdf = _pdf(reader)
    figures = _figures(pdf.trailer["/Root"]["/StructTreeRoot"])
    assert len(figures) > 30
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)
    assert any("response time: does not work, prominent" in str(f["/Alt"]) for f in figures)


def _figures(element: object) -> list[dict[str, object]]:
    if hasattr(element, "get_object"):
        element = element.get_object()
    if not isinstance(element, dict):
        return []
    children = element.get("/K", [])
    below = [f for child in (children if isinstance(children, list) else [children])
             for f in _figures(child)]  # fmt: skip
    return [element, *below] if element.get("/S") == "/Figure" else below


def test_only_shipped_fonts_are_in_the_pdf(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    fonts = [page["/Resources"].get("/Font", {}) for page in _pdf(reader).pages]
    names = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for entry in fonts
        for font in entry.values()
    }
    assert names
    assert all(name.startswith(("NotoSans", "NotoSerif")) for name in names), names


def test_the_same_figures_make_the_same_file(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    first = reader.get("/a/1/report.pdf").data
    kept = sqlite_stores.files / "reports"
    assert len(list(kept.iterdir())) == 1
    for file in kept.iterdir():
        file.unlink()
    assert reader.get("/a/1/report.pdf").data == first


def test_the_report_speaks_german(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    pdf = _pdf(reader, "de")
    assert pdf.trailer["/Root"]["/Lang"] == "de"
    assert "Anfragen aufnehmen" in _text(pdf)


def test_what_people_write_is_text_and_never_markup(reader, sqlite_stores):
    assessment = r.start(sqlite_stores)
    nasty = '#read("/etc/passwd") *bold* $x$ @ref <label> \\ "quote" ” \u202e'
    cells = [r.balance("S4", "capacity", 0.18, 0.62), r.theme("p-t01", nasty, "S4", 71),
             r.quote("p-t01", nasty, "S4")]  # fmt: skip
    r.release(sqlite_stores, assessment, "survey", cells)
    update_findings(sqlite_stores, assessment)
    text = _text(_pdf(reader))
    assert '#read("/etc/passwd")' in text
    assert "*bold*" in text


def test_a_single_method_and_an_empty_assessment_make_a_report(reader, sqlite_stores):
    assessment = r.start(sqlite_stores, ["interview"])
    assert "No figures yet." in _text(_pdf(reader))
    cells = [r.marks("S7", "accuracy", 4, 0, fails=4)]
    r.release(sqlite_stores, assessment, "interview", cells, n=4)
    update_findings(sqlite_stores, assessment)
    assert "One method only: interviews." in _text(_pdf(reader))


def test_comments_that_are_too_few_for_themes_are_explained(reader, sqlite_stores):
    assessment = r.start(sqlite_stores, ["survey"])
    themes = {"problem": {"comments": 4, "themes": 0}}
    r.release(sqlite_stores, assessment, "survey", [], themes=themes)
    words = "4 comments. Too few different comments to sort into themes."
    assert words in " ".join(_text(_pdf(reader)).split())


def test_issues_stand_in_the_report_with_owner_and_date(reader, sqlite_stores):
    assessment = kestrel.build(sqlite_stores)
    with sqlite_stores.core.writing() as session:
        finding = session.scalars(select(Finding).where(Finding.polarity == "fails")).first()
        assert finding is not None
        for number, state, owner in ((1, "new", None), (2, "planned", "Head of sales"),
                                     (3, "done", "Nobody")):  # fmt: skip
            session.add(Issue(
                assessment_id=assessment, number=number, title=f"Issue {number}", state=state,
                origin="finding", origin_key=f"finding:{finding.id}", owner=owner, affected={},
                evidence={}, created_at=r.NOW,
            ))  # fmt: skip
    page = reader.get("/a/1/report").get_data(as_text=True)
    assert "Issue 1" in page
    assert "not named yet" in page
    assert "Head of sales" in page
    assert "Issue 3" not in page
    assert "K-2" in _text(_pdf(reader))
    assert "/a/1/backlog/1" in reader.get("/a/1/results").get_data(as_text=True)


def test_limits_name_stages_that_nobody_asked_about(app, sqlite_stores):
    assessment = r.start(sqlite_stores, ["interview"])
    r.release(sqlite_stores, assessment, "interview", [r.marks("S7", "accuracy", 4, 0, fails=4)])
    update_findings(sqlite_stores, assessment)
    with app.test_request_context():
        limits = report(sqlite_stores, picture(sqlite_stores, assessment)).limits
    assert any(limit.startswith("Nothing about lead capture, qualification") for limit in limits)
    assert "Methods are not averaged. Ranges are 95 % intervals." in limits


def test_the_rules_in_words_carry_the_thresholds():
    said = " ".join(rules_in_words()).replace("\xa0", " ")
    for part in ("+20", "40 points", "at least 60 %", "at most 70 %", "80 % passed", "4 cases"):
        assert part in said


def test_the_table_holds_every_released_figure_and_no_formula(reader, sqlite_stores):
    assessment = r.start(sqlite_stores)
    cells = [r.balance("S4", "capacity", 0.18, 0.62), r.quote("p-t01", "=1+1", "S4"),
             r.balance("S5", "cost", 0.5, 0.1, 3).hide("too_small")]  # fmt: skip
    r.release(sqlite_stores, assessment, "survey", cells)
    answer = reader.get("/a/1/figures.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["statistic"] for row in rows] == ["balance", "quote", "balance"]
    assert float(rows[0]["value"]) == -0.44
    assert rows[2]["shown"] == "hidden"
    assert rows[2]["n"] == ""
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())


def test_fonts_are_the_unchanged_files_of_their_packages():
    manifest = json.loads((FONTS / "MANIFEST.json").read_text(encoding="utf-8"))
    for entry in manifest["files"]:
        content = (FONTS / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert entry["licence"] == "OFL-1.1"
        assert (FONTS / entry["licence_file"]).is_file()
    assert len(manifest["files"]) == len(list(FONTS.glob("*.ttf")))
