"""Writing sets of themes and their cells within the transaction of a release."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ..analysis.results import Cell
from ..errors import ConflictError
from ..release.models import Release, ReleasedCell
from ..release.store import cell_row, hold
from . import looks, store
from .models import ThemeSet

if TYPE_CHECKING:
    from .looks import Look
    from .sorting import Sorted

STATISTICS: Final = ("theming", "theme", "theme_pair", "quote")


@dataclass(frozen=True)
class ToKeep:
    """A set ready to be written: its parts as bytes, the cells that it shows, the quotes that
    wait for two readers, and what its own page shows."""

    one: Sorted
    parts: Mapping[str, bytes | None]
    shown: Sequence[Cell]
    held: Sequence[Cell] = ()
    look: Look | None = None


def parts_of(one: Sorted) -> dict[str, bytes | None]:
    """The parts that are written of a set; a frozen one keeps none of its comments."""
    from ..analysis.text.stored import to_bytes

    if one.state == "frozen":
        return {}
    parts: dict[str, bytes | None] = {"facts": one.facts.to_bytes()}
    if one.fresh:
        goes_on = one.run["how"] == "continued" and one.before is not None
        parts["start"] = to_bytes(one.before.current) if goes_on and one.before else None
        parts |= {"base": to_bytes(one.start), "proposal": None, "before": None, "learned": None}
    return parts


def look_at(one: Sorted, parts: Mapping[str, bytes | None]) -> Look | None:
    """What the page of a set shows; nothing of its own once it is frozen."""
    from ..analysis.text.stored import from_bytes
    from .measured import Measured

    if one.state == "frozen":
        return None
    # Bytes keep fewer digits: the page shows what undoing every decision leads back to.
    base = parts.get("base") if one.fresh else None
    measured = Measured(from_bytes(base), one.facts) if base else one.measured
    return looks.look_of(measured, one.prefix, one.role)


def keep_sets(session: Session, release: Release, sets: Sequence[ToKeep]) -> None:
    """Write the sets of a release with their cells; sets in which nothing is left go."""
    known = {(row.role, row.language): row
             for row in store.sets_of(session, release.assessment_id, release.source)}  # fmt: skip
    for entry in sets:
        row = known.pop((entry.one.role, entry.one.language), None)
        row = _write(session, release, entry, row)
        add_cells(session, release.id, row.id, entry.shown, entry.held)
    for row in known.values():
        store.forget_set(session, row)


def renew_cells(
    session: Session, row: ThemeSet, cells: Sequence[Cell], held: Sequence[Cell] = ()
) -> Release:
    """Put these cells in the place of what the set showed in its source's current release."""
    release = current_release(session, row)
    own = re.compile(rf"{re.escape(row.prefix)}(-(t\d+|list))?")
    query = select(ReleasedCell.id, ReleasedCell.about).where(
        ReleasedCell.release_id == release.id, ReleasedCell.statistic.in_(STATISTICS)
    )
    gone = [number for number, about in session.execute(query) if own.fullmatch(about)]
    session.execute(delete(ReleasedCell).where(ReleasedCell.id.in_(gone)))
    add_cells(session, release.id, row.id, cells, held)
    return release


def add_cells(
    session: Session, release_id: int, set_id: int, shown: Sequence[Cell], held: Sequence[Cell]
) -> None:
    """Add the cells of a set to a release."""
    rows = [{"release_id": release_id, **cell_row(_of_set(cell, set_id))} for cell in shown]
    if rows:
        session.execute(insert(ReleasedCell), rows)
    hold(session, release_id, held)


def current_release(session: Session, row: ThemeSet) -> Release:
    """The release that shows the set."""
    query = select(Release).where(
        Release.assessment_id == row.assessment_id, Release.source == row.source,
        Release.current.is_(True), Release.rehearsal.is_(False),
    )  # fmt: skip
    found = session.scalars(query).first()
    if found is None:
        raise ConflictError("The figures of these themes are not released any more.")
    return found


def _of_set(cell: Cell, set_id: int) -> Cell:
    if cell.statistic == "quote":
        return cell
    return replace(cell, detail={**cell.detail, "set": set_id})


def _write(session: Session, release: Release, entry: ToKeep, row: ThemeSet | None) -> ThemeSet:
    one = entry.one
    if row is None:
        row = ThemeSet(assessment_id=release.assessment_id, source=release.source, role=one.role,
                       language=one.language, revision=0)  # fmt: skip
        session.add(row)
    elif one.before is None or one.before.revision != row.revision:
        raise ConflictError("Somebody changed the themes meanwhile. Start this again.")
    row.prefix, row.state, row.run = one.prefix, one.state, dict(one.run)
    row.revision += 1
    store.new_base(row)
    session.flush()
    for name, content in entry.parts.items():
        store.write_part(session, row.id, name, content)
    if one.fresh:
        store.settle(session, row.id)
    looks.forget(session, row.id)
    if entry.look is not None:
        store.keep_look(session, row, entry.look)
    return row
