"""The pages on which people finish a sorting, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, get_template_attribute
from flask.testing import FlaskClient
from sqlalchemy import select, update

from sop_assess.assessment.models import Assessment
from sop_assess.db import Stores
from sop_assess.release.models import Release, ReleasedCell
from sop_assess.themes import queries, service
from sop_assess.themes.models import ThemeSet
from sop_assess.themes.queries import SetView
from tests.accounts.people import post, signed_in
from tests.assessment.released import NOW, start
from tests.assessment.test_views import words
from tests.release.quotes import closed_round

from .written import imported, only_set, written

Browser = Callable[..., FlaskClient]


@pytest.fixture
def browser(app: Flask, sqlite_stores: Stores) -> Browser:
    """Browsers of people with these roles."""
    return lambda *roles: signed_in(app, sqlite_stores, *roles)


@pytest.fixture
def owner(browser: Browser) -> FlaskClient:
    """A browser of the owner."""
    return browser("owner")


@pytest.fixture
def draft(sqlite_stores: Stores) -> SetView:
    """The sorting of an anonymous survey that nobody froze yet."""
    assessment_id, round_id = closed_round(sqlite_stores, [])
    imported(sqlite_stores, assessment_id, written(120))
    one = only_set(sqlite_stores, assessment_id)
    with sqlite_stores.core.writing() as session:
        where = update(ThemeSet).where(ThemeSet.id == one.id)
        session.execute(where.values(source=f"round:{round_id}", state="draft"))
    return only_set(sqlite_stores, assessment_id)


def url(one: SetView) -> str:
    return f"/a/{one.assessment_id}/themes/sort/{one.id}"


def again(stores: Stores, one: SetView) -> SetView:
    return queries.theme_set(stores, one.assessment_id, one.id)


def send(client: FlaskClient, stores: Stores, one: SetView, what: str, **fields: Any) -> Any:
    fields = {"revision": again(stores, one).revision, **fields}
    return post(client, f"{url(one)}/{what}", url(one), **fields)


def decide(client: FlaskClient, stores: Stores, one: SetView, do: str, **fields: Any) -> Any:
    return send(client, stores, one, "decide", do=do, **fields)


def test_the_page_tells_what_is_there(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    page = words(owner.get(url(sqlite_set)))
    for theme in sqlite_set.themes:
        assert theme.name in page
        assert theme.quotes[0] in page
    assert f"120 comments, {len(sqlite_set.themes)}" in page or "120 comments, " in page
    assert "Help desk, problems" in page
    assert "Nothing yet: this is how the machine sorted them." in page
    listed = words(owner.get(f"/a/{sqlite_set.assessment_id}/themes/sort"))
    assert "One sorting, nothing waits." in listed
    assert "open: changes show at once" in listed


def test_every_decision_shows_and_goes_back_to_its_theme(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    first, second, third = (theme.key for theme in sqlite_set.themes[:3])
    steps: list[tuple[str, dict[str, str], str]] = [
        ("rename", {"theme": first, "name": "Lost parcels"}, " renamed to “Lost parcels”."),
        ("merge", {"theme": second, "into": first}, "One theme merged into “Lost parcels”."),
        ("split", {"theme": first}, "“Lost parcels” split in two."),
        ("pin", {"theme": third, "pinned": "1"}, "Pinned “"),
        ("pin", {"theme": third, "pinned": "0"}, "Unpinned “"),
        ("set", {"theme": third, "topic": "promise", "stage": "S8", "owner": "Ada Osei"},
         "Topic, stage and owner of “"),
    ]  # fmt: skip
    for do, fields, said in steps:
        answer = decide(owner, sqlite_stores, sqlite_set, do, **fields)
        key = fields.get("into") or fields["theme"]
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"{url(sqlite_set)}?at={key}#theme-{key}"
        page = words(owner.get(answer.headers["Location"]))
        assert said in page, do
        assert said in page.partition("Last change:")[2], do
    page = words(owner.get(url(sqlite_set)))
    assert "Cared for by Ada Osei" in page
    assert "Show all 6 changes" in page
    answer = decide(
        owner, sqlite_stores, sqlite_set, "cut", k=again(sqlite_stores, sqlite_set).most
    )
    assert answer.headers["Location"] == f"{url(sqlite_set)}#list-h"
    assert len(again(sqlite_stores, sqlite_set).themes) > len(sqlite_set.themes)


def test_everything_can_be_undone_and_done_again(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    first, second = (theme.key for theme in sqlite_set.themes[:2])
    decide(owner, sqlite_stores, sqlite_set, "rename", theme=first, name="Lost parcels")
    decide(owner, sqlite_stores, sqlite_set, "merge", theme=second, into=first)
    after = again(sqlite_stores, sqlite_set).themes
    answer = send(owner, sqlite_stores, sqlite_set, "undo")
    page = words(owner.get(answer.headers["Location"]))
    assert "Undone: One theme merged into “Lost parcels”." in page
    assert "Taken back: One theme merged into “Lost parcels”." in page
    send(owner, sqlite_stores, sqlite_set, "undo")
    assert again(sqlite_stores, sqlite_set).themes == sqlite_set.themes
    send(owner, sqlite_stores, sqlite_set, "redo")
    send(owner, sqlite_stores, sqlite_set, "redo")
    assert again(sqlite_stores, sqlite_set).themes == after
    assert send(owner, sqlite_stores, sqlite_set, "redo").status_code == 409


def test_a_cut_and_a_split_are_shown_before_anything_changes(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    key, name = sqlite_set.themes[0].key, sqlite_set.themes[0].name
    split = words(owner.get(f"{url(sqlite_set)}/preview?do=split&theme={key}"))
    assert f"“{name}” would become two themes." in split
    assert "a theme of its own" in split
    cut = words(owner.get(f"{url(sqlite_set)}/preview?do=cut&k={sqlite_set.fewest}"))
    assert "One theme instead of" in cut
    assert "Take one theme" in cut
    part = owner.get(f"{url(sqlite_set)}/preview?do=cut&k={sqlite_set.most}&part=1")
    assert "<html" not in part.get_data(as_text=True)
    assert "What becomes of it" in words(part)
    same = owner.get(f"{url(sqlite_set)}/preview?do=cut&k={len(sqlite_set.themes)}")
    assert "Nothing would change." in words(same)
    assert again(sqlite_stores, sqlite_set) == sqlite_set


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"do": "rename", "name": " "}, "Write a name for the theme."),
    ({"do": "rename", "name": "x" * 121}, "A name has at most 120 characters."),
    ({"do": "rename", "name": "x", "theme": "t99"}, "This theme does not exist any more."),
    ({"do": "merge", "into": ""}, "Choose the theme to merge into."),
    ({"do": "merge", "into": "t99"}, "This theme does not exist any more."),
    ({"do": "set", "topic": "weather"}, "There is no such topic."),
    ({"do": "set", "stage": "S99"}, "This assessment has no such stage."),
    ({"do": "cut", "k": "many"}, "The number of themes is a whole number."),
    ({"do": "burn"}, "Choose what to do with the theme"),
    ({}, "Choose what to do with the theme"),
    ({"do": "rename", "name": "Parcels", "revision": "x"}, "Load the page again"),
])  # fmt: skip
def test_bad_input_gets_a_sentence_and_changes_nothing(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores,
    fields: dict[str, str], sentence: str,
) -> None:  # fmt: skip
    given = {"theme": sqlite_set.themes[0].key, **fields}
    answer = send(owner, sqlite_stores, sqlite_set, "decide", **given)
    assert answer.status_code == 422
    assert f"Nothing was changed. {sentence}" in words(answer)
    assert again(sqlite_stores, sqlite_set) == sqlite_set
    if fields.get("name", " ").strip() and given["theme"] != "t99":
        assert f'value="{fields["name"]}"' in answer.get_data(as_text=True)


def test_a_stale_tab_gets_a_sentence_and_what_was_typed_stays(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    key = sqlite_set.themes[0].key
    decide(owner, sqlite_stores, sqlite_set, "rename", theme=key, name="Lost parcels")
    before = again(sqlite_stores, sqlite_set)
    late = {"theme": key, "name": "Parcels that are lost", "revision": sqlite_set.revision}
    answer = decide(owner, sqlite_stores, sqlite_set, "rename", **late)
    assert answer.status_code == 409
    assert "Somebody changed these themes meanwhile." in words(answer)
    assert 'value="Parcels that are lost"' in answer.get_data(as_text=True)
    assert again(sqlite_stores, sqlite_set) == before
    undo = send(owner, sqlite_stores, sqlite_set, "undo", revision=sqlite_set.revision)
    assert undo.status_code == 409
    assert again(sqlite_stores, sqlite_set) == before


def test_comments_are_read_and_put_elsewhere(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    source, target = sqlite_set.themes[0], sqlite_set.themes[1]
    where = f"{url(sqlite_set)}/comments?theme={source.key}"
    listed = queries.comments_of(sqlite_stores, sqlite_set.assessment_id, sqlite_set.id, source.key)
    assert f"{source.size} comments: {source.name}" in words(owner.get(where))
    texts = [str(row.text) for row in listed.rows[:2]]
    for to, button, said in [
        (target.key, "", f"2 comments put into “{target.name}”."),
        ("", "unplaced", "2 comments put outside the themes."),
        ("", "non_answer", "2 comments marked as saying nothing."),
        ("", source.key, f"2 comments put into “{source.name}”."),
    ]:
        put = {"put": button} if button else {}
        answer = decide(owner, sqlite_stores, sqlite_set, "move", theme=source.key, texts=texts,
                        to=to, **put)  # fmt: skip
        assert answer.status_code == 303
        assert said in words(owner.get(answer.headers["Location"]))
    assert "placed by hand" in words(owner.get(where))
    for missing in ({"to": target.key}, {"texts": texts, "to": ""}, {"texts": "x", "to": "t01"}):
        answer = decide(owner, sqlite_stores, sqlite_set, "move", theme=source.key, **missing)
        assert answer.status_code == 422
        assert "Nothing was changed." in words(answer)
    assert owner.get(f"{url(sqlite_set)}/comments?theme=unplaced").status_code == 200
    assert owner.get(f"{url(sqlite_set)}/comments?theme=non_answer").status_code == 200
    assert owner.get(f"{url(sqlite_set)}/comments?theme=t99").status_code == 404


def test_undo_on_a_page_of_comments_stays_there(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    key = sqlite_set.themes[0].key
    here = f"{url(sqlite_set)}/comments?theme={key}&page=1"
    decide(owner, sqlite_stores, sqlite_set, "pin", theme=key, pinned="1")
    decide(owner, sqlite_stores, sqlite_set, "split", theme=key)
    made = again(sqlite_stores, sqlite_set).themes
    (half,) = {theme.key for theme in made} - {theme.key for theme in sqlite_set.themes}
    answer = decide(owner, sqlite_stores, sqlite_set, "move", theme=key, texts=["0"], to=half)
    page = owner.get(answer.headers["Location"]).get_data(as_text=True)
    form = page[page.index('class="state good said"') :]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)[:5])
    assert (fields.pop("from"), fields["theme"], fields["page"]) == ("comments", key, "1")
    place = {"from": "comments", "theme": key, "page": "1"}
    late = send(owner, sqlite_stores, sqlite_set, "undo", **place, revision=1)
    assert late.status_code == 409
    assert "The ticked comments" in words(late)
    back = send(owner, sqlite_stores, sqlite_set, "undo", **place)
    assert back.headers["Location"] == f"{here}#list-h"
    assert "Undone: One comment put into" in words(owner.get(back.headers["Location"]))
    gone = send(owner, sqlite_stores, sqlite_set, "undo", **{**place, "theme": half})
    assert gone.headers["Location"] == f"{url(sqlite_set)}?at={key}#theme-{key}"


def test_many_comments_come_in_pages(owner: FlaskClient, sqlite_stores: Stores) -> None:
    assessment_id = start(sqlite_stores)
    imported(sqlite_stores, assessment_id, written(240))
    one = only_set(sqlite_stores, assessment_id)
    texts = [str(text) for text in range(60)]
    assert decide(owner, sqlite_stores, one, "move", texts=texts, to="unplaced").status_code == 303
    first = words(owner.get(f"{url(one)}/comments?theme=unplaced"))
    assert "Page 1 of 2" in first
    assert "Next page" in first
    second = owner.get(f"{url(one)}/comments?theme=unplaced&page=2").get_data(as_text=True)
    assert "Previous page" in second
    assert len(re.findall(r'name="texts"', second)) >= 10
    assert owner.get(f"{url(one)}/comments?theme=unplaced&page=-3").status_code == 200


def test_new_themes_are_proposed_shown_and_taken_or_left(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    first, second = (theme.key for theme in sqlite_set.themes[:2])
    decide(owner, sqlite_stores, sqlite_set, "merge", theme=second, into=first)
    before = again(sqlite_stores, sqlite_set)
    wrong = send(owner, sqlite_stores, sqlite_set, "propose", tier="magic")
    assert "Choose how to sort from the list." in words(wrong)
    for answer, tier in (("discard", ""), ("accept", "lexical")):
        job = send(owner, sqlite_stores, sqlite_set, "propose", tier=tier)
        assert "The work is done." in words(owner.get(job.headers["Location"]))
        assert again(sqlite_stores, sqlite_set).themes == before.themes
        page = words(owner.get(f"{url(sqlite_set)}/proposal"))
        assert "of the comments would move." in page
        assert "A new sorting is ready." in words(owner.get(url(sqlite_set)))
        done = send(owner, sqlite_stores, sqlite_set, "proposal", do=answer)
        assert done.status_code == 303
        assert owner.get(f"{url(sqlite_set)}/proposal").headers["Location"] == url(sqlite_set)
    assert "Sorted by words only. Somebody asked for it." in words(owner.get(url(sqlite_set)))


def test_who_may_sort_what(browser: Browser, sqlite_set: SetView, sqlite_stores: Stores) -> None:
    pages = ("", "/comments?theme=unplaced", "/preview?do=cut&k=2")
    for role in ("owner", "coder"):
        assert all(browser(role).get(url(sqlite_set) + page).status_code == 200 for page in pages)
    for role in ("reader", "planner", "leader", "administrator", "redactor", "trustee", "shopper"):
        client = browser(role)
        assert all(client.get(url(sqlite_set) + page).status_code == 403 for page in pages), role
    trustee = browser("trustee")
    listed = words(trustee.get(f"/a/{sqlite_set.assessment_id}/themes/sort"))
    assert "No comments to sort yet." in listed
    fields = {"do": "rename", "theme": sqlite_set.themes[0].key, "name": "x", "revision": 1}
    path = f"/a/{sqlite_set.assessment_id}/themes/sort"
    for what in ("decide", "undo", "redo", "propose", "proposal", "freeze"):
        assert post(trustee, f"{url(sqlite_set)}/{what}", path, **fields).status_code == 403
    assert again(sqlite_stores, sqlite_set) == sqlite_set


def test_a_draft_is_sorted_by_those_who_read_its_comments_anyway(
    browser: Browser, draft: SetView, sqlite_stores: Stores
) -> None:
    for role in ("owner", "redactor", "trustee"):
        page = browser(role).get(url(draft))
        assert page.status_code == 200, role
        assert "Only those who read these comments anyway see this page." in words(page)
    for role in ("coder", "reader", "planner", "leader"):
        client = browser(role)
        for page in ("", "/comments?theme=unplaced", "/preview?do=cut&k=2", "/freeze"):
            assert client.get(url(draft) + page).status_code == 403, role
    redactor = browser("redactor")
    assert decide(redactor, sqlite_stores, draft, "rename", theme=draft.themes[0].key,
                  name="Lost parcels").status_code == 303  # fmt: skip
    assert "One sorting waits to be finished" in words(
        redactor.get(f"/a/{draft.assessment_id}/themes/sort")
    )


def test_a_draft_is_the_next_step_at_home_and_of_a_redactor(
    browser: Browser, draft: SetView, sqlite_stores: Stores
) -> None:
    with sqlite_stores.core.writing() as session:
        (told,) = session.scalars(select(ReleasedCell).where(ReleasedCell.statistic == "theming"))
        told.detail = {**told.detail, "waiting": True}
        (of_round,) = session.scalars(select(Release).where(Release.source == draft.source))
        told.release_id = of_round.id
    home = f"/a/{draft.assessment_id}"
    owner, redactor = browser("owner"), browser("redactor")
    assert "Finish the themes of “Staff survey” and release them." in words(owner.get(f"{home}/"))
    assert redactor.get(f"{home}/redaction").headers["Location"] == f"{home}/themes/sort"
    reading = words(redactor.get(f"{home}/rounds/{draft.round_id}/redaction"))
    assert "A person sorts the comments of this survey first." in reading
    themes = words(browser("reader").get(f"{home}/themes"))
    assert "A reader sorts these comments; they appear when the sorting is frozen." in themes
    assert f"{home}/themes/sort/{draft.id}" in owner.get(f"{home}/themes").get_data(as_text=True)
    round_page = owner.get(f"{home}/rounds/{draft.round_id}").get_data(as_text=True)
    assert f'href="{home}/themes/sort"' in round_page


def test_freezing_is_shown_first_and_is_for_good(
    browser: Browser, draft: SetView, sqlite_stores: Stores
) -> None:
    redactor = browser("redactor")
    page = words(redactor.get(f"{url(draft)}/freeze"))
    assert "This cannot be undone." in page
    assert all(theme.name in page for theme in draft.themes)
    answer = send(redactor, sqlite_stores, draft, "freeze")
    assert answer.headers["Location"] == f"/a/{draft.assessment_id}/themes/sort"
    listed = words(redactor.get(answer.headers["Location"]))
    assert "Frozen and released." in listed
    owner = browser("owner")
    frozen = owner.get(url(draft))
    assert "They are frozen." in words(frozen)
    assert "Rename, merge or split" not in words(frozen)
    assert owner.get(f"{url(draft)}/comments?theme=unplaced").status_code == 404
    assert owner.get(f"{url(draft)}/freeze").status_code == 409
    assert decide(owner, sqlite_stores, draft, "rename", theme=draft.themes[0].key,
                  name="x").status_code == 409  # fmt: skip


def test_a_final_assessment_shows_and_changes_nothing(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    with sqlite_stores.core.writing() as session:
        session.get_one(Assessment, sqlite_set.assessment_id).state = "final"
    page = words(owner.get(url(sqlite_set)))
    assert "Rename, merge or split" not in page
    assert "Number of themes" not in page
    answer = decide(owner, sqlite_stores, sqlite_set, "rename", theme="t01", name="x")
    assert answer.status_code == 409
    assert "This assessment is final." in words(answer)


def test_too_few_comments_are_a_list(owner: FlaskClient, sqlite_stores: Stores) -> None:
    assessment_id = start(sqlite_stores)
    imported(sqlite_stores, assessment_id, written(12))
    one = only_set(sqlite_stores, assessment_id)
    page = words(owner.get(url(one)))
    assert "12 comments, too few different ones to sort into themes." in page
    assert "Propose new themes" not in page
    assert owner.get(f"{url(one)}/preview?do=cut&k=3").status_code == 409


def test_names_are_text_not_markup(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    name = "<b>Late</b> & “again” %(n)s"
    decide(owner, sqlite_stores, sqlite_set, "rename", theme=sqlite_set.themes[0].key, name=name)
    key = sqlite_set.themes[0].key
    for path in (url(sqlite_set), f"{url(sqlite_set)}/preview?do=split&theme={key}",
                 f"{url(sqlite_set)}/comments?theme={key}",
                 f"/a/{sqlite_set.assessment_id}/themes"):  # fmt: skip
        page = owner.get(path)
        assert page.status_code == 200
        assert "<b>Late" not in page.get_data(as_text=True)
        assert "&lt;b&gt;Late&lt;/b&gt; &amp; “again” %(n)s" in page.get_data(as_text=True)


def test_the_readers_page_leads_to_the_sorting_where_it_may(
    browser: Browser, sqlite_set: SetView, sqlite_stores: Stores
) -> None:
    service.decide(
        sqlite_stores, sqlite_set.assessment_id, sqlite_set.id,
        {"do": "set", "theme": sqlite_set.themes[0].key, "topic": "promise", "stage": "S8"},
        by=None, now=NOW,
    )  # fmt: skip
    where = f"/a/{sqlite_set.assessment_id}/themes"
    key = sqlite_set.themes[0].key
    owner, reader = browser("owner"), browser("reader")
    page = owner.get(where).get_data(as_text=True)
    assert f'href="{url(sqlite_set)}?at={key}#theme-{key}"' in page
    assert f'href="{url(sqlite_set)}/comments?theme={key}"' in page
    assert "themes/sort" not in reader.get(where).get_data(as_text=True)
    for by, heading in (("size", "By size"), ("stage", "After-sales"), ("method", "Help desk"),
                        ("severity", "By severity"), ("nonsense", "By size")):  # fmt: skip
        shown = words(reader.get(f"{where}?by={by}"))
        assert heading in shown, by
        assert all(theme.name in shown for theme in sqlite_set.themes)
        assert "120 comments, " in shown


def test_with_many_themes_only_the_one_at_hand_has_its_forms(
    owner: FlaskClient, sqlite_set: SetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sop_assess.themes.views.MOST_FORMS", 2)
    one, other = sqlite_set.themes[0].key, sqlite_set.themes[1].key
    page = owner.get(url(sqlite_set)).get_data(as_text=True)
    assert 'name="into"' not in page
    assert f"?at={other}#theme-{other}" in page
    page = owner.get(f"{url(sqlite_set)}?at={one}").get_data(as_text=True)
    assert page.count('name="into"') == 1
    assert f'id="into-{one}"' in page


def test_of_many_themes_the_smaller_ones_are_a_line_with_the_way_to_all_of_them(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sop_assess.themes.views.MOST_FORMS", 1)
    monkeypatch.setattr("sop_assess.themes.views.MOST_FULL", 1)
    here, themes = url(sqlite_set), sqlite_set.themes
    last = themes[-1]
    answer = owner.get(here)
    page, markup = words(answer), answer.get_data(as_text=True)
    assert f"1 of {len(themes)} themes are shown in full, the others with their name." in page
    for theme in themes:
        assert f'id="theme-{theme.key}" tabindex="-1"' in markup
        assert f'href="{here}?at={theme.key}#theme-{theme.key}"' in markup
        assert f'href="{here}/comments?theme={theme.key}"' in markup
        assert (theme.quotes[0] in page) == (theme == themes[0])
    opened = owner.get(f"{here}?at={last.key}")
    assert last.quotes[0] in words(opened)
    assert f'id="into-{last.key}"' in opened.get_data(as_text=True)
    assert f'href="{here}?all=1#list-h"' in markup
    everything = words(owner.get(f"{here}?all=1"))
    assert all(theme.quotes[0] in everything for theme in themes)
    assert "Show the smaller ones with their name only" in everything
    refused = decide(owner, sqlite_stores, sqlite_set, "rename", theme=last.key, name=" ")
    assert f'id="name-{last.key}-error"' in refused.get_data(as_text=True)
    with sqlite_stores.core.writing() as session:
        session.get_one(Assessment, sqlite_set.assessment_id).state = "final"
    final = owner.get(here).get_data(as_text=True)
    assert final.count("Show in full") == len(themes) - 1
    assert last.quotes[0] in words(owner.get(f"{here}?at={last.key}"))


def test_of_many_changes_the_last_ones_are_told_with_the_way_to_all_of_them(
    owner: FlaskClient, sqlite_set: SetView, sqlite_stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sop_assess.themes.views.MOST_CHANGES", 2)
    for name in ("First name", "Second name", "Third name"):
        decide(owner, sqlite_stores, sqlite_set, "rename", theme="t01", name=name)
    page = words(owner.get(url(sqlite_set)))
    assert "Show the last 2 changes All 3 changes" in page
    assert "“Second name” renamed to “Third name”." in page
    assert "renamed to “First name”." not in page
    every = words(owner.get(f"{url(sqlite_set)}?changes=all"))
    assert "Show all 3 changes" in every
    assert "renamed to “First name”." in every


def test_of_many_themes_readers_see_the_first_ones_of_every_section_in_full(
    owner: FlaskClient, sqlite_set: SetView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sop_assess.assessment.theme_order.MOST_FULL", 2)
    monkeypatch.setattr("sop_assess.assessment.themes_views.MOST_FULL", 2)
    monkeypatch.setattr("sop_assess.assessment.theme_order.FULL", 2)
    where, themes = f"/a/{sqlite_set.assessment_id}/themes", sqlite_set.themes
    last, count = themes[-1], len(themes)
    assert count > 2
    answer = owner.get(where)
    markup = answer.get_data(as_text=True)
    assert f"2 of {count} themes are shown in full, the others with their name." in words(answer)
    assert markup.count("<blockquote>") < 3 * count
    for theme in themes:
        (anchor,) = re.findall(rf'id="(\d+-{theme.about})"', markup)
        assert theme.name in markup
    assert f'href="{where}?by=size&amp;at={anchor}#{anchor}"' in markup
    assert last.quotes[0] not in words(answer)
    opened = words(owner.get(f"{where}?by=size&at={anchor}"))
    assert f"3 of {count} themes are shown in full" in opened
    assert last.quotes[0] in opened
    assert f'href="{where}?by=size&amp;all=1#how"' in markup
    everything = words(owner.get(f"{where}?by=size&all=1"))
    assert all(theme.quotes[0] in everything for theme in themes)
    by_stage = words(owner.get(f"{where}?by=stage"))  # each stage has one theme of these
    assert all(theme.quotes[0] in by_stage for theme in themes)
    assert f"2 of {count}" in words(owner.get(f"{where}?at=nowhere"))


def test_few_among_very_many_are_not_nothing(app: Flask) -> None:
    with app.test_request_context():
        share = get_template_attribute("themes/parts.html", "share")
        told = [share(SimpleNamespace(share=value)) for value in (0.0, 0.004, 0.006, 0.2)]
    assert told == ["0\u00a0%", "&lt;1\u00a0%", "1\u00a0%", "20\u00a0%"]
