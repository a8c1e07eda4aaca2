"""Small groups are pulled towards the common mean, the more the less they rest on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import TooFewError
from ..frames import Numbers
from ..statistic import Statistic
from .severity import Members

MINIMUM = 3


@dataclass(frozen=True, eq=False)
class Pooled:
    """The pulled values and how far each was pulled (0 not at all, 1 to the mean), with the
    variance between groups. Below three groups nothing is pulled and `between` is None."""

    values: Numbers
    pull: Numbers
    mean: float
    between: float | None
    within: float | None = None


def pool(estimates: Numbers, errors: Numbers) -> Pooled:
    """Partial pooling of group estimates with known standard errors, in the estimates' unit.

    estimates, errors : (n_groups,). The variance between groups is that of the estimates less
    the mean squared error, at least 0. TooFewError without a group.
    Source: empirical Bayes with known errors, by moments (Efron & Morris 1975).

    >>> pooled = pool(np.array([-1, -0.5, 0.5, 1]), np.full(4, 0.1))
    >>> round(pooled.between, 3), round(float(pooled.pull[0]), 3), pooled.values.round(3).tolist()
    (0.615, 0.016, [-0.984, -0.492, 0.492, 0.984])
    """
    _refuse_none(estimates)
    if len(estimates) < MINIMUM:
        return _untouched(estimates)
    between = max(0.0, float(estimates.var() - (errors**2).mean()))
    weights = 1 / np.maximum(between + errors**2, 1e-300)
    mean = float((weights * estimates).sum() / weights.sum())
    pull = errors**2 * weights if between else np.ones(len(estimates))
    return Pooled(mean + (1 - pull) * (estimates - mean), pull, mean, between)


def pool_groups(values: Numbers, groups: Members) -> Pooled:
    """Partial pooling of group means, (n_groups,), from single values, groups of any size.

    values, groups : (n_values,), groups are indices from 0 without gaps; NaN is dropped. Variances
    by restricted maximum likelihood of the one-way random model. TooFewError without a value in
    some group or when no group has two. Source: Searle, Casella & McCulloch 1992.

    >>> yields = np.array([1.0, 2, 3, 5, 6, 7, 2, 3, 4])
    >>> pool_groups(yields, np.repeat(np.arange(3), 3)).values.round(2).tolist()
    [2.13, 5.82, 3.05]
    """
    known = ~np.isnan(values)
    y, group = values[known], groups[known]
    _refuse_none(y)
    sizes = np.bincount(group).astype(np.float64)
    if sizes.min() == 0:
        raise TooFewError("A group has no value. Leave it out or wait for its first one.")
    means = np.bincount(group, y) / sizes
    if len(means) < MINIMUM:
        return _untouched(means)
    inside = float(((y - means[group]) ** 2).sum())
    if len(y) == len(means):
        raise TooFewError("No group has two values, so noise cannot be told from difference.")
    ratio = _variance_ratio(means, sizes, inside)
    weights = 1 / (ratio + 1 / sizes)
    mean = float((weights * means).sum() / weights.sum())
    within = (inside + float((weights * (means - mean) ** 2).sum())) / (len(y) - 1)
    pull = weights / sizes
    return Pooled(mean + (1 - pull) * (means - mean), pull, mean, ratio * within, within)


def _variance_ratio(means: Numbers, sizes: Numbers, inside: float) -> float:
    """Variance between over within at the restricted maximum likelihood."""
    from scipy.optimize import minimize_scalar

    n = sizes.sum()

    def deviance(log_ratio: float) -> float:
        ratio = np.exp(log_ratio)
        weights = 1 / (ratio + 1 / sizes)
        mean = (weights * means).sum() / weights.sum()
        within = (inside + (weights * (means - mean) ** 2).sum()) / (n - 1)
        spread = np.log1p(sizes * ratio).sum() + np.log(weights.sum())
        return float((n - 1) * np.log(max(within, 1e-300)) + spread)

    best = minimize_scalar(deviance, bounds=(-16.0, 16.0), method="bounded",
                           options={"xatol": 1e-9})  # fmt: skip
    return float(np.exp(best.x))


def _refuse_none(values: Numbers) -> None:
    if not len(values):
        raise TooFewError("There is no group to compare yet. Wait for the first values.")


def _untouched(estimates: Numbers) -> Pooled:
    return Pooled(estimates, np.zeros(len(estimates)), float(estimates.mean()), None)


ENTRY = Statistic("pooling", "Partial pooling of small groups", frozenset(), MINIMUM)
