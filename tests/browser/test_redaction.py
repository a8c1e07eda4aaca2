"""Two people read comments before they are shown: by keyboard, without a script, and for axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sop_assess.accounts.service import create_admin, invite, redeem_link
from sop_assess.db import now
from tests.release.quotes import TEXTS, closed_round

from .conftest import LiveServer, Watched
from .test_owner_way import check_looks

pytestmark = pytest.mark.browser

PASSWORD = "violet kettle drums nine"
PEOPLE = {"owner": "robin@kestrel.example", "council": "council@kestrel.example"}


def people(site: LiveServer) -> None:
    owner = create_admin(site.stores, PEOPLE["owner"], "Robin Ashdown", PASSWORD, now())
    link = invite(site.stores, PEOPLE["council"], "Works council", {("redactor", "company")}, owner,
                  now())  # fmt: skip
    redeem_link(site.stores, link.rpartition("/")[2], name="", email="", password=PASSWORD,
                company="", now=now())  # fmt: skip


def sign_in(page: Page, site: LiveServer, who: str) -> Page:
    page.goto(f"{site.url}/login")
    page.get_by_label("Work e-mail").fill(PEOPLE[who])
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def test_two_people_read_by_keyboard_and_without_a_script(
    empty_site: LiveServer, open_page: Callable[..., Watched]
) -> None:
    assessment_id, round_id = closed_round(empty_site.stores, TEXTS[:1])
    people(empty_site)
    url = f"{empty_site.url}/a/{assessment_id}/rounds/{round_id}/redaction"
    page = sign_in(open_page(viewport={"width": 1280, "height": 900}).page, empty_site, "owner")
    page.goto(url)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("1 of 1 comments waits for you.")
    page.get_by_role("checkbox", name="Ask").focus()
    for key in ("ArrowLeft", "ArrowRight", "Space", "End", "Home", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_role("checkbox", name="Ada")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Ada")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show it like this")).to_be_focused()
    page.keyboard.press("Enter")
    expect(title).to_have_text("1 of 1 comments waits for a second person.")
    other = open_page(java_script_enabled=False).page
    sign_in(other, empty_site, "council")
    other.goto(f"{empty_site.url}/")
    expect(other.locator("main")).to_contain_text("Robin Ashdown would show it like this.")
    expect(other.get_by_role("checkbox", name="Ada")).to_be_checked()
    other.get_by_role("button", name="Show it like this").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(
        "All read: 1 of 1 comments are shown."
    )
    page.get_by_role("link", name="Go to the themes").click()
    expect(page.locator("blockquote")).to_have_text("“Ask ▇▇▇, the list is old.”")


def test_the_page_is_clean_for_axe_and_fits(
    empty_site: LiveServer, open_page: Callable[..., Watched]
) -> None:
    long = "Am Montag fragte mich die Donaudampfschifffahrtsgesellschaftskapitänsmützenträgerin."
    assessment_id, round_id = closed_round(empty_site.stores, [*TEXTS, long])
    people(empty_site)
    url = f"{empty_site.url}/a/{assessment_id}/rounds/{round_id}/redaction"
    page = sign_in(open_page().page, empty_site, "owner")
    page.goto(url)
    page.locator(".word").nth(1).click()
    page.locator("details > summary").first.click()
    check_looks(page)
    page.get_by_role("button", name="Show it like this").first.click()
    page.locator("details > summary", has_text="Old stock list").click()
    check_looks(page)
    page.goto(f"{empty_site.url}/a/{assessment_id}/rounds/{round_id}")
    check_looks(page)
    council = sign_in(open_page().page, empty_site, "council")
    council.goto(url)
    check_looks(council)
