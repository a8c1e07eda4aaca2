"""The sample company's own survey through the whole protocol: one by hand, the others in bulk."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest
from playwright.sync_api import Page, expect

from sop_assess.demo import device
from sop_assess.demo.staff import employees
from sop_assess.demo.truths import ALL
from sop_assess.demo.world import World
from sop_assess.instruments import ready_made

from .anonymous_round import OpenRound, open_round
from .conftest import LiveServer, Watched

pytestmark = pytest.mark.browser


def test_it_is_answered_on_a_phone_and_heard_back(
    live_server: LiveServer, open_page: Callable[..., Watched]
) -> None:
    form = ready_made.load("staff-survey", "trade")
    survey = open_round(live_server, form=form)
    page = open_page().page
    page.goto(survey.link())
    page.get_by_role("button", name="The words match: start").click()
    for section in form.sections:
        expect(page.get_by_role("heading", level=1)).to_have_text(section.title["en"])
        answer_section(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, sealed, and on disk")
    receipt = page.locator(".receipt").inner_text()
    answer_in_bulk(survey, 11)
    survey.close()
    page.goto(f"{survey.address}/receipts")
    expect(page.get_by_text(f"Your receipt {receipt} is in the list.")).to_be_visible()
    # Another device: this one may keep the page of the open survey for a minute.
    page = open_page().page
    page.goto(survey.address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("You said it.")
    expect(page.get_by_text("12 + 0 = 12 ≤ 12 ≤ 92 + 0")).to_be_visible()


def answer_section(page: Page) -> None:
    """The first answer of every question, a sentence for every text, then on."""
    shown = page.locator(".section:not([hidden])")
    for group in shown.get_by_role("radiogroup").all():
        group.get_by_role("radio").first.check()
    for text in shown.locator("textarea:visible").all():
        text.fill("The stock list is old.")
    page.locator("#next").click()


def answer_in_bulk(survey: OpenRound, count: int) -> None:
    client = survey.site.app.test_client()
    promise = device.read_promise(client, survey.survey.key)
    form = ready_made.load("staff-survey", "trade")
    for n, employee in enumerate(islice(employees(World(1, ALL), form), count)):
        token = device.collect(client, promise, survey.cards[1][n], 1)
        content = {"version": survey.survey.door.version_id, "language": "en",
                   "fields": employee.fields}  # fmt: skip
        device.send(client, promise, token, content)
