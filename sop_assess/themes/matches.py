"""Which released themes are the same elsewhere: in the assessment before, and in other sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import Stores, now
from ..jobs import Progress
from ..release.queries import ReleasedFigure, cells_in
from .earlier import Neighbours, neighbours_in
from .models import ThemeMatch, ThemeSet
from .store import sets_of

if TYPE_CHECKING:
    from ..analysis.text.embedder import Embedder
    from ..analysis.text.matching import Said

QUOTES: Final = 3
# The worker speaks no language: the page translates it.
STEP: Final = _l("Looking for the same themes")

# The themes of every source and side, by (source, prefix) and then by their `about`.
Themes = Mapping[tuple[str, str], Mapping[str, "Said"]]


@dataclass(frozen=True)
class _Side:
    """The released themes of one set, what people said of them, and where else to look."""

    set_id: int
    prefix: str
    language: str
    source: str
    others: tuple[str, ...]
    decided: Mapping[tuple[str, str], str]  # by theme and source, the theme that a person chose


def match_themes(stores: Stores, progress: Progress, assessment_id: int) -> dict[str, Any]:
    """The job: find the same themes elsewhere; what people decided stays."""
    progress(0.1, str(STEP))
    return {"matches": match_assessment(stores, assessment_id, at=now())}


def match_assessment(stores: Stores, assessment_id: int, *, at: datetime) -> int:
    """How many pairs were found and written for the released themes of an assessment."""
    with stores.core.reading() as session:
        around = neighbours_in(session, assessment_id)
        sides = list(_sides(session, assessment_id, around))
        themes = _themes(session, around)
    found = [match for side in sides for match in _matches(side, themes, at)]
    with stores.core.writing() as session:
        _write(session, assessment_id, sides, found)
    return sum(bool(match.other) for match in found)


def prefix_of(about: str) -> str:
    """The side and language of a theme by its key: "p" of "p-t01", "k-de" of "k-de-t02"."""
    return about.rpartition("-")[0]


def _sides(session: Session, assessment_id: int, around: Neighbours) -> Iterator[_Side]:
    for row in sets_of(session, assessment_id):
        if row.source in around.here and row.state != "draft":
            yield _Side(row.id, row.prefix, row.language, row.source,
                        around.others(row.source), _decided(session, row))  # fmt: skip


def _decided(session: Session, row: ThemeSet) -> dict[tuple[str, str], str]:
    query = select(ThemeMatch).where(ThemeMatch.set_id == row.id, ThemeMatch.score.is_(None))
    return {(match.theme, match.source): match.other for match in session.scalars(query)}


def _themes(session: Session, around: Neighbours) -> Themes:
    from ..analysis.text.matching import Said

    known = around.releases
    figures, quotes = (cells_in(session, list(known), statistic=name)
                       for name in ("theme", "quote"))  # fmt: skip
    said: dict[tuple[int, str], list[str]] = {}
    for quote in quotes:
        said.setdefault((quote.release_id, quote.about), []).append(str(quote.detail["text"]))
    found: dict[tuple[str, str], dict[str, Said]] = {}
    for figure in figures:
        if figure.shown != "hidden":
            place = known[figure.release_id], prefix_of(figure.about)
            own = said.get((figure.release_id, figure.about), [])[:QUOTES]
            found.setdefault(place, {})[figure.about] = Said(
                figure.about, _name(figure), tuple(figure.detail.get("keywords") or ()), tuple(own)
            )
    return found


def _name(figure: ReleasedFigure) -> str:
    return str(figure.detail.get("name") or figure.about)


def _matches(side: _Side, themes: Themes, at: datetime) -> Iterator[ThemeMatch]:
    """One row for every theme and other source, also where the machine finds none."""
    from ..analysis.text.matching import match_themes as matched

    own = themes.get((side.source, side.prefix), {})
    for source in side.others:
        there = themes.get((source, side.prefix), {})
        chosen = {theme: other for (theme, of), other in side.decided.items()
                  if of == source and theme in own and (not other or other in there)}  # fmt: skip
        free = [said for about, said in own.items() if about not in chosen]
        left = [said for about, said in there.items() if about not in chosen.values()]
        embedder = _embedder(side.language) if free and left else None
        pairs = matched(free, left, language=side.language, embedder=embedder)
        found = {match.first: match for match in pairs}
        for said in free:
            match = found.get(said.key)
            yield ThemeMatch(set_id=side.set_id, theme=said.key, source=source,
                             other=match.second if match else "",
                             score=match.score if match else 0.0, at=at)  # fmt: skip


def _embedder(language: str) -> Embedder | None:
    """The fast table where it reads the language."""
    from ..analysis.text.tiers import choose_tier, open_embedder

    tier = choose_tier(1, language, {"fast", "lexical"}).tier
    return open_embedder(tier, language)


def _write(
    session: Session, assessment_id: int, sides: Sequence[_Side], found: Sequence[ThemeMatch]
) -> None:
    """Put these in the place of what a machine found before. What a person decided stays, unless
    the theme that was chosen is gone."""
    known = {row.id for row in sets_of(session, assessment_id)}
    read = {(side.set_id, *place): other
            for side in sides for place, other in side.decided.items()}  # fmt: skip
    left = {_key(match): match for match in found if match.set_id in known}
    for row in session.scalars(select(ThemeMatch).where(ThemeMatch.set_id.in_(known))).all():
        if row.score is None and read.get(_key(row)) != row.other:
            left.pop(_key(row), None)
        elif row.score is not None or _key(row) in left:
            session.delete(row)
    session.flush()
    session.add_all(left.values())


def _key(match: ThemeMatch) -> tuple[int, str, str]:
    return match.set_id, match.theme, match.source
