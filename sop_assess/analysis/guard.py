"""The release guard: a group is published only if everything published together still tells about
nobody, or about the minimum of people at least.

Every figure about a group is a sum over its people, so whoever holds all published figures can
work out any combination of the groups' membership vectors. The guard keeps the space S that these
vectors span, modulo the prime 2^61 - 1, and takes a further vector in only if afterwards no
non-zero combination touches fewer people than the minimum. In the words of linear codes: every set
of classes of respondents with fewer people has linearly independent residuals modulo S.

Classes that no published group tells apart are one part: parts are split when a group first cuts
through them, so that most parts are too large to be touched, and the search stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .guard_search import touches_few
from .guard_vectors import Vector, scaled, subtract


class Guard:
    """What was published about one question so far, and whether more may be.

    `people` : how many answered in each class of respondents. `minimum` : the fewest people that
    any combination of published groups may touch.

    >>> guard = Guard([6, 6, 6, 2], 5)
    >>> guard.add([0, 1, 2, 3]), guard.add([0]), guard.add([1, 3]), guard.add([1])
    (True, True, True, False)
    """

    def __init__(self, people: Sequence[int], minimum: int) -> None:
        self.minimum = minimum
        self.weights: dict[int, int] = {0: sum(people)}
        self.rows: list[Vector] = []
        self.leads: list[int] = []
        self.row_of: dict[int, int] = {}
        self.columns: dict[int, set[int]] = {0: set()}
        self._people = list(people)
        self._parts: dict[int, set[int]] = {0: {c for c, n in enumerate(people) if n}}
        self._part_of = [0] * len(people)

    def add(self, classes: Iterable[int]) -> bool:
        """Publish the group of these classes if that is safe; whether it was.

        A group of fewer people than the minimum is never safe. One that follows from what is
        published already always is.
        """
        members = self._known(classes)
        if sum(self._people[c] for c in members) < self.minimum:
            return False
        split = self._split(members)
        residual = self._residual(members)
        if residual and touches_few(self, residual):
            self._merge(split)
            return False
        self._insert(residual)
        return True

    def allows(self, classes: Iterable[int]) -> bool:
        """Whether this group tells nothing new about too few people; nobody at all is fine.

        >>> guard = Guard([6, 6, 2], 5)
        >>> guard.allows([2]), guard.allows([]), guard.allows([0, 1])
        (False, True, True)
        """
        members = self._known(classes)
        split = self._split(members)
        residual = self._residual(members)
        safe = not residual or not touches_few(self, residual)
        self._merge(split)
        return safe

    def record(self, classes: Iterable[int]) -> None:
        """Take in what was published before, whether it was safe or not."""
        members = self._known(classes)
        self._split(members)
        self._insert(self._residual(members))

    def _known(self, classes: Iterable[int]) -> set[int]:
        return {c for c in classes if self._people[c]}

    def _split(self, members: set[int]) -> list[tuple[int, int]]:
        """Cut the parts that the group cuts through; which part lost which new one."""
        inside: dict[int, list[int]] = {}
        for c in members:
            inside.setdefault(self._part_of[c], []).append(c)
        return [(part, self._cut(part, found)) for part, found in inside.items()
                if len(found) < len(self._parts[part])]  # fmt: skip

    def _cut(self, part: int, moved: Sequence[int]) -> int:
        new = len(self._parts)
        self._parts[part].difference_update(moved)
        self._parts[new] = set(moved)
        self._weigh(part, new)
        for c in moved:
            self._part_of[c] = new
        holding = self.columns[part]
        self.columns[new] = set(holding)
        for row in holding:
            self.rows[row][new] = self.rows[row][part]
        return new

    def _merge(self, split: Sequence[tuple[int, int]]) -> None:
        """Undo a cut: nothing published tells the two parts apart."""
        for part, new in reversed(split):
            for c in self._parts[new]:
                self._part_of[c] = part
            self._parts[part] |= self._parts.pop(new)
            for row in self.columns.pop(new):
                del self.rows[row][new]
            del self.weights[new]
            self._weigh(part)

    def _weigh(self, *parts: int) -> None:
        for part in parts:
            self.weights[part] = sum(self._people[c] for c in self._parts[part])

    def _residual(self, members: Iterable[int]) -> Vector:
        """The group's vector modulo S: zero on the leading part of every row."""
        vector = dict.fromkeys({self._part_of[c] for c in members}, 1)
        for part in [part for part in vector if part in self.row_of]:
            subtract(vector, self.rows[self.row_of[part]], vector[part])
        return vector

    def _cost(self, part: int) -> tuple[bool, int, int, int]:
        weight = self.weights[part]
        return weight < self.minimum, len(self.columns[part]), -weight, part

    def _insert(self, residual: Vector) -> None:
        if not residual:
            return
        # A leading part that is too large to be left out, or in few rows, keeps the search small.
        lead = min(residual, key=self._cost)
        row = scaled(residual, lead)
        number = len(self.rows)
        for other in list(self.columns[lead]):
            before = self.rows[other]
            subtract(before, row, before[lead])
            for part in row:
                (self.columns[part].add if part in before else self.columns[part].discard)(other)
        self.rows.append(row)
        self.leads.append(lead)
        self.row_of[lead] = number
        for part in row:
            self.columns[part].add(number)
