"""Cells that only one named method has: shopper severity, agreement, coverage, flow of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..analysis.frames import Frame
from ..analysis.results import Cell
from ..errors import TooFewError
from .sources import Source


def method_cells(source: Source) -> Iterator[Cell]:
    """What the method of this round shows beside answers; empty where there is too little data."""
    for make in _EXTRAS.get(source.frame.method, ()):
        try:
            yield from make(source)
        except TooFewError:
            continue


def _severity(source: Source) -> Iterator[Cell]:
    from ..analysis.statistics.severity import severity

    frame = source.frame
    places, people = frame.groupings.get("location"), frame.groupings.get("shopper")
    ratings = _mean_rating(frame)
    if places is None or people is None or ratings is None:
        return
    model = severity(ratings, places.members, people.members)
    visits = np.bincount(people.members[people.members >= 0], minlength=len(people.names))
    for index, alias in enumerate(people.names):
        effect, error = float(model.shoppers[index]), float(model.shopper_errors[index])
        if np.isnan(effect):
            continue
        yield Cell(
            "severity", alias[:60], None, None, "all", int(visits[index]), effect,
            effect - 1.96 * error, effect + 1.96 * error,
            {"unit": "points of 1 to 5", "shared_locations": model.shared_locations},
        )  # fmt: skip
    for index, place in enumerate(places.names):
        value, error = float(model.locations[index]), float(model.location_errors[index])
        if np.isnan(value):
            continue
        count = int((places.members == index).sum())
        yield Cell(
            "fair_average", "", None, None, f"location:{place}", count, value,
            value - 1.96 * error, value + 1.96 * error, {"raw": float(model.raw[index])},
        )  # fmt: skip


def _mean_rating(frame: Frame) -> np.ndarray[Any, Any] | None:
    """The mean of a visit's anchored ratings, 1 to 5; impressions stay out (halo)."""
    rated = [
        column.numbers
        for column in frame.columns.values()
        if column.level == "ordinal" and column.role != "impression" and column.numbers is not None
    ]
    if not rated:
        return None
    table = np.vstack(rated)
    given = (~np.isnan(table)).sum(axis=0)
    total = np.nansum(table, axis=0)
    return np.where(given > 0, total / np.maximum(given, 1), np.nan)


def _saturation(source: Source) -> Iterator[Cell]:
    """How much new the last two interviews brought: new (subject, topic, mark) per interview."""
    seen: set[tuple[str, str, int]] = set()
    new: list[int] = []
    for row in range(source.frame.n_submissions):
        marks = _marks(source.frame, row)
        new.append(len(marks - seen))
        seen |= marks
    base, run = 4, 2
    if len(new) < base + run or not sum(new[:base]):
        raise TooFewError("Saturation needs six interviews.")
    first, last = sum(new[:base]), sum(new[-run:])
    yield Cell("saturation", "", None, None, "all", len(new), last / first,
               detail={"new": new, "base": first, "last": last})  # fmt: skip


def _marks(frame: Frame, row: int) -> set[tuple[str, str, int]]:
    return {
        (column.subject or "", column.topic or "", int(column.codes[row]))
        for column in frame.columns.values()
        if column.codes is not None and column.codes[row] >= 0 and column.level == "ordinal"
    }


def _coverage(source: Source) -> Iterator[Cell]:
    """Which stages were owned by at least one interviewee, and heard from both sides."""
    owned = {s for context in source.contexts for s in context.get("owned", ())}
    heard = owned | {
        s
        for context in source.contexts
        for key in ("supplied", "received")
        for s in context.get(key, ())
    }
    yield Cell("coverage", "", None, None, "all", len(source.contexts),
               detail={"owned": sorted(owned), "heard": sorted(heard)})  # fmt: skip


def _sessions(source: Source) -> Iterator[Cell]:
    """How many sessions, roles and traced work items the observers brought."""
    roles = {str(context.get("role")) for context in source.contexts if context.get("role")}
    items = [i for context in source.contexts for i in context.get("work_items", ())]
    yield Cell("coverage", "", None, None, "all", len(source.contexts),
               detail={"roles": sorted(roles), "work_items": len(items)})  # fmt: skip
    timed = [item for item in items if "touch_minutes" in item]
    if timed:
        yield _flow(timed)


def _flow(items: list[Mapping[str, Any]]) -> Cell:
    """Work and waiting of the items whose work was timed; only judged ones can be right."""
    touch = sum(float(i["touch_minutes"]) for i in items)
    wait = sum(float(w.get("minutes", 0)) for i in items for w in i.get("waits", ()))
    judged = [bool(i["complete_and_right"]) for i in items if "complete_and_right" in i]
    return Cell(
        "flow", "", None, None, "all", len(items),
        touch / (touch + wait) if touch + wait else None,
        detail={"touch_minutes": touch / len(items), "wait_minutes": wait / len(items),
                "complete_and_right": sum(judged), "judged": len(judged)},
    )  # fmt: skip


def _cases(source: Source) -> Iterator[Cell]:
    shoppers = {context.get("shopper") for context in source.contexts} - {None}
    places = {context.get("location") for context in source.contexts} - {None}
    yield Cell("coverage", "", None, None, "all", len(source.contexts),
               detail={"shoppers": len(shoppers), "locations": len(places)})  # fmt: skip


_EXTRAS: dict[str, tuple[Callable[[Source], Iterator[Cell]], ...]] = {
    "shop": (_severity, _cases),
    "interview": (_coverage, _saturation),
    "shadow": (_sessions,),
}
