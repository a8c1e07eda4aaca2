"""No exported cell is ever a formula, and no number is touched."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.spreadsheet import BYTE_ORDER_MARK, safe_cell, write_rows

PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "=\0001+1", " =1", "  @x",
    " =1", "​=1", "＝1+1", "＋1", "－1+1", "＠x", '"=1', "'=1", '" =1', "=cmd|' /C calc'!A0",
    "|calc", "%0A=1", "=HYPERLINK(\"x\")", "-", "+49 30 1234", "--1", "-1-1", "\ufeff=1",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_becomes_text(payload):
    cell = safe_cell(payload)
    assert isinstance(cell, str)
    assert cell.startswith("'")
    assert "\0" not in cell


@pytest.mark.parametrize("value", [0, -3, 4.25, -0.5, 10**20])
def test_numbers_stay_numbers(value):
    assert safe_cell(value) == value
    assert not isinstance(safe_cell(value), str)


@pytest.mark.parametrize("value", ["-5", "+3.25", "-12,5", "-5 %", "42", "Ann", "a=b", "", "12 %"])
def test_written_numbers_and_plain_words_are_untouched(value):
    assert safe_cell(value) == value


def test_other_values():
    assert safe_cell(None) == ""
    assert safe_cell(float("nan")) == ""
    assert safe_cell(True) == "yes"
    assert safe_cell(Decimal("-1.10")) == "-1.10"
    assert safe_cell(datetime(2026, 11, 20, tzinfo=UTC)) == "2026-11-20T00:00:00+00:00"


@given(st.text())
def test_no_text_starts_like_a_formula(text):
    cell = str(safe_cell(text))
    start = unicodedata.normalize("NFKC", cell.lstrip(' "')[:1])[:1]
    number = cell.replace(",", ".").removesuffix("%").strip()
    if start in tuple("=+-@") or cell[:1] in tuple("\t\r\n"):
        float(number)


@given(st.lists(st.lists(st.text(alphabet=st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_rows_come_back_as_written(rows):
    text = "".join(write_rows(["a", "b"], rows))
    assert text.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert read == [["a", "b"], *([str(safe_cell(v)) for v in row] for row in rows)]
