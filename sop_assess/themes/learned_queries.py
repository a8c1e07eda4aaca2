"""What was learnt from the corrections of a set, as pages show it; frozen answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ..db import Stores
from . import store

if TYPE_CHECKING:
    from .learned import Suggestion, Taught, Taughts
    from .listing import CommentRow
    from .measured import Measured
    from .queries import SetView

KINDS = ("theme", "polarity")


@dataclass(frozen=True)
class Corrected:
    """How many different comments people put into a theme and judged, how many are `needed` of one
    kind, and whether the site has learnt from them."""

    theme: int
    polarity: int
    needed: int
    learned: bool

    @property
    def enough(self) -> bool:
        """Whether the site can learn."""
        return max(self.theme, self.polarity) >= self.needed


@dataclass(frozen=True)
class Learning:
    """What was learnt. `waiting` counts the open proposals by kind and label, the label with most
    of them first; `day` is empty where nothing was learnt yet."""

    corrected: Corrected
    day: str
    taught: Mapping[str, Taught | None]
    waiting: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class SuggestedRow:
    """One different comment with the probability of its proposal, and the theme that it is in:
    its key, or "unplaced"."""

    comment: CommentRow
    probability: float
    now: str


@dataclass(frozen=True)
class Suggested:
    """One page of the proposals with one label, most probable first."""

    kind: str
    label: str
    page: int
    pages: int
    total: int
    rows: tuple[SuggestedRow, ...]


def corrected(stores: Stores, found: SetView) -> Corrected:
    """How many comments of a set people corrected."""
    with stores.core.reading() as session:
        return _corrected(found.corrected, store.has_part(session, found.id, "learned"))


def learning(stores: Stores, assessment_id: int, set_id: int) -> Learning:
    """What was learnt from a set; ConflictError once it is frozen."""
    from .learned import corrections

    with stores.core.reading() as session:
        measured, found, day, open_ones = _read(session, assessment_id, set_id)
    counts: dict[tuple[str, str], int] = {}
    for kind in KINDS:
        for one in open_ones[kind]:
            counts[kind, one.label] = counts.get((kind, one.label), 0) + 1
    order = sorted(counts, key=lambda group: (KINDS.index(group[0]), -counts[group], group[1]))
    given = {kind: len(said) for kind, said in corrections(measured.curated).items()}
    return Learning(_corrected(given, bool(day)), day, found,
                    {group: counts[group] for group in order})  # fmt: skip


def suggested(
    stores: Stores, assessment_id: int, set_id: int, kind: str, label: str, page: int,
    per_page: int,
) -> Suggested:  # fmt: skip
    """The open proposals of one kind with one label, a page at a time."""
    from .listing import text_row

    with stores.core.reading() as session:
        measured, _found, _day, open_ones = _read(session, assessment_id, set_id)
    own = [one for one in open_ones[kind] if one.label == label]
    pages = max(1, -(-len(own) // per_page))
    page = min(max(1, page), pages)
    rows = tuple(
        SuggestedRow(text_row(measured, one.text), one.probability, _theme_of(measured, one.text))
        for one in own[(page - 1) * per_page : page * per_page]
    )
    return Suggested(kind, label, page, pages, len(own), rows)


def _read(
    session: Session, assessment_id: int, set_id: int
) -> tuple[Measured, Taughts, str, dict[str, list[Suggestion]]]:
    from .learned import from_bytes, suggestions

    row = store.find(session, assessment_id, set_id)
    measured = store.load(session, row).measured
    content = store.part(session, row.id, "learned")
    found, day = from_bytes(content) if content else (dict.fromkeys(KINDS), "")
    return measured, found, day, suggestions(measured, row.role, found)


def _corrected(counts: Mapping[str, int], learned: bool) -> Corrected:
    from ..analysis.text.learning import LEAST_COMMENTS

    return Corrected(**counts, needed=LEAST_COMMENTS, learned=learned)


def _theme_of(measured: Measured, text: int) -> str:
    place = int(measured.text_labels[text])
    return measured.curated.themes[place].key if place >= 0 else "unplaced"
