"""Whether two surveys may stand side by side: few people who joined or left must not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..analysis.guard_trend import Wave, trend_allowed
from ..instruments.catalogue import EVERYBODY
from ..instruments.identity import ANONYMOUS_LABELS, is_anonymous
from ..instruments.models import Round
from ..release.queries import ReleaseView

FEW: Final = "few"
UNKNOWN: Final = "unknown"
SIZE: Final = "size"


def withheld(session: Session, now: ReleaseView, then: ReleaseView) -> str:
    """Why a survey may not be compared with the one before, "" where it may: `FEW` people joined
    or left in between, it is `UNKNOWN` how many did, or the `SIZE` of one is not told. Asks only
    where one was anonymous."""
    later, earlier = _round(session, now.source), _round(session, then.source)
    if not any(one and is_anonymous(one.label) for one in (later, earlier)):
        return ""
    moves = _moves(session, later, earlier) if later and earlier else None
    if moves is None:
        return UNKNOWN
    if not all(one.summary.get("n") for one in (then, now)):
        return SIZE
    before, after = (_wave(int(one.summary["n"])) for one in (then, now))
    minimum = max(int(one.rule.get("minimum_group") or 1) for one in (then, now))
    return "" if trend_allowed(EVERYBODY, before, after, moves, minimum) else FEW


def _wave(people: int) -> Wave:
    return Wave({EVERYBODY: frozenset({EVERYBODY})}, {EVERYBODY: people})


def _moves(
    session: Session, later: Round, earlier: Round
) -> Mapping[tuple[str | None, str | None], int] | None:
    """How many people stayed, joined and left, as frozen when the later survey opened."""
    counts = later.policy.get("movements", {}).get(EVERYBODY)
    if counts is None or _before(session, later) != earlier.id:
        return None
    joined, left = int(counts["joiners"]), int(counts["leavers"])
    stayed = int(later.policy["invited"]) - joined
    return {(EVERYBODY, EVERYBODY): stayed, (None, EVERYBODY): joined, (EVERYBODY, None): left}


def _before(session: Session, later: Round) -> int | None:
    """The survey that the later one counted its joiners and leavers from."""
    query = select(Round.id).where(
        Round.label.in_(ANONYMOUS_LABELS), Round.opened_at < later.opened_at
    )
    return session.scalars(query.order_by(Round.opened_at.desc(), Round.id.desc())).first()


def _round(session: Session, source: str) -> Round | None:
    kind, _, number = source.partition(":")
    return session.get(Round, int(number)) if kind == "round" else None
