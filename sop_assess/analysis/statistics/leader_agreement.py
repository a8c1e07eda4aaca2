"""Do the leaders agree with each other about one stage?"""

from __future__ import annotations

import numpy as np

from ...errors import TooFewError
from ..frames import Numbers
from ..results import Result
from ..statistic import Statistic

MINIMUM = 3


def leader_agreement(ratings: Numbers, options: int) -> Result:
    """r_wg, 1 full agreement, 0 no more than chance, of ratings on a scale of so many options.

    ratings : (n_raters,) points, NaN dropped. Negative values become 0; the spread (smallest and
    largest rating, standard deviation) stands in the detail. TooFewError below three raters.
    Source: James, Demaree & Wolf 1984.

    >>> leader_agreement(np.array([4, 4, 5, 4.0]), 5).value
    0.875
    """
    known = ratings[~np.isnan(ratings)]
    if len(known) < MINIMUM:
        raise TooFewError(
            f"Agreement of leaders needs {MINIMUM} ratings; there are {len(known)}. Ask one more."
        )
    by_chance = (options**2 - 1) / 12
    value = max(0.0, 1 - float(known.var(ddof=1)) / by_chance)
    detail = {"lowest": float(known.min()), "highest": float(known.max()),
              "spread": float(known.std(ddof=1))}  # fmt: skip
    return Result(len(known), value, detail=detail)


ENTRY = Statistic("leader_agreement", "Agreement of leaders", frozenset(), MINIMUM)
