"""How long something waits between two time stamps, by source, and how often it never arrives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import TooFewError
from ..frames import Numbers
from ..results import Result
from ..statistic import Statistic
from .median import median
from .severity import Members


def wait(starts: Numbers, ends: Numbers) -> Result:
    """The median wait with p90 and both intervals, in the unit of the stamps.

    starts, ends : (n_items,) moments in one unit. An item without a start is left out; without an
    end it never arrived; with an end before its start it is set aside. Both are counted in the
    detail. Items that never arrived are not in the median: read the two together. TooFewError
    when no item arrived.

    >>> nan = np.nan
    >>> result = wait(np.array([0, 0, 0, 9.0]), np.array([5, 7, nan, 2]))
    >>> result.n, result.value, result.detail["never_arrived"], result.detail["negative"]
    (2, 6.0, 1, 1)
    """
    started = ~np.isnan(starts)
    took = (ends - starts)[started]
    never, negative = int(np.isnan(took).sum()), int((took < 0).sum())
    kept = took[took >= 0]
    if not len(kept):
        raise TooFewError("Nothing has arrived with both time stamps. Wait for the first.")
    result = median(kept)
    caveat = result.caveat
    if never:
        caveat = "Some never arrived: the true wait is longer than this."
    detail = {**result.detail, "started": int(started.sum()), "never_arrived": never,
              "negative": negative}  # fmt: skip
    return Result(result.n, result.value, result.low, result.high, caveat, detail)


def waits(
    starts: Numbers, ends: Numbers, sources: Members, names: Sequence[str]
) -> dict[str, Result]:
    """The wait of every source, by name; a source in which nothing arrived keeps n at 0 and its
    counts, because that is the finding.

    starts, ends, sources : (n_items,); sources are indices of `names`, -1 where unknown.
    TooFewError when no source has an item with a start.

    >>> found = waits(np.zeros(3), np.array([1.0, 3, np.nan]), np.array([0, 0, 1]), ["mail", "web"])
    >>> found["mail"].value, found["web"].n, found["web"].detail["never_arrived"]
    (2.0, 0, 1)
    """
    found: dict[str, Result] = {}
    for i, name in enumerate(names):
        own = (sources == i) & ~np.isnan(starts)
        if own.any():
            found[name] = _wait_or_counts(starts[own], ends[own])
    if not found:
        raise TooFewError("No item carries a first time stamp. Record when each one came in.")
    return found


def _wait_or_counts(starts: Numbers, ends: Numbers) -> Result:
    took = ends - starts
    if (took >= 0).any():
        return wait(starts, ends)
    detail = {"started": len(took), "never_arrived": int(np.isnan(took).sum()),
              "negative": int((took < 0).sum())}  # fmt: skip
    return Result(0, caveat="Nothing arrived.", detail=detail)


ENTRY = Statistic("waits", "Waits between steps", frozenset(), 1)
