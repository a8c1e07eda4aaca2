"""From 500 corrected comments on the site proposes; nothing happens without a person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from sop_assess.db import CoreBase, Stores
from sop_assess.errors import ConflictError, InvalidError, JobCancelledError
from sop_assess.release.queries import cells, current_releases
from sop_assess.themes import service, store
from sop_assess.themes.learned_queries import corrected, learning, suggested
from sop_assess.themes.learning import learn_themes
from sop_assess.themes.models import ThemePart
from sop_assess.themes.queries import SetView, comments_of, theme_set

from .corrected import CORRECTED, correct, decide, is_price, judge, learn, texts_of, theme_of
from .written import complaints, release, written


@pytest.fixture
def many(sqlite_stores: Stores) -> SetView:
    """The themes of 720 imported complaints."""
    return complaints(sqlite_stores, 720)


def where(one: SetView) -> tuple[int, int]:
    return one.assessment_id, one.id


def shown(stores: Stores, one: SetView) -> dict[str, list[Any]]:
    """Everything that is stored, but for jobs and what was learned."""
    with stores.core.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in CoreBase.metadata.sorted_tables
            if table.name not in ("job", "theme_part")
        }


def test_a_comment_is_judged_undone_and_shown(stores: Stores, one: SetView) -> None:
    theme = one.themes[0]
    listed = comments_of(stores, *where(one), theme.key).rows
    texts = [row.text for row in listed[:9]]
    decide(stores, one, do="judge", texts=texts[:4], **{"as": "keep"})
    few = theme_set(stores, *where(one))
    assert (few.themes[0].side, few.themes[0].judged) == ("problem", (0, 4))
    decide(stores, one, do="judge", texts=texts[4:], **{"as": "problem"})
    mixed = theme_set(stores, *where(one))
    assert (mixed.themes[0].side, mixed.themes[0].judged) == ("mixed", (5, 4))
    assert [t.key for t in mixed.themes] == [t.key for t in one.themes]
    ids = [r.id for r in current_releases(stores, one.assessment_id)]
    figures = {f.about: f for f in cells(stores, ids, statistic="theme")}
    detail = figures[theme.about].detail
    assert (detail["side"], detail["judged"]) == ("mixed", {"problem": 5, "keep": 4})
    assert detail["role"] == "problem"
    decide(stores, one, do="judge", texts=texts, **{"as": "keep"})
    assert theme_set(stores, *where(one)).themes[0].side == "keep"
    rows = comments_of(stores, *where(one), theme.key).rows
    assert {row.judged for row in rows if row.text in texts} == {"keep"}
    for _step in range(3):
        service.undo(stores, *where(one))
    assert theme_set(stores, *where(one)).themes == one.themes


@pytest.mark.parametrize("what", [{"as": "nice"}, {"as": "keep", "texts": []}, {},
                                  {"as": "keep", "texts": [10**6]}])  # fmt: skip
def test_what_is_no_judgement_is_refused(stores: Stores, one: SetView, what: Any) -> None:
    with pytest.raises(InvalidError):
        decide(stores, one, **{"do": "judge", "texts": [0], **what})
    assert theme_set(stores, *where(one)) == one


def test_judgements_stay_when_comments_come_and_themes_are_sorted_anew(
    sqlite_stores: Stores, many: SetView
) -> None:
    judge(sqlite_stores, many, 60)
    before = judgements(sqlite_stores, many)
    assert len(before) == 60
    decide(sqlite_stores, many, do="cut", k=many.fewest)
    assert judgements(sqlite_stores, many) == before
    service.undo(sqlite_stores, *where(many))
    imported_more(sqlite_stores, many)
    assert judgements(sqlite_stores, many) == before


def judgements(stores: Stores, one: SetView) -> dict[str, str]:
    with stores.core.reading() as session:
        state = store.load(session, store.find(session, *where(one))).current
    return {state.sorting.texts[text]: side for text, side in state.judged.items()}


def imported_more(stores: Stores, one: SetView) -> None:
    """Fifty more comments in the same file."""
    from sop_assess.imports.models import ImportedComment

    with stores.core.writing() as session:
        session.add_all(ImportedComment(file_id=1, text=f"New: {text}", stage=stage)
                        for text, stage in written(50, seed=9))  # fmt: skip
    release(stores, 1)


def test_below_500_nothing_is_learned(sqlite_stores: Stores, many: SetView) -> None:
    correct(sqlite_stores, many, 499)
    found = corrected(sqlite_stores, theme_set(sqlite_stores, *where(many)))
    assert (found.theme, found.polarity, found.needed, found.enough) == (499, 0, 500, False)
    job = learn(sqlite_stores, many)
    assert (job.state, job.message) == (
        "failed", "The site learns from 500 corrected comments on. Correct more first.",
    )  # fmt: skip
    assert not corrected(sqlite_stores, theme_set(sqlite_stores, *where(many))).learned
    one_more = next(t for t, _w, now in list(texts_of(sqlite_stores, many))[499:] if now[0] == "t")
    decide(sqlite_stores, many, do="move", texts=[one_more], to="unplaced")
    assert corrected(sqlite_stores, theme_set(sqlite_stores, *where(many))).theme == 499


def test_what_is_learned_is_measured_proposed_and_never_applied(
    sqlite_stores: Stores, many: SetView
) -> None:
    before = correct(sqlite_stores, many)
    everything = shown(sqlite_stores, many)
    assert learn(sqlite_stores, many).state == "done"
    assert shown(sqlite_stores, many) == everything
    assert theme_set(sqlite_stores, *where(many)) == before
    found = learning(sqlite_stores, *where(many))
    told = found.taught["theme"]
    assert found.taught["polarity"] is None
    assert (told.n, found.corrected.theme) == (CORRECTED, CORRECTED)
    assert told.figures.low <= told.figures.macro_f1 <= told.figures.high
    assert told.figures.macro_f1 > 0.9
    assert told.figures.majority_f1 < 0.3
    assert not told.figures.doubtful
    target = theme_of(sqlite_stores, many, "stock list")
    assert max(found.waiting, key=lambda group: found.waiting[group]) == ("theme", target)
    page = suggested(sqlite_stores, *where(many), "theme", target, 1, 50)
    texts = {text: words for text, words, _now in texts_of(sqlite_stores, many)}
    hits = [is_price(texts[row.comment.text]) for row in page.rows]
    assert sum(hits) > 0.9 * len(hits) > 9
    assert [row.probability for row in page.rows] == sorted(
        (row.probability for row in page.rows), reverse=True
    )
    assert all(row.now != target for row in page.rows)


def test_a_person_takes_proposals_and_takes_them_back(sqlite_stores: Stores, many: SetView) -> None:
    correct(sqlite_stores, many)
    learn(sqlite_stores, many)
    ((kind, key), waiting) = next(iter(learning(sqlite_stores, *where(many)).waiting.items()))
    page = suggested(sqlite_stores, *where(many), kind, key, 1, 4)
    assert (page.total, page.pages, len(page.rows)) == (waiting, -(-waiting // 4), 4)
    texts = [row.comment.text for row in page.rows]
    decide(sqlite_stores, many, do="move", texts=texts, to=key)
    after = learning(sqlite_stores, *where(many))
    assert after.waiting[kind, key] == waiting - 4
    assert after.corrected.theme == CORRECTED + 4
    service.undo(sqlite_stores, *where(many))
    assert learning(sqlite_stores, *where(many)).waiting[kind, key] == waiting


def test_proposals_for_a_theme_that_is_gone_are_gone(sqlite_stores: Stores, many: SetView) -> None:
    correct(sqlite_stores, many)
    learn(sqlite_stores, many)
    ((kind, key), _n) = next(iter(learning(sqlite_stores, *where(many)).waiting.items()))
    other = next(theme.key for theme in many.themes if theme.key != key)
    decide(sqlite_stores, many, do="merge", into=other, themes=[key])
    assert (kind, key) not in learning(sqlite_stores, *where(many)).waiting


def test_praise_is_learned_apart_from_themes(sqlite_stores: Stores, many: SetView) -> None:
    judge(sqlite_stores, many)
    assert learn(sqlite_stores, many).state == "done"
    found = learning(sqlite_stores, *where(many))
    assert found.taught["theme"] is None
    assert set(found.waiting) == {("polarity", "keep")}
    page = suggested(sqlite_stores, *where(many), "polarity", "keep", 1, 50)
    assert len(page.rows) > 9
    assert sum("parcel" in row.comment.words for row in page.rows) > 0.9 * len(page.rows)
    assert {row.now for row in page.rows} <= {theme.key for theme in many.themes} | {"unplaced"}


def test_one_label_only_teaches_nothing(sqlite_stores: Stores, many: SetView) -> None:
    texts = [text for text, _words, _now in texts_of(sqlite_stores, many)][:CORRECTED]
    decide(sqlite_stores, many, do="judge", texts=texts, **{"as": "problem"})
    assert learn(sqlite_stores, many).state == "done"
    found = learning(sqlite_stores, *where(many))
    assert found.taught["polarity"].figures is None
    assert found.waiting == {}


def test_the_same_corrections_teach_the_same(sqlite_stores: Stores, many: SetView) -> None:
    correct(sqlite_stores, many)
    kept = []
    for _run in range(2):
        learn(sqlite_stores, many)
        kept.append(part(sqlite_stores))
    assert kept[0] == kept[1] is not None


def part(stores: Stores) -> bytes | None:
    with stores.core.reading() as session:
        return session.scalar(select(ThemePart.content).where(ThemePart.part == "learned"))


def test_another_sorting_ends_what_was_learned(sqlite_stores: Stores, many: SetView) -> None:
    correct(sqlite_stores, many)
    learn(sqlite_stores, many)
    release(sqlite_stores, 1)
    assert part(sqlite_stores) is not None, "the same comments are the same texts"
    imported_more(sqlite_stores, many)
    assert part(sqlite_stores) is None
    found = learning(sqlite_stores, *where(many))
    assert (found.day, found.waiting) == ("", {})
    assert found.corrected.theme > 0.9 * CORRECTED


def test_a_sorting_that_changes_meanwhile_or_a_cancel_keeps_nothing(
    sqlite_stores: Stores, many: SetView
) -> None:
    correct(sqlite_stores, many)
    told: list[tuple[float, str]] = []

    def cancelled(share: float, step: str) -> None:
        told.append((share, step))
        if share > 0.55:
            raise JobCancelledError

    with pytest.raises(JobCancelledError):
        learn_themes(sqlite_stores, cancelled, *where(many))
    assert len(told) > 5
    assert [share for share, _step in told] == sorted(share for share, _step in told)
    assert {step for _share, step in told} == {"Learning which comments belong to which theme"}

    def sorted_anew(share: float, _step: str) -> None:
        with sqlite_stores.core.writing() as session:
            store.new_base(store.find(session, *where(many)))

    with pytest.raises(ConflictError, match="meanwhile"):
        learn_themes(sqlite_stores, sorted_anew, *where(many))
    assert part(sqlite_stores) is None
