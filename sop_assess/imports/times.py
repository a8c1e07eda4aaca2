"""Time stamps out of an export: one lead or order going through one step. Pure."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from ..errors import InvalidError
from ..translatable import marked
from .moments import (
    NotADateError,
    Order,
    agree_on_order,
    is_missing,
    needs_order,
    order_shown_by,
    read_moment,
)
from .tables import Row, Table, rows, uneven

LONGEST_NAME: Final = 100
MOST_STEPS: Final = 40
MOST_SOURCES: Final = 60
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class TimeColumns:
    """Which columns hold what. Without a step column every row is the step `step_label`."""

    item: str
    start: str
    end: str
    step: str | None = None
    source: str | None = None
    step_label: str = ""
    order: Order | None = None


class TimeRow(NamedTuple):
    """One item in one step; an end that is missing never arrived."""

    item: str
    step: str
    source: str | None
    started_at: datetime
    ended_at: datetime | None


@dataclass
class Times:
    """What was read, and what was left out and why."""

    found: list[TimeRow] = field(default_factory=list)
    set_aside: Counter[str] = field(default_factory=Counter)
    aside_by_step: Counter[str] = field(default_factory=Counter)  # end before start
    rows: int = 0


@dataclass(frozen=True)
class _Places:
    item: int
    start: int
    end: int
    step: int | None
    source: int | None
    step_label: str
    names: tuple[str, str]  # of the start and the end column
    orders: tuple[Order | None, Order | None]


def read_times(table: Table, columns: TimeColumns, progress: Progress) -> Times:
    """All time stamps of the table; one cell that is no date stops the import with a sentence."""
    places = _places(table, columns)
    times, seen = Times(), set[int]()
    for row in rows(table):
        times.rows += 1
        if times.rows % 5000 == 0:
            progress(0.5, marked("Reading the rows"))
        _take(times, row, places, seen)
    _check_shape(times)
    return times


def _places(table: Table, columns: TimeColumns) -> _Places:
    if columns.start == columns.end:
        raise InvalidError("Start and end are the same column. Choose two different ones.")
    if columns.step is None and not columns.step_label.strip():
        raise InvalidError("Say which column names the step, or give the step a name.")
    start, end = table.position(columns.start), table.position(columns.end)
    return _Places(
        item=table.position(columns.item),
        start=start,
        end=end,
        step=None if columns.step is None else table.position(columns.step),
        source=None if columns.source is None else table.position(columns.source),
        step_label=" ".join(columns.step_label.split())[:LONGEST_NAME],
        names=(columns.start, columns.end),
        orders=_orders(table, (start, end), (columns.start, columns.end), columns.order),
    )


def _orders(
    table: Table, places: tuple[int, int], names: tuple[str, str], given: Order | None
) -> tuple[Order | None, Order | None]:
    """How slash dates are read; the columns of one export help each other out."""
    shown: tuple[set[Order], set[Order]] = (set(), set())
    doubtful: list[tuple[str, str]] = []
    for row in rows(table):
        for which, place in enumerate(places):
            order = order_shown_by(row.cells[place])
            if order is not None:
                shown[which].add(order)
            elif not doubtful and needs_order(row.cells[place]):
                doubtful.append((names[which], row.cells[place].strip()))
    start, end = (agree_on_order(names[i], shown[i]) for i in (0, 1))
    if doubtful and not (start or end or given):
        raise _two_readings(*doubtful[0])
    return start or given or end, end or given or start


def _two_readings(column: str, example: str) -> InvalidError:
    return InvalidError(
        "In the column “%(column)s” the date %(example)s has two readings, and no row decides. "
        "Say whether day or month comes first.",
        column=column, example=example,
    )  # fmt: skip


def _take(times: Times, row: Row, places: _Places, seen: set[int]) -> None:
    if not row.whole:
        times.set_aside["broken"] += 1
        return
    found = _read(row, places)
    if isinstance(found, str):
        times.set_aside[found] += 1
    elif found.ended_at is not None and found.ended_at < found.started_at:
        times.set_aside["end_before_start"] += 1
        times.aside_by_step[found.step] += 1
    elif (key := hash(found)) in seen:
        times.set_aside["twice"] += 1
    else:
        seen.add(key)
        times.found.append(found)


def _read(row: Row, places: _Places) -> TimeRow | str:
    item = _name(row.cells[places.item])
    step = places.step_label if places.step is None else _name(row.cells[places.step])
    start = _moment(row, places, 0)
    end = _moment(row, places, 1)
    if not item:
        return "no_item"
    if not step:
        return "no_step"
    if start is None:
        return "no_start"
    source = None if places.source is None else _name(row.cells[places.source]) or None
    return TimeRow(item, step, source, start, end)


def _name(text: str) -> str:
    return sys.intern(" ".join(text.split())[:LONGEST_NAME].replace("\0", ""))


def _moment(row: Row, places: _Places, which: int) -> datetime | None:
    text = row.cells[(places.start, places.end)[which]]
    if is_missing(text):
        return None
    try:
        return read_moment(text, places.orders[which])
    except NotADateError:
        raise InvalidError(
            "Line %(line)s, column “%(column)s”: “%(text)s” is not a date. Known forms: "
            "2026-03-31 14:05, 31.03.2026 14:05, 31/03/2026 or 03/31/2026.",
            line=row.line, column=places.names[which], text=text.strip()[:40],
        ) from None  # fmt: skip


def _check_shape(times: Times) -> None:
    if not times.rows:
        raise InvalidError("The file has a header and no rows.")
    if times.set_aside["broken"] * 2 > times.rows:
        raise uneven(times.set_aside["broken"], times.rows)
    if not times.found:
        raise InvalidError(
            "No row can be used: each needs an item, a step and a start, and no end before its "
            "start."
        )
    _check_variety(times.found)


def _check_variety(found: list[TimeRow]) -> None:
    steps, sources = len({row.step for row in found}), len({row.source for row in found})
    if steps > MOST_STEPS:
        raise InvalidError(
            "There are %(count)s different steps; at most %(most)s can be compared. Check that "
            "the right column names the step.",
            count=steps, most=MOST_STEPS,
        )  # fmt: skip
    if sources > MOST_SOURCES:
        raise InvalidError(
            "There are %(count)s different sources; at most %(most)s can be compared. Check that "
            "the right column names the source.",
            count=sources, most=MOST_SOURCES,
        )  # fmt: skip
