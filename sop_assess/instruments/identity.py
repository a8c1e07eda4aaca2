"""The identity policy of a round: what it promises, frozen when it opens. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from ..errors import InvalidError
from .kind import Kind

ANONYMOUS_LABELS: Final = ("anonymous_trustee", "anonymous")
SURVEY_LABELS: Final = (*ANONYMOUS_LABELS, "confidential")
MINIMUM_GROUP: Final = 5
MINIMUM_QUOTES: Final = 10
COUNTER_STEP: Final = 5
NAMES_ONLY: Final = "names and counts only"


@dataclass(frozen=True)
class Unit:
    """A reporting unit with how many people in it are invited. `joined` names the units that are
    too small to be shown alone and are shown together with this one; `parent` is the code of the
    unit above."""

    code: str
    name: str
    invited: int
    parent: str | None = None
    joined: tuple[str, ...] = ()


def is_anonymous(label: str) -> bool:
    """Whether a round with this label takes sealed ballots only."""
    return label in ANONYMOUS_LABELS


def freeze(
    kind: Kind,
    access: str,
    units: Sequence[Unit],
    label: str = "named",
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The policy document of a round that opens now. `more` adds to it and replaces nothing."""
    frozen = {
        "label": label,
        "access": access,
        "minimum_group": MINIMUM_GROUP if kind.anonymous else 1,
        "minimum_quotes": MINIMUM_QUOTES if kind.anonymous else 1,
        "invited": sum(unit.invited for unit in units),
        "units": [_plain(unit) for unit in units],
    }
    return {**(more or {}), **frozen}


def check_access(kind: Kind, access: str, label: str | None = None) -> None:
    """Refuse combinations that would break the promise of the kind and its label."""
    allowed = ("link", "codes") if kind.anonymous else ("tasks",)
    labels = SURVEY_LABELS if kind.anonymous else ("named",)
    if access not in allowed or (label and label not in labels):
        raise InvalidError("Choose one of the answers that are offered.")
    if label and is_anonymous(label) and access != "codes":
        raise InvalidError("An anonymous survey gives every person one code, so that each answers "
                           "once. Choose codes, or the label Confidential.")  # fmt: skip


def generalised(
    units: Sequence[str | None], parents: Mapping[str, str | None], minimum: int = MINIMUM_GROUP
) -> list[str | None]:
    """The unit that is stored with each answer: a unit with fewer answers than the minimum gives
    way to the one above it, and a whole that is too small to "not stated".

    >>> generalised(["a"] * 5 + ["b", "c"], {"b": "ab", "c": "ab"}, 2)
    ['a', 'a', 'a', 'a', 'a', 'ab', 'ab']
    """
    kept = list(units)
    while True:
        sizes = Counter(kept)
        small = {unit for unit, n in sizes.items() if unit is not None and n < minimum}
        if not small:
            return kept
        kept = [parents.get(unit or "") if unit in small else unit for unit in kept]


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


def names_only(label: str, policy: Mapping[str, Any]) -> bool:
    """Whether a round promised that none of its comments is quoted: nobody could read them as the
    second person. Without a word about it in the manifest, two people must read them."""
    manifest = str(policy.get("manifest") or "{}")
    return is_anonymous(label) and json.loads(manifest).get("redaction") == NAMES_ONLY


def units_of(policy: Mapping[str, Any]) -> tuple[Unit, ...]:
    """The units that a frozen policy holds."""
    return tuple(
        Unit(**{**unit, "joined": tuple(unit.get("joined", ()))})
        for unit in policy.get("units", ())
    )


def _plain(unit: Unit) -> dict[str, Any]:
    """The unit as JSON, without what it does not have."""
    whole = {**asdict(unit), "joined": list(unit.joined)}
    return {key: value for key, value in whole.items() if value not in (None, [])}
