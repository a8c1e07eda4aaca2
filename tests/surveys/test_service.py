from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import event

from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.errors import (
    AnswersInvalidError,
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    TooLargeError,
)
from sop_assess.instruments.ballots import ballots
from sop_assess.surveys import service
from sop_assess.surveys.queries import codes_made
from tests.surveys.conftest import NOW, Make, Survey

GOOD = {"prices": ["1"], "last": ["yes"], "fails": ["The list is old."], "fails.severity": ["3"]}


def content(survey: Survey, fields: dict[str, list[str]] | None = None, **more: Any) -> bytes:
    data = {"version": survey.door.version_id, "language": "en", "fields": fields or GOOD}
    return orjson.dumps(data | more)


def opened(stores: Stores, survey: Survey) -> list[dict[str, Any]]:
    return [orjson.loads(row.box) for row in ballots(stores, survey.key)]


def test_a_ballot_is_kept_once_with_its_unit(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey()
    ticket = service.start(stores, settings, made.key, unit="warehouse", now=NOW)
    assert (ticket.unit_name, ticket.invited) == ("Warehouse", 58)
    body = content(made)
    digest = hashlib.sha256(body).hexdigest()
    first = service.submit(stores, settings, made.key, ticket.credential, body, digest, now=NOW)
    again = service.submit(stores, settings, made.key, ticket.credential, body, "", now=NOW)
    assert (first.new, again.new) == (True, False)
    assert (first.code, first.content_hash) == (again.code, digest)
    assert opened(stores, made) == [
        {"version": made.door.version_id, "language": "en", "unit": "warehouse", "fields": GOOD}
    ]


def test_other_answers_with_the_same_right_conflict(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey()
    right = service.start(stores, settings, made.key, now=NOW).credential
    service.submit(stores, settings, made.key, right, content(made), now=NOW)
    other = content(made, {**GOOD, "prices": ["3"]})
    with pytest.raises(ConflictError):
        service.submit(stores, settings, made.key, right, other, now=NOW)
    assert len(opened(stores, made)) == 1


def test_the_same_ballot_from_many_hands_lands_once(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey()
    right = service.start(stores, settings, made.key, now=NOW).credential

    def send(_: int) -> service.BallotReceipt:
        return service.submit(stores, settings, made.key, right, content(made), now=NOW)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(send, range(16)))
    assert len({receipt.code for receipt in receipts}) == 1
    assert sum(receipt.new for receipt in receipts) == 1
    assert len(opened(stores, made)) == 1


def test_the_unit_comes_from_the_right_not_from_the_answers(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey()
    right = service.start(stores, settings, made.key, unit="nowhere", now=NOW).credential
    service.submit(stores, settings, made.key, right, content(made, unit="warehouse"), now=NOW)
    assert opened(stores, made)[0]["unit"] is None


def test_answers_that_break_a_rule_are_named_and_nothing_is_kept(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey()
    right = service.start(stores, settings, made.key, now=NOW).credential
    wrong = content(made, {"last": ["no"], "amount": ["many"], "prices": ["9"]})
    with pytest.raises(AnswersInvalidError) as caught:
        service.submit(stores, settings, made.key, right, wrong, now=NOW)
    assert set(caught.value.messages) == {"last", "amount", "prices", "fails"}
    assert opened(stores, made) == []
    assert service.submit(stores, settings, made.key, right, content(made), now=NOW).new


def test_fields_that_nobody_asked_for_are_dropped(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey()
    right = service.start(stores, settings, made.key, now=NOW).credential
    extra = {**GOOD, "name": ["Ann"], "prices.note": ["x"], "amount": [""]}
    service.submit(stores, settings, made.key, right, content(made, extra), now=NOW)
    assert opened(stores, made)[0]["fields"] == GOOD


def test_a_skipped_section_says_not_my_area(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey()
    right = service.start(stores, settings, made.key, now=NOW).credential
    fields = {**GOOD, "last": ["no"], "skip.quotes": ["yes"], "skip.words": ["yes"]}
    service.submit(stores, settings, made.key, right, content(made, fields), now=NOW)
    kept = opened(stores, made)[0]["fields"]
    own = ("prices", "dates", "last", "amount")
    assert {code: kept[code] for code in own} == {code: ["not_my_area"] for code in own}
    assert kept["fails"] == GOOD["fails"]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"null", b'{"version":1}', b"\xff\xfe",
     b'{"version":1,"language":"en","fields":[]}', b'{"version":1,"language":"en","fields":null}',
     b'{"version":1,"language":"en","fields":{"a":1}}'],
)  # fmt: skip
def test_content_that_cannot_be_read_gets_a_sentence(
    stores: Stores, settings: Settings, survey: Make, body: bytes
) -> None:
    made = survey()
    right = service.start(stores, settings, made.key, now=NOW).credential
    with pytest.raises(InvalidError, match="Load the page again"):
        service.submit(stores, settings, made.key, right, body, now=NOW)


def test_changed_foreign_and_huge_content_is_refused(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made, other = survey(), survey()
    right = service.start(stores, settings, made.key, now=NOW).credential
    with pytest.raises(InvalidError, match="changed on their way"):
        service.submit(stores, settings, made.key, right, content(made), "0" * 64, now=NOW)
    with pytest.raises(ForbiddenError):
        service.submit(stores, settings, other.key, right, content(other), now=NOW)
    with pytest.raises(InvalidError, match="another form"):
        service.submit(stores, settings, made.key, right, content(made, version=99), now=NOW)
    huge = content(made, {"fails": ["x" * service.LARGEST_BALLOT]})
    with pytest.raises(TooLargeError):
        service.submit(stores, settings, made.key, right, huge, now=NOW)


def test_the_door_opens_and_closes_and_late_ballots_have_a_day(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey(opens_at=NOW)
    closing = NOW + timedelta(days=18)
    right = service.start(stores, settings, made.key, now=NOW).credential
    with pytest.raises(ConflictError, match="not opened"):
        service.start(stores, settings, made.key, now=NOW - timedelta(minutes=1))
    with pytest.raises(GoneError):
        service.start(stores, settings, made.key, now=closing)
    late = closing + timedelta(hours=23)
    assert service.submit(stores, settings, made.key, right, content(made), now=late).new
    tomorrow = closing + timedelta(hours=24)
    with pytest.raises(GoneError):
        service.submit(stores, settings, made.key, right, content(made), now=tomorrow)
    with pytest.raises(ConflictError):
        service.start(stores, settings, survey(opened=False).key, now=NOW)
    with pytest.raises(NotFoundError):
        service.start(stores, settings, "0" * 16, now=NOW)


def test_a_code_opens_three_times_and_brings_its_unit(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey(access="codes")
    codes = service.make_codes(stores, made.round_id, "warehouse", 3)
    assert len(set(codes)) == 3
    assert codes_made(stores, made.key) == {"warehouse": 3}
    spoken = f" {codes[0].lower().replace('-', ' ')} "
    rights = set()
    for _ in range(service.STARTS_PER_CODE):
        # Whoever holds a card cannot choose another unit.
        ticket = service.start(stores, settings, made.key, spoken, unit="order-desk", now=NOW)
        assert ticket.unit == "warehouse"
        rights.add(ticket.credential)
    assert len(rights) == 3
    with pytest.raises(ConflictError, match="3 times"):
        service.start(stores, settings, made.key, spoken, now=NOW)
    for wrong in ("", "AAAA", "AAAA-AAAA-AAAA", "'; --", "é" * 12):
        with pytest.raises(service.WrongCodeError):
            service.start(stores, settings, made.key, wrong, now=NOW)
    other = survey(access="codes")
    with pytest.raises(service.WrongCodeError):
        service.start(stores, settings, other.key, codes[1], now=NOW)


def test_codes_are_made_only_where_they_are_used(stores: Stores, survey: Make) -> None:
    made = survey(access="codes")
    with pytest.raises(InvalidError):
        service.make_codes(stores, made.round_id, "nowhere", 3)
    for count in (0, -1, service.MOST_CODES + 1):
        with pytest.raises(InvalidError):
            service.make_codes(stores, made.round_id, "warehouse", count)
    with pytest.raises(ConflictError):
        service.make_codes(stores, survey(access="link").round_id, "warehouse", 3)


def test_identity_and_box_never_meet_in_one_call(
    stores: Stores, settings: Settings, survey: Make
) -> None:
    made = survey(access="codes")
    seen: set[str] = set()
    for name in ("identity", "ballot"):

        @event.listens_for(getattr(stores, name).engine, "begin")
        def _(connection: Any, name: str = name) -> None:
            seen.add(name)

    def touched() -> set[str]:
        found = set(seen)
        seen.clear()
        return found

    codes = service.make_codes(stores, made.round_id, "warehouse", 1)
    assert touched() == {"identity"}
    right = service.start(stores, settings, made.key, codes[0], now=NOW).credential
    assert touched() == {"identity"}
    service.submit(stores, settings, made.key, right, content(made), now=NOW)
    assert touched() == {"ballot"}
    codes_made(stores, made.key)
    assert touched() == {"identity"}
