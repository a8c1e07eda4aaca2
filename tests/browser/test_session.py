"""A leader watches a session with the live panel, and notes an interview from the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from sop_assess.accounts.service import create_admin
from sop_assess.db import now
from sop_assess.instruments import service as instruments

from .conftest import LiveServer, Watched, accessibility, looks
from .test_visit import PASSWORD, a_round

pytestmark = pytest.mark.browser


def begin(page: Page, site: LiveServer, code: str) -> int:
    """The page on the form of a new task, its leader signed in; the id of its round."""
    email = f"{uuid4().hex}@kestrel.example"
    leader = create_admin(site.stores, email, "Lee", PASSWORD, now())
    round_id, _ = a_round(site.stores, code)
    key = instruments.create_assignment(
        site.stores, round_id, title="Order desk, session 1", assignee_id=leader,
        pseudonym="Juniper", stages={"owned": ["S1"]}, context={"session": 1},
    )  # fmt: skip
    page.goto(f"{site.url}/login")
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site.url}/tasks/{key}")
    return round_id


def test_a_session_is_watched_live(
    live_server: LiveServer, open_page: Callable[..., Watched]
) -> None:
    page = open_page().page
    page.clock.install()
    round_id = begin(page, live_server, "job-shadow")
    for look in looks(page, [360]):
        assert accessibility(page, look[1]) == [], look
    press = page.locator("#live").get_by_role("button")
    press.filter(has_text="Waiting").click()
    expect(page.locator("#running")).to_contain_text("Waiting since")
    page.clock.run_for("12:30")
    expect(page.locator("#clock")).to_have_text(re.compile(r"12:3\d"))
    press.filter(has_text="Error").click()
    expect(page.locator("#running")).to_contain_text("Error noted at")
    press.filter(has_text="Workaround").click()
    with page.expect_response("**/draft"):
        press.filter(has_text="Undo").click()
        page.clock.run_for("00:03")
    expect(page.locator("#saved")).to_contain_text("Saved on the server")
    page.reload()
    expect(page.locator("#running")).to_contain_text("Waiting since")
    press.filter(has_text="Work").first.click()
    page.clock.run_for("02:00")
    page.locator('[name="consent.person"]').check()
    page.locator('[name="role"]').fill("Order desk clerk")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Sent, and on disk")).to_be_visible()
    (kept,) = instruments.submissions(live_server.stores, round_id)
    events = kept.document["events"]
    assert [(e["kind"], e["stage"]) for e in events] == [
        ("waiting", "S1"), ("error", "S1"), ("activity", "S1"),
    ]  # fmt: skip
    assert 12.4 < events[0]["minutes"] < 14
    assert "minutes" not in events[1]
    assert 1.9 < events[2]["minutes"] < 3


def test_an_interview_is_noted_from_the_keyboard(
    live_server: LiveServer, open_page: Callable[..., Watched]
) -> None:
    page = open_page(viewport={"width": 834, "height": 900}).page
    round_id = begin(page, live_server, "interview-guide")
    first = page.locator('[name="note.0.text"]')
    first.fill("The list is from the night before.")
    first.press("Alt+KeyP")
    page.locator('[name="note.0.stage"]').select_option("S1")
    first.press("Control+Enter")
    page.keyboard.type("The template saves an hour.")
    page.keyboard.press("Alt+KeyW")
    fold = page.locator("#fold-s4")
    expect(fold).not_to_have_attribute("open", "")
    page.locator('[name="owned"][value="S4"]').check()
    expect(fold).to_have_attribute("open", "")
    hidden = page.locator(".questions > .narrow:not([data-core])").first
    page.locator("#core-only").check()
    expect(hidden).to_be_hidden()
    assert accessibility(page) == []
    page.locator("#core-only").uncheck()
    expect(hidden).to_be_visible()
    for name in ("consent.notes", "consent.quotes"):
        page.locator(f'input[name="{name}"][value="yes"]').check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Sent, and on disk")).to_be_visible()
    (kept,) = instruments.submissions(live_server.stores, round_id)
    assert [(e["mark"], e["stage"]) for e in kept.document["events"]] == [
        ("problem", "S1"), ("works", "S1"),
    ]  # fmt: skip
