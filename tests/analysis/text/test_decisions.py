from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_assess.analysis.text.clean import NON_ANSWER, UNPLACED
from sop_assess.analysis.text.curated import Curated, DecisionError, propose
from sop_assess.analysis.text.cutting import cut_counts
from sop_assess.analysis.text.decisions import Decision, apply
from sop_assess.analysis.text.stored import from_bytes, to_bytes
from sop_assess.analysis.text.themes import sort_comments
from tests.analysis.text.comments import comments


@cache
def _start() -> Curated:
    texts, _ = comments(300)
    return propose(sort_comments([*texts, "n/a"], seed=3, themes=5))


def _after(decisions: Iterable[Decision]) -> Curated:
    return reduce(apply, decisions, _start())


def _check(state: Curated) -> None:
    """What holds in every state: every text labelled, every theme with pieces, names unlike."""
    labels = state.text_labels()
    assert set(labels.tolist()) <= {UNPLACED, NON_ANSWER, *range(len(state.themes))}
    assert set(state.groups.tolist()) == set(range(len(state.themes)))
    assert len({theme.key for theme in state.themes}) == len(state.themes)
    assert len({theme.name for theme in state.themes}) == len(state.themes)
    assert all(theme.name for theme in state.themes)
    assert len(state.sorting.comment_labels(labels)) == 301
    described = state.describe()
    assert len(described) == len(state.themes)
    for place, about in enumerate(described):
        assert all(labels[quote] == place for quote in about.quotes)


_KEYS = st.sampled_from([f"t{number:02d}" for number in range(1, 9)])
_DECISIONS = st.one_of(
    st.builds(lambda t, n: {"do": "rename", "theme": t, "name": n}, _KEYS, st.text(max_size=8)),
    st.builds(lambda t, p: {"do": "pin", "theme": t, "pinned": p}, _KEYS, st.booleans()),
    st.builds(lambda t, i: {"do": "merge", "themes": [t], "into": i}, _KEYS, _KEYS),
    st.builds(lambda t: {"do": "split", "theme": t}, _KEYS),
    st.builds(
        lambda t, x: {"do": "move", "to": t, "texts": [x]},
        _KEYS | st.sampled_from(["unplaced", "non_answer"]),
        st.integers(-1, 160),
    ),
    st.builds(
        lambda t, s: {"do": "judge", "as": s, "texts": [t]},
        st.integers(-1, 160),
        st.sampled_from(["problem", "keep", "neither"]),
    ),
    st.builds(lambda k: {"do": "cut", "k": k}, st.integers(0, 12)),
    st.builds(lambda t, o: {"do": "set", "theme": t, "owner": o}, _KEYS, st.sampled_from("ab")),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_DECISIONS, max_size=8))
def test_whatever_people_decide_every_comment_keeps_one_place(wanted: list[Decision]) -> None:
    state, done = _start(), []
    for decision in wanted:
        try:
            state = apply(state, decision)
        except DecisionError:
            continue
        done.append(decision)
        _check(state)
    again = _after(done)
    assert again.themes == state.themes
    assert again.text_labels().tolist() == state.text_labels().tolist()
    assert again.judged == state.judged == _last_judgements(done)


def _last_judgements(done: list[Decision]) -> dict[int, str]:
    """What was said of every text last, whatever became of its theme."""
    said = [(d["texts"][0], d["as"]) for d in done if d["do"] == "judge"]
    return dict(said)


def test_a_judgement_moves_nothing() -> None:
    state = apply(_start(), {"do": "judge", "texts": [0, 1], "as": "keep"})
    assert state.judged == {0: "keep", 1: "keep"}
    assert (state.themes, state.moved) == (_start().themes, _start().moved)
    assert state.text_labels().tolist() == _start().text_labels().tolist()
    assert [d.name for d in state.describe()] == [d.name for d in _start().describe()]


def test_kept_themes_stay_through_the_slider() -> None:
    state = apply(_start(), {"do": "rename", "theme": "t02", "name": "Ours"})
    before = state.text_labels() == state.index("t02")
    for k in range(1, 12):
        after = apply(state, {"do": "cut", "k": k})
        assert (after.text_labels() == after.index("t02")).tolist() == before.tolist()
        assert after.themes[after.index("t02")].name == "Ours"
        fewest, most = cut_counts(state)
        assert len(after.themes) == min(max(k, fewest), most)


def test_the_slider_goes_back_to_the_same_themes() -> None:
    there = _after([{"do": "cut", "k": 8}, {"do": "cut", "k": 5}])
    assert len(there.themes) == 5
    names = {theme.name for theme in there.themes}
    assert names == {theme.name for theme in _start().themes}


def test_split_and_merge_are_opposites_for_the_comments() -> None:
    start = _start()
    split = apply(start, {"do": "split", "theme": "t01"})
    assert len(split.themes) == 6
    new = split.themes[-1].key
    back = apply(split, {"do": "merge", "themes": [new], "into": "t01"})
    assert back.text_labels().tolist() == start.text_labels().tolist()


def test_moved_comments_stay_where_a_person_put_them() -> None:
    state = apply(_start(), {"do": "move", "texts": [0, 1], "to": "t03"})
    state = apply(state, {"do": "move", "texts": [1], "to": "non_answer"})
    labels = state.text_labels()
    assert labels[0] == state.index("t03")
    assert labels[1] == NON_ANSWER
    merged = apply(state, {"do": "merge", "themes": ["t03"], "into": "t01"})
    assert merged.text_labels()[0] == merged.index("t01")


@pytest.mark.parametrize(
    ("decision", "key"),
    [
        ({"do": "rename", "theme": "t01", "name": " "}, "no_name"),
        ({"do": "rename", "theme": "t01", "name": "x" * 121}, "long_name"),
        ({"do": "rename", "theme": "t99", "name": "x"}, "no_such_theme"),
        ({"do": "merge", "themes": ["t01"], "into": "t01"}, "nothing_to_merge"),
        ({"do": "move", "texts": [], "to": "t01"}, "no_such_comment"),
        ({"do": "move", "texts": [100_000], "to": "t01"}, "no_such_comment"),
        ({"do": "move", "texts": [0], "to": "t77"}, "no_such_theme"),
        ({"do": "judge", "texts": [], "as": "keep"}, "no_such_comment"),
        ({"do": "judge", "texts": [100_000], "as": "keep"}, "no_such_comment"),
        ({"do": "judge", "texts": [0], "as": "neither"}, "no_such_side"),
        ({"do": "judge", "texts": [0]}, "no_such_side"),
        ({"do": "fly"}, "no_such_decision"),
    ],
)
def test_what_cannot_be_done_says_why(decision: Decision, key: str) -> None:
    with pytest.raises(DecisionError, match=key):
        apply(_start(), decision)


def test_a_state_comes_back_from_its_bytes() -> None:
    state = _after([
        {"do": "split", "theme": "t02"},
        {"do": "move", "texts": [3], "to": "unplaced"},
        {"do": "judge", "texts": [4, 5], "as": "keep"},
    ])  # fmt: skip
    again = from_bytes(to_bytes(state))
    assert again.themes == state.themes
    assert (again.moved, again.judged) == ({3: "unplaced"}, {4: "keep", 5: "keep"})
    assert again.text_labels().tolist() == state.text_labels().tolist()
    for k in range(1, 12):
        assert np.array_equal(again.sorting.at(k), state.sorting.at(k))
    assert [d.name for d in again.describe()] == [d.name for d in state.describe()]
