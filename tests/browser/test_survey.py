from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from sop_assess.instruments import ready_made
from sop_assess.instruments.ballots import ballots
from sop_assess.surveys.service import make_codes
from tests.browser.conftest import LiveServer, Watched, accessibility, show
from tests.surveys.conftest import Survey, make_survey

pytestmark = pytest.mark.browser

Open = Callable[..., Watched]
OFFLINE = ["ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED"]


def new_survey(server: LiveServer, **options: Any) -> Survey:
    now = datetime.now(UTC)
    return make_survey(server.stores, now=now, closes_at=now + timedelta(days=9), **options)


def kept(server: LiveServer, survey: Survey) -> list[dict[str, Any]]:
    return [orjson.loads(row.box) for row in ballots(server.stores, survey.key)]


def begin(page: Page, server: LiveServer, survey: Survey, unit: str = "Warehouse") -> None:
    page.goto(f"{server.url}/s/{survey.key}")
    page.get_by_role("radio", name=re.compile(unit)).check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")


def answer_all(page: Page) -> None:
    row = page.get_by_role("radiogroup", name="Prices are right.")
    row.get_by_role("radio", name="Disagree").check()
    page.get_by_role("radiogroup", name="Sent in a day?").get_by_role("radio", name="Yes").check()
    page.get_by_role("button", name="Next: In your words").click()
    page.get_by_label("What does not work?").fill("The stock list is old.")
    page.get_by_text("Customers notice it").click()
    page.get_by_role("button", name="Review and send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look it over, then send")


def test_an_employee_answers_on_a_phone(browser_page: Page, live_server: LiveServer) -> None:
    page, survey = browser_page, new_survey(live_server)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.method + request.url))
    page.goto(f"{live_server.url}/s/{survey.key}")
    page.wait_for_load_state("networkidle")
    assert len(requests) <= 6
    begin(page, live_server, survey)
    expect(page.get_by_text("one of 58 people in Warehouse")).to_be_visible()
    answer_all(page)
    expect(page.get_by_text("2 of 4 answered")).to_be_visible()
    expect(page.get_by_text("The stock list is old.")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")
    expect(page.locator(".receipt")).to_have_text(re.compile(r"^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$"))
    (box,) = kept(live_server, survey)
    assert box["unit"] == "warehouse"
    assert box["fields"] == {
        "prices": ["1"], "last": ["yes"],
        "fails": ["The stock list is old."], "fails.severity": ["3"],
    }  # fmt: skip
    assert page.context.cookies() == []
    assert "stock list" not in device(page)
    assert sum(request.startswith("POST") for request in requests) == 2


def device(page: Page) -> str:
    """All that the browser keeps for this site."""
    script = """async () => {
      const all = []
      const result = (request) => new Promise((done) => {
        request.onsuccess = () => done(request.result)
      })
      for (const { name } of await indexedDB.databases()) {
        const db = await result(indexedDB.open(name))
        for (const store of db.objectStoreNames)
          all.push(await result(db.transaction(store).objectStore(store).getAll()))
        db.close()
      }
      all.push(await caches.keys())
      return JSON.stringify([all, { ...localStorage }, { ...sessionStorage }, history.length])
    }"""
    found: str = page.evaluate(script)
    return found


def test_the_draft_survives_a_reload(browser_page: Page, live_server: LiveServer) -> None:
    page, survey = browser_page, new_survey(live_server)
    begin(page, live_server, survey)
    page.get_by_role("radiogroup", name="Dates are kept.").get_by_role(
        "radio", name="Agree", exact=True
    ).check()
    expect(
        page.get_by_role("status").get_by_text("Draft on this device only, saved")
    ).to_be_visible()
    page.get_by_role("button", name="Next: In your words").click()
    page.get_by_label("What does not work?").fill("Half a thought")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text("There is a draft on this device.")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("What does not work?")).to_have_value("Half a thought")
    page.get_by_role("button", name="Back").click()
    row = page.get_by_role("radiogroup", name="Dates are kept.")
    expect(row.get_by_role("radio", name="Agree", exact=True)).to_be_checked()
    assert kept(live_server, survey) == []


def test_a_shared_computer_keeps_nothing(browser_page: Page, live_server: LiveServer) -> None:
    page, survey = browser_page, new_survey(live_server)
    page.goto(f"{live_server.url}/s/{survey.key}")
    page.get_by_label("Rather not say").check()
    page.get_by_label(re.compile("This is a shared computer")).check()
    page.get_by_role("button", name="Start").click()
    answer_all(page)
    expect(page.get_by_text("Nothing is kept on this device")).to_be_visible()
    assert "stock list" not in device(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")
    receipt = page.locator(".receipt").inner_text()
    assert receipt not in device(page)
    assert len(kept(live_server, survey)) == 1


def test_what_is_sent_offline_leaves_once_on_return(
    open_page: Open, live_server: LiveServer
) -> None:
    watched, survey = open_page(), new_survey(live_server)
    watched.expected += OFFLINE
    page, context = watched.page, watched.page.context
    begin(page, live_server, survey)
    answer_all(page)
    context.set_offline(True)
    expect(page.get_by_text("No network right now.").first).to_be_visible()
    page.get_by_role("button", name="Send when online").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    expect(page.get_by_role("status").get_by_text("No network right now.")).to_be_visible()
    assert kept(live_server, survey) == []
    context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")
    assert len(kept(live_server, survey)) == 1


def lose_first_answer(context: BrowserContext, pattern: str) -> list[str]:
    """Let requests arrive, but lose the answer to the first; gives back what was sent."""
    sent: list[str] = []

    def handle(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    context.route(pattern, handle)
    return sent


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(
    open_page: Open, live_server: LiveServer
) -> None:
    watched, survey = open_page(), new_survey(live_server)
    watched.expected += OFFLINE
    page = watched.page
    begin(page, live_server, survey)
    answer_all(page)
    sent = lose_first_answer(page.context, "**/submit")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No network right now.").last).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    page.reload()  # the page was closed meanwhile; the outbox remembers
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert len(kept(live_server, survey)) == 1


def test_the_page_of_a_hotel_network_is_no_receipt(
    open_page: Open, live_server: LiveServer
) -> None:
    watched, survey = open_page(), new_survey(live_server)
    page = watched.page
    begin(page, live_server, survey)
    answer_all(page)
    page.context.route(
        "**/submit",
        lambda route: route.fulfill(status=200, content_type="text/html", body="Log in"),
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No network right now.").last).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    page.context.unroute("**/submit")
    page.get_by_role("button", name="Try again now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")
    assert len(kept(live_server, survey)) == 1


def test_mistakes_are_shown_beside_their_questions(
    open_page: Open, live_server: LiveServer
) -> None:
    watched, survey = open_page(), new_survey(live_server)
    page = watched.page
    begin(page, live_server, survey)
    page.get_by_role("radiogroup", name="Sent in a day?").get_by_role(
        "radio", name="No", exact=True
    ).check()
    page.get_by_label("How many?", exact=True).fill("many")
    page.get_by_role("button", name="Next: In your words").click()
    expect(page.get_by_text("Say in a few words what happened instead.")).to_be_visible()
    expect(page.get_by_text("Write digits, such as 12.5.")).to_be_visible()
    assert accessibility(page) == []
    page.get_by_label("What happened instead?").fill("It took three days.")
    expect(page.get_by_text("Say in a few words what happened instead.")).to_be_hidden()
    page.get_by_label("How many?", exact=True).fill("1,5")
    page.get_by_role("button", name="Next: In your words").click()
    page.get_by_role("button", name="Review and send").click()
    expect(page.get_by_text("This one is needed.")).to_be_visible()
    page.get_by_label("What does not work?").fill("Ring 0171 4471 23 if you need it")
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_label("What does not work?")).to_have_value("Ring if you need it")


def test_a_skipped_section_and_a_change_from_the_review(
    browser_page: Page, live_server: LiveServer
) -> None:
    page, survey = browser_page, new_survey(live_server)
    begin(page, live_server, survey)
    page.get_by_label("None of this is my area: skip the section").check()
    expect(page.get_by_text("Prices are right.")).to_be_hidden()
    page.get_by_role("button", name="Next: In your words").click()
    page.get_by_label("What does not work?").fill("First words")
    page.get_by_role("button", name="Review and send").click()
    expect(page.get_by_text("Skipped: not your area")).to_be_visible()
    page.get_by_role("button", name="Change In your words").click()
    page.get_by_label("What does not work?").fill("Better words")
    page.get_by_role("button", name="Review and send").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")
    (box,) = kept(live_server, survey)
    assert box["fields"]["fails"] == ["Better words"]
    assert box["fields"]["prices"] == ["not_my_area"]


def test_a_card_fills_in_its_code_and_leaves_no_trace(
    browser_page: Page, live_server: LiveServer
) -> None:
    page, survey = browser_page, new_survey(live_server, access="codes")
    (code,) = make_codes(live_server.stores, survey.round_id, "warehouse", 1)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{live_server.url}/s/{survey.key}#c={code}&u=2")
    expect(page.get_by_label("The code on your card")).to_have_value(code)
    expect(page.get_by_text("one of 58 people in Warehouse")).to_be_visible()
    assert page.url == f"{live_server.url}/s/{survey.key}"
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")
    assert not any(code in url for url in requests)
    assert code not in device(page)


@pytest.mark.parametrize(
    ("language", "field", "button", "sentence"),
    [
        ("en", "The code on your card", "Start", "This code is not one of this survey."),
        # The browser asks for English; what counts is the page that somebody reads.
        ("de", "Der Code auf Ihrer Karte", "Beginnen", "Dieser Code gehört nicht zu"),
    ],
)
def test_a_wrong_code_says_so_beside_the_field(
    open_page: Open, live_server: LiveServer, language: str, field: str, button: str, sentence: str
) -> None:
    watched, survey = open_page(), new_survey(live_server, access="codes")
    watched.expected.append("422")
    page = watched.page
    page.goto(f"{live_server.url}/s/{survey.key}/{language}")
    page.get_by_label(field).fill("AAAA-AAAA-AAAA")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(sentence)).to_be_visible()
    assert accessibility(page) == []


def test_the_way_without_javascript(open_page: Open, live_server: LiveServer) -> None:
    watched, survey = open_page(java_script_enabled=False), new_survey(live_server)
    watched.expected.append("422")
    page = watched.page
    page.goto(f"{live_server.url}/s/{survey.key}")
    expect(page.get_by_text("shared computer")).to_be_hidden()
    page.get_by_label(re.compile("Order Desk")).check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("one of 34 people in Order Desk")).to_be_visible()
    why = page.get_by_label("What happened instead?")
    expect(why).to_be_hidden()
    page.get_by_role("radiogroup", name="Sent in a day?").get_by_role(
        "radio", name="No", exact=True
    ).check()
    expect(why).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("2 answers need another look")).to_be_visible()
    expect(page.locator("#e-fails")).to_be_visible()
    why.fill("It took three days.")
    page.get_by_label("What does not work?").fill("The stock list is old.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, and on disk")
    (box,) = kept(live_server, survey)
    assert box["unit"] == "order-desk"
    assert page.context.cookies() == []


def test_a_german_browser_gets_german(open_page: Open, live_server: LiveServer) -> None:
    page = open_page(locale="de-DE").page
    survey = new_survey(live_server)
    page.goto(f"{live_server.url}/s/{survey.key}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie Aufträge laufen")
    assert page.url.endswith("/de")
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How orders get through")


def test_the_ready_made_survey_is_accessible_and_fits(
    open_page: Open, live_server: LiveServer
) -> None:
    page, survey = open_page().page, new_survey(live_server, form=ready_made.load("staff-survey"))
    page.goto(f"{live_server.url}/s/{survey.key}")
    check_ends(page)
    page.get_by_label("Rather not say").check()
    page.get_by_role("button", name="Start").click()
    for _ in range(20):
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check_ends(page)
        if page.locator("#review").is_visible():
            break
        for text in page.locator(".section:not([hidden]) textarea:visible").all():
            text.fill("One example.")
        page.locator("#next").click()
    assert page.locator("#review").is_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_be_visible()
    check_ends(page)


def check_ends(page: Page) -> None:
    """Clean and no wider than the window on a phone in the dark and on a wide screen in light."""
    for look in ((360, "dark"), (1280, "light")):
        show(page, *look)
        assert accessibility(page) == [], look
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
