"""Attacks on what an anonymous round publishes: linear, by brute force, and by swapping people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from unittest.mock import patch

import numpy as np
import pytest

from sop_assess.analysis.disclosure import ANONYMOUS
from sop_assess.analysis.frames import Column, Frame, Group, Grouping
from sop_assess.analysis.registries import READINGS, STATISTICS
from sop_assess.analysis.results import Cell
from sop_assess.instruments.catalogue import default_catalogue
from sop_assess.instruments.identity import Unit
from sop_assess.instruments.registries import KINDS
from sop_assess.release import guarded
from sop_assess.release.figures import item_cell, topic_cell
from sop_assess.release.job import figure_cells
from tests.attacks import linear
from tests.attacks.linear_companies import company, plain, survey

FAVOUR = np.array([-1.0, 0.0, 1.0])
SEEDS = 60


@pytest.fixture(scope="module")
def attacked() -> list[dict[str, float]]:
    # A third of the full attack's attempts keeps the suite short.
    with patch.object(linear, "TRIES", 8):
        return [linear.measure(seed, 20, 200) for seed in range(SEEDS)]


def test_nobody_works_out_a_figure_about_fewer_than_five(attacked):
    figures = linear.summary(attacked)
    assert figures["computable_with_guard"] == 0
    assert figures["computable_through_trends"] == 0
    assert figures["trends_shown"] > 0


def test_the_same_attacker_wins_against_a_minimum_n_alone(attacked):
    assert linear.summary(attacked)["computable_with_minimum_n"] >= 0.95 * SEEDS


def test_at_least_half_of_what_is_large_enough_is_still_shown(attacked):
    assert linear.summary(attacked)["share_still_shown"] >= 0.5


def test_the_attacker_sees_a_guard_that_is_one_too_lax(monkeypatch):
    monkeypatch.setattr(guarded, "refused", lambda *a: _REFUSED(a[0], a[1], 4, *a[3:]))
    found = [linear.attack_round(survey(company(seed, 20, 120), 0)) for seed in range(12)]
    assert sum(one is not None for one in found) >= 6


_REFUSED = guarded.refused


def _column(code: str, answers: np.ndarray) -> Column:
    numbers = np.where(answers >= 0, answers + 1.0, np.nan)
    states = np.where(answers >= 0, 0, 7).astype(np.int8)
    return Column(code, "ordinal", states, "S1", "clarity", categories=("bad", "so", "good"),
                  favour=FAVOUR, codes=answers.astype(np.int16), numbers=numbers)  # fmt: skip


def _small(seed: int) -> Frame:
    """Ten to twelve people in two or three units, with one attribute and one question."""
    dice = Random(seed)
    n = dice.randint(10, 12)
    unit = np.array([dice.randrange(dice.choice((2, 2, 3))) for _ in range(n)], np.int32)
    age = np.array([dice.randrange(2) for _ in range(n)], np.int32)
    weights = dice.choice(((1, 1, 1), (8, 1, 1), (1, 1, 8), (0, 0, 1), (1, 0, 0)))
    answers = np.array(dice.choices(range(3), weights, k=n))
    groupings = {"unit": Grouping("unit", ("u0", "u1", "u2"), unit, (6, 6, 6)),
                 "age": Grouping("age", ("v0", "v1"), age)}  # fmt: skip
    return Frame("survey", n, {"q": _column("q", answers)}, groupings, 18)


CATALOGUE = default_catalogue([Unit(f"u{n}", f"U{n}", 6) for n in range(3)],
                              {"age": ["v0", "v1"]})  # fmt: skip


def _published(frame: Frame) -> list[Cell]:
    cells = figure_cells(frame, KINDS["survey"], ANONYMOUS, CATALOGUE)
    return [c for c in cells if c.statistic != "response" and c.shown != "hidden"]


def _display(cell: Cell, counts: tuple[int, ...]) -> tuple[object, ...]:
    """How the same figure would look if the group had answered with these counts."""
    answers = np.repeat(np.arange(3), counts)
    column, group = _column("q", answers), Group(cell.group, np.arange(len(answers)), None)
    frame = Frame("survey", len(answers), {"q": column})
    if cell.about:
        statistic = next(s for s in STATISTICS if s.key == cell.statistic)
        found = item_cell(statistic, column, group)
    else:
        found = topic_cell(frame, READINGS["balance"], ("S1", "clarity"), [column], group)
    assert found is not None
    return _look(guarded.publish(found, ANONYMOUS))


def _look(cell: Cell) -> tuple[object, ...]:
    # Ranges follow from the value, and from how many were invited.
    return cell.shown, cell.n, cell.value, str(sorted(cell.detail.items()))


def _consistent(frame: Frame, cells: list[Cell]) -> np.ndarray:
    """Every way in which everybody could have answered so that the same is published."""
    n = frame.n_submissions
    every = np.stack(np.unravel_index(np.arange(3**n), (3,) * n), axis=1).astype(np.int8)
    for cell in sorted(cells, key=lambda c: -len(_rows(frame, c.group))):
        inside = every[:, _rows(frame, cell.group)]
        good, neutral = (inside == 2).sum(axis=1), (inside == 1).sum(axis=1)
        keys = good * 16 + neutral
        fits = []
        for key in np.unique(keys).tolist():
            good, neutral = divmod(key, 16)
            if _display(cell, (inside.shape[1] - good - neutral, neutral, good)) == _look(cell):
                fits.append(key)
        every = every[np.isin(keys, fits)]
    return every


def _rows(frame: Frame, group: str) -> np.ndarray:
    inside = np.ones(frame.n_submissions, dtype=bool)
    for part in group.split("+") if group != "all" else ():
        key, _, value = part.partition(":")
        grouping = frame.groupings[key]
        inside &= grouping.members == grouping.names.index(value)
    return np.flatnonzero(inside)


def _forced(frame: Frame, cells: list[Cell]) -> int:
    every = _consistent(frame, cells)
    assert len(every)
    return int((every == every[0]).all(axis=0).sum())


@pytest.mark.parametrize("seed", range(24))
def test_nobodys_answer_is_forced(seed: int) -> None:
    frame = _small(seed)
    cells = _published(frame)
    assert cells
    assert _forced(frame, cells) == 0


def test_the_brute_force_attacker_wins_against_exact_figures(monkeypatch):
    def exact(cell: Cell, rule: object, *, level: int | None = None) -> Cell:
        return replace(cell, value=round(cell.value or 0.0, 6), detail={})

    monkeypatch.setattr(guarded, "publish", exact)
    with plain():
        assert sum(_forced(f, _published(f)) > 0 for f in map(_small, range(8))) >= 4


def _swapped(frame: Frame, dice: Random) -> Iterator[np.ndarray]:
    """Orders of people in which everybody keeps unit, attribute and what they answered at all."""
    column = frame.columns["q"]
    classes = list(zip(frame.groupings["unit"].members.tolist(),
                       frame.groupings["age"].members.tolist(),
                       column.answered.tolist(), strict=True))  # fmt: skip
    for _ in range(4):
        order = np.arange(frame.n_submissions)
        for kind in set(classes):
            places = [i for i, own in enumerate(classes) if own == kind]
            order[places] = dice.sample(places, len(places))
        yield order


@pytest.mark.parametrize("seed", range(6))
def test_swapping_answers_inside_a_class_changes_no_published_byte(seed: int) -> None:
    frame = _small(seed)
    before = figure_cells(frame, KINDS["survey"], ANONYMOUS, CATALOGUE)
    answers = np.asarray(frame.columns["q"].codes)
    for order in _swapped(frame, Random(seed)):
        column = _column("q", answers[order])
        after = Frame("survey", frame.n_submissions, {"q": column}, frame.groupings, 18)
        assert figure_cells(after, KINDS["survey"], ANONYMOUS, CATALOGUE) == before


def test_what_is_hidden_does_not_depend_on_what_was_answered():
    frame = _small(3)
    dice = Random(3)
    patterns = set()
    for _ in range(5):
        answers = np.array([dice.randrange(3) for _ in range(frame.n_submissions)])
        other = Frame("survey", len(answers), {"q": _column("q", answers)}, frame.groupings, 18)
        cells = figure_cells(other, KINDS["survey"], ANONYMOUS, CATALOGUE)
        patterns.add(tuple((c.statistic, c.group, c.shown, c.n) for c in cells))
    assert len(patterns) == 1
