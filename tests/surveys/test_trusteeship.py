"""A round whose key a trustee holds: tried out before it opens, opened on the trustee’s device."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import select

from sop_assess.db import Stores
from sop_assess.errors import ConflictError, InvalidError
from sop_assess.instruments.answer_models import AnonymousAnswers
from sop_assess.instruments.ballots import drop_ballot, withdraw_ballot
from sop_assess.instruments.models import Round
from sop_assess.release.opening import open_ballots
from sop_assess.surveys import sealing, trusteeship
from sop_assess.surveys.closing import end_issuing
from sop_assess.surveys.keys import KEY_BITS, KeyFolder, spki
from sop_assess.surveys.launching import launch

from .conftest import NOW, Make, Survey
from .round_keys import rsa_key

GOOD = b'{"fields": {"last": ["yes"], "fails": ["Late."]}, "unit": "order-desk"}'


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return rsa_key("trustee", KEY_BITS)


@pytest.fixture
def planned(survey: Make) -> Survey:
    return survey(access="codes", label="anonymous_trustee", opened=False)


def drill(stores: Stores, round_id: int, key: RSAPrivateKey) -> None:
    trusteeship.name_trustee(stores, round_id, "Works council", spki(key.public_key()))
    named = trusteeship.trustee_of(stores, round_id)
    assert named is not None
    opened = sealing.unseal(key, base64.b64decode(named.test), sealing.associated("test", "test"))
    trusteeship.pass_drill(stores, round_id, opened.decode())


def drop(stores: Stores, survey: Survey, key: RSAPrivateKey, mark: str, content: bytes) -> None:
    bound = sealing.associated(survey.key, mark)
    box = sealing.seal(key.public_key(), content, bound)
    drop_ballot(stores, survey.key, nullifier=mark, content_hash=mark, box=box, unit="warehouse")


def silent(share: float, message: str) -> None:
    """Progress that nobody watches."""


def test_a_round_does_not_open_before_the_key_was_tried_out(
    stores: Stores, planned: Survey, key: RSAPrivateKey
) -> None:
    with pytest.raises(ConflictError, match="Name the trustee"):
        launch(stores, planned.round_id, now=NOW)
    trusteeship.name_trustee(stores, planned.round_id, "Works council", spki(key.public_key()))
    with pytest.raises(ConflictError, match="test ballot"):
        launch(stores, planned.round_id, now=NOW)
    with pytest.raises(InvalidError):
        trusteeship.pass_drill(stores, planned.round_id, "guessed")
    assert not KeyFolder(stores.keys).exists(planned.key)


@pytest.mark.parametrize(("name", "text"), [("", "x"), ("x" * 121, "x"), ("Ann", "no key")])
def test_a_trustee_needs_a_name_and_a_real_key(
    stores: Stores, planned: Survey, name: str, text: str
) -> None:
    with pytest.raises(InvalidError):
        trusteeship.name_trustee(stores, planned.round_id, name, text)


def test_the_trustees_device_opens_the_round(
    stores: Stores, planned: Survey, key: RSAPrivateKey
) -> None:
    drill(stores, planned.round_id, key)
    launch(stores, planned.round_id, now=NOW)
    assert not (stores.keys / planned.key / "box.pem").exists()
    for mark in ("a", "b", "c"):
        drop(stores, planned, key, mark * 64, GOOD)
    withdraw_ballot(stores, planned.key, "c" * 64)
    with pytest.raises(ConflictError):
        trusteeship.sealed_ballots(stores, the_round(stores, planned))
    end_issuing(stores, silent, planned.round_id)
    with pytest.raises(ConflictError, match="trustee opens"):
        open_ballots(stores, planned.round_id, now=NOW)
    sealed = trusteeship.sealed_ballots(stores, the_round(stores, planned))
    assert len(sealed) == 2
    given: dict[str, Any] = {"contents": [
        {"unit": sealed[0]["unit"], "content": base64.b64encode(GOOD).decode()}
    ]}  # fmt: skip
    contents = trusteeship.opened_contents(given)
    with pytest.raises(InvalidError):
        open_ballots(stores, planned.round_id, now=NOW, opened=contents * 3)
    open_ballots(stores, planned.round_id, now=NOW + timedelta(days=1), opened=contents)
    with stores.core.reading() as session:
        assert len(list(session.scalars(select(AnonymousAnswers)))) == 1
    counts = the_round(stores, planned).counts
    assert counts["units"] == {"warehouse": 1}
    assert (counts["answers"], counts["set_aside"], counts["withdrawn"]) == (1, 1, 1)
    assert not KeyFolder(stores.keys).exists(planned.key)


def the_round(stores: Stores, survey: Survey) -> Round:
    with stores.core.reading() as session:
        return session.get_one(Round, survey.round_id)


@pytest.mark.parametrize("given", [None, [], {}, {"contents": [{"unit": "x", "content": "!"}]}])
def test_what_a_device_sends_wrongly_gets_a_sentence(given: Any) -> None:
    with pytest.raises(InvalidError):
        trusteeship.opened_contents(given)
