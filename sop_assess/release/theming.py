"""The sets of themes of one release: what they go on from, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ..analysis.disclosure import Rule
from ..analysis.results import Cell
from ..db import Stores
from ..themes import store
from ..themes.cells import protect_themes, set_cells, waiting_cell
from ..themes.keeping import ToKeep, keep_sets, look_at, parts_of
from ..themes.sorting import Plan, Sorted, about
from ..themes.sources import models_for
from .store import Within

Held = Callable[[Sequence[Cell]], tuple[list[Cell], list[Cell]]]


def plan_for(
    stores: Stores,
    assessment_id: int,
    source: str,
    *,
    main: str,
    state: str,
    minimum: int,
    now: datetime,
) -> Plan:
    """How the comments of a source are sorted, with the sets that it has already."""
    with stores.core.reading() as session:
        before = [store.load(session, row)
                  for row in store.sets_of(session, assessment_id, source)]  # fmt: skip
        kept = store.kept_keys(session, assessment_id, source)
    known = {(one.role, one.language): one for one in before}
    models = models_for(stores, assessment_id, source, state)
    return Plan(main, state, minimum, now.date().isoformat(), models, kept, known)


def to_keep(one: Sorted, plan: Plan, rule: Rule, hold_back: Held) -> ToKeep:
    """A set with its cells under the rule; a draft shows only that it exists."""
    said, parts = about(one, plan, None), parts_of(one)
    look = look_at(one, parts)
    if one.state == "draft":
        return ToKeep(one, parts, [waiting_cell(one.measured, said)], look=look)
    shown, held = hold_back(protect_themes(set_cells(one.measured, said), rule))
    return ToKeep(one, parts, shown, held, look)


def all_shown(cells: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Where nobody has to read anything first."""
    return list(cells), []


def keeping(sets: Sequence[ToKeep]) -> Within:
    """What writes the sets into the transaction of their release."""
    return lambda session, release: keep_sets(session, release, sets)
