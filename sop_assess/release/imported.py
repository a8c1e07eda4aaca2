"""Imported time stamps to released cells. Pure; runs in the release job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from ..analysis.results import Cell, Result
from ..analysis.statistics.waits import waits

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


class Timed(Protocol):
    """One item in one step; without an end it never arrived."""

    @property
    def step(self) -> str: ...
    @property
    def source(self) -> str | None: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


def wait_cells(rows: Sequence[Timed], mapping: Mapping[str, Any]) -> list[Cell]:
    """The wait of every step in minutes, over all and by source.

    `mapping` is the file's: "steps" gives a step's stage or hand-off, "aside_by_step" counts the
    rows whose end lay before their start. n is how many arrived: the median, its 95 % range and
    the 90th percentile are theirs; the detail counts those that never arrived.
    """
    subjects, aside = mapping.get("steps") or {}, mapping.get("aside_by_step") or {}
    by_step: dict[str, list[Timed]] = {}
    for row in rows:
        by_step.setdefault(row.step, []).append(row)
    cells: list[Cell] = []
    for position, step in enumerate(sorted(by_step), start=1):
        about = f"w{position:02d}-{_slug(step)}"[:60].rstrip("-")
        cells += _step_cells(by_step[step], step, about, subjects.get(step), aside.get(step, 0))
    return cells


def _step_cells(
    rows: Sequence[Timed], step: str, about: str, subject: str | None, aside: int
) -> Iterator[Cell]:
    starts = np.array([row.started_at.timestamp() / 60 for row in rows])
    ends = np.array([row.ended_at.timestamp() / 60 if row.ended_at else np.nan for row in rows])
    everything = waits(starts, ends, np.zeros(len(rows), dtype=np.int32), ["all"])["all"]
    yield _cell(everything, "all", step, about, subject, aside)
    names = sorted({row.source for row in rows if row.source})
    if not names:
        return
    index = {name: i for i, name in enumerate(names)}
    members = np.array([index.get(row.source or "", -1) for row in rows], dtype=np.int32)
    for name, result in waits(starts, ends, members, names).items():
        yield _cell(result, f"source:{name}", step, about, subject, 0)


def _cell(
    result: Result, group: str, step: str, about: str, subject: str | None, aside: int
) -> Cell:
    found = result.detail
    detail = {
        "step": step, "p90": found.get("p90"), "p90_low": found.get("p90_low"),
        "p90_high": found.get("p90_high"), "started": found["started"], "ended": result.n,
        "never": found["never_arrived"], "set_aside": aside, "caveat": result.caveat,
    }  # fmt: skip
    return Cell("waits", about, subject, "response_time", group, result.n, result.value, result.low,
                result.high, detail)  # fmt: skip


def _slug(step: str) -> str:
    return _NOT_A_LETTER.sub("-", step.lower()).strip("-") or "step"
