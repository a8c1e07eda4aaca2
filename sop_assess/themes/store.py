"""Keeping sets of themes: their parts and their decisions."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..backlog.models import Issue
from ..db import Stores
from ..errors import ConflictError, NotFoundError
from . import looks
from .loaded import Base, Decided, Loaded, Memory, done_of, hash_of
from .models import ThemeDecision, ThemeMatch, ThemePart, ThemeSet, ThemeShown

if TYPE_CHECKING:
    from .looks import Look

PARTS: Final = ("base", "facts", "start", "proposal", "before", "learned")

_memory: Final = Memory()


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
    decisions = tuple(decisions_of(session, row.id))
    return Loaded(
        row.id, row.assessment_id, row.source, row.role, row.language, row.prefix, row.state,
        row.revision, row.run, _base(session, row, decisions), decisions,
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


def keep_look(session: Session, row: ThemeSet, look: Look) -> None:
    """Write what pages show of a set after its decisions."""
    done = done_of(decisions_of(session, row.id))
    looks.keep(session, row, look, hash_of(row.base, done))


def take_proposal(session: Session, row: ThemeSet) -> None:
    """Put the proposal in the place of the sorting, and what it went on from beside it."""
    for old, new in (("proposal", "base"), ("before", "start")):
        remove_parts(session, row.id, new)
        session.execute(
            update(ThemePart)
            .where(ThemePart.set_id == row.id, ThemePart.part == old)
            .values(part=new)
        )
    remove_parts(session, row.id, "learned")
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
    for model in (ThemePart, ThemeShown, ThemeDecision, ThemeMatch):
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


def _base(session: Session, row: ThemeSet, decisions: Sequence[Decided]) -> Base:
    known = _memory.get(row.base)
    if known is not None:
        return known
    return _memory.put(row.base, _read_base(session, row, decisions))


def _read_base(session: Session, row: ThemeSet, decisions: Sequence[Decided]) -> Base:
    """The sorting with its comments, and what the decisions left: a process that sees the set for
    the first time does not decide everything once more."""
    from ..analysis.text.stored import curated_from_bytes, from_bytes
    from .facts import Facts

    base, facts = part(session, row.id, "base"), part(session, row.id, "facts")
    if base is None or facts is None:
        raise ConflictError("The comments of these themes were erased when they were frozen.")
    found = Base(from_bytes(base), Facts.from_bytes(facts))
    done = done_of(decisions)
    curated = looks.curated_in(session, row.id, hash_of(row.base, done))
    if curated is not None:
        found.begin(done, curated_from_bytes(curated, found.start.sorting))
    return found
