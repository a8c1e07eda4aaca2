"""Themes through time and across sources, from released figures; frozen answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import Stores
from ..release.queries import ReleasedFigure, ReleaseView, cells_in
from .earlier import Neighbours, neighbours_in
from .matches import prefix_of
from .models import ThemeMatch, ThemeSet
from .movers import withheld

if TYPE_CHECKING:
    from ..analysis.theme_figures.change import Change

By = Mapping[str, ReleasedFigure]
THEN: Final = "then:"


@dataclass(frozen=True)
class Followed:
    """A theme now, then, or both. `change` is None where the released figures cannot tell, or may
    not: then `withheld` says why. `by_person` says that a person decided what was the same."""

    source: str
    set_id: int | None
    now: ReleasedFigure | None
    then: ReleasedFigure | None
    change: Change | None
    by_person: bool = False
    withheld: str = ""


@dataclass(frozen=True)
class Part:
    """One set and what it is compared with: `then` are all themes of that, by size; `withheld` says
    why their figures may not stand side by side, "" where they may."""

    source: str
    set_id: int
    earlier: str
    then: tuple[ReleasedFigure, ...]
    withheld: str = ""


@dataclass(frozen=True)
class Compared:
    """An assessment beside the one before, the surest changes first.

    `parts` : the sets that have a counterpart, by (source, prefix). `alone` : sources without one.
    `waiting` : whether themes are there that nothing looked for yet. `beside` : for a theme, by
    (source, about), the same one in other sources of this assessment.
    """

    assessment: str
    followed: tuple[Followed, ...]
    parts: Mapping[tuple[str, str], Part]
    alone: tuple[str, ...]
    waiting: bool
    beside: Mapping[tuple[str, str], tuple[tuple[str, ReleasedFigure], ...]]

    def of(self, source: str, about: str) -> Followed | None:
        """What became of one theme."""
        mine = (one for one in self.followed if one.now and one.source == source)
        return next((one for one in mine if one.now and one.now.about == about), None)


@dataclass(frozen=True)
class _Read:
    around: Neighbours
    themes: Mapping[str, By]
    sets: Sequence[ThemeSet]
    matches: Mapping[tuple[int, str, str], ThemeMatch]
    withheld: Mapping[str, str]


def compared(stores: Stores, assessment_id: int) -> Compared:
    """Everything that pages tell about the same themes elsewhere."""
    with stores.core.reading() as session:
        read = _read(session, assessment_id)
    parts = {(part.source, _prefix(read, part)): part for part in _parts(read)}
    followed = [one for (_, prefix), part in parts.items() for one in _followed(read, part, prefix)]
    around = read.around
    alone = tuple(source for source in around.here if source not in around.before)
    return Compared(around.assessment, tuple(sorted(followed, key=_surest)), parts,
                    alone if around.assessment else (), _waiting(read), _beside(read))  # fmt: skip


def _read(session: Session, assessment_id: int) -> _Read:
    around = neighbours_in(session, assessment_id)
    themes: dict[str, dict[str, ReleasedFigure]] = {}
    for figure in cells_in(session, list(around.releases), statistic="theme"):
        source = around.releases[figure.release_id]
        themes.setdefault(source, {})[figure.about] = figure
    query = select(ThemeSet).where(
        ThemeSet.assessment_id == assessment_id, ThemeSet.state != "draft"
    )
    sets = [row for row in session.scalars(query.order_by(ThemeSet.id)) if row.source in themes]
    found = select(ThemeMatch).where(ThemeMatch.set_id.in_([row.id for row in sets]))
    matches = {(row.set_id, row.theme, row.source): row for row in session.scalars(found)}
    return _Read(around, themes, sets, matches, _withheld(session, around))


def _withheld(session: Session, around: Neighbours) -> dict[str, str]:
    return {source: withheld(session, around.here[source], around.then[earlier])
            for source, earlier in around.before.items()}  # fmt: skip


def _prefix(read: _Read, part: Part) -> str:
    return next(row.prefix for row in read.sets if row.id == part.set_id)


def _parts(read: _Read) -> Iterator[Part]:
    for row in read.sets:
        earlier = read.around.before.get(row.source)
        if earlier is not None:
            then = [f for f in _own(read, earlier, row.prefix).values() if f.shown != "hidden"]
            yield Part(row.source, row.id, earlier,
                       tuple(sorted(then, key=lambda f: -(f.n or 0))),
                       read.withheld[row.source])  # fmt: skip


def _own(read: _Read, source: str, prefix: str) -> dict[str, ReleasedFigure]:
    found = read.themes.get(source, {})
    return {about: f for about, f in found.items() if prefix_of(about) == prefix}


def _followed(read: _Read, part: Part, prefix: str) -> Iterator[Followed]:
    """Every theme of both sides; nothing is said of those that nothing looked for yet."""
    now, then = (_own(read, source, prefix) for source in (part.source, part.earlier))
    told = {about: match for about in now
            if (match := read.matches.get((part.set_id, about, part.earlier)))
            and (not match.other or match.other in then)}  # fmt: skip
    same = {match.other: about for about, match in told.items() if match.other}
    if not told:
        return
    keyed = {same.get(about, THEN + about): figure for about, figure in then.items()}
    seen = {about: now[about] for about in told}
    changes = {} if part.withheld else _changes(read, part, keyed, seen)
    for key in {**seen, **keyed}:
        match = told.get(key)
        yield Followed(part.source, part.set_id, seen.get(key), keyed.get(key), changes.get(key),
                       match is not None and match.score is None, part.withheld)  # fmt: skip


def _changes(read: _Read, part: Part, then: By, now: By) -> dict[str, Change]:
    from ..analysis.theme_figures.change import changes

    before = _side(then, read.around.then[part.earlier])
    after = _side(now, read.around.here[part.source])
    return {change.theme: change for change in changes(before, after)}


def _side(figures: By, release: ReleaseView) -> Any:
    from ..analysis.theme_figures.change import Side

    return Side(figures, wrote_at_least(list(figures.values())),
                int(release.rule.get("minimum_quotes") or 1))  # fmt: skip


def wrote_at_least(figures: Sequence[ReleasedFigure]) -> int | None:
    """How many people wrote, at least, as far as released themes tell; None where none does."""
    exact = [int(f.detail["who_wrote"]) for f in figures if f.detail.get("who_wrote")]
    if exact:
        return max(exact)
    # A rounded share is at most one coarse step below the true one.
    rounded = [int(f.n / min(1.0, f.value + _COARSE)) for f in figures if f.n and f.value]
    return max(rounded, default=None)


_COARSE: Final = 0.05


def _surest(one: Followed) -> tuple[bool, float, float]:
    change = one.change
    return (change is None, change.p if change else 1.0, -abs(change.difference) if change else 0.0)


def _waiting(read: _Read) -> bool:
    wanted = (
        (row.id, about, source)
        for row in read.sets
        for about in _own(read, row.source, row.prefix)
        for source in read.around.others(row.source)
    )
    return any(key not in read.matches for key in wanted)


def _beside(read: _Read) -> dict[tuple[str, str], tuple[tuple[str, ReleasedFigure], ...]]:
    found: dict[tuple[str, str], list[tuple[str, ReleasedFigure]]] = {}
    sources = {row.id: row.source for row in read.sets}
    for (set_id, about, source), match in read.matches.items():
        other = read.themes.get(source, {}).get(match.other)
        if source in read.around.here and other is not None and other.shown != "hidden":
            found.setdefault((sources[set_id], about), []).append((source, other))
    return {key: tuple(others) for key, others in found.items()}
