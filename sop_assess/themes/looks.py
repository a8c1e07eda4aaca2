"""What pages show of a set, written with every change of it, so that no page unpacks a sorting."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .models import ThemeSet, ThemeShown
from .rows import Shown, ThemeRow, Totals, plain, row_from, split_of, totals_from

if TYPE_CHECKING:
    from .measured import Measured


class Look(NamedTuple):
    """What pages show of a set, and the themes after its decisions as bytes."""

    shown: Shown
    curated: bytes


def look_of(measured: Measured, prefix: str, role: str) -> Look:
    """What is kept of a set in this state."""
    from ..analysis.text.stored import curated_to_bytes

    return Look(shown_of(measured, prefix, role), curated_to_bytes(measured.curated))


def shown_of(measured: Measured, prefix: str, role: str) -> Shown:
    """What pages show of a set in this state."""
    from ..analysis.text.cutting import cut_counts
    from .learned import corrections

    curated = measured.curated
    rows = [_row(measured, place, prefix, role) for place in range(len(curated.themes))]
    themes = tuple(sorted(rows, key=lambda row: -row.size))
    fewest, most = cut_counts(curated) if themes else (0, 0)
    totals = Totals(
        comments=len(measured.facts), placed=measured.placed, unplaced=measured.unplaced,
        non_answers=measured.non_answers, themes=len(themes),
        mixed=sum(row.mixed for row in themes), split=split_of(themes),
        suggested=curated.sorting.k, fewest=fewest, most=most, note=curated.sorting.note,
        corrected={kind: len(given) for kind, given in corrections(curated).items()},
    )  # fmt: skip
    return Shown(totals, themes)


def keep(session: Session, row: ThemeSet, look: Look, of: str) -> None:
    """Write what pages show of the set at its revision; `of` is the hash of its decisions."""
    forget(session, row.id)
    totals, themes = look.shown
    session.add(ThemeShown(
        set_id=row.id, revision=row.revision, totals=plain(totals),
        themes=[plain(theme) for theme in themes], of=of,
        curated=look.curated,
    ))  # fmt: skip
    session.flush()


def stays(session: Session, row: ThemeSet, since: int) -> None:
    """Pages show the same as at the revision `since`."""
    kept = update(ThemeShown).where(ThemeShown.set_id == row.id, ThemeShown.revision == since)
    session.execute(kept.values(revision=row.revision))


def forget(session: Session, set_id: int) -> None:
    """Remove what pages show of a set, with the quotes in it."""
    session.execute(delete(ThemeShown).where(ThemeShown.set_id == set_id))


def totals_in(session: Session, assessment_id: int) -> dict[int, Totals]:
    """The totals of every set of an assessment that are of its revision now."""
    query = (
        select(ThemeShown.set_id, ThemeShown.totals)
        .join(ThemeSet, ThemeSet.id == ThemeShown.set_id)
        .where(ThemeSet.assessment_id == assessment_id, ThemeSet.revision == ThemeShown.revision)
    )
    return {set_id: totals_from(totals) for set_id, totals in session.execute(query)}


def shown_in(session: Session, row: ThemeSet) -> Shown | None:
    """What pages show of a set; None where nothing was written at its revision."""
    query = select(ThemeShown.totals, ThemeShown.themes).where(
        ThemeShown.set_id == row.id, ThemeShown.revision == row.revision
    )
    found = session.execute(query).first()
    if found is None:
        return None
    return Shown(totals_from(found.totals), tuple(map(row_from, found.themes)))


def curated_in(session: Session, set_id: int, of: str) -> bytes | None:
    """The themes after the decisions with this hash as bytes, where they were the last ones."""
    query = select(ThemeShown.curated).where(ThemeShown.set_id == set_id, ThemeShown.of == of)
    return session.scalar(query)


def _row(measured: Measured, place: int, prefix: str, role: str) -> ThemeRow:
    from .judged import side_of

    theme, figures = measured.curated.themes[place], measured.figures[place]
    said, judged = measured.described[place], measured.judged[place]
    moved = sum(to == theme.key for to in measured.curated.moved.values())
    return ThemeRow(
        theme.key, f"{prefix}-{theme.key}", theme.name, theme.keywords, figures.size,
        figures.size / max(1, len(measured.facts)), theme.named, theme.pinned, theme.merged,
        theme.kept, theme.topic, theme.stage, theme.owner,
        None if said.firmness is None else said.stability, said.firmness, said.mixed,
        measured.quotes(place), figures.severity, moved, side_of(role, judged), judged,
    )  # fmt: skip
