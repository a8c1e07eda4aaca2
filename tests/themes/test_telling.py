"""A sorting tells how far it is often enough, never less than before, and ends where it is told."""

from __future__ import annotations

import pytest

from sop_assess.db import Stores
from sop_assess.errors import JobCancelledError
from sop_assess.release.job import release_import
from sop_assess.release.queries import current_releases
from sop_assess.themes.comments import Comment
from sop_assess.themes.queries import SetView, theme_set
from sop_assess.themes.sorting import Plan, sort_source
from sop_assess.themes.telling import STEPS, ToldTexts
from tests.themes.test_continuing import more

from .written import written


def test_progress_never_goes_back_and_is_in_words() -> None:
    told: list[tuple[float, str]] = []
    comments = [Comment(text, "x", stage, 3, None) for text, stage in written(2_500)]
    sort_source(comments, Plan("en", "open", 1, ""), lambda share, step: told.append((share, step)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, pytest.approx(1.0))
    assert {step for _, step in told} <= {str(step) for step in STEPS.values()}
    assert len(told) > 15


def test_texts_that_are_read_again_do_not_start_anew() -> None:
    told: list[float] = []
    texts = ToldTexts(map(str, range(3_000)), lambda share, _: told.append(share), 0.5, "clean")
    assert list(texts) == list(texts) == [str(n) for n in range(3_000)]
    assert told == [0.0, pytest.approx(1 / 6), *[pytest.approx(1 / 3)] * 4]


@pytest.mark.parametrize("after", [0, 3, 8])
def test_a_sorting_that_is_cancelled_leaves_everything_as_it_was(
    sqlite_stores: Stores, sqlite_set: SetView, after: int
) -> None:
    before = current_releases(sqlite_stores, sqlite_set.assessment_id)
    more(sqlite_stores, 60)
    calls: list[str] = []

    def progress(share: float, step: str) -> None:
        calls.append(step)
        if len(calls) > after:
            raise JobCancelledError

    with pytest.raises(JobCancelledError):
        release_import(sqlite_stores, progress, 1)
    assert current_releases(sqlite_stores, sqlite_set.assessment_id) == before
    assert theme_set(sqlite_stores, sqlite_set.assessment_id, sqlite_set.id) == sqlite_set
