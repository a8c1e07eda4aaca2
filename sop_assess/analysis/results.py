"""The frozen shapes that leave the analysis: results, cells, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Polarity = Literal["works", "fails", "mixed", "silent", "not_asked"]
Shown = Literal["full", "rounded", "band", "hidden"]


@dataclass(frozen=True)
class Result:
    """A figure with its n, its 95 % interval and its caveat; `detail` is plain JSON data."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    caveat: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """One released figure: which statistic, about what, in which group.

    `about` is a leaf's code, a theme's key, or "" for a whole (subject, topic). `group` is "all"
    or "<grouping>:<name>". A hidden cell keeps neither n nor value; `reason` says why.
    """

    statistic: str
    about: str
    subject: str | None
    topic: str | None
    group: str
    n: int | None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    shown: Shown = "full"
    reason: str | None = None
    population: int | None = None

    def hide(self, reason: str) -> Cell:
        """The same cell with everything that could be learned from it removed."""
        return replace(self, n=None, value=None, low=None, high=None, detail={}, shown="hidden",
                       reason=reason)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What one method says about one subject and topic."""

    method: str
    polarity: Polarity
    prominent: bool = False
    enough: bool = False
    n: int = 0
    concerns: tuple[str, ...] = ()
