"""The identity policy of a round: what it promises, frozen when it opens. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from ..errors import InvalidError
from .kind import Kind

MINIMUM_GROUP: Final = 5
MINIMUM_QUOTES: Final = 10
COUNTER_STEP: Final = 5


@dataclass(frozen=True)
class Unit:
    """A reporting unit with how many people in it are invited."""

    code: str
    name: str
    invited: int


def label_of(kind: Kind) -> str:
    """The honest label of a round of this kind."""
    return "confidential" if kind.anonymous else "named"


def freeze(kind: Kind, access: str, units: Sequence[Unit]) -> dict[str, Any]:
    """The policy document of a round that opens now."""
    return {
        "label": label_of(kind),
        "access": access,
        "minimum_group": MINIMUM_GROUP if kind.anonymous else 1,
        "minimum_quotes": MINIMUM_QUOTES if kind.anonymous else 1,
        "invited": sum(unit.invited for unit in units),
        "units": [asdict(unit) for unit in units],
    }


def check_access(kind: Kind, access: str) -> None:
    """Refuse combinations that would break the promise of the kind."""
    allowed = ("link", "codes") if kind.anonymous else ("tasks",)
    if access not in allowed:
        raise InvalidError(
            f"{kind.name}: answers cannot arrive by “{access}”. Choose {' or '.join(allowed)}."
        )


def check_units(units: Sequence[Unit]) -> None:
    """Refuse units without a name, with a doubled code or with a negative head count."""
    codes = [unit.code for unit in units]
    if len(set(codes)) != len(codes):
        raise InvalidError("Two units have the same code. Give each its own name.")
    for unit in units:
        if not unit.name.strip() or unit.invited < 0:
            raise InvalidError("Every unit needs a name and how many people are in it.")


def counter(received: int, anonymous: bool) -> int | None:
    """How many answers may be shown while a round is open: steps of 5, none under 10."""
    if not anonymous:
        return received
    return received // COUNTER_STEP * COUNTER_STEP if received >= 10 else None


def units_of(policy: Mapping[str, Any]) -> tuple[Unit, ...]:
    """The units that a frozen policy holds."""
    return tuple(Unit(**unit) for unit in policy.get("units", ()))
