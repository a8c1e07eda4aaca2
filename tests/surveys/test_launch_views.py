"""The owner's pages of an anonymous round: launch, invitations, mail, reminders, cards, poster."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from sop_assess import create_app
from sop_assess.config import Settings
from sop_assess.db import Stores, now
from sop_assess.instruments.models import Invitation, Round
from sop_assess.roster.service import import_staff
from sop_assess.surveys.codes import code_hash
from sop_assess.surveys.manifest import word_list
from tests.compiled import share_compiled

from ..accounts.people import add_person, post, signed_in
from .conftest import Survey, make_survey
from .round_keys import few_keys
from .smtp_server import Inbox, smtp_server
from .test_inviting import staff


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    made = cycle(few_keys(4))
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: next(made))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server(Inbox()) as found:
        yield found


@pytest.fixture
def mailing(sqlite_settings: Settings, sqlite_stores: Stores, inbox: Inbox) -> Flask:
    """The site with a mail server."""
    settings = sqlite_settings.model_copy(update={
        "smtp_url": f"smtp://127.0.0.1:{inbox.port}", "mail_from": "s@k.example"})  # fmt: skip
    site = share_compiled(create_app(settings, stores=replace(sqlite_stores, settings=settings)))
    site.testing = True
    return site


@pytest.fixture
def owner(mailing: Flask, sqlite_stores: Stores) -> FlaskClient:
    return signed_in(mailing, sqlite_stores, "owner")


def planned(stores: Stores, **options: object) -> Survey:
    options = {"access": "codes", "label": "anonymous", "opened": False, "now": now(),
               "closes_at": None, **options}  # fmt: skip
    return make_survey(stores, **options)


def base(survey: Survey) -> str:
    return f"/a/{survey.door.assessment_id}/rounds/{survey.round_id}"


def state_of(stores: Stores, survey: Survey) -> tuple[str, dict]:
    with stores.core.reading() as session:
        found = session.get_one(Round, survey.round_id)
        return found.state, dict(found.policy)


def plain(page: str) -> str:
    return " ".join(page.replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_launch_page_says_what_will_be_shown(owner: FlaskClient, sqlite_stores: Stores) -> None:
    import_staff(sqlite_stores, staff(("sales", 20), ("lab", 12), ("desk", 3)), "replace")
    page = plain(owner.get(f"{base(planned(sqlite_stores))}/launch").text)
    assert "<h1>At 60 % response, 2 of 2 units can be shown.</h1>" in page
    assert "35 people are invited." in page
    assert "1 of 3 teams is too small to be shown alone." in page
    assert "shown together with Desk" in page
    rows = re.findall(r'<tr role="row"><th role="rowheader" scope="row">(.*?)</tr>', page)
    told = [re.findall(r"(?:^|>)([^<>]+)<", row) for row in rows]
    assert told == [
        ["40 %", "about 14", "2 of 2", "none"],
        ["60 %", "about 21", "2 of 2", "1 of 2"],
        ["80 %", "about 28", "2 of 2", "2 of 2"],
    ]
    assert "Fewer than 10 answers" not in page


def test_with_few_people_the_page_recommends_interviews(
    owner: FlaskClient, sqlite_stores: Stores
) -> None:
    import_staff(sqlite_stores, staff(("sales", 9)), "replace")
    survey = planned(sqlite_stores)
    page = plain(owner.get(f"{base(survey)}/launch").text)
    assert "Interviews will tell more than this survey." in page
    assert f"/a/{survey.door.assessment_id}/rounds/new?kind=interview" in page
    assert '<input type="checkbox" name="bands_only" checked>' in page
    post(owner, f"{base(survey)}/launch", by="cards", bands_only="on")
    assert state_of(sqlite_stores, survey)[1]["bands_only"] is True


def test_too_few_people_cannot_be_launched(owner: FlaskClient, sqlite_stores: Stores) -> None:
    import_staff(sqlite_stores, staff(("sales", 4)), "replace")
    survey = planned(sqlite_stores)
    assert 'value="cards"' not in owner.get(f"{base(survey)}/launch").text
    answer = post(owner, f"{base(survey)}/launch", "/roster/import", by="cards")
    assert answer.status_code == 409
    assert state_of(sqlite_stores, survey)[0] == "planned"


@pytest.mark.parametrize(
    "fields", [{}, {"by": "pigeon"}, {"by": "mail", "spare": "x"}, {"by": "mail", "spare": "-1"},
               {"by": "mail", "spare": "51"}, {"by": "cards", "spare": "٣"}],
)  # fmt: skip
def test_nonsense_launches_nothing(
    owner: FlaskClient, sqlite_stores: Stores, fields: dict[str, str]
) -> None:
    import_staff(sqlite_stores, staff(("sales", 20)), "replace")
    survey = planned(sqlite_stores)
    answer = post(owner, f"{base(survey)}/launch", **fields)
    assert answer.status_code == 422
    assert "Not launched." in answer.text
    assert state_of(sqlite_stores, survey) == ("planned", {})


def test_launch_mail_and_remind(owner: FlaskClient, sqlite_stores: Stores, inbox: Inbox) -> None:
    import_staff(sqlite_stores, staff(("sales", 8), ("lab", 6)), "replace")
    survey = planned(sqlite_stores)
    answer = post(owner, f"{base(survey)}/launch", by="mail", spare="1")
    assert "/jobs/" in answer.location
    state, policy = state_of(sqlite_stores, survey)
    assert state == "open"
    assert owner.get(f"{base(survey)}/launch").location == f"{base(survey)}/invitations"
    page = plain(owner.get(f"{base(survey)}/invitations").text)
    assert "14 people wait for their link." in page
    assert not inbox.taken
    assert all(f"<li>{word}</li>" in page for word in policy["words"])
    inbox.recipient = lambda address: "550 no" if address.startswith("lab0") else "250 ok"
    post(owner, f"{base(survey)}/invitations/mail", f"{base(survey)}/invitations")
    page = plain(owner.get(f"{base(survey)}/invitations").text)
    assert "13 of 14 people have their link." in page
    assert "1 mail was not taken: the address is unknown there." in page
    assert "lab0" not in page
    assert "Send 1 mail" in page
    for to in ("everybody", "missing"):
        post(owner, f"{base(survey)}/invitations/reminders", f"{base(survey)}/invitations", to=to)
    assert len(inbox.taken) == 13 * 3
    wrong = post(owner, f"{base(survey)}/invitations/reminders", f"{base(survey)}/invitations",
                 to="some")  # fmt: skip
    assert wrong.status_code == 422


def test_cards_carry_a_code_a_picture_and_the_words(
    owner: FlaskClient, sqlite_stores: Stores
) -> None:
    survey = planned(sqlite_stores)
    post(owner, f"{base(survey)}/launch", by="cards")
    path = f"{base(survey)}/invitations"
    assert "Each of 92 people needs a card." in plain(owner.get(path).text)
    page = post(owner, path, unit="order-desk").text
    codes = re.findall(r'<p class="code">([0-9A-Z-]{14})</p>', page)
    assert len(set(codes)) == 34
    with sqlite_stores.identity.reading() as session:
        hashes = {i.code_hash: i.unit for i in session.scalars(select(Invitation))}
    assert {hashes[code_hash(survey.key, code)] for code in codes} == {"order-desk"}
    assert " ".join(state_of(sqlite_stores, survey)[1]["words"]) in page
    assert post(owner, path, unit="order-desk").text.count('<p class="code">') == 34
    assert post(owner, path, unit="nowhere").status_code == 422
    assert codes[0] not in owner.get(path).text


def test_the_poster_shows_label_words_and_a_link_without_a_code(
    owner: FlaskClient, sqlite_stores: Stores
) -> None:
    survey = planned(sqlite_stores)
    assert owner.get(f"{base(survey)}/invitations").location == f"{base(survey)}/launch"
    post(owner, f"{base(survey)}/launch", by="cards")
    page = owner.get(f"{base(survey)}/invitations/poster").text
    words = re.findall(r"<li>(\w+)</li>", page.partition('class="words"')[2])[:8]
    policy = state_of(sqlite_stores, survey)[1]
    assert words == policy["words"]
    assert set(words) <= set(word_list())
    assert "<h3>Anonymous</h3>" in page
    assert "#c=" not in page
    invitations = owner.get(f"{base(survey)}/invitations").text
    assert f"/s/{survey.key}#m={policy['fragment']}" in invitations
    assert f"/s/{survey.key}#k&amp;m={policy['fragment']}" in invitations


def test_the_response_is_shown_as_it_was_counted(owner: FlaskClient, sqlite_stores: Stores) -> None:
    survey = planned(sqlite_stores)
    post(owner, f"{base(survey)}/launch", by="cards")
    with sqlite_stores.core.writing() as session:
        session.get_one(Round, survey.round_id).counts = {
            "response": {"day": "2026-11-09", "received": 30, "units": {"warehouse": 25}}
        }
    page = plain(owner.get(f"{base(survey)}/invitations").text)
    assert "30 or more of 92" in page
    assert "25 or more" in page


def test_mail_waits_for_a_server_and_an_open_round(app: Flask, sqlite_stores: Stores) -> None:
    import_staff(sqlite_stores, staff(("sales", 8)), "replace")
    client = signed_in(app, sqlite_stores, "planner")
    survey = planned(sqlite_stores)
    page = client.get(f"{base(survey)}/launch").text
    assert "SOP_SMTP_URL" in page
    early = post(client, f"{base(survey)}/invitations/mail", f"{base(survey)}/launch")
    assert early.status_code == 409
    post(client, f"{base(survey)}/launch", by="mail")
    answer = post(client, f"{base(survey)}/invitations/mail", f"{base(survey)}/invitations")
    assert answer.status_code == 409
    assert "Mail cannot be sent." in client.get(f"{base(survey)}/invitations").text


def test_other_rounds_and_people_have_no_launch(
    owner: FlaskClient, mailing: Flask, sqlite_stores: Stores
) -> None:
    confidential = make_survey(sqlite_stores)
    survey = planned(sqlite_stores)
    foreign = base(survey).replace(f"/a/{survey.door.assessment_id}/", "/a/999/")
    for path in (base(confidential), foreign):
        assert owner.get(f"{path}/launch").status_code == 404
        token = f"{base(survey)}/launch"
        assert post(owner, f"{path}/invitations/mail", token).status_code == 404
    reader = signed_in(mailing, sqlite_stores, "reader")
    assert reader.get(f"{base(survey)}/launch").status_code == 403


def test_the_page_and_the_manifest_say_whether_comments_are_quoted(
    owner: FlaskClient, sqlite_stores: Stores
) -> None:
    import_staff(sqlite_stores, staff(("sales", 20)), "replace")
    alone, together = planned(sqlite_stores), planned(sqlite_stores)
    page = plain(owner.get(f"{base(alone)}/launch").text)
    assert "Nobody could be the second reader, so no comment will be quoted." in page
    post(owner, f"{base(alone)}/launch", by="cards")
    scope = f"assessment:{together.door.assessment_id}"
    add_person(sqlite_stores, "redactor", scope=scope, email="council@k.example")
    page = plain(owner.get(f"{base(together)}/launch").text)
    assert "Two people read every comment before it is shown." in page
    post(owner, f"{base(together)}/launch", by="cards")
    said = [json.loads(state_of(sqlite_stores, survey)[1]["manifest"])["redaction"]
            for survey in (alone, together)]  # fmt: skip
    assert said == ["names and counts only", "two people"]
