"""From a frame to unprotected cells: every statistic per leaf, the reading per topic, by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..analysis.frames import Column, Frame, Rows
from ..analysis.reading import Reading
from ..analysis.registries import STATISTICS
from ..analysis.results import Cell, Result
from ..analysis.statistic import Statistic
from ..errors import TooFewError
from ..instruments.definition import place_of


@dataclass(frozen=True, eq=False)
class Group:
    """The submissions of one group and how many people there are in it."""

    name: str
    rows: Rows
    population: int | None


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
    by_level: dict[str, list[Statistic]] = defaultdict(list)
    for statistic in STATISTICS:
        for level in statistic.levels:
            by_level[level].append(statistic)
    for column in frame.columns.values():
        if column.role == "header":
            continue
        for statistic in by_level[column.level]:
            for group in among:
                result = _compute(statistic, column, group)
                if result is not None:
                    yield _cell(statistic.key, column.code, column.subject, column.topic,
                                group, result)  # fmt: skip


def topic_cells(frame: Frame, reading: Reading, among: Sequence[Group]) -> Iterator[Cell]:
    """The method's own figure per subject and topic; hand-offs as a whole and per side."""
    for (subject, topic), members in _by_topic(frame).items():
        for group in among:
            try:
                result = reading.summarise(frame, members, group.rows, group.population)
            except TooFewError:
                continue
            yield _cell(reading.key, "", subject, topic, group, result)


def _by_topic(frame: Frame) -> dict[tuple[str, str], list[Column]]:
    found: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for column in frame.columns.values():
        if column.subject is None or column.topic is None or column.role == "header":
            continue
        for subject in dict.fromkeys((place_of(column.subject), column.subject)):
            found[subject, column.topic].append(column)
    return found


def _compute(statistic: Statistic, column: Column, group: Group) -> Result | None:
    if statistic.compute is None:
        return None
    try:
        return statistic.compute(column, group.rows, group.population)
    except TooFewError:
        return None


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
