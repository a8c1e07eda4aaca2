from __future__ import annotations

from functools import cache, reduce

import pytest

from sop_assess.analysis.text.continuing import continue_with, propose_anew
from sop_assess.analysis.text.curated import Curated, propose
from sop_assess.analysis.text.decisions import Decision, apply
from sop_assess.analysis.text.difference import adopt, difference
from sop_assess.analysis.text.themes import sort_comments
from tests.analysis.text.comments import comments

_TEXTS = tuple(comments(400)[0])
_OLD = _TEXTS[:300]


@cache
def _start() -> Curated:
    return propose(sort_comments(_OLD, seed=3, themes=5))


def _decided(*decisions: Decision) -> Curated:
    return reduce(apply, decisions, _start())


def _of(state: Curated) -> dict[str, str | int]:
    """The key of every text's theme, or its label below 0."""
    labels = state.text_labels()
    return {
        text: state.themes[label].key if label >= 0 else int(label)
        for text, label in zip(state.sorting.texts, labels, strict=True)
    }


def test_new_comments_join_and_old_ones_stay() -> None:
    before = _decided({"do": "rename", "theme": "t01", "name": "Ours"})
    later = continue_with(before, _TEXTS, seed=3)
    assert [theme.key for theme in later.themes] == [theme.key for theme in before.themes]
    assert later.themes[later.index("t01")].name == "Ours"
    old, new = _of(before), _of(later)
    assert len(later.sorting.places) == 400
    moved = sum(new[text] != key for text, key in old.items())
    assert moved <= 0.06 * len(old)


def test_the_comments_of_a_kept_theme_never_leave_it() -> None:
    merged = _decided({"do": "merge", "themes": ["t01"], "into": "t02"})
    later = continue_with(merged, _TEXTS, seed=3)
    old, new = _of(merged), _of(later)
    assert {new[text] for text, key in old.items() if key == "t02"} == {"t02"}


def test_what_a_person_judged_stays_judged() -> None:
    judged = _decided({"do": "judge", "texts": [0, 7], "as": "keep"},
                      {"do": "judge", "texts": [1], "as": "problem"})  # fmt: skip
    wanted = {judged.sorting.texts[i]: side for i, side in judged.judged.items()}
    for later in (continue_with(judged, _TEXTS[::-1], seed=3),
                  adopt(judged, propose_anew(judged, _TEXTS[::-1], seed=3, themes=4))):  # fmt: skip
        assert {later.sorting.texts[i]: side for i, side in later.judged.items()} == wanted
    fewer = continue_with(judged, _OLD[5:], seed=3)
    assert set(fewer.judged.values()) <= {"keep"}


def test_what_a_person_moved_stays_moved() -> None:
    moved = _decided(
        {"do": "move", "texts": [0], "to": "t03"}, {"do": "move", "texts": [1], "to": "non_answer"}
    )
    later = continue_with(moved, _TEXTS[::-1], seed=3)
    new = _of(later)
    assert new[moved.sorting.texts[0]] == "t03"
    assert new[moved.sorting.texts[1]] == -2


def test_a_theme_whose_comments_are_withdrawn_is_gone() -> None:
    before = _start()
    left = [text for text in _OLD if _of(before).get(text) != "t04"]
    later = continue_with(before, left, seed=3)
    assert "t04" not in {theme.key for theme in later.themes}
    assert len(later.themes) == 4
    assert later.made == before.made


def test_without_themes_the_comments_are_sorted_for_the_first_time() -> None:
    nothing = propose(sort_comments(_OLD[:20], seed=3))
    assert nothing.themes == ()
    later = continue_with(nothing, _TEXTS, seed=3)
    assert [theme.key for theme in later.themes][:3] == ["t01", "t02", "t03"]
    assert all(theme.name for theme in later.themes)
    assert continue_with(later, _OLD[:20], seed=3).themes == ()


def test_a_proposal_leaves_kept_themes_alone_and_shows_what_it_changes() -> None:
    before = _decided(
        {"do": "merge", "themes": ["t01"], "into": "t02"},
        {"do": "rename", "theme": "t02", "name": "Both"},
    )
    proposal = propose_anew(before, _OLD, seed=3)
    old, new = _of(before), _of(proposal)
    assert {text for text, key in new.items() if key == "t02"} == {
        text for text, key in old.items() if key == "t02"
    }
    taken = adopt(before, proposal)
    assert taken.themes[taken.index("t02")].name == "Both"
    found = difference(before, taken)
    assert {change.before for change in found.of("same")} >= {"t02"}
    assert found.known == 300
    sizes = [c.size_after for c in found.changes if c.kind in {"same", "new", "split"}]
    assert sum(sizes) == 300


def test_split_and_merge_are_told_apart() -> None:
    before = _start()
    split = apply(before, {"do": "split", "theme": "t01"})
    found = difference(before, split)
    (part,) = found.of("split")
    assert part.before == "t01"
    assert part.shared == part.size_after == found.moving
    merged = difference(split, before)
    (gone,) = merged.of("merged")
    assert (gone.before, gone.after) == (part.after, "t01")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_comments_again_change_nothing(seed: int) -> None:
    before = propose(sort_comments(_OLD, seed=seed))
    later = continue_with(before, _OLD, seed=seed)
    moved = sum(_of(later)[text] != key for text, key in _of(before).items())
    assert moved <= 0.02 * len(before.sorting.texts)
    assert difference(before, later).of("gone") == ()
