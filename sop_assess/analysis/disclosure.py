"""What may leave a round: groups that are too small are hidden, together with what would give
them away, and what is shown is rounded by its n alone.

What this does not do: compare two crossing groupings (unit and role) for a small overlap. An
anonymous round therefore publishes one grouping only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .results import Cell
from .rounding import display_rounded, minimum_people, to_step

Key = tuple[str, str | None, str | None, str]
Family = tuple[str, str, str | None, str | None]
TOO_SMALL: Final = "too_small"
COMPLEMENT: Final = "complement"
NOT_RELEASED: Final = "not_released"


@dataclass(frozen=True)
class Rule:
    """`minimum_group` people behind a figure, `minimum_quotes` behind a quote or a theme;
    `bands` says whether figures are banded and rounded as well."""

    minimum_group: int
    minimum_quotes: int
    bands: bool


ANONYMOUS: Final = Rule(5, 10, True)
NAMED: Final = Rule(1, 1, False)


def protect(cells: Sequence[Cell], rule: Rule) -> list[Cell]:
    """The cells as they may be published, in the same order.

    Per statistic and question, groups below the minimum are hidden; then further groups of the
    same grouping, smallest first, until whoever subtracts the shown groups from the whole learns
    about nobody, or about the minimum of people at least. People whose group is unknown count
    in what is left. A group that is absent, because its statistic refused, counts there too.

    >>> cells = [Cell("share", "q", None, None, group, n, 0.5)
    ...          for group, n in (("all", 60), ("unit:A", 30), ("unit:B", 27), ("unit:C", 3))]
    >>> [cell.reason for cell in protect(cells, ANONYMOUS)]
    [None, None, 'complement', 'too_small']
    """
    reasons = _reasons(cells, rule)
    touched = {
        (cells[i].subject, cells[i].topic, cells[i].group) for i in reasons if cells[i].about
    }
    published = []
    for i, cell in enumerate(cells):
        # A whole topic must not be finer than the items whose group was hidden in it.
        coarse = not cell.about and (cell.subject, cell.topic, cell.group) in touched
        published.append(
            cell.hide(reasons[i]) if i in reasons else display(cell, rule, coarse=coarse)
        )
    return published


def display(cell: Cell, rule: Rule, *, coarse: bool = False) -> Cell:
    """The cell rounded by its n, whatever the data: a band at 5 to 9, steps of 0.05 (means 0.25)
    at 10 to 49, of 0.01 (means 0.1) from 50. Intervals come from the displayed value and are
    rounded outward. Applying it again changes nothing. `coarse` keeps the steps of 10 to 49.

    >>> shown = display(Cell("share", "q", None, None, "all", 12, 7 / 12), ANONYMOUS)
    >>> shown.value, shown.low, shown.high, shown.shown
    (0.6, 0.3, 0.85, 'rounded')
    """
    if not rule.bands or cell.shown in {"hidden", "band"} or cell.statistic == "response":
        return cell
    return display_rounded(cell, coarse=coarse)


def response_cells(
    answered: Mapping[str, int], invited: Mapping[str, int], rule: Rule
) -> list[Cell]:
    """The response rate of every unit and of all: n is how many were invited.

    Hidden where 1 to k-1 people answered, or 1 to k-1 did not, and where subtraction would tell.
    Rates are rounded to 0.05 when the rule bands, with the ends merged. Units in name order.

    >>> cells = response_cells({"A": 10, "B": 17}, {"A": 20, "B": 30}, ANONYMOUS)
    >>> [(cell.group, cell.n, cell.value) for cell in cells]
    [('all', 50, 0.55), ('unit:A', 20, 0.5), ('unit:B', 30, 0.55)]
    """
    units = sorted(invited)
    came = {unit: min(answered.get(unit, 0), invited[unit]) for unit in units}
    away = {unit: invited[unit] - came[unit] for unit in units}
    shown = {u for u in units if _safe((came[u], away[u]), rule.minimum_group)}
    whole = (sum(came.values()), sum(away.values()))
    if not _safe(whole, rule.minimum_group):
        shown = set()
    while shown and not _rest_is_safe(units, shown, came, away, rule.minimum_group):
        shown.remove(min(shown, key=lambda unit: (invited[unit], unit)))
    total = _response("all", *whole, rule)
    cells = [total if _safe(whole, rule.minimum_group) else total.hide(TOO_SMALL)]
    for unit in units:
        cell = _response(f"unit:{unit}", came[unit], away[unit], rule)
        alone = _safe((came[unit], away[unit]), rule.minimum_group)
        reason = COMPLEMENT if alone else TOO_SMALL
        cells.append(cell if unit in shown else cell.hide(reason))
    return cells


def _safe(counts: Iterable[int], minimum: int) -> bool:
    return all(n == 0 or n >= minimum for n in counts)


def _rest_is_safe(
    units: Sequence[str], shown: set[str], came: Mapping[str, int], away: Mapping[str, int],
    minimum: int,
) -> bool:  # fmt: skip
    hidden = [unit for unit in units if unit not in shown]
    rest = (sum(came[unit] for unit in hidden), sum(away[unit] for unit in hidden))
    return _safe(rest, minimum) and (len(hidden) != 1 or minimum <= 1)


def _response(group: str, came: int, away: int, rule: Rule) -> Cell:
    invited = came + away
    cell = Cell("response", "", None, None, group, invited, population=invited)
    if not invited:
        return cell.hide(TOO_SMALL)
    rate = came / invited
    if not rule.bands:
        return replace(cell, value=rate)
    value, end = to_step(rate, 0.05, 0.05, 0.95)
    detail = {"end": True} if end else {}
    return replace(cell, value=value, detail=detail, shown="rounded")


def _reasons(cells: Sequence[Cell], rule: Rule) -> dict[int, str]:
    """Which cells must go, by position, and why. With a minimum of one nothing must: a figure
    about nobody, such as a stage that nothing ever left, is a finding then."""
    if rule.minimum_group <= 1:
        return {}
    sizes = _sizes(cells)
    families: dict[Family, list[int]] = defaultdict(list)
    reasons: dict[int, str] = {}
    for i, cell in enumerate(cells):
        minimum = _minimum(cell, rule)
        if cell.statistic == "response":
            continue
        if minimum is None:
            reasons[i] = NOT_RELEASED
        else:
            families[cell.statistic, cell.about, cell.subject, cell.topic].append(i)
    for members in families.values():
        lowest = max(_minimum(cells[i], rule) or rule.minimum_group for i in members)
        reasons |= _family(cells, members, sizes, max(lowest, rule.minimum_group))
    return reasons


def _minimum(cell: Cell, rule: Rule) -> int | None:
    """How many people this figure needs behind it; None where it is not released at all."""
    if not rule.bands:
        return rule.minimum_group
    if cell.statistic == "theme":
        return rule.minimum_quotes
    return minimum_people(cell, rule.minimum_group)


def _key(cell: Cell) -> Key:
    return cell.about, cell.subject, cell.topic, cell.group


def _sizes(cells: Sequence[Cell]) -> dict[Key, int]:
    """People behind each question and group: the least that any statistic of it counts, so that
    all statistics of a question come to the same decision."""
    sizes: dict[Key, int] = {}
    for cell in cells:
        if cell.statistic != "response":
            sizes[_key(cell)] = min(cell.n or 0, sizes.get(_key(cell), cell.n or 0))
    return sizes


def _family(
    cells: Sequence[Cell], members: Sequence[int], sizes: Mapping[Key, int], minimum: int
) -> dict[int, str]:
    people = {i: sizes[_key(cells[i])] for i in members}
    wholes = [i for i in members if cells[i].group == "all"]
    if any(people[i] < minimum for i in wholes):
        return dict.fromkeys(members, TOO_SMALL)
    total = people[wholes[0]] if wholes else None
    groupings: dict[str, list[int]] = defaultdict(list)
    for i in members:
        if cells[i].group != "all":
            groupings[cells[i].group.partition(":")[0]].append(i)
    reasons: dict[int, str] = {}
    for siblings in groupings.values():
        order = sorted(siblings, key=lambda i: (people[i], cells[i].group))
        reasons |= _siblings([(i, people[i]) for i in order], total, minimum)
    return reasons


def _siblings(
    ordered: Sequence[tuple[int, int]], total: int | None, minimum: int
) -> dict[int, str]:
    """Which of the siblings, smallest first, must go."""
    reasons = {i: TOO_SMALL for i, n in ordered if n < minimum}
    hidden = [n for _, n in ordered if 0 < n < minimum]
    shown = [(i, n) for i, n in ordered if n >= minimum]
    while shown and _computable(hidden, sum(n for _, n in shown), total, minimum):
        i, n = shown.pop(0)
        hidden.append(n)
        reasons[i] = COMPLEMENT
    return reasons


def _computable(hidden: Sequence[int], shown: int, total: int | None, minimum: int) -> bool:
    """Whether the whole minus the shown groups would tell about too few people."""
    rest = total - shown if total is not None else sum(hidden)
    # One hidden group alone is safe only when it was hidden to cover people of no known group.
    alone = len(hidden) == 1 and hidden[0] < minimum
    return alone or 0 < sum(hidden) < minimum or 0 < rest < minimum
