"""Themes of an anonymous survey: sorted by people first, then released once, for good."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select, update

from sop_assess.accounts.models import AuditEntry
from sop_assess.db import Stores
from sop_assess.errors import ConflictError
from sop_assess.instruments.identity import NAMES_ONLY
from sop_assess.instruments.models import Round
from sop_assess.release import job, redaction
from sop_assess.release.models import Redaction
from sop_assess.release.queries import ReleasedFigure, cells, current_releases
from sop_assess.themes import service
from sop_assess.themes.models import ThemeDecision, ThemePart, ThemeShown
from sop_assess.themes.overviews import overviews
from sop_assess.themes.queries import SetView, comments_of, theme_set
from sop_assess.themes.verifying import verify
from tests.assessment.released import NOW
from tests.release.conftest import Answering, silent
from tests.release.conftest import drop as drop
from tests.release.conftest import survey as survey

from .written import only_set, written


@pytest.fixture
def closed(stores: Stores, assessment_id: int, survey: int, drop: Answering) -> int:
    """A closed survey in which 80 people wrote about four things, and 5 about a fifth."""
    for text, _stage in written(80):
        drop(1, problem=text, s4_stock="agree")
    for number in range(5):
        drop(1, problem=f"The canteen closes before the late shift eats, number {number}")
    return survey


def close(stores: Stores, round_id: int, label: str = "confidential", manifest: str = "{}") -> None:
    """Close it under this label; its ballots need no key here."""
    job.open_ballots(stores, round_id, now=NOW)
    with stores.core.writing() as session:
        policy = session.get_one(Round, round_id).policy
        # By the table: through its model nobody changes what a round promised.
        session.execute(update(Round).values(label=label, policy={**policy, "manifest": manifest}))
    job.release_round(stores, silent, round_id)


def figures(stores: Stores, one: SetView, statistic: str) -> list[ReleasedFigure]:
    ids = [r.id for r in current_releases(stores, one.assessment_id)]
    return cells(stores, ids, statistic=statistic)


def test_nothing_is_shown_before_it_is_frozen(
    stores: Stores, assessment_id: int, closed: int
) -> None:
    close(stores, closed, "anonymous")
    one = only_set(stores, assessment_id)
    assert (one.state, one.comments, one.source) == ("draft", 85, f"round:{closed}")
    assert one.themes
    assert figures(stores, one, "theme") == figures(stores, one, "quote") == []
    (told,) = figures(stores, one, "theming")
    assert (told.detail["comments"], told.detail["waiting"]) == (85, True)
    service.decide(stores, assessment_id, one.id, {"do": "rename", "theme": "t01", "name": "X"},
                   by=None, now=NOW)  # fmt: skip
    assert figures(stores, one, "theme") == []
    with stores.core.reading() as session:
        assert session.scalars(select(ThemeDecision.at)).one().timetz() == time(tzinfo=NOW.tzinfo)


def test_freezing_releases_rounded_themes_holds_quotes_and_erases_comments(
    stores: Stores, assessment_id: int, closed: int
) -> None:
    close(stores, closed, "anonymous")
    draft = only_set(stores, assessment_id)
    what = {"do": "rename", "theme": draft.themes[0].key, "name": "Ours"}
    service.decide(stores, assessment_id, draft.id, what, by=None, now=NOW)
    service.freeze(stores, assessment_id, draft.id, by=None, now=NOW)
    themes = figures(stores, draft, "theme")
    assert "Ours" in {f.detail["name"] for f in themes}
    for figure in themes:
        assert figure.shown in ("rounded", "band")
        assert set(figure.detail["stages"].values()) <= {None}
        exact = {"comments", "who_wrote", "stage_shares", "severity_n", "judged"}
        assert not exact & set(figure.detail)
        assert figure.detail["side"] == "problem"
        assert (figure.n or 10) >= 10
    assert figures(stores, draft, "quote") == []
    assert redaction.undecided(stores, assessment_id, closed)
    (told,) = figures(stores, draft, "theming")
    assert told.detail["waiting"] is False
    with stores.core.reading() as session:
        assert session.scalars(select(ThemePart)).all() == []
        assert session.scalars(select(ThemeShown)).all() == []
        assert "themes.frozen" in session.scalars(select(AuditEntry.action)).all()
    frozen = theme_set(stores, assessment_id, draft.id)
    assert (frozen.state, frozen.comments) == ("frozen", 85)
    assert {row.about for row in frozen.themes} == {f.about for f in themes}
    assert overviews(stores, assessment_id) == [frozen.overview]


def test_what_is_frozen_stays(stores: Stores, assessment_id: int, closed: int) -> None:
    close(stores, closed, "anonymous")
    one = only_set(stores, assessment_id)
    service.freeze(stores, assessment_id, one.id, by=None, now=NOW)
    what = {"do": "rename", "theme": "t01", "name": "X"}
    where = (stores, assessment_id, one.id)
    with pytest.raises(ConflictError, match="next round"):
        service.decide(*where, what, by=None, now=NOW)
    for act in (service.undo, service.redo, service.discard_proposal):
        with pytest.raises(ConflictError, match="next round"):
            act(*where)
    with pytest.raises(ConflictError, match="next round"):
        service.preview(*where, what)
    with pytest.raises(ConflictError):
        service.freeze(*where, by=None, now=NOW)
    with pytest.raises(ConflictError, match="erased"):
        comments_of(*where, "t01")


def test_an_open_set_cannot_be_frozen(stores: Stores, one: SetView) -> None:
    with pytest.raises(ConflictError, match="already"):
        service.freeze(stores, one.assessment_id, one.id, by=None, now=NOW)


def test_where_nobody_may_read_the_themes_freeze_themselves(
    stores: Stores, assessment_id: int, closed: int
) -> None:
    close(stores, closed, "anonymous", f'{{"redaction": "{NAMES_ONLY}"}}')
    one = only_set(stores, assessment_id)
    assert one.state == "frozen"
    assert figures(stores, one, "theme")
    assert figures(stores, one, "quote") == []
    with stores.core.reading() as session:
        assert session.scalars(select(Redaction)).all() == session.scalars(select(ThemePart)).all()


def test_a_confidential_survey_quotes_once_it_is_frozen(
    stores: Stores, assessment_id: int, closed: int
) -> None:
    close(stores, closed)
    one = only_set(stores, assessment_id)
    assert one.state == "draft"
    service.freeze(stores, assessment_id, one.id, by=None, now=NOW)
    assert figures(stores, one, "quote")


def test_a_few_comments_are_a_list_that_two_people_read(
    stores: Stores, assessment_id: int, survey: int, drop: Answering
) -> None:
    drop(12, problem="The list is old.", s4_stock="agree")
    close(stores, survey, "anonymous")
    one = only_set(stores, assessment_id)
    assert (one.state, one.themes) == ("list", ())
    assert one.note
    assert len(redaction.undecided(stores, assessment_id, survey)) == 12
    with pytest.raises(ConflictError, match="too few"):
        service.decide(stores, assessment_id, one.id, {"do": "cut", "k": 3}, by=None, now=NOW)


def test_a_frozen_run_can_be_done_again_from_the_survey(
    stores: Stores, assessment_id: int, closed: int
) -> None:
    close(stores, closed, "anonymous")
    one = only_set(stores, assessment_id)
    service.freeze(stores, assessment_id, one.id, by=None, now=NOW)
    (found,) = verify(stores, assessment_id, silent)
    assert (found.comments, found.unchanged, found.same) == (85, True, True)


__all__ = ["drop", "survey"]
