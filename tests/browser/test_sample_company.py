"""An owner reads the finished assessment of the sample company on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from sop_assess.accounts.queries import find_user
from sop_assess.accounts.service import create_reset_link, redeem_link
from sop_assess.config import Settings
from sop_assess.db import now
from sop_assess.demo.build import build
from sop_assess.demo.cycle import OWNER_EMAIL
from sop_assess.demo.truths import ALL
from sop_assess.demo.world import World

from .conftest import LiveServer, Watched, accessibility, looks, serving

pytestmark = pytest.mark.browser

PASSWORD = "violet kettle drums nine"
PAGES = ("", "plan", "results", "themes", "report", "backlog", "imports")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The sample company, served."""
    folder = tmp_path_factory.mktemp("sample")
    settings = Settings(instance=folder, secret_key="k" * 48, jobs="inline")
    build(settings, World(11, ALL), say=False)
    with serving(folder) as site:
        with site.stores.core.reading() as session:
            owner = find_user(session, OWNER_EMAIL)
        assert owner is not None
        token = create_reset_link(site.stores, owner.id, owner.id, now()).rpartition("/")[2]
        redeem_link(site.stores, token, name="", email="", password=PASSWORD, company="",
                    now=now())  # fmt: skip
        yield site


def signed_in(page: Page, site: LiveServer) -> Page:
    """The page after the owner has signed in."""
    page.goto(f"{site.url}/login")
    page.get_by_label("Work e-mail").fill(OWNER_EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    return page


def test_the_dashboard_tells_every_planted_truth(
    sample: LiveServer, open_page: Callable[..., Watched]
) -> None:
    page = signed_in(open_page(viewport={"width": 1280, "height": 900}).page, sample)
    page.goto(f"{sample.url}/a/1/results")
    text = page.locator("main").inner_text()
    for told in ("Web form", "Harbour", "Shopper 7", "Management office"):
        assert told in text, told
    problems = page.locator("#problems").inner_text()
    assert "Lead capture" in problems
    assert "Invoicing" in problems
    assert "After-sales" in page.locator("#keep").inner_text()
    assert "interviewees" in page.locator("#contested").inner_text()


def test_every_page_is_clean_at_every_width(
    sample: LiveServer, open_page: Callable[..., Watched]
) -> None:
    page = signed_in(open_page().page, sample)
    for name in PAGES:
        page.goto(f"{sample.url}/a/1/{name}")
        assert page.locator("h1").count() == 1, name
        for look in looks(page):
            assert "Sample data" in page.locator("aside.sample").inner_text(), (name, look)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (name, look, wide)
            assert accessibility(page, look[1]) == [], (name, look)


def test_a_finding_leads_to_an_issue(sample: LiveServer, open_page: Callable[..., Watched]) -> None:
    page = signed_in(open_page(viewport={"width": 1280, "height": 900}).page, sample)
    page.goto(f"{sample.url}/a/1/results")
    page.locator("#contested a").last.click()
    expect(page.get_by_role("heading", name="How the label came about")).to_be_visible()
    page.get_by_label("What is to be solved").fill("Settle who checks the order")
    page.locator("form").get_by_role("button", name="Make an issue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Settle who checks the order")


def test_the_pdf_comes_as_a_download(sample: LiveServer, open_page: Callable[..., Watched]) -> None:
    page = signed_in(open_page(viewport={"width": 1280, "height": 900}).page, sample)
    answer = page.request.get(f"{sample.url}/a/1/report.pdf")
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
