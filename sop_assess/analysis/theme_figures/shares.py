"""Where a theme comes from: its comments by stage, unit or method, with small groups folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...errors import TooFewError
from ..results import Result
from ..statistics.share import share

MINIMUM: Final = 10
FOLDED: Final = ""


@dataclass(frozen=True)
class GroupShare:
    """One group's part in a theme; `group` is FOLDED for the small ones together.

    `of_theme` : the share of the theme's comments that come from the group. `of_group` : the share
    of the group's comments that are in the theme. Each with its n and its 95 % interval.
    """

    group: str
    folded: tuple[str, ...]
    of_theme: Result
    of_group: Result


def shares_by_group(
    in_theme: Mapping[str, int], written: Mapping[str, int], minimum: int = MINIMUM
) -> tuple[GroupShare, ...]:
    """The parts of all groups in one theme, by what they give to it; the folded ones last.

    in_theme : comments in the theme by group, groups without any may be missing. written : all
    comments by group, the unplaced ones too. Groups with fewer than `minimum` comments are folded,
    and with them the next smallest until the fold has as many. Comments without a group are left
    out by the caller, and it says how many. Only for named methods and imports: comments of an
    anonymous round carry no unit, and their counts by stage are not released.
    TooFewError where nothing is in the theme; ValueError where a group has more in the theme than
    it wrote.

    >>> for part in shares_by_group({"Sales": 12, "IT": 1}, {"Sales": 40, "IT": 4, "HR": 9}):
    ...     print(part.group or part.folded, part.of_theme.detail["yes"], part.of_group.n)
    Sales 12 40
    ('HR', 'IT') 1 13
    """
    for group, count in in_theme.items():
        if not 0 <= count <= written.get(group, 0):
            raise ValueError(f"{count} of {written.get(group, 0)} comments of {group!r}")
    total = sum(in_theme.values())
    if not total:
        raise TooFewError("No comment with a group is in this theme. Wait for the first.")
    folded = _folded(written, minimum)
    alone = [group for group, count in written.items() if count and group not in folded]
    parts = [_part((group,), in_theme, written, total) for group in alone]
    parts.sort(key=lambda part: (-(part.of_theme.value or 0.0), part.group))
    return (*parts, *([_part(folded, in_theme, written, total, FOLDED)] if folded else []))


def _folded(written: Mapping[str, int], minimum: int) -> tuple[str, ...]:
    """The small groups, by name; a fold that is small itself takes the next smallest group."""
    by_size = sorted((count, group) for group, count in written.items() if count)
    taken: list[str] = []
    so_far = 0
    for count, group in by_size:
        if count >= minimum and (not taken or so_far >= minimum):
            break
        taken.append(group)
        so_far += count
    return tuple(sorted(taken))


def _part(
    groups: Sequence[str],
    in_theme: Mapping[str, int],
    written: Mapping[str, int],
    total: int,
    name: str | None = None,
) -> GroupShare:
    inside = sum(in_theme.get(group, 0) for group in groups)
    wrote = sum(written[group] for group in groups)
    return GroupShare(
        groups[0] if name is None else name,
        () if name is None else tuple(groups),
        share(inside, total - inside),
        share(inside, wrote - inside),
    )
