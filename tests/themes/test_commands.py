"""`sop-assess themes verify` says of every set whether the themes come out the same."""

from __future__ import annotations

import pytest

from sop_assess.db import Stores
from sop_assess.errors import NotFoundError
from sop_assess.themes.commands import verify_themes
from sop_assess.themes.models import ThemeSet
from sop_assess.themes.queries import SetView


def test_the_same_themes(sqlite_stores: Stores, sqlite_set: SetView) -> None:
    assert verify_themes(sqlite_stores, None) == (
        "comments:1, problem, en: 120 comments, the same themes.", True,
    )  # fmt: skip


def test_other_themes_and_versions_are_named(sqlite_stores: Stores, sqlite_set: SetView) -> None:
    with sqlite_stores.core.writing() as session:
        row = session.get_one(ThemeSet, sqlite_set.id)
        settings = {**row.run["settings"], "versions": {"numpy": "1.0"}}
        row.run = {**row.run, "labels": "", "settings": settings}
    told, same = verify_themes(sqlite_stores, sqlite_set.assessment_id)
    assert not same
    assert "OTHER THEMES (versions differ: numpy 1.0 then, " in told


def test_without_an_assessment(sqlite_stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        verify_themes(sqlite_stores, None)
