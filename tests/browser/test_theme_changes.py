"""The themes beside the assessment before: read and corrected by keyboard, clean for axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from sop_assess.accounts.service import create_admin
from sop_assess.db import now as clock
from sop_assess.themes.matches import match_assessment
from tests.assessment.released import NOW, start
from tests.assessment.test_theme_changes import PAIR
from tests.themes.test_matches import AFTER, THEN, another, released, theme

from .conftest import LiveServer, Watched
from .test_curation import MAIL, PASSWORD, press, sign_in
from .test_owner_way import check_looks

pytestmark = pytest.mark.browser


@pytest.fixture
def address(empty_site: LiveServer) -> str:
    """The themes of the second of two assessments."""
    stores = empty_site.stores
    create_admin(stores, MAIL, "Robin Ashdown", PASSWORD, clock())
    then, now = start(stores), another(stores)
    released(stores, then, "comments:1", THEN)
    released(stores, now, "comments:2", AFTER)
    talks = [theme("p-t01", "Chat robot", 3, wrote=24), theme("p-t02", "Promises", 20, wrote=24)]
    released(stores, now, "round:3", [*talks, PAIR], method="interview")
    match_assessment(stores, now, at=NOW)
    return f"{empty_site.url}/a/{now}/themes"


def test_every_part_of_the_page_is_clean(
    empty_site: LiveServer, address: str, open_page: Callable[..., Watched]
) -> None:
    page = open_page().page
    sign_in(page, empty_site).goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    expect(page.get_by_role("table").first).to_contain_text("Old stock list")
    check_looks(page)


def test_a_match_is_corrected_by_keyboard_and_without_a_script(
    empty_site: LiveServer, address: str, open_page: Callable[..., Watched]
) -> None:
    page = open_page(java_script_enabled=False).page
    sign_in(page, empty_site).goto(address)
    press(page, "link", "Since the last assessment")
    assert page.url.endswith("#since-h")
    page.goto(address)
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Chat robot"))
    row.first.get_by_text("Same as last time?").press("Enter")
    expect(page.get_by_label("Theme now")).to_have_value("p-t03")
    page.get_by_label("The same theme in").select_option("Canteen hours")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Kept.")).to_be_visible()
    expect(page.get_by_role("table").first).to_contain_text("then “Canteen hours”")
