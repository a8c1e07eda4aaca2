"""The page on which comments are read, without a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from sop_assess.accounts.models import User
from sop_assess.assessment.findings import update_findings
from sop_assess.assessment.models import Assessment, Finding
from sop_assess.db import Stores
from sop_assess.instruments.models import Round
from sop_assess.release import redaction
from tests.accounts.people import add_person, browser_of, post
from tests.assessment.released import balance, release
from tests.assessment.test_views import words

from .quotes import NAMES_ONLY, TEXTS, closed_round

Where = tuple[int, int]


@pytest.fixture
def where(sqlite_stores: Stores) -> Where:
    return closed_round(sqlite_stores)


@pytest.fixture
def owner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    return browser_of(app, sqlite_stores, add_person(sqlite_stores, "owner", email="a@k.example"))


@pytest.fixture
def council(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    number = add_person(sqlite_stores, "redactor", email="b@k.example", name="Works council")
    return browser_of(app, sqlite_stores, number)


def url(where: Where) -> str:
    return f"/a/{where[0]}/rounds/{where[1]}/redaction"


def key_of(stores: Stores, where: Where, text: str) -> str:
    return next(q.key for q in redaction.undecided(stores, *where) if q.original == text)


def decide(client: FlaskClient, stores: Stores, where: Where, text: str, **fields: Any) -> Any:
    key = key_of(stores, where, text)
    return post(client, f"{url(where)}/{key}", url(where), **{"do": "show", **fields})


def test_two_people_read_and_the_page_says_where_it_stands(
    owner: FlaskClient, council: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    assert "3 of 3 comments wait for you." in words(owner.get(url(where)))
    for text in TEXTS:
        assert decide(owner, sqlite_stores, where, text, hide=["1"]).status_code == 303
    assert "3 of 3 comments wait for a second person." in words(owner.get(url(where)))
    page = words(council.get(url(where)))
    assert "3 of 3 comments wait for you." in page
    assert "Ada Osei would show it like this." in page
    assert "Old stock list" in page
    decide(council, sqlite_stores, where, TEXTS[0], hide=["1"])
    decide(council, sqlite_stores, where, TEXTS[1], do="drop", reason="person")
    assert "1 of 3 comments waits for you." in words(council.get(url(where)))
    themes = words(owner.get(f"/a/{where[0]}/themes"))
    assert "Quotes appear when two people have read them; 1 of 3 still wait." in themes
    assert "Ask ▇▇▇, the list is old." in themes
    decide(council, sqlite_stores, where, TEXTS[2], hide=["1"])
    assert "All read: 2 of 3 comments are shown." in words(council.get(url(where)))
    themes = words(owner.get(f"/a/{where[0]}/themes"))
    assert "Two people have read every quote. 1 was left out." in themes


def test_nobody_else_opens_it_and_no_other_page_holds_a_comment(
    app: Flask, owner: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    for role in ("reader", "planner", "coder", "leader", "administrator"):
        client = browser_of(app, sqlite_stores, add_person(sqlite_stores, role))
        assert client.get(url(where)).status_code == 403, role
    update_findings(sqlite_stores, where[0])
    for path in ("", "results", "themes", "report", "backlog", f"rounds/{where[1]}", "figures.csv"):
        answer = owner.get(f"/a/{where[0]}/{path}")
        assert answer.status_code == 200, path
        assert not any(text in answer.get_data(as_text=True) for text in TEXTS), path


def test_the_next_comment_is_gone_to(
    owner: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    keys = [quote.key for quote in redaction.undecided(sqlite_stores, *where)]
    texts = {q.key: q.original for q in redaction.undecided(sqlite_stores, *where)}
    answer = decide(owner, sqlite_stores, where, texts[keys[0]])
    assert answer.headers["Location"] == f"{url(where)}#q-{keys[1]}"
    assert decide(owner, sqlite_stores, where, texts[keys[2]]).headers["Location"] == url(where)


@pytest.mark.parametrize("fields", [
    {"hide": "99"}, {"hide": "x"}, {"hide": "-1"}, {"hide": "²"}, {"hide": "9999999999"},
    {"hide": ["0", "1", "2", "3", "4", "5"]}, {"do": "drop", "reason": "x"}, {"do": "drop"},
])  # fmt: skip
def test_bad_input_changes_nothing(
    owner: FlaskClient, sqlite_stores: Stores, where: Where, fields: dict[str, Any]
) -> None:
    answer = decide(owner, sqlite_stores, where, TEXTS[0], **fields)
    assert answer.status_code == 422
    assert "Nothing was changed." in words(answer)
    assert len(redaction.undecided(sqlite_stores, *where)) == 3
    assert redaction.undecided(sqlite_stores, *where)[0].proposed == ""


def test_the_same_person_again_is_told_so(
    owner: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    decide(owner, sqlite_stores, where, TEXTS[0])
    answer = decide(owner, sqlite_stores, where, TEXTS[0])
    assert answer.status_code == 409
    assert "Now a second person reads it." in words(answer)


def test_a_comment_or_survey_that_is_not_there(
    owner: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    assert post(owner, f"{url(where)}/nothing", url(where), do="show").status_code == 404
    assert owner.get(f"/a/{where[0]}/rounds/99/redaction").status_code == 404
    assert owner.get(f"/a/{where[0] + 1}/rounds/{where[1]}/redaction").status_code == 404
    with sqlite_stores.core.writing() as session:
        session.execute(update(Round).where(Round.id == where[1]).values(label="confidential"))
    assert owner.get(url(where)).status_code == 404


def test_a_redactor_finds_the_way_and_nothing_else(
    council: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    assert council.get("/").headers["Location"] == f"/a/{where[0]}/redaction"
    assert council.get(f"/a/{where[0]}/redaction").headers["Location"] == url(where)
    page = council.get(url(where)).get_data(as_text=True)
    assert f'href="/a/{where[0]}/rounds/{where[1]}"' not in page
    assert council.get(f"/a/{where[0]}/themes").status_code == 403


def test_nothing_to_read_is_said(app: Flask, sqlite_stores: Stores) -> None:
    where = closed_round(sqlite_stores, redaction=NAMES_ONLY)
    client = browser_of(app, sqlite_stores, add_person(sqlite_stores, "owner"))
    assert "No comment waits to be read." in words(client.get(f"/a/{where[0]}/redaction"))
    page = words(client.get(url(where)))
    assert "This survey shows names of themes and counts only." in page
    themes = words(client.get(f"/a/{where[0]}/themes"))
    assert "promised names of themes and counts only" in themes


def test_one_reader_alone_is_told_that_a_second_is_missing(
    owner: FlaskClient, council: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    assert "A second person is missing." not in words(owner.get(url(where)))
    with sqlite_stores.core.writing() as session:
        session.execute(update(User).where(User.email == "b@k.example").values(disabled=True))
    assert "A second person is missing." in words(owner.get(url(where)))


def test_the_round_and_home_lead_there(
    app: Flask, owner: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    page = owner.get(f"/a/{where[0]}/rounds/{where[1]}").get_data(as_text=True)
    assert f'href="{url(where)}"' in page
    assert "Let two people read 3 comments" in words(owner.get(f"/a/{where[0]}/"))
    reader = browser_of(app, sqlite_stores, add_person(sqlite_stores, "reader"))
    assert url(where) not in reader.get(f"/a/{where[0]}/rounds/{where[1]}").get_data(as_text=True)


def test_findings_quote_what_both_approved(
    owner: FlaskClient, council: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    release(sqlite_stores, where[0], "survey", [balance("S4", "tools", 0.1, 0.8)])
    update_findings(sqlite_stores, where[0])
    for client in (owner, council):
        assert decide(client, sqlite_stores, where, TEXTS[0], hide="1").status_code == 303
    with sqlite_stores.core.reading() as session:
        found = session.scalars(select(Finding).where(Finding.subject == "S4")).first()
        assert found is not None
        assert [q["text"] for q in found.evidence["quotes"]] == ["Ask ▇▇▇, the list is old."]


def test_the_words_of_a_comment_are_text_not_markup(app: Flask, sqlite_stores: Stores) -> None:
    where = closed_round(sqlite_stores, ["<b>Late</b> & “again” <script>x</script>"])
    client = browser_of(app, sqlite_stores, add_person(sqlite_stores, "trustee"))
    page = client.get(url(where)).get_data(as_text=True)
    assert "<b>" not in page
    assert len(re.findall(r'name="hide"', page)) == 4


def test_a_closed_assessment_says_so(
    owner: FlaskClient, sqlite_stores: Stores, where: Where
) -> None:
    with sqlite_stores.core.writing() as session:
        session.get_one(Assessment, where[0]).state = "final"
    answer = decide(owner, sqlite_stores, where, TEXTS[0])
    assert answer.status_code == 409
    assert "This assessment is final." in words(answer)
