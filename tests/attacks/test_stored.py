"""What is kept after a round: no time, no order, no name, nothing deleted that is still there."""

from __future__ import annotations

import secrets
import struct
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scipy.stats import spearmanr
from sqlalchemy import create_engine, insert, select
from sqlalchemy.exc import IntegrityError

from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.instruments.answer_models import AnonymousAnswers, Ballot
from sop_assess.surveys import sealing

from . import schema, times
from .opened import OPENED, Survey, survey
from .ours import Played, answers
from .placement import data_files, written_order
from .scoring import alarm, right
from .snapshots import Copy, Files, Row, Snapshot

# In standard deviations; perfect order is 3.7 of them among 15 people and 7.7 among 60.
CHANCE = 3.65
CORE_ANSWERS = {"anonymous_answers", "anonymous_comment", "receipt"}
MIDDLE = OPENED + timedelta(days=2, hours=12)


def answer_side(evidence_rows: frozenset[Row]) -> list[Row]:
    """The rows of the ballot box and of opened answers."""
    return [r for r in evidence_rows if r.store == "ballot" or r.table in CORE_ANSWERS]


def test_t1_answer_side_tables_tell_no_time_and_no_order(
    installation: tuple[Stores, Settings],
) -> None:
    stores, _ = installation
    ballot, core = schema.columns(stores.ballot.engine), schema.columns(stores.core.engine)
    box = {column.table for column in ballot} - {"alembic_version"}
    assert box >= {"ballot", "ballot_box"}
    assert {column.table for column in core} >= CORE_ANSWERS
    assert schema.order_or_time(ballot, box) == []
    assert schema.order_or_time(core, CORE_ANSWERS) == []
    if stores.core.engine.dialect.name == "sqlite":
        assert schema.with_rowid(stores.core.engine, CORE_ANSWERS) == set()
        assert schema.with_rowid(stores.ballot.engine, {"ballot"}) == set()


def test_t1_the_lint_finds_what_it_is_for(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'bad.sqlite'}")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE bad (id INTEGER PRIMARY KEY AUTOINCREMENT, sent TIMESTAMP,"
            " day TEXT DEFAULT CURRENT_DATE)"
        )
    assert len(schema.order_or_time(schema.columns(engine), {"bad"})) == 3
    assert schema.with_rowid(engine, {"bad"}) == {"bad"}
    engine.dispose()


def test_t1_the_box_itself_refuses_a_ballot_twice(installation: tuple[Stores, Settings]) -> None:
    stores, _ = installation
    row = {"nullifier": secrets.token_hex(32), "round_key": "r", "box": b"x"}
    first, second = (insert(Ballot).values(**row, content_hash=mark * 64) for mark in "ab")
    with stores.ballot.engine.connect() as connection:
        connection.execute(first)
        with pytest.raises(IntegrityError):
            connection.execute(second)
        connection.rollback()


def test_t1_keys_of_answers_are_chance(played: tuple[Survey, Played]) -> None:
    _, found = played
    keys = [str(row["id"]) for row in found.evidence.answers()]
    # A UUID of version 1, 6 or 7 has a digit that never changes, and grows with time.
    assert all(len({key[place] for key in keys}) > 3 for place in range(32))
    assert in_order(found, [int(key[:12], 16) for key in arrived(found)]) < CHANCE


def test_t2_no_moment_is_kept_beside_answers(played: tuple[Survey, Played]) -> None:
    _, found = played
    for snapshot in (found.evidence.snapshots[-1], fullest(found)):
        rows = [unboxed(row) for row in answer_side(snapshot.rows())]
        for day in range(7):
            assert times.in_rows(rows, OPENED + timedelta(days=day, hours=7)) == []


def test_t2_no_moment_is_in_the_bytes_of_the_box(played: tuple[Survey, Played]) -> None:
    _, found = played
    for snapshot in found.evidence.snapshots[:: len(found.evidence.snapshots) // 6]:
        copy = snapshot.copies["ballot"]
        for content in (c for _, c in copy.files) if isinstance(copy, Files) else ():
            assert list(times.in_bytes(content, MIDDLE)) == []
    boxes = [row["box"] for row in found.evidence.rows("ballot") if row["box"]]
    assert times.at_one_place(boxes[:7], MIDDLE) == []


@pytest.mark.parametrize("moment", [MIDDLE - timedelta(hours=23), MIDDLE, MIDDLE + times.DAY])
def test_t2_the_scan_knows_the_usual_clocks(moment: datetime) -> None:
    seconds = moment.timestamp()
    written = [
        seconds, int(seconds), int(seconds * 1000), int(seconds * 1e6), seconds * 1e9,
        moment.isoformat(), moment.strftime("%d.%m.%Y"), f"id-{int(seconds * 1000)}",
        seconds / 86400 + 25569, seconds / 86400 + 2440587.5, struct.pack(">q", int(seconds * 1e3)),
        b"x" + struct.pack("<q", int(seconds * 1e3)), moment.strftime("at %Y-%m-%d").encode(),
    ]  # fmt: skip
    assert [value for value in written if not times.in_value(value, MIDDLE)] == []
    assert not any(times.in_value(value, MIDDLE + timedelta(days=9)) for value in written)
    boxes = [secrets.token_bytes(8) + struct.pack(">I", int(seconds)) for _ in range(9)]
    assert times.at_one_place(boxes, MIDDLE) == [8]


def test_t4_nothing_deleted_is_left_in_a_file(
    installation: tuple[Stores, Settings], played: tuple[Survey, Played]
) -> None:
    stores, settings = installation
    made, found = played
    markers = {str(row["nullifier"]) for row in found.evidence.rows("ballot")}
    markers |= {str(row["content_hash"]) for row in found.evidence.rows("ballot")}
    markers |= {name for person in made.invited for name in person.names if len(name) == 64}
    assert len(markers) == 3 * len(made.invited)
    files = data_files(stores, settings)
    left = [(p.name, m) for p in files for m in markers if m.encode() in p.read_bytes()]
    assert left[:3] == []


def test_t4_answers_lie_in_no_order_of_arrival(played: tuple[Survey, Played]) -> None:
    _, found = played
    keys = arrived(found)
    places = physical(found.evidence.snapshots[-1].copies["core"], set(keys))
    assert in_order(found, [places.index(key) for key in keys]) < CHANCE


def test_t16_no_class_of_stored_answers_is_smaller_than_the_promise(
    sqlite_installation: tuple[Stores, Settings],
) -> None:
    with survey(*sqlite_installation, [8, 8]) as made:
        units = {unit: [p for p in made.invited if p.unit == unit] for unit in made.numbers}
        for (unit, members), answering in zip(sorted(units.items()), (6, 3), strict=True):
            assert made.numbers[unit]
            for person in members[:answering]:
                device = made.respondent(person)
                assert device.start().status_code == 200
                assert device.send(answers("7"), made.version).status_code == 201
        made.close(release=False)
        query = select(AnonymousAnswers.unit).where(AnonymousAnswers.round_id == made.round_id)
        with made.stores.core.reading() as session:
            classes = Counter(session.scalars(query))
    assert sum(classes.values()) == 9
    assert all(count >= 5 for unit, count in classes.items() if unit is not None), classes


def test_t19_comments_share_nothing_with_each_other_or_with_answers(
    played: tuple[Survey, Played],
) -> None:
    made, found = played
    rows = found.evidence.snapshots[-1].rows()
    comments = [
        r for r in rows if r.table == "anonymous_comment" and r["round_id"] == made.round_id
    ]
    assert len(comments) > len(made.invited)
    shared = {"round_id", "item", "stage", "severity", "text"}
    own = [{value for name, value in row.values if name not in shared} for row in comments]
    answers = {value for row in found.evidence.answers() for _, value in row.values}
    assert len(set().union(*own)) == len(comments)
    assert not set().union(*own) & answers


def test_t21_every_box_has_the_size_of_a_bucket(played: tuple[Survey, Played]) -> None:
    _, found = played
    sizes = {len(row["box"]) for row in found.evidence.rows("ballot") if row["box"]}
    assert sizes <= sealing.sizes()
    assert len(sizes) == 1


def test_t22_a_receipt_and_the_database_tell_nobodys_answer(played: tuple[Survey, Played]) -> None:
    made, found = played
    receipts = sorted(found.receipts, key=lambda name: found.receipts[name])
    published = {str(row["code"]) for row in found.evidence.snapshots[-1].rows()
                 if row.table == "receipt" and row["round_id"] == made.round_id}  # fmt: skip
    assert published == set(found.receipts.values())
    keys = [str(row["id"]) for row in found.evidence.answers()]
    places = physical(found.evidence.snapshots[-1].copies["core"], set(keys))
    for order in (keys, keys[::-1], places, places[::-1]):
        matching = dict(zip(receipts, order, strict=True))
        assert right(matching, found.truth) < alarm(1, 1e-6)


def arrived(found: Played) -> list[str]:
    """The keys of the answers in the order in which people came."""
    return [found.truth[name] for _, name in sorted(found.evidence.clicks)]


def in_order(found: Played, values: list[int]) -> float:
    """How well values follow the arrival, as a number of standard deviations of chance."""
    return float(abs(spearmanr(range(len(values)), values)[0])) * (len(found.truth) - 1) ** 0.5


def physical(copy: Copy, keys: set[str]) -> list[str]:
    """These answers in the order of their places."""
    return [key for key in written_order(copy, "anonymous_answers", "id") if key in keys]


def unboxed(row: Row) -> Row:
    """The row without its ciphertext, which is looked at for itself."""
    return Row(row.store, row.table, tuple(pair for pair in row.values if pair[0] != "box"))


def fullest(found: Played) -> Snapshot:
    """The copy with the most ballots in the box."""
    return max(found.evidence.snapshots, key=lambda s: sum(r.table == "ballot" for r in s.rows()))
