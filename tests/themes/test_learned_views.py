"""The page of what was learned from corrections, and judging comments, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from sop_assess.assessment.models import Assessment
from sop_assess.db import Stores
from sop_assess.themes import learned_queries, queries
from sop_assess.themes.models import ThemeSet
from sop_assess.themes.queries import SetView
from tests.accounts.people import post, signed_in
from tests.assessment.released import start
from tests.assessment.test_views import words

from .corrected import CORRECTED, correct, decide, judge, learn
from .written import complaints, imported, only_set, written

Browser = Callable[..., FlaskClient]


@pytest.fixture
def browser(app: Flask, sqlite_stores: Stores) -> Browser:
    """Browsers of people with these roles."""
    return lambda *roles: signed_in(app, sqlite_stores, *roles)


@pytest.fixture
def many(sqlite_stores: Stores) -> SetView:
    """The themes of 720 imported complaints."""
    return complaints(sqlite_stores, 720)


def url(one: SetView) -> str:
    return f"/a/{one.assessment_id}/themes/sort/{one.id}"


def again(stores: Stores, one: SetView) -> SetView:
    return queries.theme_set(stores, one.assessment_id, one.id)


def waiting(stores: Stores, one: SetView) -> dict[tuple[str, str], int]:
    return dict(learned_queries.learning(stores, one.assessment_id, one.id).waiting)


def send(client: FlaskClient, stores: Stores, one: SetView, what: str, **fields: Any) -> Any:
    fields = {"revision": again(stores, one).revision, **fields}
    return post(client, f"{url(one)}/{what}", url(one), **fields)


def test_comments_are_judged_on_their_page(
    browser: Browser, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    owner, theme = browser("owner"), sqlite_set.themes[0]
    where = f"{url(sqlite_set)}/comments?theme={theme.key}"
    page = owner.get(where).get_data(as_text=True)
    assert "This is praise" in page
    assert "This is a problem" in page
    listed = queries.comments_of(sqlite_stores, sqlite_set.assessment_id, sqlite_set.id, theme.key)
    texts = [str(row.text) for row in listed.rows[:9]]
    fields = {"do": "move", "theme": theme.key, "texts": texts, "to": ""}
    answer = send(owner, sqlite_stores, sqlite_set, "decide", judge="keep", **fields)
    assert answer.status_code == 303
    said = words(owner.get(answer.headers["Location"]))
    assert "9 comments judged as praise." in said
    assert "judged as praise" in said.partition("9 comments judged as praise.")[2]
    sort = words(owner.get(url(sqlite_set)))
    assert "Judged by hand: 0 as a problem, 9 as praise" in sort
    assert "Last change: 9 comments judged as praise." in sort
    assert again(sqlite_stores, sqlite_set).themes[0].side == "keep"
    reader = browser("reader").get(f"/a/{sqlite_set.assessment_id}/themes").get_data(as_text=True)
    own = reader.partition(theme.name)[2].partition("</li>")[0]
    assert "to keep" in own
    for wrong in ({"texts": []}, {"judge": "nice"}):
        refused = send(owner, sqlite_stores, sqlite_set, "decide", **fields | {"judge": "keep"}
                       | wrong)  # fmt: skip
        assert refused.status_code == 422
        assert "Nothing was changed." in words(refused)
    send(owner, sqlite_stores, sqlite_set, "undo")
    assert again(sqlite_stores, sqlite_set).themes == sqlite_set.themes


def test_how_far_the_corrections_are(
    browser: Browser, many: SetView, sqlite_stores: Stores
) -> None:
    owner = browser("owner")
    correct(sqlite_stores, many, 212)
    sentence = ("212 of 500 comments are corrected. From 500 on the site learns from you and "
                "proposes the rest.")  # fmt: skip
    assert sentence in words(owner.get(url(many)))
    page = words(owner.get(f"{url(many)}/learned"))
    assert "212 of 500 comments are corrected." in page
    assert "0 of 500 comments are judged to be praise or a problem." in page
    assert "Learn from the corrections" not in page
    refused = send(owner, sqlite_stores, many, "learned")
    assert refused.status_code == 409
    assert "The site learns from 500 corrected comments on." in words(refused)


def test_proposals_are_shown_with_their_quality_and_taken_by_a_person(
    browser: Browser, many: SetView, sqlite_stores: Stores
) -> None:
    owner = browser("owner")
    correct(sqlite_stores, many)
    assert "Enough comments are corrected" in words(owner.get(url(many)))
    before = again(sqlite_stores, many)
    job = send(owner, sqlite_stores, many, "learned")
    assert "The work is done." in words(owner.get(job.headers["Location"]))
    assert again(sqlite_stores, many) == before
    ((kind, key), count) = next(iter(waiting(sqlite_stores, many).items()))
    name = next(theme.name for theme in many.themes if theme.key == key)
    answer = owner.get(f"{url(many)}/learned")
    page, markup = words(answer), answer.get_data(as_text=True)
    assert "comments could belong elsewhere." in page
    assert re.search(r"the site scores (0\.9\d|1\.00) of 1 \((0\.\d\d|1\.00) to 1\.00\)\.", page)
    assert re.search(r"Always guessing the commonest theme would score 0\.\d\d\.", page)
    assert re.search(r"Of these proposals \d+.% are right \(\d+ to \d+.%, n \d+\)\.", page)
    assert "not clearly better" not in page
    assert f"Learned from {CORRECTED} comments on" in page
    assert f"Proposed for “{name}”" in page
    assert f"Put the ticked ones into “{name}”" in page
    boxes = re.findall(r'name="texts" value="(\d+)"( checked)?', markup)
    assert len(boxes) == min(count, 50)
    assert not any(checked for _text, checked in boxes)
    fields = {"do": "move", "kind": kind, "label": key, "put": key, "page": "1",
              "texts": [text for text, _checked in boxes[:3]]}  # fmt: skip
    done = send(owner, sqlite_stores, many, "learned/decide", **fields)
    assert done.status_code == 303
    assert f"3 comments put into “{name}”." in words(owner.get(done.headers["Location"]))
    assert waiting(sqlite_stores, many)[kind, key] == count - 3
    assert again(sqlite_stores, many).undo.what["do"] == "move"
    assert "3 more are corrected since." in words(owner.get(f"{url(many)}/learned"))
    late = send(owner, sqlite_stores, many, "learned/decide", **fields, revision=before.revision)
    assert late.status_code == 409
    assert "Somebody changed these themes meanwhile." in words(late)
    for wrong, status in (({"texts": []}, 422), ({"do": "cut", "k": "3"}, 422),
                          ({"revision": "x"}, 422), ({"put": "t99"}, 422)):  # fmt: skip
        refused = send(owner, sqlite_stores, many, "learned/decide", **fields | wrong)
        assert refused.status_code == status, wrong
        assert "Nothing was changed." in words(refused)
    place = {"from": "learned", "kind": kind, "label": key, "page": "1"}
    back = send(owner, sqlite_stores, many, "undo", **place)
    assert back.headers["Location"] == (
        f"{url(many)}/learned?kind={kind}&label={key}&page=1#list-h"
    )  # fmt: skip
    assert "Undone: 3 comments put into" in words(owner.get(back.headers["Location"]))
    assert again(sqlite_stores, many).themes == before.themes
    assert waiting(sqlite_stores, many)[kind, key] == count


def test_praise_is_proposed_and_confirmed(
    browser: Browser, many: SetView, sqlite_stores: Stores
) -> None:
    owner = browser("owner")
    judge(sqlite_stores, many)
    learn(sqlite_stores, many)
    answer = owner.get(f"{url(many)}/learned?kind=polarity&label=keep&page=99")
    page = words(answer)
    assert "Proposed as praise" in page
    assert "Always guessing the commoner side would score" in page
    assert "The ticked ones are praise" in page
    texts = re.findall(r'name="texts" value="(\d+)"', answer.get_data(as_text=True))
    done = send(owner, sqlite_stores, many, "learned/decide", do="move", judge="keep",
                kind="polarity", label="keep", texts=texts)  # fmt: skip
    assert done.status_code == 303
    left = words(owner.get(done.headers["Location"]))
    assert f"{len(texts)} comments judged as praise." in left


def test_doubtful_proposals_say_so(browser: Browser, many: SetView, sqlite_stores: Stores) -> None:
    """Judgements without any rule: what is learned is as good as guessing."""
    texts = list(range(CORRECTED))
    decide(sqlite_stores, many, do="judge", texts=texts[::7], **{"as": "keep"})
    rest = [text for text in texts if text % 7]
    decide(sqlite_stores, many, do="judge", texts=rest, **{"as": "problem"})
    learn(sqlite_stores, many)
    page = words(browser("owner").get(f"{url(many)}/learned"))
    assert "That is not clearly better than guessing." in page


def test_who_may_see_what_was_learned(
    browser: Browser, many: SetView, sqlite_stores: Stores
) -> None:
    correct(sqlite_stores, many)
    learn(sqlite_stores, many)
    path = f"{url(many)}/learned"
    for role in ("owner", "coder"):
        assert browser(role).get(path).status_code == 200, role
    for role in ("reader", "planner", "leader", "administrator", "redactor", "trustee"):
        client = browser(role)
        assert client.get(path).status_code == 403, role
        listed = f"/a/{many.assessment_id}/themes/sort"
        if role in ("redactor", "trustee"):
            for what in ("learned", "learned/decide"):
                assert post(client, f"{url(many)}/{what}", listed).status_code == 403
    with sqlite_stores.core.writing() as session:
        session.execute(update(ThemeSet).values(state="draft"))
    for role, status in (("redactor", 200), ("trustee", 200), ("owner", 200), ("coder", 403)):
        assert browser(role).get(path).status_code == status, role
    with sqlite_stores.core.writing() as session:
        session.execute(update(ThemeSet).values(state="frozen"))
    assert browser("owner").get(path).status_code == 404


def test_a_final_assessment_learns_nothing_more(
    browser: Browser, many: SetView, sqlite_stores: Stores
) -> None:
    owner = browser("owner")
    correct(sqlite_stores, many)
    learn(sqlite_stores, many)
    with sqlite_stores.core.writing() as session:
        session.get_one(Assessment, many.assessment_id).state = "final"
    page = owner.get(f"{url(many)}/learned").get_data(as_text=True)
    assert 'name="texts"' not in page
    assert "Learn again" not in page
    refused = send(owner, sqlite_stores, many, "learned")
    assert refused.status_code == 409
    assert "This assessment is final." in words(refused)
    ((kind, key), _count) = next(iter(waiting(sqlite_stores, many).items()))
    late = send(owner, sqlite_stores, many, "learned/decide", do="move", kind=kind, label=key,
                put=key, texts="700")  # fmt: skip
    assert late.status_code == 409


def test_too_few_comments_have_no_such_page(browser: Browser, sqlite_stores: Stores) -> None:
    assessment_id = start(sqlite_stores)
    imported(sqlite_stores, assessment_id, written(12))
    one = only_set(sqlite_stores, assessment_id)
    assert browser("owner").get(f"{url(one)}/learned").status_code == 404
