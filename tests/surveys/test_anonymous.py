"""The protocol of an anonymous round through its routes: issue, submit, withdraw, close."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from sop_assess.db import Stores
from sop_assess.demo import device
from sop_assess.errors import ConflictError, SopError
from sop_assess.instruments.answer_models import (
    AnonymousAnswers,
    AnonymousComment,
    Ballot,
    PublishedReceipt,
)
from sop_assess.instruments.models import Invitation, Round
from sop_assess.instruments.service import definition_of
from sop_assess.roster.models import SealedLedger
from sop_assess.surveys.anonymous import Token
from sop_assess.surveys.inviting import Choice, keep_choice
from sop_assess.surveys.keys import KeyFolder
from sop_assess.surveys.launching import launch
from sop_assess.surveys.queries import door_of

from .conftest import NOW, Make, Opened
from .round_keys import few_keys


def test_a_ballot_is_collected_sent_opened_and_proved(opened: Opened) -> None:
    receipts = [
        device.send(opened.client, opened.promise, opened.token(unit, card), opened.content())
        for unit, card in ((1, 0), (1, 1), (2, 0))
    ]
    opened.close()
    with opened.stores.core.reading() as session:
        answers = list(session.scalars(select(AnonymousAnswers)))
        comments = list(session.scalars(select(AnonymousComment)))
        published = list(session.scalars(select(PublishedReceipt.code)))
        counts = session.get_one(Round, opened.survey.round_id).counts
    # Units of fewer than five are not kept with the answers; how many came is.
    assert [a.unit for a in answers] == [None] * 3
    assert counts["units"] == {"order-desk": 2, "warehouse": 1}
    assert [c.text for c in comments] == ["Dates slip."] * 3
    assert sorted(receipts) == sorted(published)
    assert (counts["invited"], counts["issued"], counts["reissued"]) == (92, 3, 0)
    assert (counts["answers"], counts["set_aside"], counts["receipts"]) == (3, 0, 3)
    assert "keys_destroyed_at" in counts


def test_after_closing_no_key_code_ledger_or_ballot_is_left(opened: Opened) -> None:
    device.send(opened.client, opened.promise, opened.token(), opened.content())
    opened.close()
    assert not KeyFolder(opened.stores.keys).exists(opened.survey.key)
    with opened.stores.identity.reading() as session:
        assert not list(session.scalars(select(SealedLedger)))
        assert not list(session.scalars(select(Invitation)))
    with opened.stores.ballot.reading() as session:
        assert not list(session.scalars(select(Ballot)))


def test_closing_twice_and_after_a_crash_changes_nothing(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.send(opened.client, opened.promise, opened.token(), opened.content())

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as cut:
        cut.setattr("sop_assess.instruments.ballots.empty_box", crash)
        with pytest.raises(RuntimeError):
            opened.close()
    opened.close()
    opened.close()
    with opened.stores.core.reading() as session:
        assert len(list(session.scalars(select(AnonymousAnswers)))) == 1
    assert not KeyFolder(opened.stores.keys).exists(opened.survey.key)


def test_a_lost_answer_gives_the_same_signature_and_two_more_ballots_are_counted(
    opened: Opened,
) -> None:
    body = {"code": opened.cards[1][0], "blinded": device.encoded(b"\x01" + bytes(383))}
    first, again = (opened.post("/issue", body).get_json()["signature"] for _ in range(2))
    assert first == again
    opened.token()
    opened.token()
    with pytest.raises(SopError):
        opened.token()
    opened.close()
    with opened.stores.core.reading() as session:
        counts = session.get_one(Round, opened.survey.round_id).counts
    assert (counts["issued"], counts["reissued"]) == (1, 2)


def test_the_same_ballot_again_is_the_same_receipt_and_another_one_a_conflict(
    opened: Opened,
) -> None:
    from sop_assess.surveys import sealing
    from sop_assess.surveys.anonymous import nullifier

    token = opened.token()
    associated = sealing.associated(opened.survey.key, nullifier(token.prepared))
    boxes = [sealing.seal(opened.promise.box, text, associated) for text in (b"{}", b"[]")]
    bodies = [{**device.token_fields(token), "box": device.encoded(box)} for box in boxes]
    answers = [opened.post("/submit", body) for body in (bodies[0], bodies[0], bodies[1])]
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    assert answers[0].get_json() == answers[1].get_json()


def test_a_request_for_another_unit_is_told_the_right_one_and_costs_nothing(
    opened: Opened,
) -> None:
    # Blinded with another key it may be too large for the right one, which looks like damage.
    body = {"code": opened.cards[2][0], "unit": 1, "blinded": device.encoded(b"\xff" * 384)}
    for _ in range(5):
        assert opened.post("/issue", body).get_json() == {"signature": "", "unit": 2}
    assert opened.post("/issue", {**body, "unit": 2}).status_code == 422
    assert opened.token(unit=2).unit == 2
    opened.close()
    with opened.stores.core.reading() as session:
        counts = session.get_one(Round, opened.survey.round_id).counts
    assert (counts["issued"], counts["reissued"]) == (1, 0)


def test_what_is_sealed_wrongly_is_set_aside_and_counted(opened: Opened) -> None:
    for card, content in enumerate(({}, {"fields": {"last": ["no"]}}, {"fields": "no"}, [])):
        token = opened.token(1, card)
        device.send(opened.client, opened.promise, token, content)  # type: ignore[arg-type]
    opened.close()
    with opened.stores.core.reading() as session:
        counts = session.get_one(Round, opened.survey.round_id).counts
    assert (counts["answers"], counts["set_aside"], counts["receipts"]) == (0, 4, 4)


def test_a_withdrawn_ballot_is_not_counted_and_does_not_come_back(opened: Opened) -> None:
    from sop_assess.surveys import sealing
    from sop_assess.surveys.anonymous import nullifier

    token = opened.token()
    associated = sealing.associated(opened.survey.key, nullifier(token.prepared))
    box = sealing.seal(opened.promise.box, b"{}", associated)
    body = {**device.token_fields(token), "box": device.encoded(box)}
    assert opened.post("/withdraw", device.token_fields(token)).status_code == 404
    assert opened.post("/submit", body).status_code == 201
    assert opened.post("/withdraw", device.token_fields(token)).get_json() == {"withdrawn": True}
    assert opened.post("/submit", body).status_code == 410
    opened.close()
    with opened.stores.core.reading() as session:
        counts = session.get_one(Round, opened.survey.round_id).counts
    assert (counts["withdrawn"], counts["receipts"], counts["answers"]) == (1, 0, 0)


Forge = Callable[[Token], Token]


@pytest.mark.parametrize(
    "forge",
    [
        lambda t: replace(t, signature=bytes(384)),
        lambda t: replace(t, signature=t.signature[:-1]),
        lambda t: replace(t, unit=2),
        lambda t: replace(t, unit=0),
        lambda t: replace(t, unit=99),
        lambda t: replace(t, prepared=secrets.token_bytes(96)),
        lambda t: replace(t, prepared=b""),
    ],
)
def test_a_forged_token_is_refused(opened: Opened, forge: Forge) -> None:
    body = {**device.token_fields(forge(opened.token())), "box": device.encoded(bytes(4508))}
    assert opened.post("/submit", body).status_code == 403
    assert opened.post("/withdraw", body).status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/issue", {}), ("/issue", []), ("/issue", {"code": "x", "blinded": "!"}),
        ("/issue", {"code": ["x"], "blinded": 3}), ("/submit", {"prepared": None}),
        ("/submit", {"prepared": "", "signature": "", "unit": True, "box": ""}),
        ("/withdraw", "text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_a_sentence(opened: Opened, path: str, body: Any) -> None:
    answer = opened.post(path, body)
    assert 400 <= answer.status_code < 500
    assert answer.get_json()["error"]


def test_a_blinded_value_out_of_range_costs_no_ballot(opened: Opened) -> None:
    for blinded in (bytes(384), b"\xff" * 384, b"\x01" * 383):
        body = {"code": opened.cards[1][0], "blinded": device.encoded(blinded)}
        assert opened.post("/issue", body).status_code == 422
    opened.token()
    opened.close()
    with opened.stores.core.reading() as session:
        assert session.get_one(Round, opened.survey.round_id).counts["reissued"] == 0


def test_the_way_without_a_seal_is_shut(opened: Opened) -> None:
    assert opened.post("/start", {"code": opened.cards[1][0]}).status_code == 409
    body = {"credential": "x" * 46, "content": "{}"}
    assert opened.post("/submit", body).status_code == 409


def test_a_frozen_promise_cannot_be_changed(opened: Opened) -> None:
    for name, value in (("label", "confidential"), ("policy", {}), ("access", "link")):
        with pytest.raises(ConflictError), opened.stores.core.writing() as session:
            setattr(session.get_one(Round, opened.survey.round_id), name, value)


def test_late_outboxes_have_a_day_then_the_box_is_shut(opened: Opened) -> None:
    token, late = opened.token(1, 0), opened.token(1, 1)
    end = opened.survey.door.closes_at
    assert end is not None
    with time_machine.travel(end + timedelta(hours=23), tick=False):
        device.send(opened.client, opened.promise, token, opened.content())
        with pytest.raises(SopError):
            opened.token(1, 2)
    with time_machine.travel(end + timedelta(hours=25), tick=False), pytest.raises(SopError):
        device.send(opened.client, opened.promise, late, opened.content())


def test_a_round_for_bands_only_asks_for_no_words(
    stores: Stores, survey: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = cycle(few_keys(3))
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: next(made))
    found = survey(access="codes", label="anonymous", opened=False)
    keep_choice(stores, found.round_id, Choice(bands_only=True), by=None, now=NOW)
    launch(stores, found.round_id, now=NOW)
    door = door_of(stores, found.round_id)
    assert door is not None
    assert door.bands_only
    asked = definition_of(stores, door.version_id)
    assert [leaf.code for leaf in asked.leaves] == ["prices", "dates", "last", "amount"]
    assert not any(leaf.item.comment_on_no for leaf in asked.leaves)
    KeyFolder(stores.keys).destroy(found.key)
