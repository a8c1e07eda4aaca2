from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from sop_assess.analysis.text.chunks import ChunkReader
from sop_assess.analysis.text.languages import get_language
from sop_assess.analysis.text.stem_tfidf import StemTfidf
from sop_assess.analysis.text.words import stems
from tests.analysis.text.comments import comments

ENGLISH = get_language("en")


def _terms(text: str) -> list[str]:
    words = stems(text, ENGLISH)
    return words + [f"{a} {b}" for a, b in pairwise(words)]


@pytest.mark.parametrize("least", [1, 2, 5])
def test_weights_are_those_of_scikit_learn(least: int) -> None:
    texts = [*comments(300)[0], "", "It didn't work, didn’t it", "the of"]
    theirs = TfidfVectorizer(analyzer=_terms, min_df=least, sublinear_tf=True, dtype=np.float32)
    ours = StemTfidf(ENGLISH)
    ours.fit(texts, least=least)
    expected = theirs.fit_transform(texts).toarray()
    assert ours.terms == theirs.get_feature_names_out().tolist()
    np.testing.assert_allclose(ours.transform(texts).toarray(), expected, atol=1e-6)


def test_nothing_to_learn_gives_no_terms() -> None:
    ours = StemTfidf(ENGLISH)
    ours.fit(["the", ""], least=1)
    assert ours.terms == []
    assert ours.transform(["the", "stock"]).shape == (2, 0)


@given(st.lists(st.text(st.sampled_from("ab- "), max_size=12), max_size=8))
def test_a_reader_gives_what_its_function_gives(texts: list[str]) -> None:
    def cut(chunk: str) -> list[int]:
        return [len(part) for part in chunk.split("-")]

    reader = ChunkReader(cut)
    for _ in range(2):
        rows, numbers = reader.read(texts)
        for row, text in enumerate(texts):
            assert numbers[rows == row].tolist() == [n for c in text.split() for n in cut(c)]
