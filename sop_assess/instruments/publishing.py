"""Publishing and rounds. Each public function owns one transaction."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..db import Stores
from ..errors import ConflictError, InvalidError, NotFoundError
from . import ballots, identity
from .catalogue import default_catalogue, tree_of
from .definition import Definition
from .identity import Unit
from .models import Assignment, DefinitionVersion, Draft, Round, RoundUnit
from .queries import definition_of
from .registries import KINDS


def publish(stores: Stores, assessment_id: int, definition: Definition, *, now: datetime) -> int:
    """The id of the immutable version; the same content again is the same version."""
    if definition.kind not in KINDS:
        raise InvalidError("There is no kind of form called “%(kind)s”.", kind=definition.kind)
    document = definition.document()
    content_hash = content_hash_of(document)
    with stores.core.writing() as session:
        same = select(DefinitionVersion).where(
            DefinitionVersion.assessment_id == assessment_id,
            DefinitionVersion.code == definition.code,
        )
        versions = list(session.scalars(same.order_by(DefinitionVersion.number)))
        for version in versions:
            if version.content_hash == content_hash:
                return version.id
        version = DefinitionVersion(
            assessment_id=assessment_id, code=definition.code,
            number=versions[-1].number + 1 if versions else 1, kind=definition.kind,
            document=document, content_hash=content_hash, published_at=now,
        )  # fmt: skip
        session.add(version)
        session.flush()
        return version.id


def plan_round(
    stores: Stores,
    assessment_id: int,
    version_id: int,
    *,
    name: str,
    access: str,
    label: str | None = None,
    units: Sequence[Unit] = (),
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> int:
    """The id of a new round that is not open yet."""
    kind = KINDS[definition_of(stores, version_id).kind]
    label = label or ("confidential" if kind.anonymous else "named")
    identity.check_access(kind, access, label)
    identity.check_units(units)
    with stores.core.writing() as session:
        planned = Round(
            key=secrets.token_hex(8), assessment_id=assessment_id, version_id=version_id,
            kind=kind.key, name=name.strip() or kind.name, label=label,
            access=access, policy={}, opens_at=opens_at, closes_at=closes_at,
        )  # fmt: skip
        session.add(planned)
        session.flush()
        _write_units(session, planned.id, units)
        return planned.id


def set_units(stores: Stores, round_id: int, units: Sequence[Unit]) -> None:
    """Replace the units of a round that is not open yet."""
    identity.check_units(units)
    with stores.core.writing() as session:
        planned = the_round(session, round_id)
        if planned.state != "planned":
            raise ConflictError("The round is open; its units are fixed.")
        for unit in session.scalars(select(RoundUnit).where(RoundUnit.round_id == round_id)):
            session.delete(unit)
        session.flush()
        _write_units(session, round_id, units)


def replace_form(stores: Stores, round_id: int, version_id: int) -> None:
    """Give a round that is not open yet another published form."""
    with stores.core.writing() as session:
        planned = the_round(session, round_id)
        if planned.state != "planned":
            raise ConflictError("The round is open; its questions are fixed.")
        planned.version_id = version_id


def open_round(
    stores: Stores,
    round_id: int,
    *,
    now: datetime,
    units: Sequence[Unit] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Open a round, freeze its identity policy and, for ballots, provide their box.

    `units` are the reporting units, where they are not those that were planned. `more` is what a
    method adds to the policy, such as the manifest of an anonymous round.
    """
    _provide_box(stores, round_id)
    attributes = _attributes(stores, round_id)
    with stores.core.writing() as session:
        planned = the_round(session, round_id)
        if planned.state != "planned":
            raise ConflictError("This round was opened before.")
        if identity.is_anonymous(planned.label) and not (more and "manifest" in more):
            raise ConflictError("An anonymous round opens with its manifest. Use its launch page.")
        kind = KINDS[planned.kind]
        asked = _planned_units(session, round_id) if units is None else units
        if kind.anonymous:
            tree = tree_of(asked, (more or {}).get("groups", ()))
            more = {"catalogue": default_catalogue(tree, attributes), **(more or {})}
        planned.policy = identity.freeze(kind, planned.access, asked, planned.label, more)
        planned.state, planned.opened_at = "open", now


def _planned_units(session: Session, round_id: int) -> list[Unit]:
    rows = session.scalars(
        select(RoundUnit).where(RoundUnit.round_id == round_id).order_by(RoundUnit.position)
    )
    return [Unit(row.code, row.name, row.invited) for row in rows]


def _attributes(stores: Stores, round_id: int) -> Mapping[str, Sequence[str]]:
    with stores.core.reading() as session:
        version_id = the_round(session, round_id).version_id
    return definition_of(stores, version_id).attributes


def _provide_box(stores: Stores, round_id: int) -> None:
    # The box comes first: a crash in between leaves an empty box, never an open round without one.
    with stores.core.reading() as session:
        planned = the_round(session, round_id)
    if KINDS[planned.kind].anonymous and planned.state == "planned":
        ballots.provide_box(stores, planned.key)


def close_named_round(stores: Stores, round_id: int, *, now: datetime) -> None:
    """Close a named round: no new submissions; its figures can still be released again."""
    with stores.core.writing() as session:
        found = the_round(session, round_id)
        if KINDS[found.kind].anonymous:
            raise ConflictError("An anonymous round is closed by opening its ballots.")
        if found.state != "open":
            raise ConflictError("Only an open round can be closed.")
        found.state, found.closed_at = "closed", now
        sent = select(Assignment.id).where(
            Assignment.round_id == round_id, Assignment.state == "done"
        )
        session.execute(delete(Draft).where(Draft.assignment_id.in_(sent)))


def the_round(session: Session, round_id: int) -> Round:
    """The round, inside the caller's transaction."""
    found = session.get(Round, round_id)
    if found is None:
        raise NotFoundError("This round does not exist.")
    return found


def _write_units(session: Session, round_id: int, units: Sequence[Unit]) -> None:
    for position, unit in enumerate(units):
        session.add(RoundUnit(round_id=round_id, code=unit.code, name=unit.name.strip(),
                              position=position, invited=unit.invited))  # fmt: skip


def unit_code(name: str) -> str:
    """A permanent code from a unit's or place's name.

    >>> unit_code("Service desk & returns")
    'service-desk-returns'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return slug[:50] or f"unit-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def content_hash_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of a JSON document, independent of the order of its keys."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
