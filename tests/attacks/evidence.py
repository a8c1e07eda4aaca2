"""What an attacker holds, and how what it sees becomes a matching person -> answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .population import Person
from .snapshots import Change, Row, Snapshot, changes

Matching = dict[str, str]
SMALLEST_BULK = 5


@dataclass(frozen=True)
class Layout:
    """Where the design under attack keeps things; designs are public.

    Token rows come in while people answer. Answer rows are what the attacker wants to name; in a
    design that opens ballots at the end they are other rows than the tokens.
    """

    tokens: str
    token_key: str
    answers: str
    answer_key: str
    unit: str = "unit"
    telling: Callable[[Row], bytes] = lambda row: b""
    """What would stand in a box that can be read, for a row of answers."""
    round_key: str = ""
    round_id: int = 0

    @property
    def sealed(self) -> bool:
        """Whether answers are written apart from tokens."""
        return self.tokens != self.answers


@dataclass(frozen=True)
class Evidence:
    """One round in the attacker's hands. Snapshots are in order, the last one is the newest."""

    snapshots: list[Snapshot]
    people: Sequence[Person]
    clicks: Sequence[tuple[float, str]]
    layout: Layout
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    """Every file of configuration and keys in the attacker's hands, by name."""

    def thinned(self, every: float) -> Evidence:
        """What backups at fixed times have kept: the last snapshot of each period."""
        kept = {int(s.time // every): s for s in self.snapshots}
        first = [self.snapshots[0]] if self.snapshots[0] not in kept.values() else []
        return replace(self, snapshots=[*first, *kept.values()])

    @cached_property
    def changes(self) -> list[Change]:
        """All differences from each snapshot to the next."""
        return list(changes(self.snapshots))

    @cached_property
    def slots(self) -> list[Person | None]:
        """Whose the places in a ledger are, sorted by the hash of their code; spare cards have no
        owner."""
        rows = [row for row in self.rows("invitation") if row.has("code_hash")]
        known = {str(r["code_hash"]) for r in rows if r["round_key"] == self.layout.round_key}
        owner = {name: person for person in self.people for name in person.names & known}
        return [owner.get(name) for name in sorted(known)]

    def rows(self, table: str) -> list[Row]:
        """Rows of a table that were there at any time, each once."""
        first = [row for row in self.snapshots[0].rows() if row.table == table]
        later = [c.row for c in self.changes if c.row.table == table and not c.gone]
        return list(dict.fromkeys([*first, *later]))

    def answers(self) -> list[Row]:
        """The rows to be named, as the newest copy shows them, in the order of their keys."""
        found = [r for r in self.snapshots[-1].rows() if r.table == self.layout.answers]
        found = [r for r in found if not r.has("round_id") or r["round_id"] == self.layout.round_id]
        return sorted(found, key=lambda row: str(row[self.layout.answer_key]))


@dataclass(frozen=True)
class Event:
    """Something that happened at a moment (or place, or commit number)."""

    at: float
    name: str
    unit: str


def openings(evidence: Evidence, found: Iterable[Change]) -> list[Event]:
    """When something that mentions one person changed first, apart from what all went through."""
    by_name = {name: person for person in evidence.people for name in person.names}
    moments: dict[float, set[Person]] = {}
    for change in found:
        mentioned = {by_name[text] for text in change.row.mentions() & by_name.keys()}
        moments.setdefault(change.at, set()).update(mentioned)
    first: dict[str, Event] = {}
    for at in sorted(moments):
        for person in moments[at] - _whole_units(evidence, moments[at]):
            first.setdefault(person.id, Event(at, person.id, person.unit))
    return list(first.values())


def _whole_units(evidence: Evidence, touched: set[Person]) -> set[Person]:
    # Inviting and cleaning up touch everybody of a unit at once and tell nobody apart.
    bulk: set[Person] = set()
    for unit in {person.unit for person in touched}:
        members = {person for person in evidence.people if person.unit == unit}
        if len(members) >= SMALLEST_BULK and members <= touched:
            bulk |= members
    return bulk


def arrivals(evidence: Evidence, found: Iterable[Change]) -> list[Event]:
    """When each token came in."""
    layout = evidence.layout
    events: dict[str, Event] = {}
    for change in found:
        if change.row.table == layout.tokens and not change.gone:
            event = token_event(layout, change.row, change.at)
            events.setdefault(event.name, event)
    return list(events.values())


def token_event(layout: Layout, row: Row, at: float) -> Event:
    """The arrival of one token row."""
    return Event(at, str(row[layout.token_key]), str(row[layout.unit]))


def observed(evidence: Evidence) -> tuple[list[Event], list[Event]]:
    """Openings and arrivals from the differences between snapshots."""
    return openings(evidence, evidence.changes), arrivals(evidence, evidence.changes)


def clicked(evidence: Evidence) -> list[Event]:
    """Openings from the log of the mail gateway."""
    units = {person.id: person.unit for person in evidence.people}
    first: dict[str, float] = {}
    for at, person in evidence.clicks:
        first.setdefault(person, at)
    return [Event(at, person, units[person]) for person, at in first.items()]


def guesses(evidence: Evidence) -> list[Event]:
    """Without any sign of a person: the invitation list in its own order."""
    return [Event(float("-inf"), person.id, person.unit) for person in evidence.people]


def in_order(people: Sequence[Event], tokens: Sequence[Event]) -> Matching:
    """First in, first out within a unit; what happened in the same moment belongs together."""
    waiting = sorted(people, key=lambda event: event.at)
    matching: Matching = {}
    for token in sorted(tokens, key=lambda event: event.at):
        chosen = _best(waiting, token)
        if chosen is not None:
            waiting.remove(chosen)
            matching[chosen.name] = token.name
    return matching


def _best(waiting: Sequence[Event], token: Event) -> Event | None:
    unit = [event for event in waiting if event.unit == token.unit]
    same = [event for event in unit if event.at == token.at]
    before = [event for event in unit if event.at <= token.at]
    for choice in (same, before, unit, list(waiting)):
        if choice:
            return choice[0]
    return None


def paired(left: Sequence[Any], right: Sequence[Any]) -> dict[Any, Any]:
    """The first with the first, the second with the second."""
    return dict(zip(left, right, strict=False))
