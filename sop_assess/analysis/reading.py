"""How one method reads a (subject, topic): a released figure first, a verdict from it later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .frames import Column, Frame, Rows
from .results import Cell, Result, Verdict

Thresholds = Mapping[str, float]


@dataclass(frozen=True)
class Reading:
    """`summarise` runs in the release job; `read` sees released cells only.

    `defaults` are the thresholds of an assessment, changeable while it is planned.
    """

    key: str
    summarise: Callable[[Frame, Sequence[Column], Rows, int | None], Result]
    read: Callable[[str, Cell, Thresholds], Verdict]
    defaults: Thresholds
