"""What every statistic receives: one column per leaf, one position in it per submission.

The tidy table (one row per answer) is the reading view of the same data; columns are what is
counted, because 100,000 submissions are recounted from columns in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Codes = npt.NDArray[np.int16]
Numbers = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

STATES: Final = (
    "answered", "not_applicable", "not_my_area", "not_observed", "cannot_recall",
    "not_asked", "declined", "skipped",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Column:
    """The answers to one leaf. All arrays have the length `n_submissions`.

    `states` indexes STATES. `codes` indexes `categories` (-1 where not answered; for multiple
    choice use `chosen`, a bool array (n_submissions, n_categories)). `numbers` is NaN where not
    answered (number in its unit, duration in minutes, rating 0 to 10, moment in epoch minutes,
    ordinal 1 to n_categories). `favour` gives +1, 0, -1 per category, NaN where it says nothing.
    """

    code: str
    level: str
    states: npt.NDArray[np.int8]
    subject: str | None = None
    topic: str | None = None
    weight: str = "normal"
    role: str | None = None
    promise: float | None = None
    no_means_problem: bool = True
    categories: tuple[str, ...] = ()
    favour: Numbers = field(default_factory=lambda: np.empty(0))
    codes: Codes | None = None
    chosen: npt.NDArray[np.bool_] | None = None
    numbers: Numbers | None = None

    @property
    def answered(self) -> npt.NDArray[np.bool_]:
        """True where a value was given (n_submissions,)."""
        return np.asarray(self.states == 0)


@dataclass(frozen=True, eq=False)
class Grouping:
    """One way of grouping submissions: unit, location, shopper, role, source, person.

    `members` indexes `names` (-1 where unknown). `population` is how many exist in each group
    (invited people, those of the groups below included), None where there is no finite population.
    `parents` indexes the group above (-1 where there is none), empty where groups form no tree.
    """

    key: str
    names: tuple[str, ...]
    members: npt.NDArray[np.int32]
    population: tuple[int, ...] | None = None
    parents: tuple[int, ...] = ()

    def above(self, index: int) -> list[int]:
        """A group and the groups above it, from small to large.

        >>> Grouping("unit", ("a", "b"), np.array([1]), parents=(-1, 0)).above(1)
        [1, 0]
        """
        found: list[int] = []
        while index >= 0 and index not in found:
            found.append(index)
            index = self.parents[index] if self.parents else -1
        return found


@dataclass(frozen=True, eq=False)
class Group:
    """The submissions of one group and how many people there are in it."""

    name: str
    rows: Rows
    population: int | None


@dataclass(frozen=True, eq=False)
class Frame:
    """All columns and groupings of one round. Free texts never enter a frame."""

    method: str
    n_submissions: int
    columns: Mapping[str, Column]
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    population: int | None = None
    events: Mapping[str, Numbers] = field(default_factory=dict)


def tidy(frame: Frame) -> pd.DataFrame:
    """One row per answer: submission, item, subject, topic, state, value and the groupings.

    Rows whose state is "skipped" are left out. Shape (n_answers, 6 + n_groupings).
    """
    import pandas as pd

    parts = [_tidy_column(frame, column) for column in frame.columns.values()]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _tidy_column(frame: Frame, column: Column) -> pd.DataFrame:
    import pandas as pd

    rows = np.flatnonzero(column.states != STATES.index("skipped"))
    table = pd.DataFrame(
        {
            "submission": rows,
            "item": column.code,
            "subject": column.subject,
            "topic": column.topic,
            "state": np.asarray(STATES, dtype=object)[column.states[rows]],
            "value": _values(column, rows),
        }
    )
    for grouping in frame.groupings.values():
        names = np.asarray((*grouping.names, None), dtype=object)
        table[grouping.key] = names[grouping.members[rows]]
    return table


def _values(column: Column, rows: Rows) -> npt.NDArray[np.object_]:
    if column.chosen is not None:
        names = np.asarray(column.categories, dtype=object)
        return np.asarray(["|".join(names[line]) for line in column.chosen[rows]], dtype=object)
    if column.codes is not None:
        return np.asarray((*column.categories, None), dtype=object)[column.codes[rows]]
    if column.numbers is not None:
        return column.numbers[rows].astype(object)
    return np.full(len(rows), None, dtype=object)
