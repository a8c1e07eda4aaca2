from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score

from sop_assess.analysis.text.clean import NON_ANSWER, UNPLACED, mask
from sop_assess.analysis.text.clustering import Clustering, cluster
from tests.analysis.text.comments import comments


def _check(result: Clustering, texts: list[str]) -> None:
    """What holds for every result: all texts labelled, themes and labels agree."""
    assert result.labels.shape == (len(texts),)
    assert set(result.labels.tolist()) <= {UNPLACED, NON_ANSWER, *range(len(result.themes))}
    sizes = [theme.size for theme in result.themes]
    assert sizes == sorted(sizes, reverse=True)
    assert len({theme.name for theme in result.themes}) == len(result.themes)
    for index, theme in enumerate(result.themes):
        assert theme.key == f"t{index + 1:02d}"
        assert theme.members == tuple(np.flatnonzero(result.labels == index))
        assert theme.size == len(theme.members) > 0
        assert theme.name.strip()
        assert not theme.name[0].islower()
        assert set(theme.quotes) <= set(theme.members)
        assert 1 <= len(theme.quotes) <= 3
        assert len({texts[quote].lower() for quote in theme.quotes}) == len(theme.quotes)
        assert 0 < theme.cohesion <= 1 + 1e-6
        assert theme.firmness in {"firm", "fair", "loose"}


@pytest.mark.parametrize(("count", "least", "most"), [(40, 3, 5), (120, 3, 8), (600, 4, 17)])
def test_planted_subjects_come_out(count: int, least: int, most: int) -> None:
    texts, subjects = comments(count)
    result = cluster(texts, seed=7)
    _check(result, texts)
    assert least <= len(result.themes) <= most
    assert adjusted_mutual_info_score(subjects, result.labels) > 0.7
    assert result.note is None


@pytest.mark.parametrize("count", [0, 1, 10, 29])
def test_few_comments_stay_a_list(count: int) -> None:
    texts, _ = comments(count)
    result = cluster([*texts, "n/a"], seed=7)
    assert result.themes == ()
    assert result.labels.tolist() == [UNPLACED] * count + [NON_ANSWER]
    assert result.note is not None
    assert "30" in result.note


def test_many_copies_of_few_comments_stay_a_list() -> None:
    result = cluster(["Late again", "Wrong price"] * 50, seed=7)
    assert result.themes == ()
    assert result.note is not None
    assert "2 different" in result.note


def test_same_seed_gives_the_same_result() -> None:
    texts, _ = comments(300)
    first, second = cluster(texts, seed=11), cluster(texts, seed=11)
    assert first.labels.tolist() == second.labels.tolist()
    assert first.themes == second.themes
    assert first.settings == second.settings


def test_large_input_goes_through_micro_clusters() -> None:
    texts, subjects = comments(2500)
    different = [
        f"{text} {'abcdefghijklmnopqrstuvwxyz'[i % 26] * 2}" for i, text in enumerate(texts)
    ]
    result = cluster(different, seed=3, themes=5)
    _check(result, different)
    assert result.settings["pieces"] != result.settings["different"]
    assert adjusted_mutual_info_score(subjects, result.labels) > 0.7


def test_non_answers_and_wordless_texts_have_their_own_labels() -> None:
    texts, _ = comments(60)
    odd = ["n/a", "Nothing", "", "48213", "👍"]
    result = cluster([*odd, *texts], seed=7)
    _check(result, [*odd, *texts])
    assert result.labels[:5].tolist() == [NON_ANSWER, NON_ANSWER, NON_ANSWER, UNPLACED, UNPLACED]


def test_copies_share_a_label_and_count_in_sizes() -> None:
    texts, _ = comments(60)
    copied = [*texts, *[texts[0].upper()] * 40]
    result = cluster(copied, seed=7)
    _check(result, copied)
    assert set(result.labels[60:].tolist()) == {result.labels[0]}
    assert result.themes[0].size >= 41
    assert result.settings["usable"] == 100
    assert result.settings["different"] == len({t.lower() for t in texts})


@pytest.mark.parametrize("themes", [1, 2, 5, 9])
def test_the_owner_may_give_the_number(themes: int) -> None:
    texts, _ = comments(90)
    result = cluster(texts, seed=7, themes=themes)
    _check(result, texts)
    assert len(result.themes) == themes
    assert result.settings["themes_chosen"] == "given"


def test_more_themes_than_comments() -> None:
    texts, _ = comments(40)
    result = cluster(texts, seed=7, themes=500)
    _check(result, texts)
    assert len(result.themes) <= 40


def test_no_theme_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        cluster(["a"], seed=1, themes=0)


@pytest.mark.parametrize("language", ["de", "fr", "es", "nl", "pl", "zz"])
def test_other_languages_work(language: str) -> None:
    texts, _ = comments(60)
    _check(cluster(texts, language=language, seed=7), texts)


def test_german_names_keep_capitals_and_forms() -> None:
    parts = [
        ("Die Lagerliste", ["ist veraltet", "stimmt nicht"], ["im Lager", "seit Wochen"]),
        ("Die Rechnung", ["weicht vom Angebot ab", "ist falsch"], ["am Monatsende", "oft"]),
        ("Anfragen aus dem Formular", ["bleiben liegen", "warten lange"], ["im Vertrieb", "hier"]),
    ]
    texts = [
        f"{a} {b} {c}, {n}"
        for a, bs, cs in parts
        for b in bs
        for c in cs
        for n in ("ja", "leider", "immer")
    ]
    result = cluster(texts, language="de", seed=7, themes=3)
    names = " | ".join(theme.name for theme in result.themes)
    assert "Lagerliste" in names
    assert "Rechnung" in names


def test_masked_people_never_name_a_theme() -> None:
    texts, _ = comments(60)
    called = [
        f"Mr Zebulon ignored order {n} and Zebulon never calls back" for n in range(1000, 1030)
    ]
    varied = [
        f"{text} {['soon', 'later', 'never', 'often', 'today'][i % 5]} {'abcdef'[i % 6] * 3}"
        for i, text in enumerate(called)
    ]
    result = cluster([*texts, *varied], seed=7)
    for theme in result.themes:
        assert "zebulon" not in " ".join((theme.name, *theme.keywords)).lower()


def test_quotes_can_be_shown_masked() -> None:
    texts, _ = comments(60)
    with_numbers = [f"{text} Order {i + 10_000}" for i, text in enumerate(texts)]
    result = cluster(with_numbers, seed=7)
    assert all(
        "[number]" in mask(with_numbers[quote]) for theme in result.themes for quote in theme.quotes
    )


def test_settings_can_be_stored_and_tell_inputs_apart() -> None:
    texts, _ = comments(40)
    one, other = cluster(texts, seed=7).settings, cluster([*texts, "more"], seed=7).settings
    assert json.loads(json.dumps(dict(one))) == one
    assert one["input"] != other["input"]
    assert one["seed"] == 7


def test_progress_rises_to_one() -> None:
    steps: list[tuple[float, str]] = []
    cluster(comments(40)[0], seed=7, progress=lambda share, step: steps.append((share, step)))
    shares = [share for share, _ in steps]
    assert shares == sorted(shares)
    assert (shares[0], steps[-1]) == (0.0, (1.0, "done"))


def test_texts_of_one_repeated_word() -> None:
    texts = [f"{word} " * n for n in (1, 2, 3) for word in ["late", "wrong", "slow", "lost"]] * 3
    _check(cluster(texts, seed=7), texts)


def test_stop_words_only() -> None:
    texts = [" ".join(["the", "and", "of", "it", "is"][i % 5 :]) + " so" * i for i in range(40)]
    result = cluster(texts, seed=7)
    assert set(result.labels.tolist()) == {UNPLACED}
    assert result.note is not None


class _Planted:
    """An embedder as the other tiers are: trained beforehand, blind to words it does not know."""

    tier = "fine"

    def fit(self, texts: object, *, seed: int) -> None:
        """Nothing to learn."""

    def embed(self, texts: list[str]) -> np.ndarray:
        known = ["stock", "invoice", "lead", "return", "train"]
        rows = np.array([[w in text.lower() for w in known] for text in texts], dtype=np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)


def test_another_embedder_fits_behind_the_same_interface() -> None:
    texts, subjects = comments(300)
    result = cluster(texts, seed=7, embedder=_Planted(), themes=5)
    _check(result, texts)
    assert result.tier == "fine"
    assert adjusted_mutual_info_score(subjects, result.labels) > 0.6


def test_comments_that_share_no_word_end_as_a_list() -> None:
    syllables = [a + b + c for a in "bdfgk" for b in "aeiou" for c in "lmnpr"]
    texts = [" ".join(pair) for pair in zip(syllables[:70:2], syllables[1:70:2], strict=True)]
    result = cluster(texts, seed=1)
    _check(result, texts)
    assert result.themes or result.note
