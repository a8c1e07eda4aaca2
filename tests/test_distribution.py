"""Which tests run in one process, one after the other."""

from __future__ import annotations

from pathlib import Path

from .distribution import BY_PARAMETER, LONG_FIRST, TOGETHER, place, unit

ROOT = Path(__file__).parents[1]


def test_every_file_that_is_named_is_there() -> None:
    named = (*TOGETHER, *BY_PARAMETER, *LONG_FIRST)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_what_shares_something_runs_in_one_process() -> None:
    assert unit("tests/attacks/test_ours.py::test_a[sqlite]") == unit(
        "tests/attacks/test_stored.py::test_b"
    )
    first, second = (f"tests/demo/test_truths.py::test_{n}[seed1]" for n in "ab")
    assert unit(first) == unit(second) != unit(second.replace("seed1", "seed2"))
    assert unit("tests/test_app.py::test_a[x::y]") == unit("tests/test_app.py::test_b")


def test_what_takes_long_starts_first() -> None:
    doctest, other = "sop_assess/db.py::sop_assess.db", "tests/test_app.py::test_a"
    built, browser = "tests/demo/test_truths.py::test_a", "tests/browser/test_ballot.py::test_a"
    assert sorted([doctest, other, built, browser], key=place) == [browser, built, doctest, other]
