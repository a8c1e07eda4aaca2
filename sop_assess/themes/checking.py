"""A decision about themes as it came in, and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..assessment.models import Stage
from ..errors import InvalidError
from ..instruments.definition import TOPICS
from .refusals import refused

if TYPE_CHECKING:
    from .loaded import Loaded

Decision = Mapping[str, Any]

# What is kept of a decision, by what it does.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "rename": ("theme", "name"), "pin": ("theme", "pinned"),
    "set": ("theme", "topic", "stage", "owner"), "merge": ("into", "themes"),
    "split": ("theme",), "move": ("texts", "to"), "cut": ("k",), "judge": ("texts", "as"),
}  # fmt: skip
LONGEST_OWNER: Final = 120


def checked(session: Session, assessment_id: int, decision: Decision) -> dict[str, Any]:
    """The decision as it is kept: known fields only, with a stage and a topic that exist."""
    do = str(decision.get("do"))
    if do not in FIELDS:
        raise refused("no_such_decision")
    what = {name: _plain(decision[name]) for name in FIELDS[do] if name in decision}
    stages = select(Stage.code).where(Stage.assessment_id == assessment_id)
    if what.get("stage") and what["stage"] not in set(session.scalars(stages)):
        raise InvalidError("This assessment has no such stage.")
    if what.get("topic") and what["topic"] not in TOPICS:
        raise InvalidError("There is no such topic.")
    if len(str(what.get("owner", ""))) > LONGEST_OWNER:
        raise InvalidError("A name of an owner has at most 120 characters. Shorten it.")
    return {"do": do, **what}


def with_names(loaded: Loaded, what: dict[str, Any]) -> dict[str, Any]:
    """The decision with the names that its themes have now, for telling it later."""
    given = [what.get(name) for name in ("theme", "into", "to")] + list(what.get("themes", ()))
    names = {t.key: t.name for t in loaded.current.themes if t.key in given}
    return {**what, "names": names}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.replace("\0", " ").split())
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    raise refused("no_such_decision")
