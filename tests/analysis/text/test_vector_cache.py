from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sop_assess.analysis.text.embedder import Vectors
from sop_assess.analysis.text.vector_cache import FILE, CachedEmbedder

TEXTS = ["late", "wrong price", "late", "", "Ü\ud800"]


class _Counting:
    """Halves of the length, and how many texts were asked for."""

    tier = "fine"

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.asked = 0

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Nothing to learn."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        return np.array([[len(t), len(t) / 2] for t in texts], dtype=np.float32).reshape(-1, 2)


def test_a_second_run_asks_for_nothing_and_gets_the_same(tmp_path: Path) -> None:
    first, second = _Counting(), _Counting()
    once = CachedEmbedder(first, tmp_path / "new").embed(TEXTS)
    again = CachedEmbedder(second, tmp_path / "new").embed(TEXTS)
    np.testing.assert_array_equal(once, _Counting().embed(TEXTS))
    np.testing.assert_array_equal(once, again)
    assert (first.asked, second.asked) == (4, 0)
    assert CachedEmbedder(second, tmp_path).embed([]).shape == (0, 2)


def test_another_model_gets_nothing_of_the_first(tmp_path: Path) -> None:
    CachedEmbedder(_Counting("1"), tmp_path).embed(TEXTS)
    other = _Counting("2")
    CachedEmbedder(other, tmp_path).embed(TEXTS)
    assert other.asked == 4


def test_no_text_is_in_the_file(tmp_path: Path) -> None:
    CachedEmbedder(_Counting(), tmp_path).embed(["a very particular complaint"])
    assert b"particular" not in (tmp_path / FILE).read_bytes()


@pytest.mark.parametrize("content", [b"", b"no database at all " * 100])
def test_a_damaged_file_is_put_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    for asked in (4, 0):
        inner = _Counting()
        rows = CachedEmbedder(inner, tmp_path).embed(TEXTS)
        np.testing.assert_array_equal(rows, _Counting().embed(TEXTS))
        if asked == 4:
            CachedEmbedder(_Counting(), tmp_path).embed(TEXTS)
        assert inner.asked == asked


def test_a_torn_file_costs_time_only(tmp_path: Path) -> None:
    many = [f"text {i}" for i in range(3000)]
    CachedEmbedder(_Counting(), tmp_path).embed(many)
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    rows = CachedEmbedder(_Counting(), tmp_path).embed(many)
    np.testing.assert_array_equal(rows, _Counting().embed(many))


def test_a_folder_that_cannot_be_made_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    rows = CachedEmbedder(_Counting(), tmp_path / "file" / "cache").embed(TEXTS)
    assert len(rows) == len(TEXTS)


def test_the_oldest_go_when_the_file_is_full(tmp_path: Path) -> None:
    for start in range(0, 100, 10):
        texts = [f"text {i}" for i in range(start, start + 10)]
        CachedEmbedder(_Counting(), tmp_path, most=25).embed(texts)
    with sqlite3.connect(tmp_path / FILE) as database:
        assert database.execute("SELECT COUNT(*) FROM vector").fetchone() == (25,)
    inner = _Counting()
    CachedEmbedder(inner, tmp_path, most=25).embed(["text 0", "text 99"])
    assert inner.asked == 1


def test_two_workers_write_at_once(tmp_path: Path) -> None:
    def work(start: int) -> None:
        for i in range(start, start + 20):
            CachedEmbedder(_Counting(), tmp_path).embed([f"text {i}", f"text {i + 1}"])

    workers = [threading.Thread(target=work, args=(start,)) for start in (0, 10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    inner = _Counting()
    CachedEmbedder(inner, tmp_path).embed([f"text {i}" for i in range(31)])
    assert inner.asked == 0
