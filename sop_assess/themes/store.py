"""Keeping sets of themes: their parts, their decisions, and what was worked out of them last."""

from __future__ import annotations

import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..backlog.models import Issue
from ..db import Stores
from ..errors import ConflictError, NotFoundError
from .models import ThemeDecision, ThemeMatch, ThemePart, ThemeSet

if TYPE_CHECKING:
    from ..analysis.text.curated import Curated
    from .facts import Facts
    from .measured import Measured

# A set of 100,000 comments takes about 60 MB while it is worked on.
MOST_REMEMBERED: Final = 4
MOST_STATES: Final = 12


@dataclass(frozen=True)
class Decided:
    """One decision of a set."""

    number: int
    what: Mapping[str, Any]
    by_id: int | None
    at: datetime
    state: str


@dataclass
class Base:
    """A sorting with its comments in memory, and the states that decisions made of it lately."""

    start: Curated
    facts: Facts
    states: OrderedDict[tuple[str, ...], Measured] = field(default_factory=OrderedDict)

    def after(self, decisions: Sequence[Mapping[str, Any]]) -> Measured:
        """The set after these decisions; goes on from the longest part of them that is known."""
        from ..analysis.text.decisions import replay
        from .measured import Measured

        words = tuple(json.dumps(what, sort_keys=True) for what in decisions)
        known = next((n for n in range(len(words), 0, -1) if words[:n] in self.states), 0)
        begun = self.states[words[:known]].curated if known else self.start
        if known < len(words) or words not in self.states:
            self.states[words] = Measured(replay(begun, decisions[known:]), self.facts)
            if len(self.states) > MOST_STATES:
                self.states.popitem(last=False)
        return self.states[words]


@dataclass(frozen=True)
class Loaded:
    """A set as it is stored, with its comments."""

    id: int
    assessment_id: int
    source: str
    role: str
    language: str
    prefix: str
    state: str
    revision: int
    run: Mapping[str, Any]
    base: Base
    decisions: tuple[Decided, ...]

    @property
    def start(self) -> Curated:
        """What the decisions start from."""
        return self.base.start

    @property
    def done(self) -> list[Mapping[str, Any]]:
        """The decisions that count, in order."""
        return [one.what for one in self.decisions if one.state == "done"]

    @property
    def measured(self) -> Measured:
        """The set after all decisions."""
        return self.base.after(self.done)

    @property
    def current(self) -> Curated:
        """The themes after all decisions."""
        return self.measured.curated


class _Memory:
    """The bases that were worked on last, by the token that changes whenever one is written."""

    def __init__(self) -> None:
        self._bases: OrderedDict[str, Base] = OrderedDict()
        self._lock = Lock()

    def get(self, token: str) -> Base | None:
        with self._lock:
            found = self._bases.get(token)
            if found is not None:
                self._bases.move_to_end(token)
            return found

    def put(self, token: str, base: Base) -> Base:
        with self._lock:
            self._bases[token] = base
            while len(self._bases) > MOST_REMEMBERED:
                self._bases.popitem(last=False)
            return base

    def forget(self, token: str) -> None:
        with self._lock:
            self._bases.pop(token, None)


_memory: Final = _Memory()


def find(session: Session, assessment_id: int, set_id: int, *, locked: bool = False) -> ThemeSet:
    """The set's own row; locked for a change."""
    query = select(ThemeSet).where(ThemeSet.id == set_id, ThemeSet.assessment_id == assessment_id)
    row = session.scalars(query.with_for_update() if locked else query).first()
    if row is None:
        raise NotFoundError("This assessment has no such set of themes.")
    return row


def sets_of(session: Session, assessment_id: int, source: str | None = None) -> list[ThemeSet]:
    """The sets of an assessment, or of one of its sources."""
    query = select(ThemeSet).where(ThemeSet.assessment_id == assessment_id).order_by(ThemeSet.id)
    if source is not None:
        query = query.where(ThemeSet.source == source)
    return list(session.scalars(query))


def load(session: Session, row: ThemeSet) -> Loaded:
    """A set with its comments; ConflictError for one whose comments were erased."""
    return Loaded(
        row.id, row.assessment_id, row.source, row.role, row.language, row.prefix, row.state,
        row.revision, row.run, _base(session, row), tuple(decisions_of(session, row.id)),
    )  # fmt: skip


def decisions_of(session: Session, set_id: int) -> list[Decided]:
    """What was decided about a set, in order, without what belongs to an earlier sorting."""
    query = (
        select(ThemeDecision)
        .where(ThemeDecision.set_id == set_id, ThemeDecision.state != "settled")
        .order_by(ThemeDecision.number)
    )
    return [Decided(d.number, d.what, d.by_id, d.at, d.state) for d in session.scalars(query)]


def part(session: Session, set_id: int, name: str) -> bytes | None:
    """One part of a set."""
    query = select(ThemePart.content).where(ThemePart.set_id == set_id, ThemePart.part == name)
    return session.scalar(query)


def has_part(session: Session, set_id: int, name: str) -> bool:
    """Whether a set has this part."""
    query = select(ThemePart.set_id).where(ThemePart.set_id == set_id, ThemePart.part == name)
    return session.scalar(query) is not None


def write_part(session: Session, set_id: int, name: str, content: bytes | None) -> None:
    """Write one part of a set, or remove it."""
    remove_parts(session, set_id, name)
    if content is not None:
        session.add(ThemePart(set_id=set_id, part=name, content=content))
        session.flush()


def remove_parts(session: Session, set_id: int, *names: str) -> None:
    """Remove these parts of a set."""
    session.execute(delete(ThemePart).where(ThemePart.set_id == set_id, ThemePart.part.in_(names)))


def take_proposal(session: Session, row: ThemeSet) -> None:
    """Put the proposal in the place of the sorting, and what it went on from beside it."""
    for old, new in (("proposal", "base"), ("before", "start")):
        remove_parts(session, row.id, new)
        session.execute(
            update(ThemePart)
            .where(ThemePart.set_id == row.id, ThemePart.part == old)
            .values(part=new)
        )
    new_base(row)


def kept_keys(session: Session, assessment_id: int, source: str) -> dict[str, set[str]]:
    """The keys of the themes of a source that issues were made from, by the prefix of their set."""
    query = select(Issue.origin_key).where(
        Issue.assessment_id == assessment_id, Issue.origin == "theme"
    )
    pattern = re.compile(rf"theme:{re.escape(source)}:(.+)-(t\d+)")
    found: dict[str, set[str]] = {}
    for match in filter(None, (pattern.fullmatch(key or "") for key in session.scalars(query))):
        found.setdefault(match[1], set()).add(match[2])
    return found


def vectors_folder(stores: Stores, assessment_id: int, source: str) -> Path:
    """The folder with vectors of a source's comments; it goes with the source."""
    return stores.files / "vectors" / f"{assessment_id}-{source.replace(':', '-')}"


def new_base(row: ThemeSet) -> None:
    """Give the set a new token, because its sorting or its comments are written anew."""
    _memory.forget(row.base or "")
    row.base = secrets.token_hex(16)


def forget_set(session: Session, row: ThemeSet) -> None:
    """Remove a set with all that belongs to it."""
    _memory.forget(row.base)
    for model in (ThemePart, ThemeDecision, ThemeMatch):
        session.execute(delete(model).where(model.set_id == row.id))
    session.delete(row)
    session.flush()


def settle(session: Session, set_id: int) -> None:
    """Close the decisions of a set: from now on they are part of what it starts from."""
    query = select(ThemeDecision).where(ThemeDecision.set_id == set_id)
    for decision in session.scalars(query):
        decision.state = "settled" if decision.state == "done" else decision.state
        if decision.state == "undone":
            session.delete(decision)
    session.flush()


def _base(session: Session, row: ThemeSet) -> Base:
    known = _memory.get(row.base)
    if known is not None:
        return known
    from ..analysis.text.stored import from_bytes
    from .facts import Facts

    base, facts = part(session, row.id, "base"), part(session, row.id, "facts")
    if base is None or facts is None:
        raise ConflictError("The comments of these themes were erased when they were frozen.")
    return _memory.put(row.base, Base(from_bytes(base), Facts.from_bytes(facts)))
