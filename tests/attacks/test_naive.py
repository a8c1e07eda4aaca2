"""The attackers win where they must; without that, being at chance elsewhere proves nothing."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from .linking import SIZES, naive
from .naive import BUILDS, NaiveBuild
from .scoring import alarm
from .snapshots import Files
from .sqlite_files import byte_order

WINNERS = ("every commit", "running copy")


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("build", BUILDS, ids=lambda build: build.name)
def test_a_naive_build_loses_nine_of_ten(
    naive_engine: Engine, build: type[NaiveBuild], count: int
) -> None:
    score = naive(naive_engine, build, count, rounds=1)
    for attack in WINNERS:
        assert score.share(attack) >= 0.9, (attack, score.hits)
    assert score.share("every commit and click log") >= 0.8
    assert score.share("hourly backups") >= 0.4


def test_chance_is_one_link_in_a_round() -> None:
    assert alarm(20) == 40
    assert alarm(100) == 140


def test_byte_order_tells_arrival_until_a_vacuum(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE answer (key TEXT PRIMARY KEY) WITHOUT ROWID")
    keys = [secrets.token_hex(16) for _ in range(60)]
    for key in keys:
        connection.execute("INSERT INTO answer VALUES (?)", (key,))
        connection.commit()
    assert byte_order(_copy(path), "answer") == keys
    connection.execute("VACUUM")
    assert byte_order(_copy(path), "answer") == sorted(keys)
    connection.close()


def _copy(path: Path) -> Files:
    return Files("one", ((path.name, path.read_bytes()),))
