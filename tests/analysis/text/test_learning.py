from __future__ import annotations

import random
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sop_assess.analysis.text import learning
from sop_assess.analysis.text.learning import Learned, Proposal, learn, propose
from sop_assess.errors import TooFewError
from tests.analysis.text.comments import comments


@pytest.fixture(scope="module")
def corrected() -> tuple[list[str], list[str]]:
    texts, subjects = comments(600, seed=3)
    return [
        f"{text} Case {chr(97 + i % 26)}{chr(97 + i // 26)}x" for i, text in enumerate(texts)
    ], subjects


@pytest.fixture(scope="module")
def learned(corrected: tuple[list[str], list[str]]) -> Learned:
    return learn(*corrected, "en", seed=1)


def test_planted_subjects_are_learnt(learned: Learned) -> None:
    assert learned.n == 600
    assert learned.classes == ("invoice", "leads", "returns", "stock", "training")
    assert learned.macro_f1 > 0.95
    assert learned.low <= learned.macro_f1 <= learned.high <= 1
    # Five equal labels: proposing one of them gets 2/6 on it and nothing on the others.
    assert learned.majority_f1 == pytest.approx(1 / 15, abs=0.01)
    assert learned.right is not None
    assert learned.right.value is not None
    assert learned.right.value > 0.95
    assert learned.caveat is None
    with pytest.raises(FrozenInstanceError):
        learned.n = 1  # type: ignore[misc]


def test_shuffled_labels_are_no_better_than_chance(corrected: tuple[list[str], list[str]]) -> None:
    texts, subjects = corrected
    shuffled = random.Random(5).sample(subjects, len(subjects))
    by_chance = learn(texts, shuffled, "en", seed=1)
    assert 0.1 < by_chance.macro_f1 < 0.3
    few = learn(texts, ["keep" if i % 10 else "drop" for i in range(600)], "en", seed=1)
    assert "Not clearly better" in (few.caveat or "")


def test_a_duplicate_is_never_both_learnt_and_held_back() -> None:
    """Fifty texts, each given twelve times with a label of its own choice: nothing to learn."""
    chance = random.Random(2)
    words = [f"alpha{chr(97 + i)} beta{chr(97 + i // 2)}" for i in range(25)]
    once = [f"{word} {end}" for word in words for end in ("gamma", "delta")]
    label = {text: chance.choice(("works", "fails")) for text in once}
    texts = [form for text in once for form in [text, text.upper() + "!", f"  {text}."] * 4]
    found = learn(texts, [label[text.lower().strip(" .!")] for text in texts], "xx", seed=4)
    assert found.macro_f1 < 0.7


def test_the_same_seed_gives_the_same(corrected: tuple[list[str], list[str]],
                                      learned: Learned) -> None:  # fmt: skip
    again = learn(*corrected, "en", seed=1)
    assert (again.macro_f1, again.low, again.right) == (
        learned.macro_f1, learned.low, learned.right)  # fmt: skip
    texts = corrected[0][:50]
    assert propose(again, texts) == propose(learned, texts)


def test_too_few_comments_or_labels_are_refused(corrected: tuple[list[str], list[str]]) -> None:
    texts, subjects = corrected
    with pytest.raises(TooFewError, match="500 corrected comments; there are 499"):
        learn(texts[:499], subjects[:499], "en", seed=1)
    with pytest.raises(TooFewError, match="2 labels with 10 different comments each; there are 1"):
        learn(texts, ["stock"] * 600, "en", seed=1)
    copies = ["stock list wrong"] * 300 + texts[:300]
    with pytest.raises(TooFewError, match="there are 1"):
        learn(copies, ["a"] * 300 + ["b"] * 300, "en", seed=1)
    with pytest.raises(ValueError, match="600 texts and 3 labels"):
        learn(texts, subjects[:3], "en", seed=1)


def test_a_rare_label_is_left_out_and_named(corrected: tuple[list[str], list[str]]) -> None:
    texts, subjects = corrected
    labels = ["rare" if i < 9 else subject for i, subject in enumerate(subjects)]
    found = learn(texts, labels, "en", seed=1)
    assert (found.n, found.left_out) == (591, ("rare",))
    assert "rare" not in found.classes
    assert "rare" in (found.caveat or "")


def test_proposals_are_withheld_where_nothing_is_known(learned: Learned) -> None:
    known, unknown, blank = propose(learned, ["The stock list is wrong again", "zzz qqq", ""])
    assert known.label == "stock"
    assert 0.5 <= known.probability <= 1
    assert unknown == blank == Proposal(None, 0.0)
    assert propose(learned, []) == ()
    (strict,) = propose(learned, ["The stock list is wrong again"], least=1.01)
    assert (strict.label, strict.probability) == (None, known.probability)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(max_size=60), max_size=8), least=st.floats(0, 1))
def test_a_proposal_is_always_a_known_label_of_enough_probability(
    learned: Learned, texts: list[str], least: float
) -> None:
    found = propose(learned, texts, least)
    assert len(found) == len(texts)
    for proposal in found:
        assert 0 <= proposal.probability <= 1
        if proposal.label is not None:
            assert proposal.label in learned.classes
            assert proposal.probability >= least


def test_negations_are_learnt() -> None:
    assert "not told" in learning._terms("not told")
    texts = [f"{'told' if i % 2 else 'not told'} item{chr(97 + i % 26)}{chr(97 + i // 26)}"
             for i in range(520)]  # fmt: skip
    found = learn(texts, ["works" if i % 2 else "fails" for i in range(520)], "en", seed=1)
    assert [p.label for p in propose(found, ["We were told", "They didn't tell us, not told"])] == [
        "works", "fails"]  # fmt: skip
