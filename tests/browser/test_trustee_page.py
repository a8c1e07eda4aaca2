"""The trustee's page by hand: make the key, try it out, open the ballots, all in the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from playwright.sync_api import Page, expect
from sqlalchemy import select

from sop_assess.accounts.service import create_admin
from sop_assess.instruments.answer_models import AnonymousAnswers
from sop_assess.instruments.ballots import drop_ballot
from sop_assess.jobs import JobQueue
from sop_assess.surveys import sealing
from sop_assess.surveys.keys import from_spki
from tests.surveys.conftest import Survey, make_survey

from .conftest import LiveServer, Watched, accessibility

pytestmark = pytest.mark.browser

PASSPHRASE = "violet kettle drums nine"
PASSWORD = "a long password for the trustee"
CONTENT = b'{"fields": {"last": ["yes"], "fails": ["Late."]}}'


def test_a_key_is_made_tried_and_opens_the_round_on_the_trustees_device(
    empty_site: LiveServer, open_page: Callable[..., Watched], tmp_path: Path
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900}, accept_downloads=True).page
    stores, now = empty_site.stores, datetime.now(UTC)
    survey = make_survey(stores, access="codes", label="anonymous_trustee", opened=False, now=now,
                         closes_at=now + timedelta(days=9))  # fmt: skip
    sign_in(page, empty_site, now)
    base = f"{empty_site.url}/a/1/rounds/{survey.round_id}"
    page.goto(f"{base}/trustee")
    assert accessibility(page) == []
    file = make_key(page, tmp_path)
    use_key(page, file, "Open the test ballot")
    expect(page.get_by_role("heading", level=1)).to_have_text("The key works. The survey can open.")
    JobQueue(stores, inline=True).start("launch_round", round_id=survey.round_id)
    drop(empty_site, survey, from_spki(json.loads(file.read_text())["spki"]))
    JobQueue(stores, inline=True).start("end_issuing", round_id=survey.round_id)
    page.goto(f"{base}/trustee")
    assert accessibility(page) == []
    use_key(page, file, "Open the ballots")
    page.wait_for_url(re.compile("/jobs/"))
    with stores.core.reading() as session:
        assert len(list(session.scalars(select(AnonymousAnswers)))) == 1


def sign_in(page: Page, site: LiveServer, now: datetime) -> None:
    create_admin(site.stores, "ada@kestrel.example", "Ada Osei", PASSWORD, now)
    page.goto(f"{site.url}/login")
    page.locator("[name=email]").fill("ada@kestrel.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def make_key(page: Page, folder: Path) -> Path:
    page.get_by_label("Name of the trustee").fill("Works council")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#again").fill("something else entirely")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("the same in both fields")
    page.locator("#again").fill(PASSPHRASE)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Make the key").click()
    file = folder / "key.json"
    saved.value.save_as(file)
    expect(page.get_by_role("heading", level=1)).to_contain_text("test ballot")
    return file


def use_key(page: Page, file: Path, button: str) -> None:
    page.locator("#file").set_input_files(file)
    page.locator("#passphrase").fill("not the passphrase")
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text("does not open with this passphrase")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name=button).click()


def drop(site: LiveServer, survey: Survey, public: RSAPublicKey) -> None:
    box = sealing.seal(public, CONTENT, sealing.associated(survey.key, "a" * 64))
    drop_ballot(site.stores, survey.key, nullifier="a" * 64, content_hash="a" * 64, box=box,
                unit="warehouse")  # fmt: skip
