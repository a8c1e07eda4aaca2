"""What may leave a round: its rule, and how a figure is shown by its n alone.

Which groups are shown at all is decided by the guard (guard_release.py) for anonymous rounds;
a named round shows every figure as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from .reasons import NOT_RELEASED, TOO_SMALL
from .results import Cell
from .rounding import SMALL, display_rounded, minimum_people


@dataclass(frozen=True)
class Rule:
    """`minimum_group` people behind a figure, `minimum_quotes` behind a quote or a theme;
    `bands` says whether figures are banded and rounded as well, `only_bands` whether nothing finer
    than a band is shown whatever n is."""

    minimum_group: int
    minimum_quotes: int
    bands: bool
    only_bands: bool = False


ANONYMOUS: Final = Rule(5, 10, True)
NAMED: Final = Rule(1, 1, False)


def rule_of(policy: Mapping[str, Any]) -> Rule:
    """The rule of an anonymous round: what it promised when it opened, never less than ours.

    >>> rule_of({"minimum_group": 8, "minimum_quotes": 3})
    Rule(minimum_group=8, minimum_quotes=10, bands=True, only_bands=False)
    """
    return Rule(
        max(ANONYMOUS.minimum_group, int(policy.get("minimum_group", 0))),
        max(ANONYMOUS.minimum_quotes, int(policy.get("minimum_quotes", 0))),
        True,
        bool(policy.get("bands_only")),
    )


def publish(cell: Cell, rule: Rule, *, level: int | None = None) -> Cell:
    """The cell as it may be published where its group may be shown: rounded, or hidden because
    its statistic needs more people.

    >>> publish(Cell("median", "q", None, None, "all", 9, 3.0), ANONYMOUS).reason
    'too_small'
    """
    if not rule.bands:
        return cell
    if rule.only_bands:
        return _banded(cell, rule)
    theme = cell.statistic == "theme"
    needed = minimum_people(cell, rule.minimum_quotes if theme else rule.minimum_group)
    if needed is None:
        return cell.hide(NOT_RELEASED)
    if min(cell.n or 0, cell.n or 0 if level is None else level) < needed:
        return cell.hide(TOO_SMALL)
    return display(cell, rule, level=level)


def _banded(cell: Cell, rule: Rule) -> Cell:
    shown = publish(cell, replace(rule, only_bands=False), level=min(cell.n or 0, SMALL - 1))
    if shown.shown != "band" or (cell.n or 0) < SMALL:
        return shown
    detail = {key: value for key, value in shown.detail.items() if key != "n_band"}
    return replace(shown, n=cell.n, detail=detail)


def display(cell: Cell, rule: Rule, *, level: int | None = None) -> Cell:
    """The cell rounded by its n, whatever the data: a band at 5 to 9, steps of 0.05 (means 0.25)
    at 10 to 49, of 0.01 (means 0.1) from 50; the ends are merged. Intervals come from the displayed
    value and are rounded outward. Applying it again changes nothing. `level` is a smaller n that
    the rounding follows instead: a whole is never finer than the figures it is made of.

    >>> shown = display(Cell("share", "q", None, None, "all", 12, 7 / 12), ANONYMOUS)
    >>> shown.value, shown.low, shown.high, shown.shown
    (0.6, 0.3, 0.85, 'rounded')
    """
    if not rule.bands or cell.shown in {"hidden", "band"} or cell.statistic == "response":
        return cell
    return display_rounded(cell, level=level)


def quotes_allowed(people: int, whole: int, minimum: int) -> bool:
    """Whether themes and quotes of a group may be shown: enough people who answered, and nobody or
    as many in the rest of the group above it.

    >>> quotes_allowed(12, 20, 10), quotes_allowed(12, 22, 10), quotes_allowed(12, 12, 10)
    (False, True, True)
    """
    return people >= minimum and not 0 < whole - people < minimum
