"""What the respondent's pages need of a round: core store only, one short read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..assessment.models import Stage
from ..db import Stores
from ..instruments.identity import (
    MINIMUM_GROUP,
    MINIMUM_QUOTES,
    Unit,
    is_anonymous,
    units_of,
)
from ..instruments.models import Invitation, Round, RoundUnit
from ..instruments.registries import KINDS

Phase = Literal["waiting", "open", "closed"]
# Ballots that waited on a device without network are taken a day longer than announced.
GRACE: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Door:
    """An anonymous round as its respondents see it; hashable, so pages can be kept by it."""

    id: int
    key: str
    assessment_id: int
    version_id: int
    name: str
    state: str
    access: str
    label: str
    trustee: str
    manifest: str  # canonical JSON; empty before the opening and for a confidential round
    minimum_group: int
    minimum_quotes: int
    opens_at: datetime | None
    closes_at: datetime | None
    units: tuple[Unit, ...]
    stages: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    bands_only: bool = False  # so few are invited that no number and no free text may leave

    @property
    def anonymous(self) -> bool:
        """Whether only sealed ballots are taken."""
        return is_anonymous(self.label)

    def phase(self, now: datetime) -> Phase:
        """Whether somebody can start now."""
        if self.state == "planned" or (self.opens_at and self.opens_at > now):
            return "waiting"
        if self.state != "open" or (self.closes_at and self.closes_at <= now):
            return "closed"
        return "open"

    def takes_ballots(self, now: datetime) -> bool:
        """Whether a ballot that arrives now is still counted."""
        late = self.closes_at is not None and self.closes_at + GRACE <= now
        return self.state == "open" and not late

    def unit_at(self, number: int) -> Unit | None:
        """The unit with this number, counted from 1; None for 0 and for numbers of no unit."""
        return self.units[number - 1] if 0 < number <= len(self.units) else None

    def number_of(self, code: str | None) -> int:
        """The number of a unit; 0 where nobody said one."""
        codes = [unit.code for unit in self.units]
        return codes.index(code) + 1 if code in codes else 0


def find_door(stores: Stores, round_key: str) -> Door | None:
    """The anonymous round with this key, or None."""
    with stores.core.reading() as session:
        return _door(session, session.scalars(select(Round).where(Round.key == round_key)).first())


def door_of(stores: Stores, round_id: int) -> Door | None:
    """The anonymous round with this id, or None. Unlike a RoundView it never looks into the box."""
    with stores.core.reading() as session:
        return _door(session, session.get(Round, round_id))


def codes_made(stores: Stores, round_key: str) -> dict[str, int]:
    """How many codes exist by unit; never which of them were used."""
    query = (
        select(Invitation.unit, func.count())
        .where(Invitation.round_key == round_key)
        .group_by(Invitation.unit)
    )
    with stores.identity.reading() as session:
        return {unit or "": count for unit, count in session.execute(query)}


def _door(session: Session, found: Round | None) -> Door | None:
    if found is None or not KINDS[found.kind].anonymous:
        return None
    planned = session.scalars(
        select(RoundUnit).where(RoundUnit.round_id == found.id).order_by(RoundUnit.position)
    )
    units = units_of(found.policy) or tuple(Unit(u.code, u.name, u.invited) for u in planned)
    stages = session.scalars(
        select(Stage)
        .where(Stage.assessment_id == found.assessment_id, Stage.skipped.is_(False))
        .order_by(Stage.position)
    )
    return Door(
        id=found.id, key=found.key, assessment_id=found.assessment_id,
        version_id=found.version_id, name=found.name, state=found.state, access=found.access,
        minimum_group=found.policy.get("minimum_group", MINIMUM_GROUP),
        minimum_quotes=found.policy.get("minimum_quotes", MINIMUM_QUOTES),
        opens_at=found.opens_at, closes_at=found.closes_at,
        label=found.label, trustee=found.policy.get("trustee", ""),
        manifest=found.policy.get("manifest", ""), units=units,
        stages=tuple((stage.code, tuple(sorted(stage.name.items()))) for stage in stages),
        bands_only=bool(found.policy.get("bands_only")),
    )  # fmt: skip
