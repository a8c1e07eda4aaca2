from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.text.embedder import Embedder
from sop_assess.analysis.text.matching import FAST, Match, Said, match_themes
from sop_assess.analysis.text.tiers import open_embedder

NAMES = ("Stock list", "stock  LIST", "Web form", "Canteen", "Invoice price", "Lost parcel")
THEMES = st.lists(
    st.builds(lambda name, words: (name, tuple(words)), st.sampled_from(NAMES),
              st.lists(st.sampled_from(("shelf", "price", "parcel", "phone")), max_size=3)),
    max_size=6,
).map(lambda pairs: [Said(f"t{i}", *pair) for i, pair in enumerate(pairs)])  # fmt: skip


@cache
def fast() -> Embedder:
    found = open_embedder("fast")
    assert found is not None
    return found


@pytest.mark.parametrize("tier", ["lexical", "fast"])
def test_subjects_in_other_words_are_found_and_others_are_not(tier: str) -> None:
    then = [
        Said("a", "Stock list", ("stock list", "empty shelf", "warehouse")),
        Said("b", "Harbour invoices", ("invoice", "quote", "discount")),
        Said("c", "Late shift canteen", ("canteen", "late shift")),
    ]
    now = [
        Said("x", "Invoice and quote differ", ("invoice", "discount", "quote"),
             ("The invoice leaves out the discount of the quote.",)),
        Said("y", "Old stock list", ("warehouse", "stock list"),
             ("The stock list shows an empty shelf.",)),
        Said("z", "Chat robot", ("chat", "robot", "answers"), ("The robot knows nothing.",)),
    ]  # fmt: skip
    embedder = fast() if tier == "fast" else None
    found = match_themes(then, now, embedder=embedder)
    assert [match[:2] for match in found] == [("a", "y"), ("b", "x")]
    assert all(0 < match.score < 1 for match in found)


@given(THEMES, THEMES)
def test_every_theme_is_in_one_pair_at_most_and_equal_names_meet(
    first: list[Said], second: list[Said]
) -> None:
    found = match_themes(first, second)
    assert len({m.first for m in found}) == len({m.second for m in found}) == len(found)
    plain = {said.key: " ".join(said.name.lower().split()) for said in first}
    there = {said.key: " ".join(said.name.lower().split()) for said in second}
    paired = sum(plain[m.first] == there[m.second] for m in found)
    both = sum(min([*plain.values()].count(name), [*there.values()].count(name))
               for name in set(plain.values()))  # fmt: skip
    assert paired == both


@given(THEMES, THEMES, st.randoms())
def test_neither_order_nor_side_matters_for_how_many_meet(
    first: list[Said], second: list[Said], dice: random.Random
) -> None:
    found = match_themes(first, second)
    turned = match_themes(second, first)
    assert sum(m.score for m in turned) == pytest.approx(sum(m.score for m in found), abs=1e-6)
    mixed = dice.sample(first, len(first))
    again = match_themes(mixed, second)
    assert sum(m.score for m in again) == pytest.approx(sum(m.score for m in found), abs=1e-6)


def test_a_theme_of_unknown_words_meets_nobody_but_its_own_name() -> None:
    odd = [Said("a", "Ω", ("Ж",))]
    assert match_themes(odd, [Said("b", "Stock list")], embedder=fast()) == ()
    assert match_themes(odd, [Said("b", "ω")], embedder=fast()) == (Match("a", "b", 1.0),)
    assert match_themes([], odd) == match_themes(odd, []) == ()


def test_the_best_sum_wins_over_the_best_single_pair() -> None:
    places = {"a": (1, 0), "b": (0.8, 0.6), "x": (0.95, 0.3122), "y": (1, 0)}

    class Fixed:
        tier = "fast"

        def fit(self, texts: object, *, seed: int) -> None: ...

        def embed(self, texts: list[str]) -> np.ndarray:
            return np.array([places[t] for t in texts], dtype=np.float32).reshape(-1, 2)

    sides = [[Said(key, key) for key in keys] for keys in ("ab", "xy")]
    found = match_themes(*sides, embedder=Fixed())  # type: ignore[arg-type]
    assert [m[:2] for m in found] == [("a", "y"), ("b", "x")]
    assert min(m.score for m in found) >= FAST
