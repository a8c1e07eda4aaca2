"""Themes are finished by keyboard alone, without a script, and on pages that are clean for axe."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from sop_assess.accounts.service import create_admin
from sop_assess.assessment.amounts import in_words
from sop_assess.db import now
from sop_assess.themes.models import ThemeSet
from sop_assess.themes.queries import SetView
from tests.themes.written import complaints

from .conftest import LiveServer, Watched
from .test_owner_way import check, check_looks

pytestmark = pytest.mark.browser

PASSWORD = "violet kettle drums nine"
MAIL = "robin@kestrel.example"
MOST_TABS = 400


@pytest.fixture
def one(empty_site: LiveServer) -> SetView:
    """A sorting of 120 complaints, and an owner."""
    create_admin(empty_site.stores, MAIL, "Robin Ashdown", PASSWORD, now())
    return complaints(empty_site.stores, 120)


def sign_in(page: Page, site: LiveServer) -> Page:
    page.goto(f"{site.url}/login")
    page.get_by_label("Work e-mail").fill(MAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    expect(target).to_be_visible()
    for _step in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


def press(page: Page, role: str, name: str, key: str = "Enter") -> None:
    """Go to a control by Tab and press a key on it."""
    reach(page, page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
    page.keyboard.press(key)


def open_details(page: Page, words: str) -> None:
    reach(page, page.locator("summary", has_text=words).first)
    page.keyboard.press("Enter")


def test_rename_merge_split_undo_and_an_issue_by_keyboard_alone(
    empty_site: LiveServer, open_page: Callable[..., Watched], one: SetView
) -> None:
    page = sign_in(open_page(viewport={"width": 1280, "height": 900}).page, empty_site)
    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes")
    first, second = one.themes[0], one.themes[1]
    press(page, "link", f"Rename, merge or split {first.name}")
    field = page.get_by_label("New name").and_(page.locator(f"#name-{first.key}"))
    reach(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type("Lost parcels")
    page.keyboard.press("Enter")
    heading = page.locator(f"#theme-{first.key}")
    expect(heading).to_have_text("Lost parcels")
    expect(heading).to_be_focused()
    expect(page.locator(".said")).to_contain_text(" renamed to “Lost parcels”.")

    merge_second_into_first(page, second.name)
    expect(page.locator(".said")).to_contain_text("One theme merged into “Lost parcels”.")
    expect(page.locator(f"#theme-{second.key}")).to_have_count(0)
    expect(heading).to_be_focused()

    press(page, "button", "Undo")
    expect(page.locator(f"#theme-{second.key}")).to_be_visible()
    expect(page.locator(".said")).to_contain_text("Undone: One theme merged")

    open_details(page, f"Rename, merge or split {second.name}")
    press(page, "button", f"Show a split {second.name}")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"“{second.name}” would become two themes."
    )
    press(page, "button", "Split it")
    expect(page.locator(".said")).to_contain_text("split in two.")
    expect(page.locator(".themes > li")).to_have_count(len(one.themes) + 1)

    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes")
    press(page, "button", "Make an issue Lost parcels", "Space")
    expect(page).to_have_url(re.compile(r"/backlog/1$"))
    expect(page.locator("main")).to_contain_text("Lost parcels")
    expect(page.locator("main")).to_contain_text(first.quotes[0])
    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes")
    expect(page.get_by_role("link", name="Issue K-1")).to_be_visible()


def merge_second_into_first(page: Page, second: str) -> None:
    """The renamed theme is the first choice of the list below the second one."""
    open_details(page, f"Rename, merge or split {second}")
    reach(page, page.locator("select[name=into]:visible").first)
    page.keyboard.press("ArrowDown")
    expect(page.locator("select[name=into]:visible").first).not_to_have_value("")
    press(page, "button", f"Merge {second}")


def test_of_many_themes_a_small_one_is_opened_and_renamed_by_keyboard(
    empty_site: LiveServer, open_page: Callable[..., Watched], one: SetView,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("sop_assess.themes.views.MOST_FORMS", 1)
    monkeypatch.setattr("sop_assess.themes.views.MOST_FULL", 1)
    monkeypatch.setattr("sop_assess.assessment.theme_order.MOST_FULL", 1)
    monkeypatch.setattr("sop_assess.assessment.themes_views.MOST_FULL", 1)
    monkeypatch.setattr("sop_assess.assessment.theme_order.FULL", 1)
    page = sign_in(open_page(viewport={"width": 360, "height": 800}).page, empty_site)
    last = one.themes[-1]
    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes/sort/{one.id}")
    check(page)
    press(page, "link", f"Rename, merge or split {last.name}")
    expect(page.locator(f"#theme-{last.key}")).to_be_focused()
    expect(page.locator("main")).to_contain_text(last.quotes[0])
    reach(page, page.locator(f"#name-{last.key}"))
    page.keyboard.press("Control+A")
    page.keyboard.type("Shelves")
    page.keyboard.press("Enter")
    expect(page.locator(f"#theme-{last.key}")).to_have_text("Shelves")
    expect(page.locator(f"#theme-{last.key}")).to_be_focused()
    expect(page.locator(".said")).to_contain_text("renamed to “Shelves”.")

    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes")
    check(page)
    press(page, "link", "Show in full Shelves")
    expect(page.locator("main")).to_contain_text(last.quotes[0])
    press(page, "link", f"Show all {len(one.themes)} in full")
    expect(
        page.get_by_role("link", name="Show the smaller ones with their name only")
    ).to_be_visible()


def test_the_slider_shows_at_once_and_undo_brings_back(
    empty_site: LiveServer, open_page: Callable[..., Watched], one: SetView
) -> None:
    page = sign_in(open_page(viewport={"width": 1280, "height": 900}).page, empty_site)
    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes/sort/{one.id}")
    slider = page.get_by_label("Number of themes")
    reach(page, slider)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    shown = page.locator("#cut-shown")
    expect(page.locator("#cut-said")).to_contain_text(f"instead of {in_words(len(one.themes))}.")
    expect(shown.get_by_role("row")).not_to_have_count(0)
    expect(slider).to_be_focused()
    expect(page.locator("#k-now")).to_have_text(str(len(one.themes) + 2))
    check(page)
    reach(page, shown.get_by_role("button", name="Take"))
    page.keyboard.press("Enter")
    expect(page.locator(".themes > li")).to_have_count(len(one.themes) + 2)
    press(page, "button", "Undo")
    expect(page.locator(".themes > li")).to_have_count(len(one.themes))


def test_a_comment_is_put_elsewhere_by_keyboard(
    empty_site: LiveServer, open_page: Callable[..., Watched], one: SetView
) -> None:
    page = sign_in(open_page(viewport={"width": 1280, "height": 900}).page, empty_site)
    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes")
    press(page, "link", f"All its comments {one.themes[0].name}")
    reach(page, page.get_by_role("checkbox").first)
    page.keyboard.press("Space")
    press(page, "button", "They fit nowhere")
    expect(page.locator(".said")).to_contain_text("One comment put outside the themes.")
    expect(page.locator("#list-h")).to_be_focused()
    comments = page.url
    press(page, "button", "Undo")
    expect(page.locator(".said")).to_contain_text("Undone: One comment put outside")
    assert page.url == comments
    expect(page.locator("#list-h")).to_be_focused()


def test_the_whole_way_works_without_a_script(
    empty_site: LiveServer, open_page: Callable[..., Watched], one: SetView
) -> None:
    watched = open_page(java_script_enabled=False)
    watched.expected = ["status of 422", "status of 409"]
    page = sign_in(watched.page, empty_site)
    first, second = one.themes[0], one.themes[1]
    page.goto(f"{empty_site.url}/a/{one.assessment_id}/themes/sort/{one.id}?at={first.key}")
    stale = page.context.new_page()
    stale.goto(page.url)
    page.bring_to_front()  # a tab in the background draws once a second
    page.locator(f"#name-{first.key}").fill(second.name)
    page.get_by_role("button", name=f"Rename {first.name}").click()
    expect(page.get_by_role("alert")).to_contain_text("Another theme has this name.")
    expect(page.locator(f"#name-{first.key}")).to_have_value(second.name)
    expect(page.locator(f"#name-{first.key}")).to_have_attribute("aria-invalid", "true")
    check_fits(page)
    page.locator(f"#name-{first.key}").fill("Lost parcels")
    page.get_by_role("button", name=f"Rename {first.name}").click()
    expect(page.locator(f"#theme-{first.key}")).to_have_text("Lost parcels")

    stale.bring_to_front()
    stale.locator(f"#name-{first.key}").fill("Parcels that are lost")
    stale.get_by_role("button", name=f"Rename {first.name}").click()
    expect(stale.get_by_role("alert")).to_contain_text("Somebody changed these themes meanwhile.")
    expect(stale.locator(f"#name-{first.key}")).to_have_value("Parcels that are lost")
    page.bring_to_front()

    page.locator(f"summary:has-text('{second.name}')").first.click()
    page.locator(f"#into-{second.key}").select_option(first.key)
    page.get_by_role("button", name=f"Merge {second.name}").click()
    expect(page.locator(".themes > li")).to_have_count(len(one.themes) - 1)
    page.get_by_role("button", name="Show the difference first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing would change.")
    page.get_by_role("link", name="Back to the themes").click()
    page.locator("#k").fill(str(one.most - 1))
    page.get_by_role("button", name="Show the difference first").click()
    page.get_by_role("button", name="Take").click()
    expect(page.locator(".said")).to_contain_text("Number of themes set")
    for _step in range(3):
        page.get_by_role("button", name="Undo").last.click()
    expect(page.locator(".themes > li")).to_have_count(len(one.themes))
    expect(page.locator("main")).to_contain_text(
        "Nothing yet: this is how the machine sorted them."
    )


def check_fits(page: Page) -> None:
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0, page.url


def test_the_pages_are_clean_for_axe_and_fit(
    empty_site: LiveServer, open_page: Callable[..., Watched], one: SetView
) -> None:
    page = sign_in(open_page().page, empty_site)
    key = one.themes[0].key
    themes = f"{empty_site.url}/a/{one.assessment_id}/themes"
    for path in ("", "?by=stage", "?by=method", "/sort"):
        page.goto(themes + path)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        check_looks(page)
    sort = f"{themes}/sort/{one.id}"
    for path in ("", f"?at={key}", f"/preview?do=split&theme={key}", "/preview?do=cut&k=2",
                 f"/comments?theme={key}", "/comments?theme=unplaced"):  # fmt: skip
        page.goto(sort + path)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        check_looks(page)
    page.goto(f"{sort}?at={key}")
    page.get_by_role("button", name=f"Rename {one.themes[0].name}", exact=True).click()
    check_looks(page)
    page.get_by_role("button", name="Propose new themes").click()
    page.goto(f"{sort}/proposal")
    check_looks(page)
    with empty_site.stores.core.writing() as session:
        session.execute(update(ThemeSet).values(state="draft"))
    for path in ("", "/freeze"):
        page.goto(sort + path)
        check_looks(page)
