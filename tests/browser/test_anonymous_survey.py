"""An anonymous survey from link to receipt, with everything that can get lost or be forged."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from sop_assess.demo import device as python_device
from sop_assess.instruments.models import Round
from sop_assess.surveys.sealing import sizes

from .anonymous_round import OpenRound, open_round
from .conftest import ARGS, LiveServer, Watched, accessibility
from .test_owner_way import check_phone
from .test_survey import OFFLINE, answer_all, device, lose_first_answer

pytestmark = pytest.mark.browser

Open = Callable[..., Watched]
START = "The words match: start"


@pytest.fixture
def survey(live_server: LiveServer) -> OpenRound:
    return open_round(live_server)


def start(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")


def send(page: Page) -> str:
    answer_all(page)
    page.get_by_role("button", name="Send").click()
    return receipt_on(page)


def receipt_on(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent, sealed, and on disk")
    return page.locator(".receipt").inner_text()


def posts(page: Page) -> list[str]:
    """The addresses that the page posts to from now on."""
    found: list[str] = []
    page.on("request", lambda r: found.append(r.url) if r.method == "POST" else None)
    return found


def test_a_mail_link_from_words_to_receipt(browser_page: Page, survey: OpenRound) -> None:
    page, loaded = browser_page, []
    page.on("requestfinished", lambda r: loaded.append((r.url, r.sizes()["responseBodySize"])))
    sent = posts(page)
    link = survey.link()
    page.goto(link)
    expect(page.locator("#eight li")).to_have_text(list(survey.words))
    assert page.url == survey.address
    expect(page.get_by_role("heading", name="Anonymous", exact=True)).to_be_visible()
    expect(page.get_by_text("one of 58 people in Warehouse")).to_be_visible()
    expect(page.get_by_text("needs JavaScript")).to_be_hidden()
    assert sent == []
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")
    receipt = send(page)
    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", receipt)
    assert [len(box) in sizes() for box in survey.boxes()] == [True]
    assert survey.issued() == (1, 0)
    assert page.context.cookies() == []
    assert [url.rpartition("/")[2] for url in sent] == ["issue", "submit"]
    assert all(url.startswith(survey.site.url) for url, _ in loaded)
    assert sum(max(size, 0) for _, size in loaded) < 60_000
    survey.close(release=False)
    page.goto(f"{survey.address}/receipts")
    expect(page.get_by_text(f"Your receipt {receipt} is in the list.")).to_be_visible()
    assert accessibility(page) == []


def test_a_card_is_typed_and_its_unit_chosen(open_page: Open, survey: OpenRound) -> None:
    watched = open_page()
    watched.expected.append("422")
    page = watched.page
    page.goto(survey.address)
    expect(page.locator("#eight li").first).to_be_visible()
    page.get_by_label("The code on your card").fill("AAAA-AAAA-AAAA")
    page.get_by_role("radio", name=re.compile("Order Desk")).check()
    expect(page.get_by_text("one of 34 people in Order Desk")).to_be_visible()
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text("This code is not one of this survey.")).to_be_visible()
    page.get_by_label("The code on your card").fill(survey.cards[2][3].lower().replace("-", " "))
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text("This code belongs to Warehouse.")).to_be_visible()
    page.get_by_role("radio", name=re.compile("Warehouse")).check()
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")
    assert survey.issued() == (1, 0)  # the wrong unit cost nothing


def test_a_lost_ballot_is_asked_for_again_with_the_same_bytes(
    open_page: Open, survey: OpenRound
) -> None:
    watched = open_page()
    watched.expected += OFFLINE
    page = watched.page
    sent = lose_first_answer(page.context, "**/issue")
    page.goto(survey.link())
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text("No network right now. Press Start again")).to_be_visible()
    page.reload()  # the page was closed meanwhile, and the link is gone from its address
    expect(page.get_by_text("its answer got lost")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert survey.issued() == (1, 0)


def test_a_lost_receipt_is_asked_for_with_the_same_box(open_page: Open, survey: OpenRound) -> None:
    watched = open_page()
    watched.expected += OFFLINE
    page = watched.page
    start(page, survey.link())
    answer_all(page)
    sent = lose_first_answer(page.context, "**/submit")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    expect(page.get_by_text("No network right now.").last).to_be_visible()
    page.reload()
    receipt_on(page)
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert len(survey.boxes()) == 1


def test_a_forged_receipt_is_none(open_page: Open, survey: OpenRound) -> None:
    page = open_page().page
    start(page, survey.link())

    def forge(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(status=201, json={**answer, "receipt": "AAAA-AAAA-AAAA-AAAA-AAAA"})

    page.context.route("**/submit", forge)
    answer_all(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The server did not take them yet.")).to_be_visible()
    page.context.unroute("**/submit")
    page.get_by_role("button", name="Try again now").click()
    receipt_on(page)


def test_a_draft_is_resumed_on_the_same_device(browser_page: Page, survey: OpenRound) -> None:
    page = browser_page
    start(page, survey.link())
    page.get_by_role("button", name="Next: In your words").click()
    page.get_by_label("What does not work?").fill("Half a thought")
    page.wait_for_timeout(500)
    page.goto(survey.link())
    page.reload()
    expect(page.get_by_role("button", name=START)).to_be_hidden()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("What does not work?")).to_have_value("Half a thought")
    page.get_by_role("button", name="Review and send").click()
    page.get_by_role("button", name="Send").click()
    receipt_on(page)
    assert survey.issued() == (1, 0)


def test_a_ballot_is_withdrawn_until_closing(open_page: Open, survey: OpenRound) -> None:
    watched = open_page()
    watched.expected += ["410", *OFFLINE]
    page = watched.page
    start(page, survey.link())
    send(page)
    page.reload()
    page.get_by_role("button", name="Withdraw my ballot").click()
    page.get_by_role("button", name="No, keep it in").click()
    lost = lose_first_answer(page.context, "**/withdraw")
    for _ in range(2):
        page.get_by_role("button", name="Withdraw my ballot").click()
        page.get_by_role("button", name="Yes, withdraw it").click()
        if len(lost) == 1:
            expect(page.locator("#take-back .error")).to_contain_text("No network right now.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is withdrawn")
    assert survey.boxes() == [b""]
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is withdrawn")
    assert accessibility(page) == []


def test_withdrawing_after_the_closing_says_so(open_page: Open, survey: OpenRound) -> None:
    watched = open_page()
    watched.expected.append("410")
    page = watched.page
    start(page, survey.link())
    send(page)
    survey.close(release=False)
    page.get_by_role("button", name="Withdraw my ballot").click()
    page.get_by_role("button", name="Yes, withdraw it").click()
    expect(page.locator("#take-back .error")).to_contain_text("no longer be withdrawn.")
    expect(page.get_by_role("button", name="Withdraw my ballot")).to_be_hidden()


def test_a_shared_computer_keeps_nothing_of_it(browser_page: Page, survey: OpenRound) -> None:
    page = browser_page
    page.goto(survey.link())
    page.get_by_label(re.compile("This is a shared computer")).check()
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")
    answer_all(page)
    empty = device(page)
    assert "stock list" not in empty
    assert survey.survey.key not in empty
    page.get_by_role("button", name="Send").click()
    receipt_on(page)
    expect(page.get_by_role("button", name="Withdraw my ballot")).to_be_hidden()
    assert "sop-" not in device(page)
    assert "sealed" not in device(page)
    assert len(survey.boxes()) == 1


def test_a_terminal_starts_over_and_keeps_nothing(browser_page: Page, survey: OpenRound) -> None:
    page = browser_page
    page.clock.install()
    page.goto(f"{survey.address}#k")
    for card in range(2):
        page.get_by_label("The code on your card").fill(survey.cards[1][card])
        page.get_by_role("radio", name=re.compile("Order Desk")).check()
        page.get_by_role("button", name=START).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")
        send(page)
        assert survey.survey.key not in device(page)
        assert "sop-" not in device(page)
        if card == 0:
            page.clock.run_for(31_000)
        else:
            page.get_by_role("button", name="Start over for the next person").click()
        expect(page.get_by_label("The code on your card")).to_have_value("")
        expect(page.get_by_text("This terminal keeps nothing")).to_be_visible()
    assert len(survey.boxes()) == 2


def test_a_link_scanner_leaves_the_link_usable(open_page: Open, survey: OpenRound) -> None:
    scanner = open_page().page
    sent = posts(scanner)
    for _ in range(3):
        scanner.goto("about:blank")
        scanner.goto(survey.link())
        expect(scanner.locator("#eight li").first).to_be_visible()
    assert sent == []
    assert survey.issued() == (0, 0)
    start(open_page().page, survey.link())


def test_three_devices_have_a_ballot_and_the_fourth_a_sentence(
    open_page: Open, survey: OpenRound
) -> None:
    client = survey.site.app.test_client()
    promise = python_device.read_promise(client, survey.survey.key)
    for _ in range(3):
        python_device.collect(client, promise, survey.cards[2][0], 2)
    watched = open_page()
    watched.expected.append("409")
    watched.page.goto(survey.link())
    watched.page.get_by_role("button", name=START).click()
    expect(watched.page.get_by_text("has already given three ballots")).to_be_visible()


def test_other_answers_with_the_same_ballot_are_refused_with_a_way_on(
    open_page: Open, survey: OpenRound
) -> None:
    watched = open_page()
    watched.expected += ["409", *OFFLINE]
    page = watched.page
    start(page, survey.link())
    copy = page.context.new_page()
    copy.goto(survey.address)
    copy.get_by_role("button", name="Continue").click()
    send(copy)
    page.bring_to_front()  # a tab in the background draws once a second
    answer_all(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Other answers were already sent with this ballot.")).to_be_visible()
    expect(page.get_by_text("What was sent first counts")).to_be_visible()
    page.get_by_role("button", name="Withdraw what was sent").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ballot is withdrawn")


def test_a_full_device_is_said_and_the_ballot_still_leaves(
    browser_page: Page, survey: OpenRound
) -> None:
    page = browser_page
    page.add_init_script("indexedDB.open = () => { throw new Error('QuotaExceededError') }")
    start(page, survey.link())
    expect(page.get_by_text("This device keeps nothing, because its storage")).to_be_visible()
    send(page)
    assert len(survey.boxes()) == 1


Forge = Callable[[Page, OpenRound], str]


def _other_manifest(page: Page, survey: OpenRound) -> str:
    _change_manifest(page, lambda m: {**m, "minimum_quotes": 11})
    return survey.link()


def _no_fragment_but_less_promised(page: Page, survey: OpenRound) -> str:
    _change_manifest(page, lambda m: {**m, "label": "anonymous_trustee", "trustee": "Me"})
    return f"{survey.address}#c={survey.cards[2][0]}&u=2"


def _other_program(page: Page, survey: OpenRound) -> str:
    def patched(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + "\n// and one thing more\n")

    page.context.route("**/ballot.js", patched)
    return survey.link()


def _key_for_one_person(page: Page, survey: OpenRound) -> str:
    _change_manifest(
        page, lambda m: {**m, "units": [m["units"][0], {**m["units"][1], "invited": 1}]}
    )
    return f"{survey.address}#c={survey.cards[2][0]}&u=2"


def _change_manifest(page: Page, change: Callable[[dict[str, object]], object]) -> None:
    page.context.route(
        "**/manifest", lambda route: route.fulfill(json=change(route.fetch().json()))
    )


@pytest.mark.parametrize(
    ("forge", "sentence"),
    [
        (_other_manifest, "are not the ones that your invitation names"),
        (_no_fragment_but_less_promised, "promises something else than the rules"),
        (_other_program, "is not the one that this survey promised to use"),
        (_key_for_one_person, "it could mark you out"),
    ],
)
def test_what_differs_is_refused_and_nothing_is_sent(
    open_page: Open, survey: OpenRound, forge: Forge, sentence: str
) -> None:
    page = open_page().page
    sent = posts(page)
    page.goto(forge(page, survey))
    if forge is _key_for_one_person:
        page.get_by_role("button", name=START).click()
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("button", name=START)).to_be_hidden()
    assert sent == []
    assert survey.issued() == (0, 0)
    assert accessibility(page) == []


def test_a_ballot_made_with_another_key_is_refused(open_page: Open, survey: OpenRound) -> None:
    page = open_page().page
    page.context.route(
        "**/issue", lambda route: route.fulfill(json={"signature": "AQ" * 256, "unit": 2})
    )
    page.goto(survey.link())
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text("was not made with the key of your unit")).to_be_visible()
    assert survey.boxes() == []


def test_without_javascript_the_page_explains_and_offers_nothing_less(
    open_page: Open, survey: OpenRound
) -> None:
    page = open_page(java_script_enabled=False).page
    page.goto(survey.address)
    expect(page.get_by_text("Starting needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })",
         "This browser cannot seal answers."),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })",
         "This address is not encrypted"),
    ],
)  # fmt: skip
def test_a_browser_that_cannot_seal_is_told_so(
    browser_page: Page, survey: OpenRound, script: str, sentence: str
) -> None:
    page = browser_page
    sent = posts(page)
    page.add_init_script(script)
    page.goto(survey.link())
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("button", name=START)).to_be_hidden()
    assert sent == []


def test_every_page_of_the_way_is_accessible_in_german_too(
    open_page: Open, survey: OpenRound
) -> None:
    page = open_page(locale="de-DE").page
    page.goto(survey.link())
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie Aufträge laufen")
    expect(page.locator("#eight li")).to_have_text(list(survey.words))
    check_phone(page)
    page.locator("#start .primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Angebote")
    check_phone(page)
    page.locator("#next").click()
    page.get_by_label("Was läuft nicht?").fill("Die Liste ist alt.")
    page.locator("#next").click()
    check_phone(page)
    page.locator("#next").click()
    expect(page.locator("#sent")).to_be_visible()
    page.locator("#withdraw").click()
    check_phone(page)


def test_after_closing_everybody_reads_what_was_answered(
    open_page: Open, survey: OpenRound
) -> None:
    client = survey.site.app.test_client()
    promise = python_device.read_promise(client, survey.survey.key)
    fields = {"prices": ["3"], "dates": ["1"], "last": ["yes"], "fails": ["Late."]}
    content = {"version": survey.survey.door.version_id, "language": "en", "fields": fields}
    for unit, card in [(1, n) for n in range(6)] + [(2, n) for n in range(6)]:
        token = python_device.collect(client, promise, survey.cards[unit][card], unit)
        python_device.send(client, promise, token, content)
    survey.close()
    page = open_page(viewport={"width": 360, "height": 740}).page
    page.goto(survey.address)
    expect(page.get_by_role("heading", level=1)).to_contain_text("You said it.")
    expect(page.get_by_text("of the 92 invited answered")).to_be_visible()
    expect(page.get_by_text("12 + 0 = 12 ≤ 12 ≤ 92 + 0")).to_be_visible()
    assert accessibility(page) == []
    page.get_by_role("link", name="Find your receipt in the list").click()
    codes = page.locator(".receipts li").all_inner_texts()
    assert len(codes) == 12
    assert codes == sorted(codes)
    assert accessibility(page) == []


ID_WHEN_FORGOTTEN = """
window.idOf = () => new Promise((resolve) => {
  indexedDB.open('sop-survey').onsuccess = (opened) => {
    const kept = opened.target.result.transaction('kept').objectStore('kept').getAll()
    kept.onsuccess = () => resolve(kept.result[0]?.id)
  }
})
const real = IDBObjectStore.prototype.delete
IDBObjectStore.prototype.delete = function (...given) {
  if (this.transaction.db.name === 'sop-outbox') window.forgotten ??= window.idOf()
  return real.apply(this, given)
}
"""


def test_the_receipt_is_kept_before_the_answer_is_forgotten(
    browser_page: Page, survey: OpenRound
) -> None:
    page = browser_page
    page.add_init_script(ID_WHEN_FORGOTTEN)
    start(page, survey.link())
    send(page)
    then, now = page.evaluate("Promise.all([window.forgotten, window.idOf()])")
    assert then == now is not None  # sealed anew when the receipt took the place of the draft


COUNT_SEALS = """
window.seals = 0
for (const name of ['encrypt', 'wrapKey']) {
  const real = SubtleCrypto.prototype[name]
  SubtleCrypto.prototype[name] = function (...given) {
    if (given.some((one) => one?.name === 'RSA-OAEP')) window.seals += 1
    return real.apply(this, given)
  }
}
"""


def test_two_quick_presses_seal_and_send_once(browser_page: Page, survey: OpenRound) -> None:
    page, sent = browser_page, posts(browser_page)
    page.add_init_script(COUNT_SEALS)
    start(page, survey.link())
    answer_all(page)
    page.evaluate("() => [1, 2].forEach(() => document.querySelector('#next').click())")
    receipt_on(page)
    assert page.evaluate("window.seals") == 1
    assert [url.rpartition("/")[2] for url in sent] == ["issue", "submit"]
    assert len(survey.boxes()) == 1


LOOK_WHEN_WAITING = """
window.found = new Promise((resolve) => new MutationObserver((_, watching) => {
  if (document.querySelector('#waiting')?.hidden !== false) return
  watching.disconnect()
  indexedDB.open('sop-outbox').onsuccess = (opened) => {
    const kept = opened.target.result.transaction('kept').objectStore('kept').count()
    kept.onsuccess = () => resolve(kept.result)
  }
}).observe(document, { subtree: true, attributes: true, attributeFilter: ['hidden'] }))
"""


def test_not_sent_yet_is_said_once_the_answer_lies_in_the_outbox(
    open_page: Open, survey: OpenRound
) -> None:
    watched = open_page()
    watched.expected += OFFLINE
    page = watched.page
    page.add_init_script(LOOK_WHEN_WAITING)
    start(page, survey.link())
    answer_all(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send when online").click()
    assert page.evaluate("window.found") == 1


WRITE_TWICE = """async ({ address }) => {
  const { ShreddedStore } = await import(address)
  const kept = new Map()
  let pause = 60 // each step is faster than the one before
  const slowly = async (step) => {
    await new Promise((resolve) => setTimeout(resolve, (pause = Math.max(0, pause - 20))))
    return step()
  }
  const device = {
    kept: true,
    get: (name) => slowly(() => kept.get(name)),
    put: (name, value) => slowly(() => kept.set(name, value)),
    remove: (name) => slowly(() => kept.delete(name)),
  }
  const store = new ShreddedStore(device)
  store.put('draft', { page: 1 })
  store.put('draft', { page: 2, item: true })
  const found = await store.get('draft')
  const files = await caches.keys()
  await store.remove('draft')
  return [found, files.length, (await caches.keys()).length]
}"""


def test_a_draft_is_never_overwritten_by_an_older_one(
    browser_page: Page, live_server: LiveServer
) -> None:
    browser_page.goto(live_server.url)
    address = live_server.app.extensions["sop_assess"].assets.url("shredded.js")
    found = browser_page.evaluate(WRITE_TWICE, {"address": address})
    assert found == [{"page": 2, "item": True}, 1, 0]


def test_what_waited_without_network_is_taken_after_the_announced_end(
    open_page: Open, survey: OpenRound
) -> None:
    watched = open_page()
    watched.expected += OFFLINE
    page = watched.page
    start(page, survey.link())
    answer_all(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Send when online").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    page.goto("about:blank")
    with survey.site.stores.core.writing() as session:
        ended = session.get_one(Round, survey.survey.round_id)
        ended.closes_at = datetime.now(UTC) - timedelta(hours=1)
    page.context.set_offline(False)
    page.goto(f"{survey.address}?after")  # the page itself may be a minute old
    expect(page.get_by_role("heading", level=1)).to_have_text("This survey has closed")
    expect(page.get_by_text("Your receipt on this device")).to_be_visible()
    assert len(survey.boxes()) == 1


def test_a_draft_that_was_never_sent_goes_when_the_survey_has_closed(
    browser_page: Page, survey: OpenRound
) -> None:
    page = browser_page
    start(page, survey.link())
    page.get_by_role("button", name="Next: In your words").click()
    page.get_by_label("What does not work?").fill("Half a thought")
    page.wait_for_timeout(500)
    assert "sop-" in device(page)
    survey.close(release=False)
    page.goto(f"{survey.address}?after")
    expect(page.get_by_text("It is deleted now, and nobody has seen it.")).to_be_visible()
    assert "sop-" not in device(page)
    assert "sealed" not in device(page)


KEYS = """async () => {
  const found = []
  for (const name of await caches.keys()) {
    const key = await (await caches.open(name)).match('/key')
    found.push([...new Uint8Array(await key.arrayBuffer())])
  }
  return found
}"""


@pytest.mark.parametrize("shared", [False, True])
def test_no_file_of_the_browser_keeps_code_draft_or_answers(
    chromium: Browser, survey: OpenRound, tmp_path: Path, shared: bool
) -> None:
    profile = tmp_path / "profile"
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), args=ARGS, locale="en-GB"
    )
    page = context.new_page()
    page.goto(f"{survey.address}#u=2&m={survey.fragment}")  # the history keeps a link's code
    page.get_by_label("The code on your card").fill(survey.cards[2][0])
    page.get_by_label(re.compile("This is a shared computer")).set_checked(shared)
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quotes")
    answer_all(page)
    page.wait_for_timeout(500)
    keys = [bytes(key) for key in page.evaluate(KEYS)]
    with page.expect_request("**/submit") as submitted:
        page.get_by_role("button", name="Send").click()
    token = submitted.value.post_data_json["prepared"]
    receipt = receipt_on(page)
    page.wait_for_timeout(500)
    context.close()
    code = survey.cards[2][0]
    traces = [b"stock list", "stock list".encode("utf-16-le"), code.encode(),
              code.replace("-", "").encode(), b"blinded", *keys]  # fmt: skip
    if shared:
        traces += [receipt.encode(), token.encode()]
    files = [path.read_bytes() for path in profile.rglob("*") if path.is_file()]
    assert any(survey.survey.key.encode() in content for content in files)  # the scan can find
    assert len(keys) == (0 if shared else 1)
    assert [trace for trace in traces if any(trace in content for content in files)] == []
