"""How often one may try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sop_assess.accounts.limits import Limit

START = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_attempts_are_counted_per_key_and_forgotten_after_the_period() -> None:
    limit = Limit(3, timedelta(minutes=15))
    assert [limit.attempt("ada", START) for _ in range(4)] == [True, True, True, False]
    assert limit.attempt("bo", START)
    assert not limit.attempt("ada", START + timedelta(minutes=14))
    assert limit.attempt("ada", START + timedelta(minutes=16))


def test_a_success_clears_the_attempts() -> None:
    limit = Limit(1, timedelta(minutes=15))
    assert limit.attempt("ada", START)
    limit.clear("ada")
    assert limit.attempt("ada", START)


def test_no_key_is_kept_in_clear_and_none_longer_than_the_period() -> None:
    limit = Limit(3, timedelta(minutes=15))
    for number in range(500):
        limit.attempt(f"203.0.113.{number}", START)
    assert b"203.0" not in repr(limit.__dict__).encode()
    limit.attempt("later", START + timedelta(hours=1))
    assert len(limit._attempts) == 1
