"""Who is invited to an anonymous round, by which codes, reported in which units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..accounts.audit import audit
from ..assessment.models import Company
from ..db import Stores
from ..errors import ConflictError, InvalidError
from ..instruments.identity import ANONYMOUS_LABELS, Unit
from ..instruments.models import Invitation, Round
from ..roster.models import Invited, SealedLedger
from ..roster.queries import people_by_id, unit_tree
from . import ledger
from .codes import card_codes, code_hash
from .keys import code_for
from .launch import Branch, launch_policy
from .mail import translations
from .queries import Door

By = Literal["mail", "cards"]
WAYS: Final[tuple[By, ...]] = ("mail", "cards")
MOST_SPARE: Final = 50


@dataclass(frozen=True)
class Choice:
    """What the owner decided on the launch page."""

    by: By = "cards"
    spare: int = 0
    bands_only: bool = False


@dataclass(frozen=True)
class LaunchPlan:
    """Everything that a launch writes: reporting units, who is in which, how many cards each gets,
    and what else is frozen with the round."""

    units: tuple[Unit, ...]
    people: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, int] = field(default_factory=dict)
    by: By = "cards"
    more: Mapping[str, Any] = field(default_factory=dict)


def keep_choice(
    stores: Stores, round_id: int, choice: Choice, *, by: int | None, now: datetime
) -> None:
    """Write down what the launch job will do."""
    if choice.by not in WAYS or not 0 <= choice.spare <= MOST_SPARE:
        raise InvalidError("Choose mail or cards, and at most %(most)s spare cards per unit.",
                           most=MOST_SPARE)  # fmt: skip
    with stores.core.writing() as session:
        found = session.get_one(Round, round_id)
        if found.state != "planned":
            raise ConflictError("This survey was opened before.")
        kept = {"by": choice.by, "spare": choice.spare, "bands_only": choice.bands_only}
        found.policy = {**found.policy, "launch": kept}
        audit(session, by, "launch decided", {"round": round_id, **kept}, now)


def choice_of(stores: Stores, round_id: int) -> Choice:
    """What was written down, or the default."""
    with stores.core.reading() as session:
        policy = session.get_one(Round, round_id).policy
    return Choice(**policy.get("launch", {}))


def plan_launch(stores: Stores, door: Door, choice: Choice) -> LaunchPlan:
    """What a launch would write now: from the staff list, or from the round's units without one."""
    tree = [Branch(u.code, u.name, u.parent, u.people) for u in unit_tree(stores)]
    people = people_by_id(stores)
    if not people:
        if choice.by == "mail":
            raise ConflictError("Nobody is on the staff list. Import it, or hand out cards.")
        tree = [Branch(unit.code, unit.name, None, unit.invited) for unit in door.units]
    policy = launch_policy(
        tree, people, *_before(stores, door) if people else (None, ()),
        bands_only=choice.bands_only, others=_others(stores),
    )  # fmt: skip
    units = tuple(Unit(**{**u, "joined": tuple(u["joined"])}) for u in policy.pop("units"))
    place = _place(people, units, policy.pop("place"))
    cards = {u.code: choice.spare if choice.by == "mail" else u.invited for u in units}
    more = {**policy, "by": choice.by, "cards": cards}
    return LaunchPlan(units, place, cards, choice.by, more)


def invite(
    stores: Stores, round_key: str, plan: LaunchPlan, invitation_key: bytes, ledger_key: bytes
) -> None:
    """Write who is invited, the hashes of all codes and the empty ledger, in one transaction.

    Nothing was issued before a round opens, so an interrupted launch is simply written anew.
    """
    hashes = dict(_hashes(round_key, plan, invitation_key))
    keep = _kept_rounds(stores) | {round_key}
    with stores.identity.writing() as session:
        for table in (Invitation, Invited, SealedLedger):
            session.execute(delete(table).where(table.round_key == round_key))
        session.execute(delete(Invited).where(Invited.round_key.not_in(keep)))
        session.add_all(
            Invitation(round_key=round_key, code_hash=hashed, unit=unit, issued=0)
            for hashed, unit in sorted(hashes.items())
        )
        session.add_all(
            Invited(round_key=round_key, person_id=person, unit=unit)
            for person, unit in sorted(plan.people.items())
        )
        _add_ledger(session, round_key, ledger_key, len(hashes))


def card_codes_of(stores: Stores, door: Door, unit: Unit, invitation_key: bytes) -> list[str]:
    """The codes of a unit's cards, as many as were decided at the launch."""
    with stores.core.reading() as session:
        cards: Mapping[str, int] = session.get_one(Round, door.id).policy.get("cards", {})
    return card_codes(invitation_key, unit.code, cards.get(unit.code, unit.invited))


def note_mailing(stores: Stores, door: Door, name: str, *, by: int | None, now: datetime) -> None:
    """Log that mail was sent: for which round and by whom, never to whom."""
    with stores.core.writing() as session:
        audit(session, by, name.replace("_", " "), {"round": door.id}, now)


def _hashes(round_key: str, plan: LaunchPlan, key: bytes) -> Iterable[tuple[str, str]]:
    for unit in plan.units:
        for code in card_codes(key, unit.code, plan.cards[unit.code]):
            yield code_hash(round_key, code), unit.code
    if plan.by == "mail":
        for person, code in plan.people.items():
            yield code_hash(round_key, code_for(key, person)), code


def _add_ledger(session: Session, round_key: str, key: bytes, slots: int) -> None:
    box = ledger.new(key, slots, round_key)
    session.add(SealedLedger(round_key=round_key, box=box))


def _place(
    people: Mapping[str, str], units: tuple[Unit, ...], place: Mapping[str, str]
) -> dict[str, str]:
    """The reporting unit of everybody."""
    found = {person: place.get(unit, "") for person, unit in people.items()}
    heads = Counter(found.values())
    if found and heads != {unit.code: unit.invited for unit in units}:
        # Somebody imported a list between the two reads.
        raise ConflictError("The staff list changed just now. Look at it and launch again.")
    return found


def _before(stores: Stores, door: Door) -> tuple[dict[str, str] | None, list[Mapping[str, Any]]]:
    """The reporting unit of everybody whom the previous anonymous round invited, and its groups."""
    with stores.core.reading() as session:
        found = _previous(session, door.key)
    if found is None:
        return None, []
    query = select(Invited.person_id, Invited.unit).where(Invited.round_key == found.key)
    with stores.identity.reading() as session:
        people = {row[0]: row[1] or "" for row in session.execute(query)}
    return people or None, list(found.policy.get("groups", []))


def _previous(session: Session, but: str) -> Round | None:
    query = select(Round).where(
        Round.label.in_(ANONYMOUS_LABELS), Round.opened_at.is_not(None), Round.key != but
    )
    return session.scalars(query.order_by(Round.opened_at.desc(), Round.id.desc())).first()


def _kept_rounds(stores: Stores) -> set[str]:
    """Rounds whose list of invited people is still needed: open ones, and the newest."""
    with stores.core.reading() as session:
        newest = _previous(session, "")
        running = select(Round.key).where(Round.state.in_(("planned", "open", "closing")))
        return {*session.scalars(running), *([newest.key] if newest else [])}


def _others(stores: Stores) -> str:
    with stores.core.reading() as session:
        company = session.get(Company, 1)
    _ = translations(company.language if company else "en").gettext
    return _("%s, the others")
