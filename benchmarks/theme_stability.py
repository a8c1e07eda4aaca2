"""How far themes move when three in ten answers are new, beside a sorting from scratch."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from sop_assess.analysis.text.continuing import continue_with
from sop_assess.analysis.text.curated import Curated, propose
from sop_assess.analysis.text.embedder import Embedder, Vectors
from sop_assess.analysis.text.themes import sort_comments

NEW = 0.3


class Remembering:
    """An embedder that reads every text once, however often a benchmark asks."""

    def __init__(self, embedder: Embedder) -> None:
        self.tier = embedder.tier
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    def fit(self, texts: Sequence[str], *, seed: int) -> None:
        """Nothing to learn: only embedders that were trained beforehand are remembered."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(fresh, self._embedder.embed(fresh), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)


def moved(
    texts: Sequence[str], labels: Sequence[str], embedder: Embedder | None, language: str, seed: int
) -> dict[str, Any]:
    """The share of old comments that change theme, and agreement with and without a cold start."""
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    texts, labels = [texts[i] for i in order], [labels[i] for i in order]
    old = round(len(texts) / (1 + NEW))
    known: dict[str, Any] = {"language": language, "seed": seed, "embedder": embedder}
    before = propose(sort_comments(texts[:old], **known))
    after = continue_with(before, texts, **known)
    cold = propose(sort_comments(texts, themes=len(after.themes), **known))
    was, now = _keys(before), _keys(after)
    return {
        "themes": len(after.themes),
        "moved": round(sum(a != b for a, b in zip(was, now[:old], strict=True)) / old, 4),
        "ami_continued": round(float(adjusted_mutual_info_score(labels, now)), 4),
        "ami_cold": round(float(adjusted_mutual_info_score(labels, _keys(cold))), 4),
        "ami_old_before": round(float(adjusted_mutual_info_score(labels[:old], was)), 4),
        "ami_old_after": round(float(adjusted_mutual_info_score(labels[:old], now[:old])), 4),
    }


def _keys(state: Curated) -> list[str]:
    labels = state.sorting.comment_labels(state.text_labels()).tolist()
    return [state.themes[label].key if label >= 0 else str(label) for label in labels]
