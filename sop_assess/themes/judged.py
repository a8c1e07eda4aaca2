"""What people judged the comments of a theme to be: a problem, or praise. Pure."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..analysis.text.curated import SIDES, Curated
from ..analysis.text.sorting import Groups
from ..analysis.theme_figures.side import Side, side
from .rows import Judged


def judged_by_theme(curated: Curated, text_labels: Groups) -> list[Judged]:
    """What was judged of every theme, in the order of the themes."""
    counts = np.zeros((len(curated.themes), len(SIDES)), dtype=np.int64)
    for text, said in curated.judged.items():
        if text_labels[text] >= 0:
            weight = int(curated.sorting.weights[text])
            counts[text_labels[text], SIDES.index(said)] += weight
    return [Judged(int(problem), int(keep)) for problem, keep in counts]


def side_of(role: str, judged: Judged) -> Side:
    """The side that a theme of this role is shown on."""
    own: Literal["problem", "keep"] = "keep" if role == "keep" else "problem"
    return side(own, judged.problem, judged.keep)
