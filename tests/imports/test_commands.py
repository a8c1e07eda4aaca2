"""Importing on the command line: progress, and what the file shows in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.imports.commands import import_comments_file, import_times_file

from .files import times_csv, write


def progress_of(printed: str) -> list[int]:
    """The percentages that were shown, in their order."""
    return [int(share) for share in re.findall(r"(\d+)%", printed)]


def test_few_comments_are_not_called_themes(
    sqlite_stores: Stores,
    settings: Settings,
    assessment_id: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(tmp_path, "text\n" + "".join(f"parcel {i} came late\n" for i in range(4)))
    told = import_comments_file(sqlite_stores, settings, path, assessment_id=assessment_id,
                                text_column="text", source="Help desk")  # fmt: skip
    assert told.splitlines() == [
        "4 of 4 rows taken in.",
        "Too few different comments to sort into themes; the browser lists them.",
    ]
    shown = progress_of(capsys.readouterr().err)
    assert shown == sorted(shown)
    assert shown[-1] == 100


def test_waits_are_told_in_words(
    sqlite_stores: Stores, settings: Settings, assessment_id: int, tmp_path: Path
) -> None:
    lines = [f"{i},2026-03-01 08:00,2026-03-01 1{i % 10}:00,Phone" for i in range(1, 31)]
    path = write(tmp_path, times_csv(*lines, "31,2026-03-01 08:00,,Phone"))
    told = import_times_file(sqlite_stores, settings, path, assessment_id=assessment_id,
                             item="lead", start="received", end="in queue", step="channel",
                             source="CRM")  # fmt: skip
    assert told.startswith("31 of 31 rows taken in.")
    assert "1 never arrived." in told
