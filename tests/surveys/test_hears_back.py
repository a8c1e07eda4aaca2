"""What a closed survey gives back at its own address, on both engines."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import time_machine

from sop_assess.demo import device
from sop_assess.release.job import release_round
from sop_assess.surveys import hears_back
from sop_assess.surveys.queries import Door, door_of

from .conftest import NOW, Opened

GOOD = {"prices": ["3"], "dates": ["3"], "last": ["yes"], "fails": ["Dates slip."]}


def quiet(share: float, message: str) -> None:
    """Progress that nobody watches."""


def answered(opened: Opened, each: int) -> tuple[list[str], Door]:
    """The receipts of a round that so many answered in each unit, and its closed door."""
    receipts = [
        device.send(opened.client, opened.promise, opened.token(unit, card),
                    {**opened.content(), "fields": GOOD})
        for unit in (1, 2) for card in range(each)
    ]  # fmt: skip
    opened.close()
    door = door_of(opened.stores, opened.survey.round_id)
    assert door is not None
    return receipts, door


def test_the_first_results_are_released_cells_with_n_and_range(opened: Opened) -> None:
    _, door = answered(opened, 6)
    assert hears_back.heard(opened.stores, door) is None
    assert "has closed" in opened.client.get(opened.url).text
    release_round(opened.stores, quiet, opened.survey.round_id)
    heard = hears_back.heard(opened.stores, door)
    assert heard is not None
    assert (heard.invited, heard.response, heard.merged) == (92, 0.15, False)
    (clarity,) = heard.those("works")
    assert (clarity.place, clarity.topic, clarity.n) == ("S3", "clarity", 12)
    assert clarity.heading({"S3": "Quote"}) == "Quote: customers know where they stand"
    assert "n 12" in clarity.sentence().replace("\N{NO-BREAK SPACE}", " ")
    page = opened.client.get(opened.url)
    assert page.status_code == 200
    assert "Quote: customers know where they stand" in page.text
    assert "About 15" in page.text
    assert "12 + 0 = 12 ≤ 12 ≤ 92 + 0" in page.text
    assert "Set-Cookie" not in page.headers


def test_the_receipts_are_sorted_complete_and_only_there_after_closing(
    opened: Opened,
) -> None:
    early = opened.client.get(f"{opened.url}/receipts").text
    assert "No receipts yet" in early
    receipts, door = answered(opened, 1)
    assert list(hears_back.receipts(opened.stores, door)) == sorted(receipts)
    page = opened.client.get(f"{opened.url}/receipts").text
    assert re.findall(r'<li id="r-([0-9A-Z-]{24})">', page) == sorted(receipts)
    assert hears_back.receipts(opened.stores, replace(door, state="closing")) == ()


def test_what_was_given_again_and_withdrawn_is_part_of_the_sum(opened: Opened) -> None:
    first, again, other = opened.token(), opened.token(), opened.token(2)
    for token in (again, other):
        device.send(opened.client, opened.promise, token, {**opened.content(), "fields": GOOD})
    device.send(opened.client, opened.promise, first, {})  # type: ignore[arg-type]
    assert opened.post("/withdraw", device.token_fields(other)).status_code == 200
    _, door = answered(opened, 0)
    release_round(opened.stores, quiet, opened.survey.round_id)
    heard = hears_back.heard(opened.stores, door)
    assert heard is not None
    assert heard.sums is not None
    sums = heard.sums
    assert (sums.answers, sums.set_aside, sums.receipts, sums.withdrawn) == (1, 1, 2, 1)
    assert sums.answers + sums.set_aside == sums.receipts
    assert sums.receipts <= sums.issued <= sums.invited + sums.reissued
    assert (sums.issued, sums.reissued) == (3, 1)
    assert heard.said == ()
    page = opened.client.get(opened.url).text
    assert "Too few answered" in page
    assert "at most 1 answer can be" in page


def test_a_round_that_ended_by_date_waits_for_its_count(opened: Opened) -> None:
    end = opened.survey.door.closes_at
    assert end is not None
    with time_machine.travel(end + timedelta(hours=1), tick=False):
        page = opened.client.get(opened.url).text
    assert "This survey has closed" in page
    assert "once the answers are counted" in page
    assert end > NOW
