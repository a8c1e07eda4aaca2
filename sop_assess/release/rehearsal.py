"""Invented answers for a round that is not open yet, so that the owner sees the pages first."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ..analysis.frames import Frame
from ..db import Stores
from ..instruments.definition import Definition, Leaf
from ..instruments.identity import Unit
from ..instruments.models import Round
from ..instruments.registries import KINDS
from ..themes.comments import Comment
from .columns import columns
from .groupings import attribute_groupings, unit_grouping
from .sources import Source, units_of_round

SEED = 7
INVENTED: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "Invented comment: the list was out of date again.",
        "Invented comment: the customer asked twice where the order is.",
        "Invented comment: the form came back because a field was missing.",
        "Invented comment: nobody knew who answers this.",
        "Invented comment: approval took three days.",
    ),
    "de": (
        "Erfundener Kommentar: Die Liste war wieder veraltet.",
        "Erfundener Kommentar: Der Kunde hat zweimal gefragt, wo der Auftrag ist.",
        "Erfundener Kommentar: Das Formular kam zurück, weil ein Feld fehlte.",
        "Erfundener Kommentar: Niemand wusste, wer das beantwortet.",
        "Erfundener Kommentar: Die Freigabe hat drei Tage gedauert.",
    ),
}


def invented_source(stores: Stores, found: Round, definition: Definition, language: str) -> Source:
    """A source of the same shape as a real one; every comment says that it is invented."""
    dice = random.Random(SEED)  # noqa: S311 an invented answer needs no secrecy
    units = units_of_round(stores, found.id)
    people = [u.code for u in units for _ in range(round(u.invited * 0.65))]
    if not KINDS[found.kind].anonymous or not people:
        people = [f"invented {n}" for n in range(12)]
    documents = [{leaf.code: _answer(leaf, dice) for leaf in definition.leaves} for _ in people]
    table, count = columns(definition.leaves, documents)
    known = [Unit(unit.code, unit.name, unit.invited) for unit in units]
    groupings = {"unit": unit_grouping(known, people), **attribute_groupings(definition, table)}
    population = sum(u.invited for u in units) or None
    frame = Frame(found.kind, count, table, groupings, population)
    said = INVENTED.get(language, INVENTED["en"])
    return Source(frame, _comments(definition, said, dice, count), "rehearsal")


def _answer(leaf: Leaf, dice: random.Random) -> Mapping[str, Any]:
    if leaf.type == "fact":
        return {"value": dice.choice(["yes", "yes", "no"])}
    if leaf.type == "rating":
        return {"value": dice.randint(3, 9)}
    if leaf.type in {"number", "duration"}:
        return {"value": float(dice.randint(1, 40))}
    if leaf.options:
        code = dice.choice(leaf.options).code
        return {"value": [code] if leaf.type == "multiple_choice" else code}
    return {"state": "not_asked"}


def _comments(
    definition: Definition, said: Sequence[str], dice: random.Random, count: int
) -> list[Comment]:
    texts = [leaf for leaf in definition.leaves if leaf.item.role in {"keep", "problem"}]
    return [
        Comment(dice.choice(said), leaf.code, dice.choice(["S1", "S3", "S6"]),
                dice.randint(1, 4), leaf.item.role)
        for leaf in texts
        for _ in range(count // 2)
    ]  # fmt: skip
