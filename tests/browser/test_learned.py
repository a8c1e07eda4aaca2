"""What was learned from corrections is taken by keyboard, without a script, on clean pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from sop_assess.accounts.service import create_admin
from sop_assess.db import now
from sop_assess.themes.queries import SetView, theme_set
from tests.themes.corrected import correct, judge, learn
from tests.themes.written import complaints

from .conftest import LiveServer, Watched
from .test_curation import MAIL, PASSWORD, press, reach, sign_in
from .test_owner_way import check_looks

pytestmark = pytest.mark.browser


@pytest.fixture
def many(empty_site: LiveServer) -> SetView:
    """A sorting of 720 complaints, and an owner."""
    create_admin(empty_site.stores, MAIL, "Robin Ashdown", PASSWORD, now())
    return complaints(empty_site.stores, 720)


def address(site: LiveServer, one: SetView) -> str:
    return f"{site.url}/a/{one.assessment_id}/themes/sort/{one.id}"


@pytest.mark.parametrize("scripts", [True, False])
def test_proposals_are_ticked_and_taken_by_keyboard(
    empty_site: LiveServer, open_page: Callable[..., Watched], many: SetView, scripts: bool
) -> None:
    correct(empty_site.stores, many)
    learn(empty_site.stores, many)
    before = theme_set(empty_site.stores, many.assessment_id, many.id)
    options = {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": scripts}
    page = sign_in(open_page(**options).page, empty_site)
    page.goto(address(empty_site, many))
    page.get_by_role("link", name="Show what is proposed").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("could belong elsewhere.")
    assert theme_set(empty_site.stores, many.assessment_id, many.id) == before
    boxes = page.get_by_role("checkbox")
    expect(page.locator(":checked")).to_have_count(0)
    if scripts:
        reach(page, boxes.first)
        page.keyboard.press("Space")
        button = page.locator(".putting button")
        press(page, "button", button.inner_text())
    else:
        boxes.first.check()
        page.locator(".putting button").click()
    expect(page.locator(".said")).to_contain_text("One comment put into “")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".said")).to_contain_text("Undone: One comment put into “")
    after = theme_set(empty_site.stores, many.assessment_id, many.id)
    assert after.themes == before.themes


def test_the_page_is_clean_for_axe_and_fits(
    empty_site: LiveServer, open_page: Callable[..., Watched], many: SetView
) -> None:
    watched = open_page()
    watched.expected = ["status of 422"]
    page = sign_in(watched.page, empty_site)
    where = f"{address(empty_site, many)}/learned"
    page.goto(where)
    expect(page.get_by_role("heading", level=1)).to_have_text("0 of 500 comments are corrected.")
    check_looks(page)
    correct(empty_site.stores, many)
    page.goto(where)
    check_looks(page)
    judge(empty_site.stores, many)
    learn(empty_site.stores, many)
    for query in ("", "?kind=polarity&label=keep"):
        page.goto(where + query)
        check_looks(page)
    page.locator(".putting button").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the comments first.")
    check_looks(page)
    page.get_by_role("checkbox").first.check()
    page.locator(".putting button").click()
    expect(page.locator(".said")).to_contain_text("judged as praise.")
    check_looks(page)
    page.goto(f"{address(empty_site, many)}/comments?theme={many.themes[0].key}")
    check_looks(page)
