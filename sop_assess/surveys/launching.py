"""Opening an anonymous round: its keys, its codes and sealed ledger, then the frozen manifest.

Each step can be repeated after a crash: keys are made once, codes follow from a key, and the round
is open only when its manifest is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from ..accounts.queries import count_readers
from ..db import Stores, now
from ..errors import ConflictError, NotFoundError
from ..instruments.catalogue import default_catalogue, tree_of
from ..instruments.identity import MINIMUM_GROUP, Unit
from ..instruments.publishing import content_hash_of, open_round, publish, replace_form
from ..instruments.ready_made import without_free_text
from ..instruments.service import definition_of
from ..jobs import Progress
from ..translatable import marked
from .bundle import client_hash
from .inviting import card_codes_of, choice_of, invite, plan_launch
from .keys import KeyFolder, spki
from .manifest import Manifest, ReportingUnit
from .queries import Door, door_of
from .trusteeship import Trustee, trustee_of


def launch(stores: Stores, round_id: int, *, now: datetime) -> None:
    """Open an anonymous round; ConflictError says what is missing."""
    door = door_of(stores, round_id)
    if door is None or not door.anonymous:
        raise NotFoundError("This anonymous survey does not exist.")
    if door.state != "planned":
        raise ConflictError("This survey was opened before.")
    trustee = _trustee(stores, door)
    choice = choice_of(stores, round_id)
    if choice.bands_only:
        door = _without_free_text(stores, door, now)
    plan = plan_launch(stores, door, choice)
    if sum(unit.invited for unit in plan.units) < MINIMUM_GROUP:
        raise ConflictError("Invite at least %(least)s people: below that no figure may be "
                            "shown. Interviews tell more.", least=MINIMUM_GROUP)  # fmt: skip
    keys = _provide_keys(stores, door, len(plan.units), with_box=trustee is None)
    invite(stores, door.key, plan, keys.invitation_key(door.key), keys.ledger_key(door.key))
    tree = tree_of(plan.units, plan.more.get("groups", ()))
    manifest = _manifest(stores, door, plan.units, tree, keys, trustee, now)
    more = {**plan.more, "manifest": manifest.canonical().decode(), "trustee": manifest.trustee,
            "words": list(manifest.words()), "fragment": manifest.fragment()}  # fmt: skip
    open_round(stores, round_id, now=now, units=plan.units, more=more)


def launch_round(stores: Stores, progress: Progress, round_id: int) -> dict[str, Any]:
    """The job that opens an anonymous round; making its keys takes some seconds."""
    progress(0.1, marked("Making the keys of this survey"))
    launch(stores, round_id, now=now())
    return {}


def cards_of(stores: Stores, door: Door, unit: Unit) -> list[str]:
    """The card codes of a unit of an open anonymous round, made anew from the round's key."""
    if not door.anonymous or door.state != "open":
        raise ConflictError("Cards can be printed while the survey is open.")
    return card_codes_of(stores, door, unit, KeyFolder(stores.keys).invitation_key(door.key))


def _without_free_text(stores: Stores, door: Door, now: datetime) -> Door:
    """The round with a form that asks for no text: with so few people, words name their author."""
    short = without_free_text(definition_of(stores, door.version_id))
    version = publish(stores, door.assessment_id, short, now=now)
    replace_form(stores, door.id, version)
    return replace(door, version_id=version)


def _trustee(stores: Stores, door: Door) -> Trustee | None:
    if door.label != "anonymous_trustee":
        return None
    named = trustee_of(stores, door.id)
    if named is None:
        raise ConflictError("Name the trustee and let them make their key first.")
    if not named.drilled:
        raise ConflictError("Let the trustee open the test ballot first: a key that does not open "
                            "it would lose every answer.")  # fmt: skip
    return named


def _provide_keys(stores: Stores, door: Door, units: int, *, with_box: bool) -> KeyFolder:
    """The round's keys, one for each unit. Those of an interrupted launch with other units go:
    nothing was signed with them."""
    keys = KeyFolder(stores.keys)
    fits = keys.issuer_file(door.key, units).exists()
    if keys.exists(door.key) and (not fits or keys.issuer_file(door.key, units + 1).exists()):
        keys.destroy(door.key)
    if not keys.exists(door.key):
        keys.create(door.key, range(1, units + 1), with_box=with_box)
    return keys


def _manifest(
    stores: Stores,
    door: Door,
    units: Sequence[Unit],
    tree: Sequence[Unit],
    keys: KeyFolder,
    trustee: Trustee | None,
    now: datetime,
) -> Manifest:
    definition = definition_of(stores, door.version_id)
    box = trustee.key if trustee else spki(keys.box_public(door.key))
    reporting = tuple(
        ReportingUnit(number=number, code=unit.code, name=unit.name, invited=unit.invited,
                      key=spki(keys.issuer_public(door.key, number)))
        for number, unit in enumerate(units, 1)
    )  # fmt: skip
    return Manifest(
        round_key=door.key, label="anonymous_trustee" if trustee else "anonymous",
        trustee=trustee.name if trustee else "",
        questions=content_hash_of(definition.document()), units=reporting, box_key=box,
        minimum_group=door.minimum_group, minimum_quotes=door.minimum_quotes,
        catalogue=tuple(default_catalogue(tree, definition.attributes)),
        opens=door.opens_at or now, closes=door.closes_at, client=client_hash(),
        redaction=redaction_of(stores, door.assessment_id),
    )  # fmt: skip


def redaction_of(
    stores: Stores, assessment_id: int
) -> Literal["two people", "names and counts only"]:
    """What a round that opens now promises about comments: quotes need a second reader."""
    with stores.core.reading() as session:
        readers = count_readers(session, assessment_id)
    return "two people" if readers > 1 else "names and counts only"
