"""The search for a combination of published groups that touches too few people.

A vector g is dangerous beside the space S when g lies in S once a few people's parts are left out.
A check is a vector orthogonal to S. If g is not orthogonal to it too, at least one part of the
check must be left out: that is what is branched on, and disjoint checks add up to a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from .guard_vectors import PRIME, Vector, scaled, subtract

if TYPE_CHECKING:
    from .guard import Guard

_LOOKED_AT: Final = 6
_NOTHING: Final[frozenset[int]] = frozenset()


def touches_few(guard: Guard, residual: Vector) -> bool:
    """Whether the vector and S together can touch fewer people than the minimum, but somebody.

    `residual` : the vector modulo S, not zero, while S alone is safe.
    """
    return _found(_Hunt(guard, dict(residual)), guard.minimum - 1, _NOTHING)


class _Hunt:
    """What is left of the vector when some parts are left out.

    `lent` : rows of S whose leading part is left out, reduced, by their new leading part.
    """

    __slots__ = ("guard", "lent", "out", "residual")

    def __init__(self, guard: Guard, residual: Vector) -> None:
        self.guard, self.residual = guard, residual
        self.out: set[int] = set()
        self.lent: dict[int, Vector] = {}

    def copy(self) -> _Hunt:
        """A hunt that can go on from here by itself."""
        other = _Hunt(self.guard, dict(self.residual))
        other.out = set(self.out)
        other.lent = {lead: dict(row) for lead, row in self.lent.items()}
        return other

    def without(self, part: int) -> _Hunt:
        """The hunt with one part more left out."""
        other = self.copy()
        other.leave_out(part)
        return other

    def leave_out(self, part: int) -> None:
        """Leave a part out: rows that led there find another place or fall away."""
        self.out.add(part)
        self.residual.pop(part, None)
        loose = self.lent.pop(part, None)
        for row in self.lent.values():
            row.pop(part, None)
        number = self.guard.row_of.get(part)
        if number is not None:
            loose = {p: v for p, v in self.guard.rows[number].items() if p not in self.out}
            for lead, row in self.lent.items():
                if lead in loose:
                    subtract(loose, row, loose[lead])
        elif loose is not None:
            del loose[part]
        if loose:
            self._lend(loose)

    def _lend(self, loose: Vector) -> None:
        columns, weights = self.guard.columns, self.guard.weights
        lead = min(loose, key=lambda p: (len(columns[p]), -weights[p], p))
        row = scaled(loose, lead)
        for other in (*self.lent.values(), self.residual):
            if lead in other:
                subtract(other, row, other[lead])
        self.lent[lead] = row

    def check(self, part: int) -> set[int]:
        """The parts of the check that ends in this part of the residual."""
        guard = self.guard
        touched = {row: guard.rows[row][part] for row in guard.columns[part]}
        found = {part}
        for lead, row in self.lent.items():
            if part in row:
                found.add(lead)
                for number in guard.columns[lead]:
                    less = guard.rows[number][lead] * row[part]
                    touched[number] = (touched.get(number, 0) - less) % PRIME
        # A row whose leading part is left out is lent, and counted above.
        found.update(guard.leads[row] for row, value in touched.items() if value)
        return found - self.out

    def best_check(self, closed: Set[int], most: int) -> list[int]:
        """Of a few checks the one with the fewest parts that could be left out: those parts."""
        columns = self.guard.columns
        best: list[int] | None = None
        for part in nsmallest(_LOOKED_AT, self.residual, key=lambda p: (len(columns[p]), p)):
            found = self._open(self.check(part), closed, most)
            if best is None or len(found) < len(best):
                best = found
            if len(found) <= 1:
                break
        return best or []

    def _open(self, check: Iterable[int], closed: Set[int], most: int) -> list[int]:
        weights = self.guard.weights
        return [p for p in check if weights[p] <= most and p not in closed]


def _found(hunt: _Hunt, most: int, closed: Set[int]) -> bool:
    if not hunt.residual:
        return True
    if most <= 0:
        return False
    fewest = _at_least(hunt.copy(), most, closed)
    if fewest is not None and fewest > most:
        return False
    parts = hunt.best_check(closed, most)
    weights = hunt.guard.weights
    for part in sorted(parts, key=lambda p: (-weights[p], p)):
        if _found(hunt.without(part), most - weights[part], closed):
            return True
        closed = closed | {part}
    return False


def _at_least(hunt: _Hunt, most: int, closed: Set[int]) -> int | None:
    """A number of people that must be left out at least, from checks that share nobody."""
    room: dict[int, int] = {}
    weights: Mapping[int, int] = hunt.guard.weights
    total = 0
    while hunt.residual and total <= most:
        parts = hunt.best_check(closed, most)
        if not parts:
            return most + 1
        step = min(room.get(p, weights[p]) for p in parts)
        total += step
        for p in parts:
            room[p] = room.get(p, weights[p]) - step
            if not room[p]:
                hunt.leave_out(p)
    return total
