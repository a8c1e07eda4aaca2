"""The pages about results: with figures, before the first ones, and in a rehearsal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.analysis.disclosure import ANONYMOUS, display
from sop_assess.assessment.findings import update_findings
from sop_assess.db import Stores
from tests.accounts.people import signed_in
from tests.assessment import kestrel
from tests.assessment import released as r


@pytest.fixture
def reader(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    """A browser in which somebody who reads results is signed in."""
    return signed_in(app, sqlite_stores, "reader")


def _words(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    for entity, sign in (("&#39;", "'"), ("&amp;", "&"), ("&nbsp;", " "), ("\xa0", " ")):
        text = text.replace(entity, sign)
    return re.sub(r" ([.,;)])", r"\1", re.sub(r"\s+", " ", text))


def _heading(client: FlaskClient, path: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", client.get(path).get_data(as_text=True), re.S)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip()


def _finding_id(client: FlaskClient, words: str) -> int:
    page = client.get("/a/1/results").get_data(as_text=True)
    plain = re.sub(r'<span class="nowrap">|</span>', "", page)
    found = re.search(rf'/findings/(\d+)"[^>]*>[^<]*{words}', plain)
    assert found, words
    return int(found[1])


def test_one_interview_is_not_explained_with_the_rule_of_the_survey(reader, sqlite_stores):
    assessment = r.start(sqlite_stores, ["interview"])
    r.release(sqlite_stores, assessment, "interview", [], n=1)
    page = _words(reader, "/a/1/results")
    assert "Something came in, but too little for a finding." in page
    assert "fewer than 5 people answered any one question" not in page


def test_a_round_with_too_few_answers_does_not_lower_the_response(reader, sqlite_stores):
    assessment = r.start(sqlite_stores, ["survey"])
    cells = [r.response("all", 32, 0.5), r.response("unit:desk", 32, 0.5),
             r.balance("S1", "skills", 0.8, 0.1, n=16)]  # fmt: skip
    r.release(sqlite_stores, assessment, "survey", cells, n=16)
    hidden = [r.response("all", 32, None), r.response("unit:desk", 32, None)]
    r.release(sqlite_stores, assessment, "survey", hidden, source="round:2", n=None)
    update_findings(sqlite_stores, assessment)
    page = _words(reader, "/a/1/results")
    assert "16 of 32 people answered, 50 %" in page
    assert "too small to be shown alone" not in page


def test_the_heading_answers_and_every_part_is_there(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    assert _heading(reader, "/a/1/results") == (
        "Shipping works: the work comes out right. Lead capture does not: it takes too long."
    )
    page = _words(reader, "/a/1/results")
    assert "172 of 240 people answered, 72 %" in page
    assert "Yes, with one caution: Shopper 7 is much harsher or milder than the others." in page
    assert "Shopper 7 rates 1.1 points lower (0.7 to 1.5), n 4" in page
    assert "invoicing and office" in page
    assert "Web form: median wait 14 days (12 to 16), n 412." in page
    assert "Hear both sides about the hand-off from order to production and procurement" in page
    assert "interviewees say it works, staff and observers say it does not" in page


def test_every_link_of_the_results_leads_somewhere(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    page = reader.get("/a/1/results").get_data(as_text=True)
    links = set(re.findall(r'href="(/a/1/findings/\d+)', page))
    assert len(links) > 15
    for link in sorted(links):
        assert reader.get(link).status_code == 200, link
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert all(f'id="{anchor}"' in page for anchor in anchors)


def test_marks_have_words_and_pages_have_no_inline_style(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    for path in ("/a/1/results", "/a/1/findings/1", "/a/1/themes", "/a/1/report"):
        page = reader.get(path).get_data(as_text=True)
        assert "style=" not in page
        assert " onclick" not in page
    page = _words(reader, "/a/1/results")
    assert "response time: does not work, prominent" in page
    assert "approval: asked, nothing said" in page
    assert "hand-off" in page


def test_a_dispute_shows_each_side_on_its_own_scale(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    number = _finding_id(reader, "Order to production and procurement: interviewees")
    page = _words(reader, f"/a/1/findings/{number}")
    assert "8 of 9 interviewees marked it, and all say: it works." in page
    assert "6 of 16 checks passed, 38 % (18 to 62 %)" in page
    assert "no, the opposite" in page
    assert "what is said differs from what is done" in page
    assert "We never pass on an order with gaps" in page
    assert "Those who receive" in page
    assert "Not asking is not silence" in page
    drawn = reader.get(f"/a/1/findings/{number}").get_data(as_text=True)
    assert "high, less one level" in page
    assert "three methods above their minimum" in page
    assert drawn.count('class="scale" role="img"') == 2


def test_before_any_round_the_page_says_what_to_do(reader, sqlite_stores):
    r.start(sqlite_stores)
    assert _heading(reader, "/a/1/results") == "No figures yet."
    page = _words(reader, "/a/1/results")
    assert "Plan the first round" in page
    assert "Figures from 5 people on" in page
    assert _words(reader, "/a/1/themes")
    assert "No figures yet." in _words(reader, "/a/1/report")


def test_a_round_with_one_answer_explains_itself(reader, sqlite_stores):
    assessment = r.start(sqlite_stores)
    hidden = r.balance("S1", "clarity", 1.0, 0.0, 1).hide("too_small")
    cells = [hidden, r.response("all", 40, None)]
    r.release(sqlite_stores, assessment, "survey", cells, n=None, population=40)
    update_findings(sqlite_stores, assessment)
    assert _heading(reader, "/a/1/results") == "Too few answers to show a figure."
    assert "fewer than 5 people answered" in _words(reader, "/a/1/results")


def test_a_single_method_is_labelled_on_every_page(reader, sqlite_stores):
    assessment = r.start(sqlite_stores, ["interview"])
    cells = [r.marks("S7", "accuracy", 4, 0, fails=4)]
    r.release(sqlite_stores, assessment, "interview", cells, n=4)
    update_findings(sqlite_stores, assessment)
    page = _words(reader, "/a/1/results")
    assert "one method only" in page
    assert "only one method speaks, so nothing can be compared" in page
    assert "one method alone cannot contradict itself" in page
    assert "1 of 1 finding, above all invoicing: mistakes get through." in page
    assert "one method only" in _words(reader, "/a/1/report").lower()


def test_a_rehearsal_is_marked_on_every_page_and_stays_apart(reader, sqlite_stores, rehearsed):
    for path in ("results", "findings/1", "themes", "report"):
        page = _words(reader, f"/a/1/{path}?rehearsal={rehearsed}")
        assert "Rehearsal: invented answers." in page, path
    assert "No figures yet." in _words(reader, "/a/1/results")
    links = reader.get(f"/a/1/results?rehearsal={rehearsed}").get_data(as_text=True)
    assert all("rehearsal=" in link for link in re.findall(r'href="(/a/1/findings[^"]+)"', links))
    assert "/backlog" not in links.partition("<main")[2]


@pytest.fixture
def rehearsed(sqlite_stores: Stores) -> int:
    """A planned round with invented figures."""
    from sop_assess.instruments.models import DefinitionVersion, Round

    assessment = r.start(sqlite_stores)
    with sqlite_stores.core.writing() as session:
        document = {"code": "s", "kind": "survey", "title": {"en": "Staff survey"}, "sections": []}
        version = DefinitionVersion(
            assessment_id=assessment, code="s", number=1, kind="survey", document=document,
            content_hash="0", published_at=r.NOW,
        )  # fmt: skip
        session.add(version)
        session.flush()
        found = Round(
            key="k", assessment_id=assessment, version_id=version.id, kind="survey",
            name="Staff survey", label="confidential", access="link", policy={},
        )  # fmt: skip
        session.add(found)
        session.flush()
        number = found.id
    r.release(sqlite_stores, assessment, "survey", kestrel.survey(), source=f"round:{number}",
              rehearsal=True, n=172, population=240, themes=kestrel.THEMES)  # fmt: skip
    return number


def test_unknown_rehearsals_and_findings_are_not_found(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    _words(reader, "/a/1/results?rehearsal=99", 404)
    _words(reader, "/a/1/findings/9999", 404)


def test_people_without_the_role_see_no_results(app, sqlite_stores):
    kestrel.build(sqlite_stores)
    leader = signed_in(app, sqlite_stores, "leader")
    assert leader.get("/a/1/results").status_code == 403
    assert app.test_client().get("/a/1/results").status_code == 303


def test_words_that_people_wrote_are_escaped(reader, sqlite_stores):
    assessment = r.start(sqlite_stores)
    cells = [r.balance("S4", "capacity", 0.18, 0.62), r.theme("p-t01", "<b>stock</b>", "S4", 71),
             r.quote("p-t01", "<script>alert(1)</script> n\xa09", "S4")]  # fmt: skip
    r.release(sqlite_stores, assessment, "survey", cells)
    update_findings(sqlite_stores, assessment)
    for path in ("themes", "findings/1"):
        page = reader.get(f"/a/1/{path}").get_data(as_text=True)
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
    assert "<b>stock" not in reader.get("/a/1/themes").get_data(as_text=True)


def test_comments_without_themes_are_listed_once_each(reader, sqlite_stores):
    assessment = r.start(sqlite_stores)
    cells = [r.marks("S4", "capacity", 4, 0, fails=4)]
    cells += [r.quote("p-list", "Nobody answers.", "S4")] * 30 + [r.quote("p-list", "Late.", "S4")]
    themes = {"problem": {"comments": 31, "themes": 0, "unplaced": 31, "note": "x"}}
    r.release(sqlite_stores, assessment, "interview", cells, themes=themes)
    page = _words(reader, "/a/1/themes")
    assert page.count("Nobody answers.") == 1
    assert "Read 2 different comments" in page
    assert "31 comments." in page
    assert "fit nowhere" not in page


def test_the_range_of_a_theme_rests_on_those_who_wrote():
    cell = replace(r.theme("p-t01", "Stock list", "S4", 20), value=20 / 160, low=None, high=None)
    shown = display(cell, ANONYMOUS)
    assert shown.n == 20
    assert shown.low is not None
    assert shown.high is not None
    assert shown.high - shown.low <= 0.2
    assert shown.detail["name"] == "Stock list"


def test_the_pages_speak_german(reader, sqlite_stores):
    kestrel.build(sqlite_stores)
    page = _words(reader, "/a/1/results?lang=de")
    assert "Anfragen aufnehmen" in page
