"""Which side a theme is on, once people judged its comments: the machine's side, or another."""

from __future__ import annotations

from typing import Literal

Side = Literal["problem", "keep", "mixed"]

MINIMUM = 5


def side(role: Literal["problem", "keep"], problem: int, keep: int) -> Side:
    """The side that a theme of the side `role` is shown on.

    problem, keep : how many of its comments people judged to be a problem, and praise. Below five
    judged ones the side stays; from a third against it the theme is mixed, from two thirds on it
    is shown on the other side. ValueError for counts below zero. Source: docs/text-themes.md.

    >>> side("problem", 2, 2), side("problem", 4, 2), side("problem", 2, 4), side("keep", 0, 9)
    ('problem', 'mixed', 'keep', 'keep')
    """
    if min(problem, keep) < 0:
        raise ValueError(f"counts are not below zero: {problem}, {keep}")
    judged, against = problem + keep, keep if role == "problem" else problem
    if judged < MINIMUM or 3 * against < judged:
        return role
    if 3 * against < 2 * judged:
        return "mixed"
    return "keep" if role == "problem" else "problem"
