"""Shadowing: which checks were kept while somebody watched, and what went wrong meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import TooFewError
from ..frames import STATES, Column, Frame, Rows
from ..reading import Reading, Thresholds
from ..results import Cell, Polarity, Result, Verdict
from ..statistics.mean import favour
from ..statistics.share import Mask, wilson

DEFAULTS: Thresholds = {"works": 0.6, "fails": 0.7, "events": 0.5, "prominent": 0.5, "minimum": 3}
# An event speaks about the topics it is an instance of, not about everything at its stage:
# missing information says nothing about how fast somebody answers.
EVENT_TOPICS = {
    "error": frozenset({"accuracy"}),
    "rework": frozenset({"accuracy", "exceptions"}),
    "missing_information": frozenset({"information", "handoff"}),
}
_UNSEEN = np.array([STATES.index(state) for state in ("not_asked", "skipped")])


def summarise(
    frame: Frame, columns: Sequence[Column], rows: Rows, population: int | None
) -> Result:
    """Kept among kept and broken checks, 0 to 1, with the Wilson interval.

    A check is kept by Yes, or by No where Yes is the problem. n : judged checks, several per
    session, so the interval is a little too narrow. The detail counts sessions that looked at
    the subject, those that saw a check, and those with an error, rework or missing information
    there. TooFewError when no session looked. A subject with events alone has no value.

    >>> fact = Column("q", "fact", np.array([0, 0, 3], np.int8), "S1", "promise",
    ...               categories=("yes", "no"), codes=np.array([0, 0, -1], np.int16))
    >>> result = summarise(Frame("shadow", 3, {"q": fact}), [fact], np.arange(3), None)
    >>> result.value, result.detail["sessions"], result.detail["seen_in"]
    (1.0, 3, 2)
    """
    said = [favour(column, rows) for column in columns if column.level == "fact"]
    table = np.vstack(said) if said else np.full((1, len(rows)), np.nan)
    seen = (~np.isnan(table)).any(axis=0)
    events = _events(frame, columns, rows)
    looked = seen | events
    for column in columns:
        looked |= ~np.isin(column.states[rows], _UNSEEN)
    if not looked.any():
        raise TooFewError("No session has looked at this yet. Plan one.")
    kept, broken = int((table == 1).sum()), int((table == -1).sum())
    detail = {
        "sessions": int(looked.sum()), "seen_in": int(seen.sum()), "yes": kept, "no": broken,
        "sessions_with_events": int(events.sum()),
        "first_sessions_only": _first_sessions_only(frame, rows[looked]),
    }  # fmt: skip
    if not kept + broken:
        return Result(0, detail=detail)
    low, high = wilson(kept, kept + broken)
    caveat = "Seen while people knew that they were watched: read it as an upper bound."
    return Result(kept + broken, kept / (kept + broken), low, high, caveat, detail)


def _events(frame: Frame, columns: Sequence[Column], rows: Rows) -> Mask:
    found = np.zeros(len(rows), dtype=np.bool_)
    places = {place for column in columns for place in _places(column.subject)}
    topics = {column.topic for column in columns}
    for key, counts in frame.events.items():
        event, _, place = key.partition("@")
        if place in places and EVENT_TOPICS.get(event, frozenset()) & topics:
            found |= np.nan_to_num(counts[rows]) > 0
    return found


def _places(subject: str | None) -> tuple[str, ...]:
    """The stage; for a hand-off itself and the stage that receives."""
    place = (subject or "").partition(":")[0]
    receiver = place.partition(">")[2]
    return (place, receiver) if receiver else (place,)


def _first_sessions_only(frame: Frame, rows: Rows) -> bool:
    people = frame.groupings.get("person")
    if people is None:
        return False
    members = people.members[rows]
    return len(np.unique(members)) == len(members) and bool((members >= 0).all())


def read(method: str, cell: Cell, thresholds: Thresholds) -> Verdict:
    """The verdict from the released cell alone.

    What goes wrong under a watcher's eyes outranks what is kept there.
    """
    if cell.shown == "hidden":
        return Verdict(method, "silent", concerns=("hidden",))
    detail = cell.detail
    sessions, seen = int(detail.get("sessions", 0)), int(detail.get("seen_in", 0))
    troubled = int(detail.get("sessions_with_events", 0))
    if not cell.n and not troubled:
        return Verdict(method, "silent")
    polarity = _polarity(cell, troubled >= thresholds["events"] * sessions > 0, thresholds)
    found_in = max(seen, troubled)
    prominent = found_in >= max(thresholds["prominent"] * sessions, thresholds["minimum"])
    enough = sessions >= thresholds["minimum"]
    return Verdict(method, polarity, prominent, enough, sessions, _concerns(cell, polarity))


def _polarity(cell: Cell, trouble: bool, thresholds: Thresholds) -> Polarity:
    if trouble or (cell.high is not None and cell.high <= thresholds["fails"]):
        return "fails"
    if cell.low is not None and cell.low >= thresholds["works"]:
        return "works"
    return "mixed"


def _concerns(cell: Cell, polarity: Polarity) -> tuple[str, ...]:
    found = {
        # Being watched makes people comply: a failure seen all the same is no weaker for it.
        "only_watched": polarity != "fails",
        "first_sessions": bool(cell.detail.get("first_sessions_only")),
        "rolled_up": bool(cell.detail.get("rolled_up")),
    }
    return tuple(key for key, holds in found.items() if holds)


ENTRY = Reading("checks", summarise, read, DEFAULTS)
