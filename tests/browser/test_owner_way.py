"""The owner's way by hand: from an empty site to an issue, without the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from sop_assess.accounts.service import create_setup_link
from sop_assess.db import now
from sop_assess.instruments.definition import Definition, Leaf
from sop_assess.instruments.service import definition_of, get_round, rounds_of

from .conftest import WIDTHS, LiveServer, Watched, accessibility, looks

pytestmark = pytest.mark.browser

PASSWORD = "violet kettle drums nine"
# All fields of the page at once.
FILL = """answers => {
  for (const [name, value] of Object.entries(answers))
    for (const field of document.getElementsByName(name))
      if (field.type === 'radio') field.checked = field.value === value
      else field.value = value
}"""
UNITS = "Warehouse 20\nSales 12"


def test_from_an_empty_site_to_an_issue(
    empty_site: LiveServer, open_page: Callable[..., Watched]
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900}).page
    set_up(page, empty_site)
    plan(page)
    round_url = open_round(page)
    key, definition = what_is_asked(empty_site)
    employee = open_page(java_script_enabled=False).page
    for number in range(12):
        # One is filled in by hand; the others would only take longer.
        answer(employee, f"{empty_site.url}/s/{key}", definition, number, by_hand=number == 0)
    page.goto(round_url)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Open: 10 or more of 32 have answered."
    )
    press(page, "Close the round")
    expect(page.get_by_role("heading", level=1)).to_have_text("The work is done.")
    page.get_by_role("link", name="Go on").click()
    read_results(page)
    make_issue(page)
    make_final(page, empty_site)


def test_a_round_is_rehearsed_with_invented_answers(
    empty_site: LiveServer, open_page: Callable[..., Watched]
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900}).page
    set_up(page, empty_site)
    plan(page)
    prepare(page)
    press(page, "Rehearse with invented answers")
    page.get_by_role("link", name="Go on").click()
    expect(page.locator("body")).to_contain_text("Rehearsal")
    page.goto(f"{empty_site.url}/a/1/results")
    expect(page.locator("body")).not_to_contain_text("Rehearsal: invented")


def test_one_answer_is_explained(empty_site: LiveServer, open_page: Callable[..., Watched]) -> None:
    page = open_page(viewport={"width": 1280, "height": 900}).page
    set_up(page, empty_site)
    plan(page)
    round_url = open_round(page)
    key, definition = what_is_asked(empty_site)
    answer(open_page(java_script_enabled=False).page, f"{empty_site.url}/s/{key}", definition, 0)
    page.goto(round_url)
    press(page, "Close the round")
    page.goto(round_url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Closed with fewer than 5 answers.")
    page.get_by_role("link", name="Read the results").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{empty_site.url}/a/1/plan")
    expect(page.locator("main")).to_contain_text("fewer than 5")


def test_the_pages_are_clean_for_axe_and_fit_a_phone(
    empty_site: LiveServer, open_page: Callable[..., Watched]
) -> None:
    watched = open_page(viewport={"width": 360, "height": 740})
    watched.expected = ["status of 422"]
    page = watched.page
    set_up(page, empty_site)
    page.goto(f"{empty_site.url}/start")
    check_phone(page)
    page.get_by_label("Name of the company").fill("Kestrel")
    press(page, "Work out the plan")
    check_phone(page)
    plan(page, after_each=check_phone)
    prepare(page, after_each=check_phone)
    press(page, "Open the round")
    check_phone(page)
    for path in ("plan", "rounds/1/form", "stages"):
        page.goto(f"{empty_site.url}/a/1/{path}")
        check_phone(page)


def check(page: Page, look: tuple[int, str] = (0, "")) -> None:
    """No accessibility violation, no sideways scrolling."""
    assert accessibility(page, look[1]) == [], (page.url, look)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0, (page.url, look)


def check_looks(page: Page, widths: Sequence[int] = WIDTHS) -> None:
    """The same at every width, light and dark."""
    for look in looks(page, widths):
        check(page, look)


def check_phone(page: Page) -> None:
    """The same on a phone, light and dark."""
    check_looks(page, [360])


def set_up(page: Page, site: LiveServer) -> None:
    """The link that the server prints at its first start leads to the first account."""
    page.goto(site.url + create_setup_link(site.stores, now()))
    page.get_by_label("name", exact=False).first.fill("Ada Osei")
    page.locator("[name=email]").fill("ada@kestrel.example")
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Begin")
    page.wait_for_url("**/start")


def plan(page: Page, after_each: Callable[[Page], None] = lambda page: None) -> None:
    """Answer the first screen, take the plan, keep the stages."""
    page.get_by_label("Name of the company").fill("Kestrel Laptops")
    page.get_by_label("People who work here").fill("32")
    page.get_by_label("Units, such as departments").fill(UNITS)
    page.get_by_label("Places where customers meet you").fill("Harbour\nWeb shop")
    page.get_by_label("Hours a week").fill("6")
    press(page, "Work out the plan")
    expect(page.get_by_role("heading", name="this is the plan")).to_be_visible()
    after_each(page)
    page.get_by_label("Name of this assessment").fill("Autumn 2026")
    press(page, "Take this plan")
    after_each(page)
    press(page, "Keep these stages")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Prepare the first round: staff survey."
    )
    after_each(page)


def prepare(page: Page, after_each: Callable[[Page], None] = lambda page: None) -> None:
    """Take the short survey, drop one question, allow the way without JavaScript, save it."""
    page.get_by_role("link", name="Prepare it").click()
    after_each(page)
    page.locator("a[href*='short-survey']").first.click()
    page.locator("input[name=keep]").first.uncheck()
    page.locator("[name=promise][value=confidential_link]").check()
    after_each(page)
    press(page, "Save the form")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "The form is ready. Nobody can see it yet."
    )
    after_each(page)


def open_round(page: Page) -> str:
    """The address of the open round."""
    prepare(page)
    press(page, "Open the round")
    expect(page.get_by_role("heading", level=1)).to_have_text("Open. Answers can come in now.")
    return page.url


def what_is_asked(site: LiveServer) -> tuple[str, Definition]:
    """The public key of the open round and its form."""
    found = rounds_of(site.stores, 1)[0]
    assert get_round(site.stores, found.id).invited == 32
    return found.key, definition_of(site.stores, found.version_id)


def answer(
    page: Page, url: str, definition: Definition, number: int, *, by_hand: bool = True
) -> None:
    """One employee answers every question, on a phone without JavaScript."""
    page.goto(url)
    page.locator("input[name=unit]").nth(number % 2).check()
    press(page, "Start")
    answers = {k: v for leaf in definition.leaves for k, v in said(leaf, number).items()}
    if by_hand:
        fill(page, answers)
    else:
        page.get_by_role("button", name="Send").wait_for()
        page.evaluate(FILL, answers)
    press(page, "Send")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")


def said(leaf: Leaf, number: int) -> dict[str, str]:
    """The first questions are liked, the later ones are not, and some people differ."""
    if leaf.type == "long_text":
        return {leaf.code: f"The list is out of date, case {number}."}
    values = [option.code for option in leaf.options]
    if leaf.type == "fact":
        values = ["yes", "no"]
    if not values:
        return {}
    bad = leaf.subject is not None and leaf.subject >= "S4"
    order = values if bad else list(reversed(values))
    found = {leaf.code: order[number % 5 == 0]}
    return found | (
        {f"{leaf.code}.comment": "It came a week later."} if leaf.type == "fact" else {}
    )


def fill(page: Page, answers: dict[str, str]) -> None:
    """One field after the other, as a person does."""
    for name, value in answers.items():
        choice = page.locator(f"[name='{name}'][value='{value}']")
        words = page.locator(f"[name='{name}']")
        if choice.count():
            choice.check()
        elif words.count():
            words.first.fill(value)


def read_results(page: Page) -> None:
    """The results have findings, each with its own page."""
    expect(page).to_have_url(re.compile(r"/a/1/results"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("main a[href*='/findings/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def make_issue(page: Page) -> None:
    """An issue from the finding that is shown."""
    page.get_by_label("Owner").fill("Ada Osei")
    press(page, "Make an issue")
    expect(page).to_have_url(re.compile(r"/a/1/backlog"))
    expect(page.locator("main")).to_contain_text("K-1")


def make_final(page: Page, site: LiveServer) -> None:
    """One method alone may be made final."""
    page.goto(f"{site.url}/a/1/plan")
    press(page, "Make it final")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The assessment is final.")


def press(page: Page, name: str) -> None:
    """The button of this name."""
    page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()
