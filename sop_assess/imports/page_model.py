"""What imported files show, in words. No request needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from ..assessment.amounts import duration, duration_range, number, percent
from ..release.queries import ReleasedFigure
from .queries import FileView

SET_ASIDE: Final[Mapping[str, Any]] = {
    "broken": _l("more or fewer cells than the header"), "empty": _l("no text"),
    "too_long": _l("longer than 20,000 characters"), "no_item": _l("no item"),
    "no_step": _l("no step"), "no_start": _l("no start"),
    "end_before_start": _l("end before start"), "twice": _l("the same row twice"),
}  # fmt: skip
LEAST_FOR_RANGE: Final = 6


@dataclass(frozen=True)
class WaitRow:
    """One line of a table of waits."""

    name: str
    arrived: str
    median: str
    median_range: str
    tenth: str
    tenth_range: str
    never: str
    sentence: str


@dataclass(frozen=True)
class StepWaits:
    """One step with its rows: all together first, then by source, the slowest first."""

    step: str
    subject: str | None
    set_aside: int
    rows: tuple[WaitRow, ...]


def list_heading(files: Sequence[FileView]) -> str:
    """What was imported, in one sentence."""
    if not files:
        return str(_("Nothing is imported yet. Your own systems know how long things wait."))
    parts = []
    comments = sum(f.kept for f in files if f.kind == "comments")
    times = sum(f.kept for f in files if f.kind == "times")
    if comments:
        parts.append(ngettext("%(count)s comment", "%(count)s comments", comments,
                              count=number(comments)))  # fmt: skip
    if times:
        parts.append(ngettext("%(count)s time stamp", "%(count)s time stamps", times,
                              count=number(times)))  # fmt: skip
    joined = _(" and ").join(parts)
    return str(
        ngettext(
            "%(num)s file is imported: %(what)s.", "%(num)s files are imported: %(what)s.",
            len(files), what=joined,
        )
    )  # fmt: skip


def waits_heading(figures: Sequence[ReleasedFigure]) -> str:
    """The longest wait, in one sentence."""
    known = [f for f in figures if f.value is not None]
    sources = [f for f in known if f.group != "all" and (f.n or 0) >= LEAST_FOR_RANGE]
    slowest = max(sources or known, key=lambda f: f.value or 0.0, default=None)
    if slowest is None or slowest.value is None:
        return str(_("Nothing has arrived yet in any step."))
    return str(_(
        "%(step)s: half of what comes by “%(source)s” waits longer than %(time)s.",
        step=slowest.detail["step"], source=source_name(slowest), time=duration(slowest.value),
    ) if slowest.group != "all" else _(
        "%(step)s: half wait longer than %(time)s.", step=slowest.detail["step"],
        time=duration(slowest.value),
    ))  # fmt: skip


def steps(figures: Sequence[ReleasedFigure]) -> list[StepWaits]:
    """The waits step by step."""
    abouts = sorted({f.about for f in figures})
    return [_step([f for f in figures if f.about == about]) for about in abouts]


def sentence(figure: ReleasedFigure) -> str:
    """One wait in words, with its n, its range and what never arrived."""
    name, detail = source_name(figure), figure.detail
    started, never = int(detail.get("started", 0)), int(detail.get("never", 0))
    if figure.value is None:
        return str(
            _("%(name)s: none of %(started)s has arrived.", name=name, started=number(started))
        )
    half = _(
        "%(name)s: half of %(n)s waited longer than %(time)s (%(range)s)",
        name=name, n=number(figure.n or 0), time=duration(figure.value),
        range=duration_range(figure.value, figure.low, figure.high),
    )  # fmt: skip
    tenth = _("one in ten longer than %(time)s", time=duration(float(detail["p90"])))
    gone = (
        ngettext("%(count)s more never arrived (%(share)s of %(all)s)",
                 "%(count)s more never arrived (%(share)s of %(all)s)", never, count=number(never),
                 share=percent(never / started), all=number(started))
        if never
        else _("all arrived")
    )  # fmt: skip
    return f"{half}; {tenth}; {gone}."


def source_name(figure: ReleasedFigure) -> str:
    """Which source a figure is about."""
    return figure.group.partition(":")[2] or _("All together")


def set_aside_words(reasons: Mapping[str, int]) -> list[str]:
    """What was left out and why, one line each."""
    return [
        ngettext("%(count)s row: %(why)s", "%(count)s rows: %(why)s", count,
                 count=number(count), why=str(SET_ASIDE.get(reason, reason)))
        for reason, count in sorted(reasons.items(), key=lambda entry: -entry[1])
        if count
    ]  # fmt: skip


def _step(figures: Sequence[ReleasedFigure]) -> StepWaits:
    everything = next(f for f in figures if f.group == "all")
    sources = sorted(
        (f for f in figures if f.group != "all"),
        key=lambda f: (-(f.value if f.value is not None else float("inf")), f.group),
    )
    shown = [everything, *sources] if len(sources) != 1 else sources
    return StepWaits(
        str(everything.detail["step"]), everything.subject,
        int(everything.detail.get("set_aside") or 0), tuple(_row(f) for f in shown),
    )  # fmt: skip


def _row(figure: ReleasedFigure) -> WaitRow:
    detail = figure.detail
    started, never = int(detail.get("started", 0)), int(detail.get("never", 0))
    p90 = detail.get("p90")
    return WaitRow(
        name=source_name(figure),
        arrived=_("%(n)s of %(all)s", n=number(figure.n or 0), all=number(started)),
        median="–" if figure.value is None else duration(figure.value),
        median_range=_range(figure.value, figure.low, figure.high),
        tenth="–" if p90 is None else duration(float(p90)),
        tenth_range=_range(p90, detail.get("p90_low"), detail.get("p90_high")),
        never=f"{number(never)} ({percent(never / started)})" if never else number(0),
        sentence=sentence(figure),
    )  # fmt: skip


def _range(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return ""
    if low is not None and high is None:
        return str(_("%(low)s or more", low=duration(low)))
    return duration_range(value, low, high)
