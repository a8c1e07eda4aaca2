"""What people decide about themes, one function a decision; a decision is plain JSON data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from sop_assess.analysis.text.curated import (
    ELSEWHERE,
    SIDES,
    Curated,
    CuratedTheme,
    DecisionError,
    key_of,
)
from sop_assess.analysis.text.cutting import cut

Decision = Mapping[str, Any]
Apply = Callable[[Curated, Decision], Curated]

LONGEST_NAME: Final = 120


def apply(state: Curated, decision: Decision) -> Curated:
    """The state after one decision, ``{"do": name, ...}`` with a name of DECISIONS.

    Raises DecisionError with a key that says why it cannot be done; nothing changes then.

    >>> from sop_assess.analysis.text.curated import propose
    >>> from sop_assess.analysis.text.themes import sort_comments
    >>> texts = [f"{what} {i}x" for i in range(20) for what in ("late reply", "wrong price")]
    >>> start = propose(sort_comments(texts, seed=1, themes=2))
    >>> apply(start, {"do": "rename", "theme": "t01", "name": "Slow answers"}).themes[0].name
    'Slow answers'
    """
    act = DECISIONS.get(str(decision.get("do")))
    if act is None:
        raise DecisionError("no_such_decision")
    return act(state, decision)


def _rename(state: Curated, decision: Decision) -> Curated:
    name = " ".join(str(decision.get("name", "")).split())
    if not name:
        raise DecisionError("no_name")
    if len(name) > LONGEST_NAME:
        raise DecisionError("long_name")
    place = state.index(decision.get("theme"))
    if any(t.name.casefold() == name.casefold() for i, t in enumerate(state.themes) if i != place):
        raise DecisionError("name_taken")
    return state.with_theme(place, name=name, named=True)


def _pin(state: Curated, decision: Decision) -> Curated:
    return state.with_theme(state.index(decision.get("theme")), pinned=bool(decision.get("pinned")))


def _set(state: Curated, decision: Decision) -> Curated:
    """Topic, stage and owner; what is not given stays."""
    given = {name: str(decision[name]) for name in ("topic", "stage", "owner") if name in decision}
    return state.with_theme(state.index(decision.get("theme")), **given)


def _merge(state: Curated, decision: Decision) -> Curated:
    into = state.index(decision.get("into"))
    gone = {state.index(key) for key in decision.get("themes", ())} - {into}
    if not gone:
        raise DecisionError("nothing_to_merge")
    groups = np.where(np.isin(state.groups, sorted(gone)), into, state.groups)
    keys = {state.themes[place].key for place in gone}
    target = state.themes[into].key
    moved = {text: target if to in keys else to for text, to in state.moved.items()}
    merged = replace(state, groups=groups, moved=moved).with_theme(into, merged=True)
    return _without(merged, gone)


def _split(state: Curated, decision: Decision) -> Curated:
    """The smaller half becomes a theme of its own; key and name stay with the larger one."""
    place = state.index(decision.get("theme"))
    members = np.flatnonzero(state.groups == place)
    if len(members) < 2:
        raise DecisionError("one_piece")
    groups = state.groups.copy()
    groups[state.sorting.halves(members)] = len(state.themes)
    added = CuratedTheme(key_of(state.made + 1), "")
    themes = (*state.themes, added)
    # Half of a theme that was joined by hand is no longer what the person joined.
    split = replace(state, themes=themes, groups=groups, made=state.made + 1)
    split = split.with_theme(place, merged=False)
    renamed = {added.key} if state.themes[place].named else {added.key, state.themes[place].key}
    return split.renamed(renamed)


def _move(state: Curated, decision: Decision) -> Curated:
    """Different texts put elsewhere by hand: into a theme, out of all, or to the non-answers."""
    to = str(decision.get("to"))
    if to not in ELSEWHERE:
        state.index(to)
    return replace(state, moved={**state.moved, **dict.fromkeys(_texts(state, decision), to)})


def _judge(state: Curated, decision: Decision) -> Curated:
    """Different texts that a person read as a problem or as something to keep; themes stay."""
    side = str(decision.get("as"))
    if side not in SIDES:
        raise DecisionError("no_such_side")
    return replace(state, judged={**state.judged, **dict.fromkeys(_texts(state, decision), side)})


def _texts(state: Curated, decision: Decision) -> list[int]:
    texts = [int(text) for text in decision.get("texts", ())]
    if not texts or not all(0 <= text < len(state.sorting.texts) for text in texts):
        raise DecisionError("no_such_comment")
    return texts


def _cut(state: Curated, decision: Decision) -> Curated:
    return cut(state, int(decision.get("k", 0)))


def _without(state: Curated, gone: set[int]) -> Curated:
    """The state without themes that no piece and no comment belongs to any more."""
    left = [place for place in range(len(state.themes)) if place not in gone]
    number = np.full(len(state.themes), -1, dtype=np.intp)
    number[left] = np.arange(len(left))
    themes = tuple(state.themes[place] for place in left)
    return replace(state, themes=themes, groups=number[state.groups])


DECISIONS: Final[Mapping[str, Apply]] = {
    "rename": _rename,
    "pin": _pin,
    "set": _set,
    "merge": _merge,
    "split": _split,
    "move": _move,
    "judge": _judge,
    "cut": _cut,
}
