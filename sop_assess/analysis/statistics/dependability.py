"""How much of the difference between locations is real, and how many visits it takes to see it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import TooFewError
from ..frames import Numbers
from ..results import Result
from ..statistic import Statistic
from .severity import Members, linked_parts

LOCATIONS, SHOPPERS, CELLS = 5, 3, 15
TARGET = 0.8


@dataclass(frozen=True)
class Components:
    """Variance between locations, between shoppers, and what is left, in squared points."""

    location: float
    shopper: float
    residual: float

    def dependability(self, visits: int) -> float:
        """Phi, 0 to 1: the share of real differences in the mean of so many visits, each by
        another shopper.

        >>> Components(2.5556, 5.2444, 1.0194).dependability(10) > 0.8
        True
        """
        total = self.location + (self.shopper + self.residual) / visits
        return self.location / total if total else 0.0

    def visits_needed(self, target: float = TARGET) -> int:
        """How many visits per location bring Phi to the target; TooFewError when none would.

        >>> Components(2.5556, 5.2444, 1.0194).visits_needed()
        10
        """
        if self.location <= 0:
            raise TooFewError(
                "The locations do not differ beyond noise, so no number of visits would rank "
                "them. Judge them against the standard instead."
            )
        ratio = (self.shopper + self.residual) / self.location
        return max(1, math.ceil(target / (1 - target) * ratio - 1e-9))


def components(ratings: Numbers, locations: Members, shoppers: Members) -> Components:
    """Variance components of locations crossed with shoppers; cells may be missing or repeated.

    ratings, locations, shoppers : (n_visits,), indices from 0 without gaps. Negative estimates
    become 0. Each of the two sums of squares is adjusted for the other (Henderson's method 3),
    which for a complete table is the usual analysis of variance. TooFewError when nothing is left
    to estimate the residual from, or when the visits are not linked.

    >>> table = np.array([[1, 2.0], [3, 4], [5, 7]])
    >>> found = components(table.ravel(), np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3))
    >>> round(found.location, 4), round(found.shopper, 4), round(found.residual, 4)
    (5.0, 0.8333, 0.1667)
    """
    place, person = np.eye(int(locations.max()) + 1)[locations], np.eye(
        int(shoppers.max()) + 1)[shoppers]  # fmt: skip
    both = np.hstack([place, person])
    rank = place.shape[1] + person.shape[1] - 1
    free = len(ratings) - rank
    if free < 1 or linked_parts(locations, shoppers) != 1:
        raise TooFewError(
            "The visits do not overlap enough to tell locations from shoppers. Let every shopper "
            "visit several locations."
        )
    left = _left_over(both, ratings)
    residual = left / free
    return Components(
        _component(ratings, place, person, left, residual),
        _component(ratings, person, place, left, residual),
        residual,
    )


def _left_over(design: Numbers, y: Numbers) -> float:
    effects, *_ = np.linalg.lstsq(design, y, rcond=None)
    return float(((y - design @ effects) ** 2).sum())


def _component(y: Numbers, own: Numbers, other: Numbers, left: float, residual: float) -> float:
    extra = _left_over(other, y) - left
    inside = own - other @ np.linalg.lstsq(other, own, rcond=None)[0]
    weight = float((inside * own).sum())
    return max(0.0, (extra - residual * float(own.shape[1] - 1)) / weight)


def dependability(ratings: Numbers, locations: Members, shoppers: Members) -> Result:
    """Phi for the usual number of visits per location, with the curve up to twelve visits.

    Inputs as in `components`. TooFewError below five locations, three shoppers or fifteen
    location-shopper pairs: show the planning value of the shipped defaults instead, marked as
    an assumption. Source: Brennan, Generalizability Theory (2001).

    >>> table = np.add.outer(np.arange(5.0), [0, 1, 0.5]) + np.eye(5, 3)
    >>> result = dependability(table.ravel(), np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5))
    >>> result.detail["visits"], result.detail["needed"]
    (3, 1)
    """
    pairs = len(np.unique(np.column_stack([locations, shoppers]), axis=0))
    places, people = len(np.unique(locations)), len(np.unique(shoppers))
    if places < LOCATIONS or people < SHOPPERS or pairs < CELLS:
        raise TooFewError(
            f"Dependability needs {LOCATIONS} locations, {SHOPPERS} shoppers and {CELLS} pairs "
            f"of them; there are {places}, {people} and {pairs}. Plan more shared visits."
        )
    found = components(ratings, locations, shoppers)
    visits = max(1, round(len(ratings) / places))
    detail = {
        "visits": visits, "location": found.location, "shopper": found.shopper,
        "residual": found.residual,
        "curve": {str(n): found.dependability(n) for n in range(1, 13)},
        "needed": found.visits_needed() if found.location > 0 else None,
    }  # fmt: skip
    return Result(len(ratings), found.dependability(visits), detail=detail)


@dataclass(frozen=True)
class Intraclass:
    """The six coefficients of Shrout and Fleiss; `low`, `high`: 95 % interval of `absolute`."""

    one_way: float
    absolute: float
    consistent: float
    one_way_mean: float
    absolute_mean: float
    consistent_mean: float
    low: float
    high: float


def intraclass(table: Numbers) -> Intraclass:
    """Intraclass correlations of a complete table, (n_targets, n_raters), both at least two.

    `consistent` clearly above `absolute` means that raters differ in severity. TooFewError for
    a smaller table or one with a gap. Sources: Shrout & Fleiss 1979; McGraw & Wong 1996.

    >>> judges = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4],
    ...                    [8, 2, 8, 6, 9, 7]])
    >>> found = intraclass(judges.T.astype(float))
    >>> round(found.absolute, 2), round(found.low, 2), round(found.high, 2)
    (0.29, 0.02, 0.76)
    """
    if min(table.shape) < 2 or np.isnan(table).any():
        raise TooFewError("Every rater must have rated every case, and two of each are needed.")
    n, k = table.shape
    rows, raters, within, error = _mean_squares(table)
    low, high = _absolute_interval(n, k, rows, raters, error)
    return Intraclass(
        (rows - within) / (rows + (k - 1) * within),
        (rows - error) / (rows + (k - 1) * error + k * (raters - error) / n),
        (rows - error) / (rows + (k - 1) * error),
        (rows - within) / rows,
        (rows - error) / (rows + (raters - error) / n),
        (rows - error) / rows,
        low,
        high,
    )


def _mean_squares(table: Numbers) -> tuple[float, float, float, float]:
    n, k = table.shape
    mean = table.mean()
    rows = k * float(((table.mean(axis=1) - mean) ** 2).sum())
    raters = n * float(((table.mean(axis=0) - mean) ** 2).sum())
    total = float(((table - mean) ** 2).sum())
    return (
        rows / (n - 1),
        raters / (k - 1),
        (total - rows) / (n * (k - 1)),
        (total - rows - raters) / ((n - 1) * (k - 1)),
    )


def _absolute_interval(
    n: int, k: int, rows: float, raters: float, error: float
) -> tuple[float, float]:
    from scipy.special import fdtri

    rho = (rows - error) / (rows + (k - 1) * error + k * (raters - error) / n)
    a = k * rho / (n * (1 - rho))
    b = 1 + k * rho * (n - 1) / (n * (1 - rho))
    free = (a * raters + b * error) ** 2 / (
        (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    below, above = fdtri(n - 1, free, 0.975), fdtri(free, n - 1, 0.975)
    noise = k * raters + (k * n - k - n) * error
    low = n * (rows - below * error) / (below * noise + n * rows)
    high = n * (above * rows - error) / (noise + n * above * rows)
    return float(low), float(high)


ENTRY = Statistic("dependability", "Dependability of locations", frozenset(), CELLS)
