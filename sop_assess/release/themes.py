"""Free texts to theme and quote cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..analysis.disclosure import Rule, publish
from ..analysis.results import Cell
from ..analysis.text.clean import mask
from ..analysis.text.clustering import Clustering, Theme, cluster
from ..jobs import Progress
from .sources import Comment

SEED = 20_260
MOST_NOTES = 40
MOST_LISTED = 100


def theme_cells(
    comments: Sequence[Comment],
    *,
    language: str,
    minimum_quotes: int,
    who_wrote: int,
    progress: Progress,
) -> tuple[list[Cell], dict[str, Any]]:
    """Themes of problems and of what works, apart, with quotes where enough people wrote.

    The second value tells how the themes were made.
    """
    found: list[Cell] = []
    about: dict[str, Any] = {}
    for role, prefix in (("problem", "p"), ("keep", "k")):
        own = [c for c in comments if (c.role or "problem") == role and c.may_quote]
        clustering = cluster([c.text for c in own], language=language, seed=SEED,
                             progress=progress)  # fmt: skip
        about[role] = {"comments": len(own), "themes": len(clustering.themes),
                       "tier": clustering.tier, "note": clustering.note,
                       "unplaced": int((clustering.labels == -1).sum()),
                       "settings": dict(clustering.settings)}  # fmt: skip
        for theme in clustering.themes:
            found += _cells(theme, own, prefix, role, minimum_quotes, who_wrote)
        found += _plain_list(clustering, own, prefix, role, minimum_quotes)
    return found, about


def protect_themes(cells: Sequence[Cell], rule: Rule) -> list[Cell]:
    """Theme and quote cells under the rule: small themes go with their quotes, counts are rounded.

    What describes a theme (name, keywords, marks) stays; counts per stage and the mean severity
    of an anonymous round give way to the order of its stages and a severity in half points.
    """
    shown = []
    for cell in cells:
        after, kept = publish(cell, rule), dict(cell.detail)
        if cell.statistic != "theme" or after.shown == "hidden":
            continue
        if rule.bands:
            kept["stages"] = dict.fromkeys(kept["stages"])
            del kept["comments"], kept["who_wrote"]
            severity = kept["severity"]
            kept["severity"] = None if severity is None else round(severity * 2) / 2
        shown.append(replace(after, detail={**kept, **after.detail}))
    keys = {cell.about for cell in shown}
    quotes = [c for c in cells if c.statistic == "quote"]
    return shown + [q for q in quotes if q.about in keys or q.about.endswith("-list")]


def _cells(
    theme: Theme, own: Sequence[Comment], prefix: str, role: str, minimum: int, who_wrote: int
) -> Iterator[Cell]:
    members = [own[i] for i in theme.members]
    stages = Counter(c.stage for c in members if c.stage)
    severities = [c.severity for c in members if c.severity]
    # One person may answer several questions: n is the largest count from any one question.
    people = max(Counter(c.item for c in members).values(), default=0)
    key = f"{prefix}-{theme.key}"
    main = stages.most_common(1)[0][0] if stages else None
    yield Cell(
        "theme", key, main, None, "all", people,
        value=min(1.0, people / who_wrote) if who_wrote else None,
        detail={
            "name": theme.name, "keywords": list(theme.keywords), "role": role,
            "firmness": theme.firmness, "mixed": theme.mixed, "comments": theme.size,
            "who_wrote": who_wrote,
            "stages": {s: k for s, k in stages.most_common() if k >= min(minimum, 5)},
            "severity": sum(severities) / len(severities) if len(severities) >= 5 else None,
        },
    )  # fmt: skip
    if people >= minimum:
        yield from (_quote(key, own[i]) for i in theme.quotes)


def _plain_list(
    clustering: Clustering, own: Sequence[Comment], prefix: str, role: str, minimum: int
) -> Iterator[Cell]:
    """Too few comments for themes: a plain sorted list, where enough people wrote."""
    if clustering.themes or len(own) < minimum:
        return
    usable = [c for c, label in zip(own, clustering.labels, strict=True) if label != -2]
    for comment in sorted(usable, key=lambda c: (c.stage or "", c.text))[:MOST_LISTED]:
        yield _quote(f"{prefix}-list", comment)


def _quote(about: str, comment: Comment) -> Cell:
    detail = {"text": mask(comment.text), "stage": comment.stage, "severity": comment.severity,
              "who": comment.who, "mark": comment.mark}  # fmt: skip
    return Cell("quote", about, comment.stage, None, "all", None, detail=detail)


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
