"""Do two shoppers, coders or observers give the same answer to the same thing?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt

from ...errors import TooFewError
from ..frames import Numbers
from ..results import Result
from ..statistic import Statistic
from .share import Z

Level = Literal["nominal", "ordinal", "interval", "ratio"]
Weights = Literal["none", "linear"]
STABLE = 20


def krippendorff_alpha(data: Numbers, level: Level = "nominal") -> float:
    """Krippendorff's alpha: 1 perfect, 0 chance, below 0 systematic disagreement.

    data : (n_raters, n_units), NaN where a rater gave nothing; units with one value are left out.
    level : how far apart two values are. TooFewError when no unit has two values, or when all
    values are equal: nothing then tells agreement from habit.
    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).

    >>> data = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0.0]])
    >>> round(krippendorff_alpha(data), 6)
    0.095238
    """
    pairs, values = _coincidences(data)
    totals = pairs.sum(axis=1)
    n = float(totals.sum())
    distance = _DISTANCES[level](values, totals)
    expected = float((np.outer(totals, totals) * distance).sum() / (n - 1)) if n > 1 else 0.0
    if expected == 0:
        raise TooFewError(
            "Agreement needs two answers about the same thing, and answers that differ somewhere. "
            "Plan more doubled visits."
        )
    return 1 - float((pairs * distance).sum()) / expected


def _coincidences(data: Numbers) -> tuple[Numbers, Numbers]:
    """How often each two values meet on a unit, (n_values, n_values), and the values in order."""
    known = ~np.isnan(data)
    values = np.unique(data[known])
    counts = (data[:, :, None] == values).sum(axis=0).astype(np.float64)
    per_unit = known.sum(axis=0)
    counts, per_unit = counts[per_unit > 1], per_unit[per_unit > 1]
    weighted = counts / (per_unit[:, None] - 1)
    return weighted.T @ counts - np.diag(weighted.sum(axis=0)), values


def _nominal(values: Numbers, totals: Numbers) -> Numbers:
    return 1.0 - np.eye(len(values))


def _ordinal(values: Numbers, totals: Numbers) -> Numbers:
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, None] - middle) ** 2)


def _interval(values: Numbers, totals: Numbers) -> Numbers:
    return np.asarray((values[:, None] - values) ** 2)


def _ratio(values: Numbers, totals: Numbers) -> Numbers:
    both = values[:, None] + values
    return np.asarray(((values[:, None] - values) / np.where(both == 0, 1, both)) ** 2)


_DISTANCES: dict[Level, Callable[[Numbers, Numbers], Numbers]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}


def agreement(data: Numbers, level: Level, *, seed: int, resamples: int = 1000) -> Result:
    """Alpha with a 95 % bootstrap interval over units; n is the number of doubled units.

    data : (n_raters, n_units), NaN missing. Resamples in which all values are equal are left out.
    TooFewError as in `krippendorff_alpha`; a caveat below 20 doubled units.

    >>> data = np.array([[1, 2, 3, 4], [1, 2, 3, 3.0]])
    >>> result = agreement(data, "ordinal", seed=1, resamples=100)
    >>> result.n, round(result.value, 2)
    (4, 0.91)
    """
    value = krippendorff_alpha(data, level)
    doubled = data[:, (~np.isnan(data)).sum(axis=0) > 1]
    n = doubled.shape[1]
    draws = np.random.default_rng(seed).integers(0, n, size=(resamples, n))
    alphas = []
    for draw in draws:
        try:
            alphas.append(krippendorff_alpha(doubled[:, draw], level))
        except TooFewError:
            continue
    low, high = np.quantile(alphas, (0.025, 0.975)) if alphas else (math.nan, math.nan)
    caveat = f"{n} doubled units: at least {STABLE} make a stable figure." if n < STABLE else None
    return Result(n, value, min(float(low), value), max(float(high), value), caveat)


def cohen_kappa(table: npt.NDArray[np.integer], weights: Weights = "none") -> Result:
    """Cohen's kappa of two raters with its asymptotic 95 % interval.

    table : (n_categories, n_categories) counts, rows rater 1, columns rater 2. With linear
    weights neighbours count as half right. The standard error stands in the detail. TooFewError
    for an empty table or when both raters used one and the same category only.
    Source: Fleiss, Cohen & Everitt 1969.

    >>> result = cohen_kappa(np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]]))
    >>> round(result.value, 4), round(result.low, 4), round(result.high, 4)
    (0.4842, 0.2137, 0.7547)
    """
    n, size = int(table.sum()), len(table)
    p = table / max(n, 1)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    agree = 1 - steps / max(size - 1, 1) if weights == "linear" else (steps == 0).astype(float)
    observed, expected = float((agree * p).sum()), float((agree * np.outer(rows, columns)).sum())
    if n < 2 or math.isclose(expected, 1.0):
        raise TooFewError("Both raters used one category only. Compare them on more cases.")
    kappa = (observed - expected) / (1 - expected)
    means = np.add.outer(agree @ columns, rows @ agree)
    spread = float((p * (agree - means * (1 - kappa)) ** 2).sum())
    variance = max(0.0, spread - (kappa - expected * (1 - kappa)) ** 2) / n
    error = math.sqrt(variance) / (1 - expected)
    low, high = max(-1.0, kappa - Z * error), min(1.0, kappa + Z * error)
    return Result(n, kappa, low, high, detail={"error": error, "agreement": observed})


ENTRY = Statistic("agreement", "Agreement of raters", frozenset(), 2)
