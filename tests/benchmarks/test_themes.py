from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.children import Bertopic, Children, RunFailedError
from benchmarks.themes import main
from tests.analysis.text.comments import comments


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    texts, subjects = comments(120, seed=1)
    path = tmp_path / "labelled.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("said", "subject"), *zip(texts, subjects, strict=True)])
    return path


def _last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    printed = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(printed[-1])
    return found


@pytest.mark.slow
def test_any_labelled_file_is_scored_and_timed(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ["--text-column", "said", "--label-column", "subject"]
    main(["--csv", str(labelled), *columns, "--tier", "lexical", "--seeds", "1", "--sizes", "200",
          "--only", "agreement", "speed"])  # fmt: skip
    found = _last_line(capsys)
    given, chosen = found["agreement"]
    assert (given["themes_given"], given["themes"]) == (5, 5)
    assert chosen["themes_given"] is None
    assert len(given["ami_runs"]) == len(given["cpu_seconds_runs"]) == 1
    assert given["ami"] > 0.8
    assert given["v"] >= given["ami"]
    assert 0 < given["coverage"] <= 1
    assert given["names"]
    (timed,) = found["speed"]
    assert timed["texts"] == 200
    assert timed["cpu_seconds"] > 0
    assert 50 < timed["peak_mb"] < 2000
    assert "ami" not in timed


def test_a_file_as_people_save_it_is_only_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (texts, _), subjects = comments(40, seed=2), ["größe", "", "preis", "größe"] * 10
    path = tmp_path / "export.csv"
    lines = [f"{text};{subject}" for text, subject in zip(texts, subjects, strict=True)]
    path.write_text("\n".join(["text;label", *lines]), encoding="cp1252")
    main(["--csv", str(path), "--tier", "lexical", "--seeds", "1"])
    found = _last_line(capsys)
    assert set(found) == {"python", "bertopic", "agreement"}
    assert [row["themes_given"] for row in found["agreement"]] == [2, None]
    assert found["agreement"][0]["texts"] == 40


def test_missing_bertopic_is_said_and_no_end(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--csv", str(labelled), "--text-column", "said", "--label-column", "subject",
          "--only", "speed", "--sizes", "--bertopic-model", str(labelled.parent),
          "--bertopic-python", str(labelled.parent / "none")])  # fmt: skip
    printed = capsys.readouterr().out
    assert "BERTopic is not installed" in printed
    assert json.loads(printed.splitlines()[-1])["bertopic"] is False


def test_a_wrong_file_or_column_is_named(labelled: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no column called “text”"):
        main(["--csv", str(labelled)])
    with pytest.raises(SystemExit, match="No labelled file"):
        main(["--corpora", str(tmp_path / "none")])


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    children = Children.of(tmp_path, "en", Bertopic(sys.executable, tmp_path))
    with pytest.raises(RunFailedError, match=r"bertopic: \w*Error"):
        children.run("bertopic", children.keep(["a"]), seed=0, themes=None)
