"""The figures of an anonymous round: computed only where the guard lets a group be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..analysis.disclosure import Rule, publish
from ..analysis.frames import Column, Frame, Group
from ..analysis.guard_release import Catalogue, Mask, refused, roll_up
from ..analysis.reading import Reading
from ..analysis.reasons import NOT_RELEASED, TOO_SMALL
from ..analysis.results import Cell
from ..analysis.rounding import SMALL
from ..analysis.statistics.mean import favour
from ..jobs import Progress, quietly
from ..translatable import marked
from .figures import asked, by_topic, item_cell, statistics_of, topic_cell

Reasons = Mapping[str, Mapping[str, str]]
History = Mapping[str, Sequence[str]]


def guarded_cells(
    frame: Frame,
    reading: Reading,
    names: Sequence[str],
    rule: Rule,
    history: History | None = None,
    progress: Progress = quietly,
) -> list[Cell]:
    """Every figure of every group of the catalogue, as it may be published.

    `history` : the groups whose figures were published before, by question. `progress` hears of
    every question.
    """
    catalogue = Catalogue.of(frame, names)
    reasons = _reasons(frame, catalogue, rule, history or {})
    cells: list[Cell] = []
    columns = asked(frame)
    for done, column in enumerate(columns):
        progress(done / len(columns), marked("Counting"))
        cells += _item_cells(column, catalogue, reasons[column.code], rule)
    for about, members in by_topic(frame).items():
        cells += _topic_cells(frame, reading, about, members, catalogue, reasons, rule)
    return cells


def _reasons(frame: Frame, catalogue: Catalogue, rule: Rule, history: History) -> Reasons:
    """By question, the groups that may not be shown; the same answerers are decided once."""
    known: dict[tuple[bytes, tuple[str, ...]], dict[str, str]] = {}
    found: dict[str, dict[str, str]] = {}
    for column in asked(frame):
        answered, before = answers(column), tuple(history.get(column.code, ()))
        key = answered.tobytes(), before
        if key not in known:
            known[key] = refused(catalogue, answered, rule.minimum_group, before)
        found[column.code] = known[key]
    return found


def answers(column: Column) -> Mask:
    """Who answered a question with something that can be counted, (n_submissions,)."""
    answered = column.answered
    if column.codes is not None:
        answered = answered & (column.codes >= 0)
    if column.numbers is not None:
        answered = answered & ~np.isnan(column.numbers)
    return np.asarray(answered)


def _item_cells(
    column: Column, catalogue: Catalogue, reasons: Mapping[str, str], rule: Rule
) -> Iterator[Cell]:
    answered = answers(column)
    people = [int(answered[group.rows].sum()) for group in catalogue.groups]
    for statistic in statistics_of(column.level):
        if statistic.compute is None:
            continue
        empty = Cell(statistic.key, column.code, column.subject, column.topic, "", None)
        family = []
        for group in catalogue.groups:
            reason = reasons.get(group.name)
            cell = None if reason else item_cell(statistic, column, group)
            family.append(_published(cell, _of(empty, group), reason, rule))
        yield from roll_up(family, people, catalogue.larger)


def _topic_cells(
    frame: Frame,
    reading: Reading,
    about: tuple[str, str],
    members: Sequence[Column],
    catalogue: Catalogue,
    reasons: Reasons,
    rule: Rule,
) -> list[Cell]:
    """A topic is made of the questions that are shown for the group, so it tells no more."""
    said = {column.code: ~np.isnan(favour(column, np.arange(frame.n_submissions)))
            for column in members}  # fmt: skip
    empty = Cell(reading.key, "", *about, "", None)
    family, people = [], []
    for group in catalogue.groups:
        sizes = {code: int(who[group.rows].sum()) for code, who in said.items()}
        used = _used(members, sizes, group, reasons, rule)
        cell = topic_cell(frame, reading, about, used, group) if used else None
        reason = None if used else _why(members, group, reasons)
        level = min((sizes[column.code] for column in used), default=0)
        family.append(_published(cell, _of(empty, group), reason, rule, level))
        people.append((cell.n or 0) if cell else 0)
    return roll_up(family, people, catalogue.larger)


def _used(
    members: Sequence[Column], sizes: Mapping[str, int], group: Group, reasons: Reasons, rule: Rule
) -> list[Column]:
    shown = [
        column for column in members
        if group.name not in reasons[column.code] and sizes[column.code] >= rule.minimum_group
    ]  # fmt: skip
    # One question that is shown as a band would make a band of the whole topic.
    return [column for column in shown if sizes[column.code] >= SMALL] or shown


def _why(members: Sequence[Column], group: Group, reasons: Reasons) -> str:
    found = {reasons[column.code].get(group.name, TOO_SMALL) for column in members}
    return TOO_SMALL if TOO_SMALL in found else min(found)


def _of(empty: Cell, group: Group) -> Cell:
    return Cell(empty.statistic, empty.about, empty.subject, empty.topic, group.name, None,
                population=group.population)  # fmt: skip


def _published(
    cell: Cell | None, empty: Cell, reason: str | None, rule: Rule, level: int | None = None
) -> Cell:
    if reason is not None:
        return empty.hide(reason)
    return empty.hide(NOT_RELEASED) if cell is None else publish(cell, rule, level=level)
