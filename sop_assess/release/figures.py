"""From a frame to unprotected cells: every statistic per leaf, the reading per topic, by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from ..analysis.frames import Column, Frame, Group
from ..analysis.reading import Reading
from ..analysis.registries import STATISTICS
from ..analysis.results import Cell, Result
from ..analysis.statistic import Statistic
from ..errors import TooFewError
from ..instruments.definition import place_of

SET_APART = frozenset({"header", "attribute"})


def groups(frame: Frame, keys: Sequence[str]) -> list[Group]:
    """Everybody, then each group of the named groupings."""
    found = [Group("all", np.arange(frame.n_submissions), frame.population)]
    for key in keys:
        grouping = frame.groupings.get(key)
        if grouping is None:
            continue
        for index, name in enumerate(grouping.names):
            rows = np.flatnonzero(grouping.members == index)
            population = grouping.population[index] if grouping.population else None
            found.append(Group(f"{key}:{name}", rows, population))
    return found


def item_cells(frame: Frame, among: Sequence[Group]) -> Iterator[Cell]:
    """Every statistic of every leaf in every group that has enough data."""
    for column in asked(frame):
        for statistic in statistics_of(column.level):
            for group in among:
                cell = item_cell(statistic, column, group)
                if cell is not None:
                    yield cell


def asked(frame: Frame) -> list[Column]:
    """The questions that figures are about: no headers, nothing about the people themselves."""
    return [column for column in frame.columns.values() if column.role not in SET_APART]


@cache
def statistics_of(level: str) -> tuple[Statistic, ...]:
    """The statistics that a question of this level has."""
    return tuple(statistic for statistic in STATISTICS if level in statistic.levels)


def item_cell(statistic: Statistic, column: Column, group: Group) -> Cell | None:
    """One statistic of one leaf in one group; None with too little data."""
    if statistic.compute is None:
        return None
    try:
        result = statistic.compute(column, group.rows, group.population)
    except TooFewError:
        return None
    return _cell(statistic.key, column.code, column.subject, column.topic, group, result)


def topic_cells(frame: Frame, reading: Reading, among: Sequence[Group]) -> Iterator[Cell]:
    """The method's own figure per subject and topic; hand-offs as a whole and per side."""
    for (subject, topic), members in by_topic(frame).items():
        for group in among:
            cell = topic_cell(frame, reading, (subject, topic), members, group)
            if cell is not None:
                yield cell


def topic_cell(
    frame: Frame, reading: Reading, about: tuple[str, str], members: Sequence[Column], group: Group
) -> Cell | None:
    """What the questions of one subject and topic say in one group; None with too little data."""
    try:
        result = reading.summarise(frame, members, group.rows, group.population)
    except TooFewError:
        return None
    return _cell(reading.key, "", *about, group, result)


def by_topic(frame: Frame) -> dict[tuple[str, str], list[Column]]:
    """The questions of every subject and topic; a hand-off as a whole and per side."""
    found: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for column in asked(frame):
        if column.subject is None or column.topic is None:
            continue
        for subject in dict.fromkeys((place_of(column.subject), column.subject)):
            found[subject, column.topic].append(column)
    return found


def _cell(
    statistic: str,
    about: str,
    subject: str | None,
    topic: str | None,
    group: Group,
    result: Result,
) -> Cell:
    detail = dict(result.detail)
    if result.caveat:
        detail["caveat"] = result.caveat
    return Cell(statistic, about, subject, topic, group.name, result.n, result.value, result.low,
                result.high, detail, population=group.population)  # fmt: skip
