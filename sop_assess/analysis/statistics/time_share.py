"""Where the time of a shadowed role goes, and whether two observers saw the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...errors import TooFewError
from ..frames import Numbers
from ..results import Result
from ..statistic import Statistic
from .agreement import cohen_kappa

MINIMUM, DAYS = 3, 2
Span = tuple[float, float, str]


def time_shares(
    durations: Numbers, days: Sequence[str], *, seed: int, resamples: int = 2000
) -> list[Result]:
    """Per activity the share of the observed time, with a 95 % bootstrap interval by session.

    durations : (n_sessions, n_activities) seconds, one role. days : the day of each session.
    n is the number of sessions. Whole sessions are resampled, because minutes of one session
    resemble each other. TooFewError below three sessions, below two days, or without any time.
    Source: cluster bootstrap (Davison & Hinkley 1997).

    >>> seconds = np.array([[60, 0], [30, 30], [0, 60.0]])
    >>> [result.value for result in time_shares(seconds, ["mon", "tue", "tue"], seed=1)]
    [0.5, 0.5]
    """
    n = len(durations)
    if n < MINIMUM or len(set(days)) < DAYS or not durations.sum():
        raise TooFewError(
            f"Time shares need {MINIMUM} sessions on {DAYS} days for a role; there are {n} on "
            f"{len(set(days))}. Plan another."
        )
    shares = durations.sum(axis=0) / durations.sum()
    draws = np.random.default_rng(seed).integers(0, n, size=(resamples, n))
    sums = durations[draws].sum(axis=1)
    drawn = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-12)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    return [
        Result(n, float(value), min(float(below), float(value)), max(float(above), float(value)))
        for value, below, above in zip(shares, low, high, strict=True)
    ]


def slot_agreement(first: Sequence[Span], second: Sequence[Span]) -> Result:
    """Kappa of two observers of one session over one-second slots, with the share of equal slots
    and the concordance of durations in the detail.

    first, second : (start, end, activity) in whole seconds from the session's start. Slots that
    only one of them recorded are left out. Both figures are needed: slots can agree while
    durations do not. TooFewError when the two logs share no slot.

    >>> one = [(0, 20, "admin"), (20, 45, "wait"), (45, 60, "call")]
    >>> two = [(0, 24, "admin"), (24, 45, "wait"), (45, 57, "call"), (57, 60, "admin")]
    >>> result = slot_agreement(one, two)
    >>> round(result.value, 4), round(result.detail["concordance"], 4)
    (0.8217, 0.5488)
    """
    names = sorted({name for _, _, name in (*first, *second)})
    length = int(max((end for _, end, _ in (*first, *second)), default=0))
    one, two = _slots(first, names, length), _slots(second, names, length)
    both = (one >= 0) & (two >= 0)
    if not both.any():
        raise TooFewError("The two logs share no time. Compare observers of the same session.")
    table = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(table, (one[both], two[both]), 1)
    if len(np.unique(np.concatenate([one[both], two[both]]))) == 1:
        raise TooFewError("Both observers saw one activity only. Compare a livelier session.")
    kappa = cohen_kappa(table)
    durations = (table.sum(axis=1).astype(float), table.sum(axis=0).astype(float))
    detail = {**kappa.detail, "concordance": concordance(*durations)}
    return Result(kappa.n, kappa.value, kappa.low, kappa.high,
                  "Seconds next to each other are alike: the interval is too narrow.",
                  detail)  # fmt: skip


def _slots(spans: Sequence[Span], names: Sequence[str], length: int) -> npt.NDArray[np.int64]:
    slots = np.full(length, -1, dtype=np.int64)
    for start, end, name in spans:
        slots[int(start) : int(end)] = names.index(name)
    return slots


def concordance(first: Numbers, second: Numbers) -> float:
    """Lin's concordance of two series, 1 where they are identical. Both (n,), n at least two.

    TooFewError when neither varies. Source: Lin 1989.

    >>> round(concordance(np.array([20.0, 25, 15]), np.array([27.0, 21, 12])), 4)
    0.5488
    """
    distance = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    if len(first) < 2 or not distance:
        raise TooFewError("Concordance needs two activities of different length.")
    together = float(((first - first.mean()) * (second - second.mean())).mean())
    return 2 * together / float(distance)


ENTRY = Statistic("time_share", "Share of time", frozenset(), MINIMUM)
