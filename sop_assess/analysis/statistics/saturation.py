"""Have we interviewed enough: how much new did the last interviews bring?"""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import TooFewError
from ..results import Result
from ..statistic import Statistic

BASE, RUN, ENOUGH = 4, 2, 0.05


def saturation(new_codes: Sequence[int], base: int = BASE, run: int = RUN) -> Result:
    """New codes in the latest run of interviews over the codes of the base, as a share.

    new_codes : per interview in order, how many codes nobody had mentioned before. The ratios in
    the detail are keyed by the number of interviews before the run. "reached" asks for the latest
    run to bring at most 5 %; in a small company coverage of all stages comes first. TooFewError
    below base + run interviews or when the base holds no code.
    Source: Guest, Namey & Chen 2020.

    >>> saturation([5, 3, 2, 1, 1, 0, 0, 1, 0, 0, 0, 0]).detail["base_codes"]
    11
    """
    n, codes = len(new_codes), sum(new_codes[:base])
    if n < base + run or not codes:
        raise TooFewError(
            f"Saturation needs {base + run} interviews with findings; there are {n}. Hold more."
        )
    ratios = {str(i): sum(new_codes[i : i + run]) / codes for i in range(base, n - run + 1)}
    latest = ratios[str(n - run)]
    detail = {"base_codes": codes, "ratios": ratios, "reached": latest <= ENOUGH}
    caveat = "Coverage of every stage and both sides of every hand-off comes first."
    return Result(n, latest, caveat=caveat, detail=detail)


ENTRY = Statistic("saturation", "New information in the last interviews", frozenset(), BASE + RUN)
