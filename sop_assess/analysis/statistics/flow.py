"""Value-stream figures of work items that were followed: touch, elapsed time, right first time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...errors import TooFewError
from ..results import Result
from ..statistic import Statistic

MINIMUM = 5


@dataclass(frozen=True)
class Step:
    """One step: process (touch) and lead (elapsed) time in minutes, and the share of items that
    arrive complete and right, 0 to 1."""

    name: str
    process: float
    lead: float
    complete: float


def flow(steps: Sequence[Step], traced: int) -> Result:
    """The activity ratio, touch over elapsed time, with totals and the rolled share of complete
    and right items in the detail.

    traced : work items that were followed; below five, without a step or without any elapsed
    time: TooFewError. Source: Martin & Osterling, Value Stream Mapping (2013).

    >>> steps = [Step("order entry", 18, 270, 0.80), Step("credit release", 10, 240, 0.99)]
    >>> result = flow(steps, 5)
    >>> round(result.value, 4), round(result.detail["rolled"], 3)
    (0.0549, 0.792)
    """
    process, lead = sum(step.process for step in steps), sum(step.lead for step in steps)
    if traced < MINIMUM or lead <= 0:
        raise TooFewError(
            f"Flow needs {MINIMUM} work items followed to the end; there are {traced}. Trace more."
        )
    detail = {
        "process": process,
        "lead": lead,
        "rolled": rolled(step.complete for step in steps),
        "longest": max(steps, key=lambda step: step.lead).name,
    }
    return Result(traced, process / lead, detail=detail)


def rolled(shares: Iterable[float]) -> float:
    """The share that passes everything, when failures are independent. Also the perfect order:
    in full, on time, documents right, condition right.

    >>> round(rolled([0.94, 0.97, 0.99, 0.96]), 3)
    0.867
    """
    return math.prod(shares)


ENTRY = Statistic("flow", "Process and lead time", frozenset(), MINIMUM)
