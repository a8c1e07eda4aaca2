"""A shopper sends a visit from a phone, also without a network; a leader fills in an interview."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from sop_assess.accounts.service import create_admin
from sop_assess.db import Stores, now
from sop_assess.instruments import ready_made
from sop_assess.instruments import service as instruments
from sop_assess.instruments.attachments import attachments_of
from sop_assess.models import assessment
from sop_assess.shopping.service import add_shopper

from .conftest import LiveServer, Watched, accessibility, looks

pytestmark = pytest.mark.browser

NOW = datetime(2026, 10, 5, tzinfo=UTC)
PASSWORD = "violet kettle drums nine"


def a_round(stores: Stores, code: str) -> tuple[int, int]:
    """An open round of a new assessment: its id and the assessment's."""
    with stores.core.writing() as session:
        if session.get(assessment.Company, 1) is None:
            session.add(assessment.Company(id=1, name="Kestrel", profile={}))
        row = assessment.Assessment(
            name="Autumn", methods={"chosen": ["shop"]}, plan={}, settings={}, created_at=NOW
        )
        session.add(row)
        session.flush()
        number = row.id
        session.add(assessment.Stage(assessment_id=number, code="S1", position=0,
                                     name={"en": "Lead capture"}))  # fmt: skip
    definition = ready_made.load(code, "trade")
    version = instruments.publish(stores, number, definition, now=NOW)
    round_id = instruments.plan_round(stores, number, version, name="Round", access="tasks")
    instruments.open_round(stores, round_id, now=NOW)
    return round_id, number


def begin_visit(page: Page, site: LiveServer) -> int:
    """The page on the form of a new case; the id of its round."""
    round_id, number = a_round(site.stores, "mystery-case")
    link = add_shopper(site.stores, number, uuid4().hex[:8], expires_at=now() + timedelta(days=1))
    instruments.create_assignment(
        site.stores, round_id, title="Case 1", shopper_id=link.shopper_id, location="Harbour"
    )
    page.goto(f"{site.url}/v/{link.token}")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Case 1").click()
    return round_id


def fill_visit(page: Page, photo: Path) -> None:
    """Two facts, a comment and a photo."""
    page.locator('input[name="no-conflict"][value="yes"]').check()
    page.locator('input[name="m1-human"][value="no"]').check()
    page.locator("#q-m1-human textarea").fill("Only a machine wrote back.")
    page.locator("#photos").set_input_files(photo)
    expect(page.locator("#chosen li")).to_have_count(1)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "front.jpg"
    data = io.BytesIO()
    Image.effect_noise((2400, 1600), 40).convert("RGB").save(data, "JPEG")
    path.write_bytes(data.getvalue())
    return path


def sent(stores: Stores, round_id: int) -> list[tuple[int, int]]:
    """Answers and photos of every form of the round."""
    return [(len(s.document["answers"]), len(attachments_of(stores, s.id)))
            for s in instruments.submissions(stores, round_id)]  # fmt: skip


def test_a_visit_with_a_photo_is_sent_from_a_phone(
    live_server: LiveServer, browser_page: Page, photo: Path
) -> None:
    round_id = begin_visit(browser_page, live_server)
    assert accessibility(browser_page) == []
    fill_visit(browser_page, photo)
    browser_page.get_by_role("button", name="Send").click()
    expect(browser_page.get_by_role("heading", name="Sent, and on disk")).to_be_visible()
    assert sent(live_server.stores, round_id) == [(2, 1)]


def test_without_a_network_the_visit_waits_and_leaves_once(
    live_server: LiveServer, open_page: Callable[..., Watched], photo: Path
) -> None:
    watched = open_page()
    watched.expected.append("ERR_INTERNET_DISCONNECTED")
    page = watched.page
    round_id = begin_visit(page, live_server)
    fill_visit(page, photo)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#outbox")).to_contain_text("Not sent yet: 1 forms, 1 photos.")
    assert sent(live_server.stores, round_id) == []
    # A tab that is closed: one that leaves might hear of the network before it is gone.
    context, address = page.context, page.url
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="Sent, and on disk")).to_be_visible()
    assert sent(live_server.stores, round_id) == [(2, 1)]


def test_a_photo_that_is_not_taken_is_told_beside_the_form_that_was(
    live_server: LiveServer, open_page: Callable[..., Watched], photo: Path
) -> None:
    watched = open_page()
    watched.expected.append("413")
    page = watched.page
    round_id = begin_visit(page, live_server)
    fill_visit(page, photo)
    page.route(
        "**/photos/**", lambda route: route.fulfill(status=413, json={"error": "Too large."})
    )
    page.get_by_role("button", name="Send").click()
    told = page.get_by_text("The form was sent, one photo was not: Too large.")
    expect(told).to_be_visible()
    expect(page.locator("#outbox")).to_be_hidden()
    assert sent(live_server.stores, round_id) == [(2, 0)]


def test_a_draft_survives_a_killed_tab(
    live_server: LiveServer, browser_page: Page, photo: Path
) -> None:
    begin_visit(browser_page, live_server)
    fill_visit(browser_page, photo)
    expect(browser_page.locator("#saved")).to_contain_text("Draft on this device only")
    browser_page.reload()
    expect(browser_page.locator("#q-m1-human textarea")).to_have_value("Only a machine wrote back.")
    expect(browser_page.locator("#chosen li")).to_have_count(1)


def test_a_visit_is_sent_without_javascript(
    live_server: LiveServer, open_page: Callable[..., Watched], photo: Path
) -> None:
    page = open_page(java_script_enabled=False).page
    round_id = begin_visit(page, live_server)
    page.locator('input[name="no-conflict"][value="yes"]').check()
    page.locator("#photos").set_input_files(photo)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Sent, and on disk")).to_be_visible()
    assert sent(live_server.stores, round_id) == [(1, 1)]


def test_a_leader_fills_in_an_interview(
    live_server: LiveServer, open_page: Callable[..., Watched]
) -> None:
    email = f"{uuid4().hex}@kestrel.example"
    leader = create_admin(live_server.stores, email, "Lee", PASSWORD, now())
    round_id, _ = a_round(live_server.stores, "interview-guide")
    instruments.create_assignment(
        live_server.stores, round_id, title="Interview with Juniper", assignee_id=leader,
        pseudonym="Juniper", stages={"owned": ["S1"]},
    )  # fmt: skip
    watched = open_page()
    watched.expected.append("422")  # the browser reports the form that was not taken
    page = watched.page
    page.goto(f"{live_server.url}/login")
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live_server.url}/tasks")
    page.get_by_role("link", name="Interview with Juniper").click()
    for look in looks(page, [834]):
        assert accessibility(page, look[1]) == [], look
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    for name in ("consent.notes", "consent.quotes"):
        page.locator(f'input[name="{name}"][value="yes"]').check()
    page.locator('[name="note.0.text"]').fill("Web enquiries wait for the weekly list.")
    expect(page.locator("#saved")).to_contain_text("Saved on the server")
    page.get_by_role("button", name="Add a note").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Sent, and on disk")).to_be_visible()
    (kept,) = instruments.submissions(live_server.stores, round_id)
    assert kept.document["events"][0]["text"] == "Web enquiries wait for the weekly list."
    assert kept.document["context"]["consent_quotes"] is True
