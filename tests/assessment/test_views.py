"""The owner's pages, without a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.analysis.results import Cell
from sop_assess.assessment import queries, service
from sop_assess.assessment.profile import Profile, UnitSize
from sop_assess.db import Stores
from sop_assess.instruments import service as instruments
from tests.accounts.people import post, signed_in

from .test_service import PLAN, PROFILE, a_release, started

START = {
    "company": "Kestrel Laptops", "people": "240", "units": "Warehouse 48\nSales 26\nBoard 3",
    "places": "Harbour\nNorthgate", "sells": "trade", "hours": "14", "have": ["times"],
    "language": "en",
}  # fmt: skip


@pytest.fixture
def owner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    """A browser of the owner."""
    return signed_in(app, sqlite_stores, "owner", "planner")


def words(response: Any) -> str:
    """The visible text of a page, on one line."""
    page = re.sub(r"<(script|style).*?</\1>", " ", response.get_data(as_text=True), flags=re.S)
    text = re.sub(r"<[^>]+>", " ", page)
    for entity, sign in (("&#39;", "'"), ("&amp;", "&"), ("&nbsp;", " "), ("\u00a0", " ")):
        text = text.replace(entity, sign)
    return re.sub(r"\s+", " ", text.replace("\u2011", "-"))


def prepared(client: FlaskClient, kind: str, code: str, **changes: Any) -> str:
    """The address of a new round with every question kept."""
    page = f"/a/1/rounds/tailor?code={code}&variant=trade"
    html = client.get(page).get_data(as_text=True)
    keep = re.findall(r'name="keep" value="([^"]+)"', html)
    fields = {"code": code, "variant": "trade", "keep": keep, "name": f"A {kind}",
              "promise": "confidential_link", **changes}  # fmt: skip
    response = post(client, "/a/1/rounds/tailor", page, **fields)
    assert response.status_code == 303, words(response)
    address: str = response.headers["Location"]
    return address


def test_the_first_screen_is_empty_and_asks(owner: FlaskClient) -> None:
    page = words(owner.get("/start"))
    assert "Eight answers, and you have a plan." in page
    assert "Take this plan" not in page


def test_answers_become_a_proposal_with_its_reasons(owner: FlaskClient) -> None:
    page = words(post(owner, "/start", **START, propose="1"))
    assert "4 methods, 8 weeks" in page
    assert "within about 6 points, if 144 answer" in page
    assert "Board has fewer than 5 people" in page
    assert "Survey and interviews only" in page
    assert queries.current_assessment(owner_stores(owner)) is None


def owner_stores(client: FlaskClient) -> Stores:
    found: Stores = client.application.extensions["sop_assess"].stores
    return found


def test_wrong_answers_keep_what_was_typed(owner: FlaskClient) -> None:
    response = post(owner, "/start", **{**START, "units": "Warehouse"})
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert 'aria-invalid="true"' in page
    assert "Warehouse</textarea>" in page
    assert 'value="Kestrel Laptops"' in page


def test_taking_the_plan_leads_over_the_stages_to_the_home_page(owner: FlaskClient) -> None:
    response = post(owner, "/start", **START, take="1", name="Autumn 2026")
    assert response.headers["Location"] == "/a/1/stages"
    stages = owner.get("/a/1/stages")
    assert "Keep these stages" in words(stages)
    fields = {f"S{n}.{language}": f"Stage {n}" for n in range(1, 9) for language in ("en", "de")}
    kept = post(owner, "/a/1/stages", **fields, **{"S5.skip": "1", "S5.reason": "We buy nothing."})
    assert kept.headers["Location"] == "/a/1/"
    home = words(owner.get("/a/1/"))
    assert "Prepare the first round: staff survey." in home
    assert "Nothing yet. Findings appear when the first round closes." in home
    assert "We buy nothing." in words(owner.get("/a/1/plan"))


def test_a_chosen_subset_of_methods_is_taken(owner: FlaskClient) -> None:
    post(owner, "/start", **START, replan="1", methods=["interview"], take="1", name="Talks")
    found = queries.get_assessment(owner_stores(owner), 1)
    assert found.methods == ("interview",)


def test_a_stage_without_a_reason_is_refused_and_kept_on_the_page(owner: FlaskClient) -> None:
    started(owner_stores(owner))
    names = {f"S{n}.en": "Kept words" for n in range(1, 9)}
    response = post(owner, "/a/1/stages", **names, **{"S2.skip": "1"})
    assert response.status_code == 422
    assert "why stage S2 is left out" in words(response)
    assert "Kept words" in response.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["survey", "interview", "shadow", "shop"])
def test_every_method_has_a_ready_made_form(owner: FlaskClient, kind: str) -> None:
    started(owner_stores(owner))
    page = owner.get(f"/a/1/rounds/new?kind={kind}").get_data(as_text=True)
    assert f"/a/1/rounds/tailor?code=" in page  # noqa: F541
    code = re.findall(r"tailor\?code=([a-z-]+)&amp;variant=trade", page)[0]
    address = prepared(owner, kind, code)
    assert "Nobody can see it yet." in words(owner.get(address))
    preview = owner.get(f"{address}/form")
    assert preview.status_code == 200
    assert "nothing here is sent or kept" in words(preview)


def test_dropped_reworded_and_own_words_reach_the_published_form(owner: FlaskClient) -> None:
    started(owner_stores(owner))
    page = "/a/1/rounds/tailor?code=short-survey&variant=trade"
    html = owner.get(page).get_data(as_text=True)
    keep = re.findall(r'name="keep" value="([^"]+)"', html)
    address = prepared(
        owner, "survey", "short-survey", keep=keep[1:],
        **{f"text.{keep[1]}.en": "We know every order.", "word.en.customer": "patient"},
    )  # fmt: skip
    found = instruments.get_round(owner_stores(owner), int(address.rsplit("/", 1)[1]))
    definition = instruments.definition_of(owner_stores(owner), found.version_id)
    assert keep[0] not in definition.by_code
    assert definition.by_code[keep[1]].text["en"] == "We know every order."
    texts = " ".join(leaf.text["en"] for leaf in definition.leaves)
    assert "customer" not in texts


def test_a_skipped_stage_is_gone_from_the_form(owner: FlaskClient) -> None:
    stores = owner_stores(owner)
    started(stores)
    change = service.StageChange("S7", {"en": "Invoicing"}, skipped=True, reason="Done elsewhere.")
    service.set_stages(stores, 1, [change], now=datetime.now(UTC))
    page = words(owner.get("/a/1/rounds/tailor?code=staff-survey&variant=trade"))
    assert "because you left that stage out" in page
    address = prepared(owner, "survey", "staff-survey")
    found = instruments.get_round(stores, int(address.rsplit("/", 1)[1]))
    definition = instruments.definition_of(stores, found.version_id)
    assert not any("S7" in (leaf.subject or "") for leaf in definition.leaves)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"keep": []}, "Nothing is left of this form"),
        ({"name": " "}, "Give the round a name"),
        ({"closes": "2020-01-01"}, "lies in the past"),
        ({"closes": "soon"}, "is not a day"),
        ({"promise": "secret"}, "one of the promises"),
    ],
)
def test_a_form_that_cannot_be_published_says_why(
    owner: FlaskClient, changes: dict[str, Any], sentence: str
) -> None:
    started(owner_stores(owner))
    page = "/a/1/rounds/tailor?code=short-survey&variant=trade"
    keep = re.findall(r'name="keep" value="([^"]+)"', owner.get(page).get_data(as_text=True))
    fields = {"code": "short-survey", "variant": "trade", "keep": keep, "name": "X",
              "promise": "confidential_link", **changes}  # fmt: skip
    response = post(owner, "/a/1/rounds/tailor", page, **fields)
    assert response.status_code == 422
    assert sentence in words(response)
    assert instruments.rounds_of(owner_stores(owner), 1) == []


def test_units_can_change_until_the_round_opens(owner: FlaskClient) -> None:
    stores = owner_stores(owner)
    started(stores)
    address = prepared(owner, "survey", "short-survey")
    post(owner, f"{address}/units", address, units="Sales 25\nStock 41")
    found = instruments.get_round(stores, 1)
    assert [(u.code, u.invited) for u in found.units] == [("sales", 25), ("stock", 41)]
    wrong = post(owner, f"{address}/units", address, units="Sales many")
    assert wrong.status_code == 422
    assert "Sales many</textarea>" in wrong.get_data(as_text=True)
    assert post(owner, f"{address}/open", address).status_code == 303
    late = post(owner, f"{address}/units", "/a/1/plan", units="Sales 1")
    assert late.status_code == 409
    assert instruments.get_round(stores, 1).invited == 66


def test_a_round_that_was_never_opened_can_be_discarded(owner: FlaskClient) -> None:
    stores = owner_stores(owner)
    started(stores)
    address = prepared(owner, "survey", "short-survey")
    a_release(stores, 1, [Cell("n", "", None, None, "all", 5)], rehearsal=True)
    assert post(owner, f"{address}/discard", address).headers["Location"] == "/a/1/plan"
    assert instruments.rounds_of(stores, 1) == []
    assert owner.get(address).status_code == 404
    opened = prepared(owner, "interview", "interview-guide")
    post(owner, f"{opened}/open", opened)
    assert post(owner, f"{opened}/discard", "/a/1/plan").status_code == 409


def test_a_company_without_units_is_one_unit(owner: FlaskClient) -> None:
    service.take_plan(
        owner_stores(owner), Profile("Tern", 31, hours=5.0), PLAN, name="X", now=datetime.now(UTC)
    )
    prepared(owner, "survey", "short-survey")
    found = instruments.get_round(owner_stores(owner), 1)
    assert [(u.name, u.invited) for u in found.units] == [("Tern", 31)]


def test_a_named_round_opens_and_closes(owner: FlaskClient) -> None:
    stores = owner_stores(owner)
    started(stores)
    address = prepared(owner, "interview", "interview-guide")
    post(owner, f"{address}/open", address)
    assert "Nobody has a task yet" in words(owner.get(address))
    assert "Say who is interviewed" in words(owner.get("/a/1/"))
    closed = post(owner, f"{address}/close", address)
    assert closed.headers["Location"].startswith("/jobs/")
    assert instruments.get_round(stores, 1).state == "closed"


def test_a_survey_with_nobody_in_it_explains_itself(owner: FlaskClient) -> None:
    stores = owner_stores(owner)
    started(stores)
    address = prepared(owner, "survey", "short-survey")
    post(owner, f"{address}/open", address)
    assert "Answers can come in now." in words(owner.get(address))
    post(owner, f"{address}/close", address)
    page = words(owner.get(address))
    assert "Closed with fewer than 5 answers." in page
    assert "Figures appear from 5 people on, comments from 10." in page
    again = post(owner, f"{address}/close", "/a/1/plan")
    assert again.status_code == 409


def test_a_rehearsal_leads_to_results_of_invented_answers(owner: FlaskClient) -> None:
    started(owner_stores(owner))
    address = prepared(owner, "survey", "short-survey")
    response = post(owner, f"{address}/rehearse", address)
    job = words(owner.get(response.headers["Location"]))
    assert "The work is done." in job
    assert queries.get_assessment(owner_stores(owner), 1).state == "planning"


def test_final_is_refused_with_a_sentence_then_made(owner: FlaskClient) -> None:
    stores = owner_stores(owner)
    started(stores)
    assert "Nothing has been released yet" in words(owner.get("/a/1/plan"))
    refused = post(owner, "/a/1/final", "/a/1/plan")
    assert refused.status_code == 409
    a_release(stores, 1)
    assert post(owner, "/a/1/final", "/a/1/plan").headers["Location"] == "/a/1/"
    assert "Edition 1 is frozen" in words(owner.get("/a/1/"))
    assert "Change the methods" not in words(owner.get("/a/1/plan"))
    assert owner.get("/a/1/rounds/new?kind=survey").status_code == 409


def test_readers_look_and_change_nothing(app: Flask, sqlite_stores: Stores) -> None:
    started(sqlite_stores)
    reader = signed_in(app, sqlite_stores, "reader")
    assert reader.get("/a/1/").status_code == 200
    page = words(reader.get("/a/1/plan"))
    assert "Prepare a round" not in page
    assert "Change the methods" not in page
    for path in ("/start", "/a/1/stages", "/a/1/rounds/new", "/a/1/rounds/tailor?code=x"):
        assert reader.get(path).status_code == 403, path


def test_a_round_of_another_assessment_is_not_shown(owner: FlaskClient) -> None:
    stores = owner_stores(owner)
    started(stores)
    prepared(owner, "survey", "short-survey")
    started(stores)
    assert owner.get("/a/2/rounds/1").status_code == 404
    assert owner.get("/a/1/rounds/9").status_code == 404


def test_the_pages_speak_german(owner: FlaskClient) -> None:
    started(owner_stores(owner))
    page = owner.get("/a/1/stages?lang=de").get_data(as_text=True)
    assert 'lang="de"' in page
    assert "Anfragen aufnehmen" in page


def test_units_of_the_profile_are_the_first_suggestion(owner: FlaskClient) -> None:
    started(owner_stores(owner))
    prepared(owner, "survey", "short-survey")
    assert PROFILE.units[0] == UnitSize("sales", "Sales", 20)
    assert instruments.get_round(owner_stores(owner), 1).units[0].name == "Sales"
