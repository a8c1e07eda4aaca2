"""What everybody may read at the survey's own address once it has closed.

Figures come from released cells; what the round adds up to comes from its own bookkeeping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..assessment.evidence import Fact
from ..assessment.headlines import place_name, title, topic_name
from ..assessment.sentences import say
from ..db import Stores
from ..instruments.answer_models import PublishedReceipt
from ..instruments.definition import place_of, words
from ..instruments.models import Round
from ..release.queries import ReleasedFigure, cells, current_releases
from .queries import Door

Side = Literal["works", "fails", "mixed"]


@dataclass(frozen=True)
class Sums:
    """The ballots of a round: answers + set aside = receipts ≤ issued ≤ invited + re-issues."""

    invited: int
    issued: int  # re-issued ones among them
    reissued: int
    receipts: int
    answers: int
    set_aside: int
    withdrawn: int
    keys_destroyed_at: datetime | None


@dataclass(frozen=True)
class Said:
    """What was answered about one place and topic, as it was released."""

    place: str
    topic: str
    side: Side
    shown: str
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    favourable: float | None
    unfavourable: float | None
    band: str

    def heading(self, stages: Mapping[str, str]) -> str:
        """The place and what works there or does not, in the reader's language."""
        if self.side == "mixed":
            return f"{place_name(self.place, stages)}: {topic_name(self.topic)}"
        return title(self.place, self.topic, self.side, [], stages, {})

    def sentence(self) -> str:
        """The released figure with its n and its range or band."""
        data = {"shown": self.shown, "value": self.value, "low": self.low, "high": self.high,
                "favourable": self.favourable, "unfavourable": self.unfavourable,
                "band": self.band}  # fmt: skip
        return say(Fact("survey", "balance", data, self.n))


@dataclass(frozen=True)
class Heard:
    """What a closed round gives back; hashable, so that the page can be kept by it."""

    closed_at: datetime | None
    invited: int | None
    response: float | None  # of those invited; None where it would tell who is missing
    merged: bool  # the response stands for everything beyond it as well
    said: tuple[Said, ...]
    sums: Sums | None

    def those(self, side: Side) -> list[Said]:
        """What was said on one side, the clearest first."""
        return [one for one in self.said if one.side == side]


def heard(stores: Stores, door: Door) -> Heard | None:
    """What a closed round gives back; None until its first figures are released."""
    release = next((r for r in current_releases(stores, door.assessment_id)
                    if r.source == f"round:{door.id}"), None)  # fmt: skip
    if release is None:
        return None
    figures = cells(stores, [release.id], group="all")
    rate = next((c for c in figures if c.statistic == "response" and c.shown != "hidden"), None)
    with stores.core.reading() as session:
        closed_at, sums = _bookkeeping(session, door)
    return Heard(
        closed_at, rate.n if rate else None, rate.value if rate else None,
        bool(rate and rate.detail.get("end")), _said(figures), sums,
    )  # fmt: skip


def receipts(stores: Stores, door: Door) -> tuple[str, ...]:
    """The receipts of all ballots that were counted, by letters; none before closing."""
    if door.state != "closed":
        return ()
    query = select(PublishedReceipt.code).where(PublishedReceipt.round_id == door.id)
    with stores.core.reading() as session:
        return tuple(session.scalars(query.order_by(PublishedReceipt.code)))


def stage_words(door: Door, language: str) -> dict[str, str]:
    """The company's names of its stages."""
    return {code: words(dict(name), language) for code, name in door.stages}


def _bookkeeping(session: Session, door: Door) -> tuple[datetime | None, Sums | None]:
    found = session.get_one(Round, door.id)
    counts: Mapping[str, Any] = found.counts
    if not door.anonymous or "receipts" not in counts:
        return found.closed_at, None
    destroyed = counts.get("keys_destroyed_at")
    return found.closed_at, Sums(
        counts["invited"], counts["issued"] + counts["reissued"], counts["reissued"],
        counts["receipts"], counts["answers"], counts["set_aside"], counts["withdrawn"],
        datetime.fromisoformat(destroyed) if destroyed else None,
    )  # fmt: skip


def _said(figures: list[ReleasedFigure]) -> tuple[Said, ...]:
    """Whole places and topics; the sides of a hand-off are left to the report."""
    found = [
        _one(cell, cell.subject, cell.topic) for cell in figures
        if cell.statistic == "balance" and not cell.about and cell.shown != "hidden"
        and cell.subject and cell.topic and cell.subject == place_of(cell.subject)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-abs(one.value or 0.0), one.place, one.topic)))


def _one(cell: ReleasedFigure, place: str, topic: str) -> Said:
    detail = cell.detail
    return Said(
        place, topic, _side(cell), cell.shown, cell.n, cell.value, cell.low, cell.high,
        detail.get("favourable"), detail.get("unfavourable"), str(detail.get("band", "")),
    )  # fmt: skip


def _side(cell: ReleasedFigure) -> Side:
    """Only a range that lies wholly on one side speaks for it."""
    band = cell.detail.get("band")
    if band == "very_high" or (cell.low is not None and cell.low > 0):
        return "works"
    if band == "very_low" or (cell.high is not None and cell.high < 0):
        return "fails"
    return "mixed"
