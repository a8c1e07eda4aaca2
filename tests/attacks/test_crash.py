"""A server that is killed while ballots arrive loses and doubles nothing it acknowledged."""

from __future__ import annotations

from sop_assess.config import Settings
from sop_assess.db import Stores

from .killing import kept, kill_often
from .opened import survey


def test_t5_killed_five_times_nothing_acknowledged_is_lost_or_doubled(
    sqlite_stores: Stores, sqlite_settings: Settings
) -> None:
    with survey(sqlite_stores, sqlite_settings, [60]) as made:
        found = kill_often(made, kills=5, seed=1)
        box = kept(sqlite_stores, made)
    assert found.kills == 5
    assert set(found.acknowledged) == set(found.sent) == set(box)
    for mark, given in found.acknowledged.items():
        assert len(given) == 1
        assert box[mark] == [digest for _, digest in given]


def test_every_store_waits_for_the_disk_at_each_commit(sqlite_stores: Stores) -> None:
    # A killed process leaves its writes with the system; only a power cut would show the loss.
    for store, level in ((sqlite_stores.core, 2), (sqlite_stores.ballot, 2)):
        with store.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() >= level
            assert connection.exec_driver_sql("PRAGMA fullfsync").scalar() in {0, 1}
    with sqlite_stores.identity.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
