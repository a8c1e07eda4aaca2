from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.analysis.text.languages import get_language
from sop_assess.analysis.text.tokens import Tokens, read

ENGLISH = get_language("en")
# What splits, joins and confuses: hyphens, apostrophes, digits, other scripts, no letters at all.
TEXTS = st.lists(st.text(st.sampled_from("aBßé '’-.3納 "), max_size=12), max_size=6)


def _runs(found: Tokens) -> list[list[str]]:
    return [
        [found.stems[stem] for stem in found.stem[found.run == run]] for run in np.unique(found.run)
    ]


def test_runs_end_at_punctuation_and_hold_hyphens_together() -> None:
    found = read(["Back-order list, wrong again"], ENGLISH)
    assert _runs(found) == [["back", "order", "list"], ["wrong", "again"]]
    assert found.hyphen_after.tolist() == [True, False, False, False, False]
    assert found.hyphen_before.tolist() == [False, True, False, False, False]


@given(TEXTS)
def test_slices_are_the_words_of_each_text(texts: list[str]) -> None:
    found = read(texts, ENGLISH)
    for place, text in enumerate(texts):
        own = found.text == place
        written = [
            found.joined[start:end]
            for start, end in zip(found.start[own], found.end[own], strict=True)
        ]
        assert written == re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)
        assert [found.forms[word] for word in found.word[own]] == [w.lower() for w in written]


@given(TEXTS)
def test_no_run_reaches_into_another_text(texts: list[str]) -> None:
    found = read(texts, ENGLISH)
    for run in np.unique(found.run):
        assert len(set(found.text[found.run == run].tolist())) == 1
