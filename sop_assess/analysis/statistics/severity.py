"""Harsh and lenient shoppers: is the visit plan linked, and how severe is each of them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...errors import TooFewError
from ..frames import Numbers
from ..statistic import Statistic

Members = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Severity:
    """Adjusted locations and shopper effects in rating points, each with its standard error.

    `raw` are plain location means. A negative shopper effect means harsher than average.
    """

    n: int
    raw: Numbers
    locations: Numbers
    location_errors: Numbers
    shoppers: Numbers
    shopper_errors: Numbers
    shared_locations: int


def linked_parts(locations: Members, shoppers: Members) -> int:
    """Into how many unlinked parts the visits fall; shoppers compare only inside one part.

    locations, shoppers : (n_visits,) indices from 0; negative means unknown and is left out.
    Source: connected components of the bipartite graph, by union-find.

    >>> linked_parts(np.array([0, 0, 1]), np.array([0, 1, 1]))
    1
    >>> linked_parts(np.array([0, 1]), np.array([0, 1]))
    2
    """
    known = (locations >= 0) & (shoppers >= 0)
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for place, person in zip(locations[known].tolist(), shoppers[known].tolist(), strict=True):
        parent[root(("location", place))] = root(("shopper", person))
    return len({root(node) for node in tuple(parent)})


def severity(ratings: Numbers, locations: Members, shoppers: Members) -> Severity:
    """Rating = location + shopper + noise, shopper effects adding up to 0, by least squares.

    ratings, locations, shoppers : (n_visits,); rows with NaN or a negative index are dropped.
    Results are indexed as given, up to the largest index, NaN where no rating was left. TooFewError
    when the visits are not linked or leave nothing to estimate the noise from.
    Source: ordinary least squares of the two-way additive layout.

    >>> model = severity(np.array([3, 3, 5, 5, 3, 5.0]), np.array([0, 0, 1, 1, 2, 2]),
    ...                  np.array([0, 0, 1, 1, 0, 1]))
    >>> model.locations.round(6).tolist(), model.shoppers.round(6).tolist()
    ([4.0, 4.0, 4.0], [-1.0, 1.0])
    """
    known = ~np.isnan(ratings) & (locations >= 0) & (shoppers >= 0)
    y = ratings[known]
    places, place = np.unique(locations[known], return_inverse=True)
    visitors, person = np.unique(shoppers[known], return_inverse=True)
    if linked_parts(place, person) != 1:
        raise TooFewError(
            "These shoppers share no location, so harsh shoppers cannot be told from weak "
            "locations. Plan one location that all of them visit."
        )
    design, n_places = _design(place, person)
    free = len(y) - design.shape[1]
    if free < 1:
        raise TooFewError("Every visit is used up by the model. Plan a second visit somewhere.")
    effects = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=np.float64)
    noise = float(((y - design @ effects) ** 2).sum()) / free
    spread = noise * np.linalg.pinv(design.T @ design)
    contrast = _contrast(design.shape[1] - n_places)
    people = contrast @ spread[n_places:, n_places:] @ contrast.T
    n_locations, n_shoppers = int(locations.max()) + 1, int(shoppers.max()) + 1
    return Severity(
        n=len(y),
        raw=_spread_out(np.bincount(place, y) / np.bincount(place), places, n_locations),
        locations=_spread_out(effects[:n_places], places, n_locations),
        location_errors=_spread_out(np.sqrt(np.diag(spread)[:n_places]), places, n_locations),
        shoppers=_spread_out(contrast @ effects[n_places:], visitors, n_shoppers),
        shopper_errors=_spread_out(
            np.sqrt(np.clip(np.diag(people), 0, None)), visitors, n_shoppers
        ),
        shared_locations=_shared(place, person),
    )


def _spread_out(values: Numbers, where: Members, size: int) -> Numbers:
    """The values at their original indices, NaN elsewhere."""
    full = np.full(size, np.nan)
    full[where] = values
    return full


def _contrast(free: int) -> Numbers:
    return np.vstack([np.eye(free), -np.ones(free)])


def _design(place: Members, person: Members) -> tuple[Numbers, int]:
    n_places, n_people = int(place.max()) + 1, int(person.max()) + 1
    return np.hstack([np.eye(n_places)[place], _contrast(n_people - 1)[person]]), n_places


def _shared(place: Members, person: Members) -> int:
    pairs = np.unique(np.column_stack([place, person]), axis=0)
    return int((np.bincount(pairs[:, 0]) > 1).sum())


ENTRY = Statistic("severity", "Severity of shoppers", frozenset(), 4)
