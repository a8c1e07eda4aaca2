"""What people do with themes: decide, take back, take a proposal or not, freeze a draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..accounts.audit import audit
from ..assessment.findings import renew_comments
from ..assessment.models import Assessment
from ..db import Stores
from ..errors import ConflictError
from ..instruments.models import Round
from ..release.redaction import hold_back
from . import looks, store
from .checking import Decision, checked, with_names
from .keeping import renew_cells
from .models import ThemeDecision, ThemeSet
from .refusals import refused

if TYPE_CHECKING:
    from ..analysis.results import Cell
    from .changes import Change
    from .loaded import Loaded
    from .measured import Measured


def decide(
    stores: Stores,
    assessment_id: int,
    set_id: int,
    decision: Decision,
    *,
    by: int | None,
    now: datetime,
    expected: int | None = None,
) -> int:
    """The revision after a decision ({"do": "rename", "theme": "t01", "name": …}). `expected` is
    the revision that the person saw: ConflictError when somebody was faster."""
    with _changing(stores, assessment_id, set_id, expected) as (session, row):
        loaded = store.load(session, row)
        what = with_names(loaded, checked(session, assessment_id, decision))
        measured = _after(loaded, [*loaded.done, what])
        number = _forget_undone(session, row.id) + 1
        session.add(ThemeDecision(set_id=row.id, number=number, what=what, by_id=by,
                                  at=_moment(row, now)))  # fmt: skip
        return _changed(session, row, measured)


def undo(stores: Stores, assessment_id: int, set_id: int, *, expected: int | None = None) -> int:
    """The revision after the last decision was taken back."""
    _think_ahead(stores, assessment_id, set_id)
    with _changing(stores, assessment_id, set_id, expected) as (session, row):
        loaded, last = store.load(session, row), _last(session, row.id, "done", newest=True)
        if last is None:
            raise ConflictError("There is nothing to undo.")
        last.state = "undone"
        session.flush()
        return _changed(session, row, loaded.base.after(loaded.done[:-1]))


def redo(stores: Stores, assessment_id: int, set_id: int, *, expected: int | None = None) -> int:
    """The revision after the decision that was taken back last counts again."""
    with _changing(stores, assessment_id, set_id, expected) as (session, row):
        # Read before anything changes: the state that is kept goes with the decisions until now.
        loaded, first = store.load(session, row), _last(session, row.id, "undone", newest=False)
        if first is None:
            raise ConflictError("There is nothing to do again.")
        first.state = "done"
        session.flush()
        return _changed(session, row, loaded.base.after([*loaded.done, first.what]))


def preview(stores: Stores, assessment_id: int, set_id: int, decision: Decision) -> Change:
    """What a decision would change; nothing is written."""
    from .changes import change_between

    with stores.core.reading() as session:
        row = store.find(session, assessment_id, set_id)
        _refuse_closed(row)
        loaded = store.load(session, row)
        what = checked(session, assessment_id, decision)
    return change_between(loaded.measured, _after(loaded, [*loaded.done, what]))


def accept_proposal(
    stores: Stores,
    assessment_id: int,
    set_id: int,
    *,
    by: int | None,
    now: datetime,
    expected: int | None = None,
) -> int:
    """The revision after the proposed themes took the place of those before. What was decided
    until now can no longer be taken back."""
    with _changing(stores, assessment_id, set_id, expected) as (session, row):
        if not store.has_part(session, row.id, "proposal"):
            raise ConflictError("No themes are proposed any more. Propose new ones.")
        row.run = {**row.run, **row.run["proposed"], "proposed": None}
        store.take_proposal(session, row)
        store.settle(session, row.id)
        detail = {"set": row.id, "source": row.source, "role": row.role}
        audit(session, by, "themes.proposal_taken", detail, _moment(row, now))
        return _changed(session, row, store.load(session, row).measured)


def discard_proposal(
    stores: Stores, assessment_id: int, set_id: int, *, expected: int | None = None
) -> int:
    """The revision after proposed themes were put aside; nothing else changes."""
    with _changing(stores, assessment_id, set_id, expected) as (session, row):
        _drop_proposal(session, row)
        row.revision += 1
        looks.stays(session, row, row.revision - 1)
        return row.revision


def freeze(
    stores: Stores,
    assessment_id: int,
    set_id: int,
    *,
    by: int | None,
    now: datetime,
    expected: int | None = None,
) -> int:
    """Release the themes of an anonymous survey as they are now, for good. Their comments go; what
    may be quoted waits for two readers. The revision."""
    with _changing(stores, assessment_id, set_id, expected) as (session, row):
        if row.state != "draft":
            raise ConflictError("These themes are released already.")
        loaded = store.load(session, row)
        renew_cells(session, row, *_released(session, row, loaded))
        row.state = "frozen"
        store.remove_parts(session, row.id, *store.PARTS)
        looks.forget(session, row.id)
        store.new_base(row)
        row.revision += 1
        session.flush()
        detail = {"set": row.id, "source": row.source, "role": row.role,
                  "themes": len(loaded.current.themes)}  # fmt: skip
        audit(session, by, "themes.frozen", detail, now)
        renew_comments(session, assessment_id)
        return row.revision


@contextmanager
def _changing(
    stores: Stores, assessment_id: int, set_id: int, expected: int | None
) -> Iterator[tuple[Session, ThemeSet]]:
    """The one transaction of a change, with the set locked."""
    with stores.core.writing() as session:
        row = store.find(session, assessment_id, set_id, locked=True)
        state = session.scalar(select(Assessment.state).where(Assessment.id == assessment_id))
        if state == "final":
            raise ConflictError("This assessment is final. Its figures stay as they are.")
        _refuse_closed(row)
        if expected is not None and expected != row.revision:
            raise ConflictError("Somebody changed these themes meanwhile. Look at them again.")
        yield session, row


def _think_ahead(stores: Stores, assessment_id: int, set_id: int) -> None:
    """Work out what was before the last decision; while the set is locked, nobody can write."""
    with stores.core.reading() as session:
        row = store.find(session, assessment_id, set_id)
        _refuse_closed(row)
        loaded = store.load(session, row)
    loaded.base.after(loaded.done[:-1])


def _refuse_closed(row: ThemeSet) -> None:
    if row.state == "frozen":
        raise ConflictError("These themes are released for good: later edits wait for the next "
                            "round.")  # fmt: skip
    if row.state == "list":
        raise ConflictError("There are too few comments for themes.")


def _after(loaded: Loaded, decisions: Sequence[Decision]) -> Measured:
    """The set after these decisions; InvalidError says why one of them cannot be."""
    from ..analysis.text.curated import DecisionError

    try:
        return loaded.base.after(decisions)
    except DecisionError as error:
        raise refused(error.key) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise refused("no_such_decision") from error


def _changed(session: Session, row: ThemeSet, measured: Measured) -> int:
    """Write what an open set shows now; a draft shows nothing yet. A proposal was made for the
    themes as they were, so it goes."""
    _drop_proposal(session, row)
    row.revision += 1
    store.keep_look(session, row, looks.look_of(measured, row.prefix, row.role))
    if row.state != "draft":
        from .cells import About, set_cells

        said = About(row.prefix, row.role, row.id, int(row.run["minimum"]),
                     int(row.run["who_wrote"]), row.run)  # fmt: skip
        renew_cells(session, row, set_cells(measured, said))
        session.flush()
        renew_comments(session, row.assessment_id)
    return row.revision


def _drop_proposal(session: Session, row: ThemeSet) -> None:
    if row.run.get("proposed"):
        store.remove_parts(session, row.id, "proposal", "before")
        row.run = {**row.run, "proposed": None}


def _released(
    session: Session, row: ThemeSet, loaded: Loaded
) -> tuple[Sequence[Cell], Sequence[Cell]]:
    """What a draft shows once it is frozen, and the quotes that two people must read first."""
    from ..analysis.disclosure import rule_of
    from .cells import About, protect_themes, set_cells

    found = session.get_one(Round, int(row.source.partition(":")[2]))
    said = About(row.prefix, row.role, row.id, int(row.run["minimum"]),
                 int(row.run["who_wrote"]), row.run)  # fmt: skip
    cells = protect_themes(set_cells(loaded.measured, said), rule_of(found.policy))
    return hold_back(found, cells)


def _last(session: Session, set_id: int, state: str, *, newest: bool) -> ThemeDecision | None:
    number = ThemeDecision.number
    query = (
        select(ThemeDecision)
        .where(ThemeDecision.set_id == set_id, ThemeDecision.state == state)
        .order_by(number.desc() if newest else number)
    )
    return session.scalars(query.limit(1)).first()


def _forget_undone(session: Session, set_id: int) -> int:
    """The number of the last decision, once those that were taken back are gone for good."""
    query = select(ThemeDecision).where(
        ThemeDecision.set_id == set_id, ThemeDecision.state == "undone"
    )
    for row in session.scalars(query):
        session.delete(row)
    session.flush()
    last = select(func.max(ThemeDecision.number)).where(ThemeDecision.set_id == set_id)
    return session.scalar(last) or 0


def _moment(row: ThemeSet, now: datetime) -> datetime:
    """When something was decided; of an anonymous survey the day is enough."""
    return now if row.state != "draft" else datetime.combine(now.date(), time(), now.tzinfo)
