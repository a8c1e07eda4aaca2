"""How many have answered, told so coarsely and rarely that it tells about nobody. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from ..instruments.identity import MINIMUM_GROUP

STEP: Final = 5
LEAST: Final = 10


def response_shown(
    counts: Mapping[str, int],
    invited: Mapping[str, int],
    previous: Mapping[str, Any],
    today: date,
) -> dict[str, Any]:
    """What may be shown of the response today: at most one new state a day, in steps of 5.

    `counts` are answers by unit, `previous` is what this function gave before, or nothing.

    >>> response_shown({"a": 23, "b": 9}, {"a": 34, "b": 58}, {}, date(2026, 11, 9))
    {'day': '2026-11-09', 'received': 30, 'units': {'a': 20}}
    """
    if previous and previous["day"] >= today.isoformat():
        return dict(previous)
    before = previous.get("units", {})
    units = {
        code: shown
        for code, people in invited.items()
        if (shown := _shown(counts.get(code, 0), people, before.get(code)))
    }
    received = _shown(sum(counts.values()), sum(invited.values()), previous.get("received"))
    return {"day": today.isoformat(), "received": received, "units": units}


def _shown(answers: int, invited: int, before: int | None) -> int | None:
    """A lower bound of the answers; none under 10, and never so near to everybody that the few
    who did not answer could be counted. It does not fall when somebody withdraws."""
    nearest = min(answers, invited - MINIMUM_GROUP) // STEP * STEP
    shown = max(nearest, before or 0)
    return shown if shown >= LEAST else None
