"""A real browser: what it asks, what it sends, what it keeps, and what it refuses."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from sop_assess.instruments.models import Round
from sop_assess.roster.models import SealedLedger
from sop_assess.surveys import sealing
from sop_assess.surveys.blind import blind_sign
from sop_assess.surveys.keys import spki
from tests.browser.conftest import LiveServer

from .opened import Survey, spare_keys, survey
from .profiles import holding, profile
from .respondent import raw, text

pytestmark = pytest.mark.browser

START = "The words match: start"
HISTORY = {"History", "History-journal", "Sessions", "Favicons", "Favicons-journal", "Shortcuts"}
# Chromium keeps a second list of opened addresses here.
HISTORY |= {"segmentation_platform"}
PROBLEM = "Zanzibar quokka in the stock list"


@pytest.fixture
def made(live_server: LiveServer) -> Iterator[Survey]:
    """An open round on the running site."""
    with survey(live_server.stores, live_server.settings, [6]) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that nobody complains about: attacks are meant to go wrong."""
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(8000)
    yield context.new_page()
    context.close()


def link(made: Survey, number: int = 0) -> str:
    """The link in a person's mail."""
    with made.stores.core.reading() as session:
        fragment = session.get_one(Round, made.round_id).policy["fragment"]
    person = made.invited[number]
    unit = made.numbers[person.unit]
    code = made.codes[person.id]
    return f"{made.settings.base_url}/s/{made.key}#c={code}&u={unit}&m={fragment}"


def start(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")


def fill(page: Page, words: str = PROBLEM) -> None:
    page.get_by_role("radiogroup", name="Prices are right.").get_by_label("Disagree").check()
    page.get_by_role("button", name="Next: In your words").click()
    page.get_by_label("What does not work?").fill(words)
    page.get_by_role("button", name="Review and send").click()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".receipt")).to_be_visible()


def asked(context: BrowserContext) -> list[tuple[str, str, bytes]]:
    """Method, path and body of every request from now on."""
    found: list[tuple[str, str, bytes]] = []
    context.on(
        "request",
        lambda r: found.append((r.method, "/" + r.url.split("/", 3)[3], r.post_data_buffer or b"")),
    )
    return found


def ledger(made: Survey) -> bytes:
    """The sealed ledger as it is now."""
    query = select(SealedLedger.box).where(SealedLedger.round_key == made.key)
    with made.stores.identity.reading() as session:
        return session.scalars(query).one()


def test_t9_a_scanner_with_scripts_and_no_gesture_burns_no_link(page: Page, made: Survey) -> None:
    before = ledger(made)
    for _ in range(4):
        page.goto(link(made))
        expect(page.locator("#eight li").first).to_be_visible()
        page.mouse.move(5, 5)
    assert ledger(made) == before
    start(page, link(made))
    assert ledger(made) != before


def test_t20_a_session_asks_for_static_things_a_ballot_and_a_receipt(
    page: Page, made: Survey
) -> None:
    found = asked(page.context)
    start(page, link(made))
    filling = len(found)
    fill(page)
    page.wait_for_timeout(300)
    # No draft, no paradata: nothing at all leaves the device while somebody answers.
    assert [path for method, path, _ in found[filling:] if method != "GET"] == []
    send(page)
    base = f"/s/{made.key}"
    assert [path for method, path, _ in found if method != "GET"] == [
        f"{base}/issue",
        f"{base}/submit",
    ]
    own = {base, f"{base}/manifest"}
    gets = {path for method, path, _ in found if method == "GET"}
    assert {path for path in gets if not path.startswith("/assets/")} - own <= {"/favicon.ico"}
    assert not any(made.codes[made.invited[0].id] in path for _, path, _ in found)
    assert page.context.cookies() == []


def test_t21_long_and_short_answers_look_the_same_on_the_wire(
    chromium: Browser, made: Survey
) -> None:
    sizes = []
    for number, words in enumerate(("No.", "Much is wrong here. " * 24)):
        context = chromium.new_context(locale="en-GB")
        page = context.new_page()
        found = asked(context)
        start(page, link(made, number))
        fill(page, words)
        send(page)
        body = next(body for _, path, body in found if path.endswith("/submit"))
        assert len(raw(json.loads(body)["box"])) in sealing.sizes()
        sizes.append(len(body))
        context.close()
    assert sizes[0] == sizes[1]


def test_t10_a_shared_computer_keeps_nothing(
    chromium: Browser, made: Survey, tmp_path: Path
) -> None:
    words, code = f"Zanzibar quokka {secrets.token_hex(6)}", made.spare_card()
    with profile(chromium, tmp_path) as page:
        page.goto(f"{made.settings.base_url}/s/{made.key}")
        page.get_by_label("The code on your card").fill(code)
        page.get_by_label("This is a shared computer").check()
        page.get_by_role("button", name=START).click()
        fill(page, words)
        page.wait_for_timeout(500)
        send(page)
        receipt = page.locator(".receipt").inner_text()
    assert holding(tmp_path, words, code, code.replace("-", ""), receipt) == set()


def test_t10_an_own_device_keeps_no_answer_and_no_code_of_ours(
    chromium: Browser, made: Survey, tmp_path: Path
) -> None:
    """The browser's own history holds the address that was opened; no page can prevent that."""
    words, code = f"Zanzibar quokka {secrets.token_hex(6)}", made.codes[made.invited[0].id]
    with profile(chromium, tmp_path) as page:
        start(page, link(made))
        fill(page, words)
        page.wait_for_timeout(500)
        send(page)
    assert holding(tmp_path, words) == set()
    assert holding(tmp_path, code) <= HISTORY


def forged(route: Route, change: Any) -> None:
    """The manifest as a malicious server would give it to one person."""
    manifest = route.fetch().json()
    change(manifest)
    body = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    route.fulfill(body=body, content_type="application/json")


def second_key(manifest: dict[str, Any]) -> None:
    """An issuer key that only one person gets."""
    manifest["units"][0]["key"] = spki(spare_keys()[-1].public_key())


def own_box(manifest: dict[str, Any]) -> None:
    """A box key whose private half the operator keeps."""
    manifest["box_key"] = spki(spare_keys()[-1].public_key())


def lower_threshold(manifest: dict[str, Any]) -> None:
    """A smaller group than was promised."""
    manifest["minimum_group"] = 3


@pytest.mark.parametrize("change", [second_key, own_box, lower_threshold])
def test_t11_a_manifest_made_for_one_person_is_refused(
    page: Page, made: Survey, change: Any
) -> None:
    found = asked(page.context)
    page.route("**/manifest", lambda route: forged(route, change))
    page.goto(link(made))
    expect(page.get_by_text("Not started, and nothing was sent")).to_be_visible()
    expect(page.get_by_role("button", name=START)).to_be_hidden()
    assert [path for method, path, _ in found if method != "GET"] == []


def test_t11_another_program_for_one_person_is_refused(page: Page, made: Survey) -> None:
    found = asked(page.context)

    def changed(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + "\n// for one person\n")

    page.route("**/ballot.js", changed)
    page.goto(link(made))
    expect(page.get_by_text("Not started, and nothing was sent")).to_be_visible()
    assert [path for method, path, _ in found if method != "GET"] == []


def test_t11_a_ballot_signed_with_a_second_key_is_never_used(page: Page, made: Survey) -> None:
    found = asked(page.context)

    def tagged(route: Route) -> None:
        blinded = raw(json.loads(route.request.post_data or "{}")["blinded"])
        # Halved, so that the value fits whichever of the two keys is larger.
        signature = blind_sign(spare_keys()[-1], (int.from_bytes(blinded) >> 1).to_bytes(384))
        route.fulfill(json={"signature": text(signature), "unit": 1})

    page.route("**/issue", tagged)
    page.goto(link(made))
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text("was not made with the key of your unit")).to_be_visible()
    assert [path for _, path, _ in found if path.endswith("/submit")] == []
