"""Sets of themes as pages show them; frozen answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import User
from ..analysis.results import Cell
from ..db import Stores
from ..errors import ConflictError, NotFoundError
from ..release.queries import ReleasedFigure, cells_in
from . import looks, store
from .keeping import current_release
from .models import ThemeSet
from .rows import Shown, ThemeRow, split_of

if TYPE_CHECKING:
    from .changes import Change
    from .listing import Comments


@dataclass(frozen=True)
class DecisionView:
    """One thing that somebody decided. `names` are the names of its themes by key, as they were
    just before."""

    number: int
    what: Mapping[str, Any]
    by: str
    at: datetime
    done: bool
    names: Mapping[str, str]


@dataclass(frozen=True)
class OneSet:
    """What every view of a set tells: which it is, and how many comments it holds."""

    id: int
    assessment_id: int
    source: str
    role: str
    language: str
    state: str
    comments: int
    unplaced: int


@dataclass(frozen=True)
class Overview(OneSet):
    """One set as a list shows it; `split` is the key and name of a theme to look at first."""

    themes: int
    mixed: int
    split: tuple[str, str] | None


@dataclass(frozen=True)
class SetView(OneSet):
    """One set of themes; `undo` and `redo` are the decisions that these buttons would change,
    `corrected` counts the comments that people put somewhere or judged. The themes of a frozen set
    are as they were released: rounded, and without small ones."""

    placed: int
    non_answers: int
    tier: str
    tier_reason: str
    suggested: int
    fewest: int
    most: int
    revision: int
    undo: DecisionView | None
    redo: DecisionView | None
    decisions: tuple[DecisionView, ...]
    proposal: bool
    corrected: Mapping[str, int]
    note: str | None
    run: Mapping[str, Any]
    themes: tuple[ThemeRow, ...]

    @property
    def overview(self) -> Overview:
        """The same as a list shows it."""
        return Overview(
            self.id, self.assessment_id, self.source, self.role, self.language, self.state,
            comments=self.comments, unplaced=self.unplaced, themes=len(self.themes),
            mixed=sum(theme.mixed for theme in self.themes), split=split_of(self.themes),
        )  # fmt: skip

    @property
    def can_undo(self) -> bool:
        """Whether a decision can be taken back."""
        return self.undo is not None

    @property
    def can_redo(self) -> bool:
        """Whether a decision that was taken back can count again."""
        return self.redo is not None

    @property
    def round_id(self) -> int | None:
        """The round that was asked; None for an import."""
        kind, _, number = self.source.partition(":")
        return int(number) if kind == "round" else None


def theme_set(stores: Stores, assessment_id: int, set_id: int) -> SetView:
    """One set; NotFoundError where the assessment has none with this id."""
    with stores.core.reading() as session:
        return _view(session, store.find(session, assessment_id, set_id))


def comments_of(
    stores: Stores,
    assessment_id: int,
    set_id: int,
    theme: str,
    page: int = 1,
    per_page: int = 50,
) -> Comments:
    """The comments of a theme, of "unplaced" or of "non_answer", different ones once, most
    frequent first; ConflictError once a set is frozen."""
    from .listing import listed

    with stores.core.reading() as session:
        row = store.find(session, assessment_id, set_id)
        if row.state == "frozen":
            raise ConflictError("The comments of these themes were erased when they were frozen.")
        measured = store.load(session, row).measured
    return listed(measured, theme, page, per_page)


def proposed_change(stores: Stores, assessment_id: int, set_id: int) -> Change:
    """What taking the proposal would change; NotFoundError where nothing is proposed."""
    from ..analysis.text.stored import from_bytes
    from .changes import change_between
    from .measured import Measured

    with stores.core.reading() as session:
        row = store.find(session, assessment_id, set_id)
        proposal = store.part(session, row.id, "proposal")
        if proposal is None:
            raise NotFoundError("No themes are proposed.")
        loaded = store.load(session, row)
    fresh = Measured(from_bytes(proposal), loaded.base.facts)
    return change_between(loaded.measured, fresh)


def _view(session: Session, row: ThemeSet) -> SetView:
    if row.state == "frozen":
        return _frozen_view(session, row)
    totals, themes = looks.shown_in(session, row) or worked_out(session, row)
    decisions = _decisions(session, row.id)
    return SetView(
        **_common(row), comments=totals.comments, placed=totals.placed, unplaced=totals.unplaced,
        non_answers=totals.non_answers, suggested=totals.suggested, fewest=totals.fewest,
        most=totals.most, undo=next((d for d in reversed(decisions) if d.done), None),
        redo=next((d for d in decisions if not d.done), None), decisions=decisions,
        proposal=store.has_part(session, row.id, "proposal"),
        corrected=totals.corrected,
        note=totals.note, themes=themes,
    )  # fmt: skip


def worked_out(session: Session, row: ThemeSet) -> Shown:
    """What pages show of a set that nothing was kept of yet."""
    return looks.shown_of(store.load(session, row).measured, row.prefix, row.role)


def _common(row: ThemeSet) -> dict[str, Any]:
    return {
        "id": row.id, "assessment_id": row.assessment_id, "source": row.source, "role": row.role,
        "language": row.language, "state": row.state, "revision": row.revision, "run": row.run,
        "tier": str(row.run.get("tier") or ""), "tier_reason": str(row.run.get("why") or ""),
    }  # fmt: skip


def _decisions(session: Session, set_id: int) -> tuple[DecisionView, ...]:
    decided = store.decisions_of(session, set_id)
    ids = {one.by_id for one in decided}
    users = select(User.id, User.name).where(User.id.in_(ids))
    names: dict[int | None, str] = {one: name for one, name in session.execute(users)}  # noqa: C416
    return tuple(
        DecisionView(one.number, one.what, names.get(one.by_id, ""), one.at, one.state == "done",
                     one.what.get("names", {}))
        for one in decided
    )  # fmt: skip


def _frozen_view(session: Session, row: ThemeSet) -> SetView:
    figures = _own_cells(session, row)
    told = next((f for f in figures if f.statistic == "theming"), None)
    detail = told.detail if told else {}
    themes = tuple(_released_row(f, row, figures) for f in figures if f.statistic == "theme")
    comments = int(detail.get("comments") or 0)
    unplaced, silent = int(detail.get("unplaced") or 0), int(detail.get("non_answers") or 0)
    return SetView(
        **_common(row), comments=comments, placed=comments - unplaced - silent, unplaced=unplaced,
        non_answers=silent, suggested=len(themes), fewest=len(themes), most=len(themes), undo=None,
        redo=None, decisions=(), proposal=False, corrected={},
        note=detail.get("note"), themes=themes,
    )  # fmt: skip


def _own_cells(session: Session, row: ThemeSet) -> list[ReleasedFigure]:
    release = current_release(session, row)
    return [
        figure
        for statistic in ("theming", "theme", "quote")
        for figure in cells_in(session, [release.id], statistic=statistic)
        if figure.about == row.prefix or figure.detail.get("set") == row.id
        or statistic == "quote"
    ]  # fmt: skip


def _released_row(figure: ReleasedFigure, row: ThemeSet, figures: Sequence[Cell]) -> ThemeRow:
    detail = figure.detail
    quotes = tuple(str(f.detail["text"]) for f in figures
                   if f.statistic == "quote" and f.about == figure.about)  # fmt: skip
    return ThemeRow(
        figure.about.removeprefix(f"{row.prefix}-"), figure.about, str(detail.get("name")),
        tuple(detail.get("keywords") or ()), figure.n or 0, figure.value or 0.0,
        topic=figure.topic or "", stage=figure.subject or "", owner=str(detail.get("owner") or ""),
        firmness=detail.get("firmness"), mixed=bool(detail.get("mixed")), quotes=quotes,
        side=str(detail.get("side") or row.role),
    )  # fmt: skip
