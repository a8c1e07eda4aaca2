"""Comments in two languages become sortings of their own, and the page says so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from sop_assess.assessment.models import Company
from sop_assess.db import Stores
from sop_assess.instruments import ready_made
from sop_assess.themes.comments import Comment
from sop_assess.themes.overviews import overviews
from sop_assess.themes.sorting import Plan, sort_source
from sop_assess.themes.sources import main_language
from tests.accounts.people import signed_in
from tests.analysis.text.foreign_complaints import COMPLAINTS
from tests.assessment.released import start
from tests.assessment.test_views import words

from .written import imported, written


def test_each_language_is_sorted_by_itself(app: Flask, sqlite_stores: Stores) -> None:
    assessment_id = start(sqlite_stores)
    german = [line.partition(": ")[2] for line in COMPLAINTS["de"].strip().splitlines()]
    imported(sqlite_stores, assessment_id, [*written(120), *((text, "S6") for text in german)])
    english, other = overviews(sqlite_stores, assessment_id)
    assert (english.language, other.language) == ("en", "de")
    assert english.comments + other.comments == 180
    assert other.comments >= 50
    page = words(signed_in(app, sqlite_stores, "owner").get(f"/a/{assessment_id}/themes"))
    assert "They are in English and German; each language was sorted by itself." in page


@pytest.mark.parametrize(("company", "main"), [("en", "en"), ("de", "de"), ("fr", "en")])
def test_comments_that_do_not_tell_are_in_the_language_of_the_company(
    sqlite_stores: Stores, company: str, main: str
) -> None:
    definition = ready_made.load("staff-survey", "trade")
    assert main_language(sqlite_stores, definition) == "en"
    start(sqlite_stores)
    with sqlite_stores.core.writing() as session:
        session.execute(update(Company).values(language=company))
    assert main_language(sqlite_stores, definition) == main


@pytest.mark.parametrize(("before", "prefix"), [
    ({}, "p"), ({("problem", "en"): "p"}, "p-de"), ({("problem", "de"): "p-de"}, "p-de"),
    ({("problem", "de"): "p", ("problem", "en"): "p-en"}, "p"),
])  # fmt: skip
def test_a_set_keeps_its_keys_when_another_language_becomes_the_main_one(
    before: dict[Any, str], prefix: str
) -> None:
    known: Any = {key: SimpleNamespace(prefix=own, run={"input": ""}, current=SimpleNamespace(
        themes=())) for key, own in before.items()}  # fmt: skip
    comments = [Comment(f"Die Lieferung {n} kam zu spät", "fails", None, None, "problem")
                for n in range(12)]  # fmt: skip
    (one,) = sort_source(comments, Plan("de", "open", 1, "", before=known), lambda *_: None)
    assert (one.language, one.prefix) == ("de", prefix)
    assert one.run["main"] == "de"
