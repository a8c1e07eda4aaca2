"""The three labels: what each says before the first question."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from sqlalchemy import update

from sop_assess.db import Stores
from sop_assess.instruments import ready_made
from sop_assess.instruments.models import Round
from sop_assess.surveys.keys import KEY_BITS, KeyFolder, spki
from sop_assess.surveys.launching import launch
from sop_assess.surveys.trusteeship import name_trustee

from .conftest import make_survey
from .round_keys import few_keys, rsa_key

Draw = Callable[..., str]


@pytest.fixture
def page(sqlite_stores: Stores, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Draw the first page of an open round with this label."""
    made = cycle(few_keys(3))
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: next(made))

    def drawn(label: str, **policy: object) -> str:
        now = datetime.now(UTC)
        found = make_survey(
            sqlite_stores, now=now, access="codes", label=label, opened=label == "confidential",
            closes_at=now + timedelta(days=9), form=ready_made.load("staff-survey"),
        )  # fmt: skip
        if label != "confidential":
            _prepare(sqlite_stores, found.round_id, label)
            launch(sqlite_stores, found.round_id, now=now)
            _add(sqlite_stores, found.round_id, policy)
            KeyFolder(sqlite_stores.keys).destroy(found.key)
        return client.get(f"/s/{found.key}").text

    return drawn


def _prepare(stores: Stores, round_id: int, label: str) -> None:
    if label != "anonymous_trustee":
        return
    public = rsa_key("trustee", KEY_BITS).public_key()
    name_trustee(stores, round_id, "Ada <b>Works</b> Council", spki(public))
    with stores.core.writing() as session:
        planned = session.get_one(Round, round_id)
        planned.policy = {"trustee": {**planned.policy["trustee"], "drilled": True}}


def _add(stores: Stores, round_id: int, policy: dict[str, object]) -> None:
    """Past the rule that keeps an open round's policy as it is."""
    with stores.core.writing() as session:
        kept = session.get_one(Round, round_id).policy
        session.execute(update(Round).where(Round.id == round_id).values(policy={**kept, **policy}))


def test_anonymous_says_who_could_still_learn_what(page: Draw) -> None:
    start = page("anonymous").partition("<template")[0]
    assert '<h2 class="promise-label" id="promise-h">Anonymous</h2>' in start
    assert "which answers are yours" in start
    assert "never your words" in start  # nobody here could read them with a second person
    assert "and open ballots early" in start
    assert "expose a survey made only for you" in start
    assert start.count("<dt>") == 6
    assert "Confidential" not in start


def test_a_trustee_is_named_and_cannot_break_the_page(page: Draw) -> None:
    start = page("anonymous_trustee").partition("<template")[0]
    assert "Anonymous, key held by Ada &lt;b&gt;Works&lt;/b&gt; Council" in start
    assert "They cannot open ballots." in start
    assert "and open ballots early" not in start


def test_a_round_of_bands_only_says_so(page: Draw) -> None:
    start = page("anonymous", bands_only=True).partition("<template")[0]
    assert "only bands are shown" in start
    assert "no questions for free text" in start
    assert "written comments from" not in start
    assert "People who read comments" not in start


def test_confidential_is_called_so(page: Draw) -> None:
    text = page("confidential")
    start = text.partition("<template")[0]
    assert ">Confidential</h2>" in start
    assert "Without JavaScript the survey is one long page" in start
    assert "Check these eight words" not in text


def test_without_script_an_anonymous_page_shows_no_way_in(page: Draw) -> None:
    start = page("anonymous").partition("<template")[0]
    assert re.search(r'<form id="start"[^>]*method="post"[^>]* hidden>', start)
    assert re.search(r'<section class="block" id="no-script"(?![^>]*hidden)', start)


def test_an_anonymous_page_stays_small(page: Draw, client: FlaskClient) -> None:
    document = page("anonymous")
    size = len(gzip.compress(document.encode(), 9))
    for name in ("survey.js", "form.js", "outbox.js", "anonymous.js", "ballot.js", "words.txt",
                 "respondent.css", "icon.svg"):  # fmt: skip
        size += len(client.get(f"/assets/x/{name}", headers={"Accept-Encoding": "gzip"}).data)
    # What is left is for the manifest: 430 bytes of random key for each unit.
    assert size < 48_000
