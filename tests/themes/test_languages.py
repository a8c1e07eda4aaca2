"""Comments in two languages become sortings of their own, and the page says so."""

from __future__ import annotations

from flask import Flask

from sop_assess.db import Stores
from sop_assess.themes.overviews import overviews
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
