"""Does anything that is kept after closing tell who took part and who did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .evidence import Evidence
from .placement import written_order
from .population import Person
from .snapshots import Row, Snapshot

Feature = dict[str, float]


def features(evidence: Evidence) -> dict[str, Feature]:
    """A number for everybody out of each thing that the newest copy says about a person."""
    last = evidence.snapshots[-1]
    found: dict[str, Feature] = defaultdict(dict)
    for row in last.rows():
        for person in _mentioned(row, evidence.people):
            name = f"{row.store}.{row.table}"
            count = found[f"{name} rows"]
            count[person] = count.get(person, 0.0) + 1
            found[f"{name} transaction"][person] = float(row.xmin)
            found[f"{name} size"][person] = float(len(repr(row.values)))
            for column, value in row.values:
                found[f"{name}.{column}"][person] = _number(value)
    for name, places in _places(last, evidence.people).items():
        found[f"{name} place"] = places
    return found


def told_apart(feature: Feature, took_part: set[str], people: Sequence[Person]) -> float:
    """How surely this number tells participants from the others: 0.5 not at all, 1.0 always."""
    values = [(feature.get(person.id, -1.0), person.id in took_part) for person in people]
    ours = [value for value, inside in values if inside]
    others = [value for value, inside in values if not inside]
    wins = sum((x > y) + 0.5 * (x == y) for x in ours for y in others)
    area = wins / (len(ours) * len(others))
    return max(area, 1 - area)


def noise(inside: int, outside: int) -> float:
    """What chance alone reaches with this many on each side, once in some ten thousand features."""
    return 0.5 + 4.2 * ((inside + outside + 1) / (12 * inside * outside)) ** 0.5


def worst(evidence: Evidence, took_part: set[str]) -> tuple[float, str]:
    """The feature that tells most."""
    found = features(evidence)
    scores = [(told_apart(f, took_part, evidence.people), name) for name, f in found.items()]
    return max(scores, default=(0.5, "nothing is kept about anybody"))


def _mentioned(row: Row, people: Sequence[Person]) -> list[str]:
    texts = row.mentions()
    return [person.id for person in people if person.names & texts]


def _places(last: Snapshot, people: Sequence[Person]) -> Mapping[str, Feature]:
    owner = {name: person.id for person in people for name in person.names}
    found: dict[str, Feature] = {}
    for copy in last.copies.values():
        for table in {row.table for row in copy.rows() if row.mentions() & owner.keys()}:
            row = next(row for row in copy.rows() if row.table == table)
            for column, _ in row.values:
                order = written_order(copy, table, column)
                places = {owner[key]: float(n) for n, key in enumerate(order) if key in owner}
                if places:
                    found[f"{copy.store}.{table}.{column}"] = places
    return found


def _number(value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    return float(int.from_bytes(repr(value).encode()[:6], "big"))
