"""The privacy catalogue is complete, and the answer side holds nothing that leads to a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Date, DateTime, Integer, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from sop_assess.db import UtcDateTime
from sop_assess.models import METADATA

CATALOGUE = Path(__file__).parent.parent / "docs" / "privacy-catalogue.md"
ANSWER_SIDE = {"anonymous_answers", "anonymous_comment", "ballot", "redaction"}


def _catalogued() -> set[tuple[str, str]]:
    lines = CATALOGUE.read_text(encoding="utf-8").splitlines()
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in lines if line.startswith("| ")]
    return {(row[0], row[1]) for row in rows if row[0] in METADATA}


def test_every_table_has_a_line_and_every_line_a_table() -> None:
    tables = {(store, name) for store, metadata in METADATA.items() for name in metadata.tables}
    assert _catalogued() == tables


def _answer_tables() -> list[Table]:
    return [
        table
        for metadata in METADATA.values()
        for table in metadata.sorted_tables
        if table.name in ANSWER_SIDE
    ]


@pytest.mark.parametrize("table", _answer_tables(), ids=lambda table: table.name)
def test_answer_side_tables_keep_no_time_and_no_order(table: Table) -> None:
    for column in table.columns:
        assert not isinstance(column.type, (DateTime, Date, UtcDateTime)), column
        assert column.server_default is None
        if column.primary_key:
            assert not isinstance(column.type, Integer), column
    created = str(CreateTable(table).compile(dialect=sqlite.dialect()))
    assert "WITHOUT ROWID" in created


def test_no_foreign_key_crosses_the_stores() -> None:
    for metadata in METADATA.values():
        for table in metadata.sorted_tables:
            for key in table.foreign_keys:
                assert key.column.table.metadata is metadata
