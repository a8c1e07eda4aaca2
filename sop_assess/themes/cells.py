"""Themes to released cells: what pages, findings, issues and reports read of a set. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ..analysis.disclosure import Rule, publish
from ..analysis.results import Cell, Result
from ..analysis.statistics.share import wilson
from ..analysis.text.clean import NON_ANSWER, mask
from ..analysis.theme_figures.shares import shares_by_group
from .comments import Comment
from .facts import Facts
from .judged import side_of
from .measured import Measured, Part, ThemeFigures
from .pairs import STATISTIC as PAIR
from .pairs import pair_cells

MOST_NOTES: Final = 40
MOST_LISTED: Final = 100
_LEAST_OF_STAGE: Final = 5
# What an anonymous round tells of a theme besides its figures; whatever is added to a theme later
# stays inside until it is named here.
_WORDS: Final = ("name", "keywords", "role", "side", "firmness", "stability", "mixed", "owner",
                 "set", "tier")  # fmt: skip


@dataclass(frozen=True)
class About:
    """What the cells of a set say about where they come from. `who_wrote` people wrote in their
    source; a theme of fewer than `minimum` is not quoted. A rehearsal has no `set_id`."""

    prefix: str
    role: str
    set_id: int | None
    minimum: int
    who_wrote: int
    run: Mapping[str, Any]


def set_cells(measured: Measured, about: About) -> list[Cell]:
    """How the comments were sorted, then the themes by size with their quotes; too few comments
    for themes are a plain list of quotes."""
    figures = measured.figures
    order = sorted(range(len(figures)), key=lambda i: (-figures[i].size, i))
    found = [_theming(measured, about)]
    for place in order:
        found += _theme(measured, place, about)
    found += pair_cells(measured, about.prefix)
    if not figures:
        found += _plain_list(measured, about)
    return found


def waiting_cell(measured: Measured, about: About) -> Cell:
    """What is told of a set whose themes are not released yet: that it exists."""
    cell = _theming(measured, about)
    kept = {**cell.detail, "themes": 0, "unplaced": 0, "non_answers": 0, "waiting": True}
    return replace(cell, detail=kept)


def protect_themes(cells: Sequence[Cell], rule: Rule) -> list[Cell]:
    """Theme and quote cells under the rule: small themes go with their quotes, counts are rounded.

    What describes a theme (name, keywords, marks) stays. Of an anonymous round it is told how many
    raised a theme to the five below, its share in steps, the order of its stages, and a severity in
    half points where enough people gave one: nothing from which a count or a mean follows.
    """
    shown = []
    for cell in cells:
        after = publish(cell, rule)
        if cell.statistic != "theme" or after.shown == "hidden":
            continue
        kept = _coarse(cell.detail, rule.minimum_quotes) if rule.bands else dict(cell.detail)
        # Rounding hands exact counts on; only what it adds is taken over.
        added = {key: value for key, value in after.detail.items() if key not in cell.detail}
        shown.append(replace(after, detail={**kept, **added}))
    keys = {cell.about for cell in shown}
    quotes = [c for c in cells if c.statistic == "quote"]
    told = [c for c in cells if c.statistic == "theming"]
    shown += [c for c in cells if c.statistic == PAIR and not rule.bands]
    return told + shown + [q for q in quotes if q.about in keys or q.about.endswith("-list")]


def note_cells(comments: Sequence[Comment]) -> Iterator[Cell]:
    """What was said or noted in named methods, for quoting in findings; with consent only.

    Cells are for reading, so no stage gets more than MOST_NOTES of one role.
    """
    taken: Counter[tuple[str | None, str | None]] = Counter()
    for comment in comments:
        key = (comment.stage, comment.role)
        if not comment.may_quote or comment.role not in {"keep", "problem", "note"}:
            continue
        taken[key] += 1
        if taken[key] <= MOST_NOTES:
            detail = {"text": mask(comment.text), "who": comment.who, "role": comment.role,
                      "mark": comment.mark, "item": comment.item}  # fmt: skip
            yield Cell("note", "", comment.stage, None, "all", None, detail=detail)


def _coarse(detail: Mapping[str, Any], minimum: int) -> dict[str, Any]:
    kept = {name: value for name, value in detail.items() if name in _WORDS}
    kept["stages"] = dict.fromkeys(detail["stages"])
    rated = detail["severity"] is not None and detail["severity_n"] >= minimum
    # A mean at an end of the scale would tell what every single one gave.
    kept["severity"] = min(max(round(detail["severity"] * 2) / 2, 1.5), 3.5) if rated else None
    return kept


def _theming(measured: Measured, about: About) -> Cell:
    run = about.run
    detail = {
        "comments": len(measured.facts), "themes": len(measured.curated.themes),
        "language": run.get("language"), "tier": run.get("tier"), "why": run.get("why"),
        "note": measured.curated.sorting.note,
        "unplaced": measured.unplaced, "non_answers": measured.non_answers,
        "settings": run.get("settings"), "set": about.set_id, "role": about.role, "waiting": False,
    }  # fmt: skip
    return Cell("theming", about.prefix, None, None, "all", len(measured.facts), detail=detail)


def _theme(measured: Measured, place: int, about: About) -> Iterator[Cell]:
    theme, figures = measured.curated.themes[place], measured.figures[place]
    described = measured.described[place]
    key, wrote = f"{about.prefix}-{theme.key}", max(about.who_wrote, figures.people)
    low, high = wilson(figures.people, wrote) if wrote else (None, None)
    stability = None if np.isnan(described.stability) else round(described.stability, 3)
    yield Cell(
        "theme", key, theme.stage or next(iter(figures.stages), None), theme.topic or None, "all",
        figures.people, figures.people / wrote if wrote else None, low, high,
        detail={
            "name": theme.name, "keywords": list(theme.keywords), "role": about.role,
            "firmness": described.firmness, "stability": stability, "mixed": described.mixed,
            "comments": figures.size, "who_wrote": wrote, "owner": theme.owner,
            "set": about.set_id, "tier": about.run.get("tier"), **_severity(figures),
            "judged": measured.judged[place]._asdict(),
            "side": side_of(about.role, measured.judged[place]),
            **_spread(measured, place, min(about.minimum, _LEAST_OF_STAGE)),
        },
    )  # fmt: skip
    if figures.people >= about.minimum:
        yield from (_quote(key, measured.facts, row) for row in measured.quote_rows(place))


def _severity(figures: ThemeFigures) -> dict[str, Any]:
    given = figures.severity
    names = ("severity", "severity_low", "severity_high", "severity_n")
    return dict(zip(names, given or (None, None, None, 0), strict=True))


def _spread(measured: Measured, place: int, least: int) -> dict[str, Any]:
    figures = measured.figures[place]
    stages = {stage: part.n for stage, part in figures.stages.items() if part.n >= least}
    return {
        "stages": stages, "stage_shares": _shares(figures.stages, measured.written_by_stage),
        "place_shares": _shares(figures.places, measured.written_by_place),
    }  # fmt: skip


def _shares(parts: Mapping[str, Part], written: Mapping[str, int]) -> list[dict[str, Any]]:
    """What every stage or place gives to the theme and what the theme is of its comments, with the
    small ones folded."""
    if not parts:
        return []
    found = shares_by_group({name: part.n for name, part in parts.items()}, written)
    return [
        {"group": one.group, "folded": list(one.folded), "of_theme": _shown(one.of_theme),
         "of_group": _shown(one.of_group)}
        for one in found
    ]  # fmt: skip


def _shown(result: Result) -> dict[str, Any]:
    return {"n": result.n, "value": result.value, "low": result.low, "high": result.high}


def _plain_list(measured: Measured, about: About) -> Iterator[Cell]:
    """Too few comments for themes: a plain sorted list, where enough people wrote."""
    facts = measured.facts
    if len(facts) < about.minimum:
        return
    usable = np.flatnonzero(measured.labels != NON_ANSWER).tolist()
    usable.sort(key=lambda row: (facts.stage.at(row) or "", facts.text(row)))
    for row in usable[:MOST_LISTED]:
        yield _quote(f"{about.prefix}-list", facts, row)


def _quote(key: str, facts: Facts, row: int) -> Cell:
    stage, severity = facts.stage.at(row), int(facts.severity[row]) or None
    detail = {"text": mask(facts.text(row)), "stage": stage, "severity": severity,
              "who": facts.who.at(row), "mark": facts.mark.at(row)}  # fmt: skip
    return Cell("quote", key, stage, None, "all", None, detail=detail)
