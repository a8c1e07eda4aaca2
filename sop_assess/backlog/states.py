"""The states of an issue and the moves between them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..errors import ConflictError, InvalidError

STATES: Final = ("new", "discussing", "planned", "doing", "done", "verified", "declined")
CLOSED: Final = frozenset({"done", "verified", "declined"})
DECISIONS: Final = frozenset({"verified", "declined"})
MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "new": ("discussing", "planned", "doing", "declined"),
    "discussing": ("planned", "doing", "declined"),
    "planned": ("discussing", "doing", "done", "declined"),
    "doing": ("planned", "done", "declined"),
    "done": ("doing", "verified"),
    "verified": ("doing",),
    "declined": ("discussing",),
}


def check_move(before: str, after: str, reason: str) -> None:
    """Refuse a move that is not allowed, and a decision without its reason."""
    if after not in STATES:
        raise InvalidError("Choose one of the answers that are offered.")
    if after == before:
        return
    if after not in MOVES[before]:
        raise ConflictError(
            "The issue is in another state now, from which this step is not possible. Load the "
            "page again and choose one of the steps it offers."
        )
    if reason.strip():
        return
    if after == "declined":
        raise InvalidError("Say why it is declined; the reason is kept with its date.")
    if after == "verified":
        raise InvalidError(
            "Say what was measured that shows it worked; this is kept with its date."
        )
