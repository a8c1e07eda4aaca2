"""The contract of every statistic and reading."""

from __future__ import annotations

import numpy as np
import pytest

from sop_assess.analysis.frames import Column, Frame
from sop_assess.analysis.reading import Reading
from sop_assess.analysis.registries import READINGS, STATISTICS
from sop_assess.analysis.results import Cell
from sop_assess.analysis.statistic import Statistic
from sop_assess.errors import TooFewError

STATISTIC_LIST = list(STATISTICS)
READING_LIST = list(READINGS)


def _empty(level: str) -> Column:
    return Column(
        "q", level, np.full(2, 7, np.int8), "S1", "accuracy", categories=("yes", "no"),
        favour=np.array([1.0, -1.0]), codes=np.full(2, -1, np.int16), numbers=np.full(2, np.nan),
        chosen=np.zeros((2, 2), bool) if level == "multiple" else None,
    )  # fmt: skip


@pytest.mark.parametrize("statistic", STATISTIC_LIST, ids=lambda entry: entry.key)
def test_every_statistic_refuses_nothing_at_all(statistic: Statistic) -> None:
    assert statistic.name
    assert statistic.minimum >= 1
    assert (statistic.compute is None) == (not statistic.levels)
    for level in statistic.levels:
        with pytest.raises(TooFewError) as refused:
            statistic.compute(_empty(level), np.arange(2), None)
        assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("reading", READING_LIST, ids=lambda entry: entry.key)
def test_every_reading_refuses_nothing_and_is_silent_about_it(reading: Reading) -> None:
    column = _empty("fact")
    frame = Frame("survey", 2, {"q": column})
    with pytest.raises(TooFewError):
        reading.summarise(frame, [column], np.arange(2), None)
    cell = Cell(reading.key, "", "S1", "accuracy", "all", 0)
    assert reading.read("survey", cell, reading.defaults).polarity == "silent"
    hidden = reading.read("survey", cell.hide("too_small"), reading.defaults)
    assert (hidden.polarity, hidden.concerns) == ("silent", ("hidden",))


def test_every_level_that_is_counted_has_a_statistic() -> None:
    levels = {level for statistic in STATISTIC_LIST for level in statistic.levels}
    assert levels == {"nominal", "multiple", "ordinal", "fact", "rating", "ratio"}
