"""The owner's way of an anonymous round: staff list, launch page, invitations, cards and poster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sop_assess.db import now
from tests.surveys.conftest import Survey, make_survey
from tests.surveys.smtp_server import Inbox, smtp_server

from .conftest import LiveServer, Watched, serving
from .test_owner_way import check, check_looks, press, set_up

pytestmark = pytest.mark.browser

LIST = "mail;name;unit\n" + "".join(
    f"{unit.lower()}{n}@kestrel.example;Person {n};{path}\n"
    for unit, path, count in (
        ("Desk", "Sales / Order desk", 14), ("Field", "Sales / Field", 9),
        ("Key", "Sales / Key accounts", 3), ("Stock", "Warehouse", 24), ("Night", "Night shift", 4),
    )
    for n in range(count)
)  # fmt: skip
BAD = LIST + "desk0@kestrel.example;Twice;Sales\nnobody;No address;Sales\nx@kestrel.example;X;\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LiveServer]:
    """A site with a mail server of its own."""
    with smtp_server(Inbox()) as inbox:
        url = f"smtp://127.0.0.1:{inbox.port}"
        with serving(tmp_path, smtp_url=url, mail_from="s@kestrel.example") as found:
            found.app.extensions["inbox"] = inbox
            yield found


def upload(page: Page, site: LiveServer, content: str) -> None:
    """Choose a staff list and look at what it would change."""
    page.goto(f"{site.url}/roster/import")
    page.get_by_label("CSV file or Excel workbook").set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    press(page, "See what it would change")


def planned(site: LiveServer) -> Survey:
    return make_survey(site.stores, access="codes", label="anonymous", opened=False, now=now(),
                       closes_at=None)  # fmt: skip


def test_from_the_staff_list_to_mail(site: LiveServer, open_page: Callable[..., Watched]) -> None:
    page = open_page(viewport={"width": 1280, "height": 900}).page
    set_up(page, site)
    upload(page, site, BAD)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "54 people can be taken in, 3 lines are set aside."
    )
    press(page, "Import")
    expect(page.get_by_role("heading", level=1)).to_have_text("54 people in 6 units can be asked.")
    survey = planned(site)
    base = f"{site.url}/a/{survey.door.assessment_id}/rounds/{survey.round_id}"
    page.goto(f"{base}/launch")
    expect(page.locator("main")).to_contain_text("2 of 5 teams are too small to be shown alone.")
    press(page, "Launch")
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("54 people wait for their link.")
    press(page, "Send 54 mails")
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All 54 people have their link.")
    mail = site.app.extensions["inbox"].taken[0][1].get_body(("plain",)).get_content()
    shown = page.locator(".eight li").all_inner_texts()
    assert len(shown) == 8
    assert " ".join(shown) in " ".join(mail.split())
    link = re.search(r"http://\S+", mail)
    assert link
    assert f"/s/{survey.key}#c=" in link[0]


def test_the_pages_are_clean_for_axe_and_fit(
    site: LiveServer, open_page: Callable[..., Watched]
) -> None:
    page = open_page().page
    set_up(page, site)
    page.goto(f"{site.url}/roster")
    check_looks(page)
    page.goto(f"{site.url}/roster/import")
    check_looks(page)
    upload(page, site, BAD)
    check_looks(page)
    press(page, "Import")
    check_looks(page)
    survey = planned(site)
    base = f"{site.url}/a/{survey.door.assessment_id}/rounds/{survey.round_id}"
    page.goto(f"{base}/launch")
    check_looks(page)
    page.get_by_label("Spare cards").fill("1")
    press(page, "Launch")
    page.goto(f"{base}/invitations")
    check_looks(page)
    press(page, "Send 54 mails")
    page.goto(f"{base}/invitations")
    check_looks(page)
    page.goto(f"{base}/invitations/poster")
    check_looks(page)
    page.goto(f"{base}/invitations")
    press(page, "Print 1 card")
    check_looks(page)


def test_few_people_are_told_so(site: LiveServer, open_page: Callable[..., Watched]) -> None:
    page = open_page(color_scheme="dark").page
    set_up(page, site)
    upload(page, site, "mail,unit\n" + "".join(f"p{n}@k.example,Sales\n" for n in range(9)))
    press(page, "Import")
    survey = planned(site)
    page.goto(f"{site.url}/a/{survey.door.assessment_id}/rounds/{survey.round_id}/launch")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Interviews will tell more than this survey."
    )
    check(page)
