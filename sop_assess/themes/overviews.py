"""All sets of an assessment in a few figures each; no sorting is read for them."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import Stores
from ..release.models import ReleasedCell
from ..release.queries import cells_in
from . import looks, store
from .keeping import current_release
from .models import ThemeSet
from .queries import Overview, worked_out
from .rows import Totals


def overviews(stores: Stores, assessment_id: int) -> list[Overview]:
    """All sets of an assessment, in the order in which their sources were first released."""
    with stores.core.reading() as session:
        kept = looks.totals_in(session, assessment_id)
        return [
            _released(session, row) if row.state == "frozen"
            else _counted(row, kept.get(row.id) or worked_out(session, row).totals)
            for row in store.sets_of(session, assessment_id)
        ]  # fmt: skip


def _counted(row: ThemeSet, totals: Totals) -> Overview:
    return Overview(row.id, row.assessment_id, row.source, row.role, row.language, row.state,
                    comments=totals.comments, unplaced=totals.unplaced, themes=totals.themes,
                    mixed=totals.mixed, split=totals.split)  # fmt: skip


def _released(session: Session, row: ThemeSet) -> Overview:
    """What was released of a frozen set; there is nothing left to do in it."""
    release = current_release(session, row)
    told = next((dict(f.detail) for f in cells_in(session, [release.id], statistic="theming")
                 if f.about == row.prefix), {})  # fmt: skip
    query = select(ReleasedCell.about).where(
        ReleasedCell.release_id == release.id, ReleasedCell.statistic == "theme"
    )
    own = re.compile(rf"{re.escape(row.prefix)}-t\d+")
    themes = sum(own.fullmatch(about) is not None for about in session.scalars(query))
    return Overview(row.id, row.assessment_id, row.source, row.role, row.language, row.state,
                    comments=int(told.get("comments") or 0),
                    unplaced=int(told.get("unplaced") or 0), themes=themes, mixed=0,
                    split=None)  # fmt: skip
