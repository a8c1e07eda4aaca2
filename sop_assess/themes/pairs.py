"""Themes of named methods that the same forms raise, where that is no chance. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np

from ..analysis.results import Cell
from ..analysis.text.clean import NON_ANSWER
from ..analysis.theme_figures.together import Pair, together
from .measured import Measured

STATISTIC: Final = "theme_pair"


def pair_cells(measured: Measured, prefix: str) -> Iterator[Cell]:
    """The pairs of themes that meet clearly more or less often than by chance, surest first.

    Comments of an anonymous survey stand in no form, and neither do those of a file, so these have
    none.
    """
    for pair in together(_submissions(measured)):
        if pair.word != "no clear link":
            yield _cell(pair, prefix)


def _submissions(measured: Measured) -> list[set[str]]:
    """The keys of the themes that every form raised; forms that say nothing are left out."""
    keys = [theme.key for theme in measured.curated.themes]
    number = measured.facts.number
    raised: dict[int, set[str]] = defaultdict(set)
    for row in np.flatnonzero((number >= 0) & (measured.labels != NON_ANSWER)).tolist():
        form, theme = raised[int(number[row])], int(measured.labels[row])
        if theme >= 0:
            form.add(keys[theme])
    return list(raised.values())


def _cell(pair: Pair, prefix: str) -> Cell:
    odds = pair.odds
    detail = {**odds.detail, "other": f"{prefix}-{pair.second}", "word": pair.word,
              "lift": round(pair.lift, 3), "p": pair.p}  # fmt: skip
    return Cell(STATISTIC, f"{prefix}-{pair.first}", None, None, "all", odds.n, odds.value,
                odds.low, odds.high, detail)  # fmt: skip
