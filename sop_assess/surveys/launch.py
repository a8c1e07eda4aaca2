"""Before a launch: which units a survey can report, and what it will be able to show. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ..instruments.identity import MINIMUM_GROUP, MINIMUM_QUOTES, Unit

RESPONSES: Final = (40, 60, 80)
LIKELY: Final = 60
OTHERS: Final = "%s, the others"
_BESIDE: Final = ":others"  # no code of the staff list holds a colon
EVERYBODY: Final = "all"


@dataclass(frozen=True)
class Branch:
    """A unit of the staff list with the people who belong to it directly."""

    code: str
    name: str
    parent: str | None
    people: int


@dataclass(frozen=True)
class Group:
    """A part of the company that holds several reporting units, for figures that no single unit
    may show."""

    code: str
    name: str
    parent: str | None
    units: tuple[str, ...]
    invited: int


@dataclass(frozen=True)
class Reporting:
    """Which units are reported, the groups above them, and where each unit of the list went."""

    units: tuple[Unit, ...]
    groups: tuple[Group, ...]
    place: Mapping[str, str]
    teams: int

    @property
    def invited(self) -> int:
        """Everybody."""
        return sum(unit.invited for unit in self.units)

    @property
    def too_small(self) -> int:
        """How many units of the list are shown together with another one only."""
        return sum(len(unit.joined) for unit in self.units)


@dataclass(frozen=True)
class Outlook:
    """What a response of so many per cent will show: answers, units with figures, with comments."""

    percent: int
    answers: int
    figures: int
    comments: int


@dataclass
class _Part:
    """Units of the list that are reported together while the tree is walked."""

    code: str
    name: str
    invited: int
    members: list[Branch] = field(default_factory=list)


def reporting(
    tree: Sequence[Branch], minimum: int = MINIMUM_GROUP, others: str = OTHERS
) -> Reporting:
    """Units of which each has at least `minimum` people, and the same for the same tree.

    A smaller unit is shown together with its parent, else with the smallest unit beside it. Fewer
    people than the minimum in all stay one unit, which no anonymous survey can open with.

    >>> [(u.name, u.invited, u.joined) for u in reporting([
    ...     Branch("s", "Sales", None, 2), Branch("i", "Inside", "s", 9),
    ...     Branch("e", "Export", "s", 3), Branch("w", "Web", "s", 1)]).units]
    [('Inside', 9, ()), ('Sales, the others', 6, ('Export', 'Web'))]
    """
    children: dict[str | None, list[Branch]] = defaultdict(list)
    for branch in tree:
        children[branch.parent].append(branch)
    parts, left = _settle(None, children, minimum)
    parts += [_whole(left)] if left else []
    for part in parts:
        part.name = others % part.name if part.code.endswith(_BESIDE) else part.name
    place = {member.code: part.code for part in parts for member in part.members}
    groups = _groups(children, place, {part.code: part.invited for part in parts})
    above = {unit: group.code for group in groups for unit in group.units}
    units = tuple(
        Unit(part.code, part.name, part.invited, above.get(part.code),
             tuple(m.name for m in part.members if m.code != _origin(part.code)))
        for part in parts
    )  # fmt: skip
    return Reporting(units, groups, place, sum(branch.people > 0 for branch in tree))


def outlook(units: Sequence[Unit], percent: int) -> Outlook:
    """What is shown when this share of every unit answers.

    >>> outlook([Unit("a", "A", 30), Unit("b", "B", 9)], 60)
    Outlook(percent=60, answers=23, figures=2, comments=1)
    """
    expected = [unit.invited * percent // 100 for unit in units]
    return Outlook(
        percent,
        sum(unit.invited for unit in units) * percent // 100,
        sum(answers >= MINIMUM_GROUP for answers in expected),
        sum(answers >= MINIMUM_QUOTES for answers in expected),
    )


def too_few(units: Sequence[Unit]) -> bool:
    """Whether interviews tell more than a survey: fewer than 10 answers are likely."""
    return outlook(units, LIKELY).answers < MINIMUM_QUOTES


def launch_policy(
    tree: Sequence[Branch],
    people: Mapping[str, str],
    before: Mapping[str, str] | None = None,
    groups_before: Iterable[Mapping[str, Any]] = (),
    *,
    bands_only: bool = False,
    others: str = OTHERS,
) -> dict[str, Any]:
    """What a launch from the staff list adds to the frozen policy of its round.

    `people`: the unit of the list of everybody who is invited. `before`: the reporting unit of
    everybody whom the previous anonymous round invited, with that round's groups.
    """
    found = reporting(tree, others=others)
    policy: dict[str, Any] = {
        "place": dict(found.place),
        "units": [{**asdict(unit), "joined": list(unit.joined)} for unit in found.units],
        "groups": [{**asdict(group), "units": list(group.units)} for group in found.groups],
        "joined": [{"unit": unit.name, "small": list(unit.joined)}
                   for unit in found.units if unit.joined],
        "teams": found.teams,
    }  # fmt: skip
    if before is not None:
        now = {person: found.place[unit] for person, unit in people.items() if unit in found.place}
        policy["movements"] = movements(now, before, policy["groups"], groups_before)
    if bands_only:
        policy["bands_only"] = True
    return policy


def movements(
    now: Mapping[str, str],
    before: Mapping[str, str],
    groups: Iterable[Mapping[str, Any]] = (),
    groups_before: Iterable[Mapping[str, Any]] = (),
) -> dict[str, dict[str, int]]:
    """How many people joined and left every unit and group since the previous round.

    >>> movements({"ann": "x", "bob": "y"}, {"ann": "x", "cy": "x"})["x"]
    {'joiners': 0, 'leavers': 1}
    """
    present, past = _people_of(now, groups), _people_of(before, groups_before)
    return {
        code: {"joiners": len(people - past.get(code, set())),
               "leavers": len(past.get(code, set()) - people)}
        for code, people in sorted(present.items())
    }  # fmt: skip


def _people_of(
    place: Mapping[str, str], groups: Iterable[Mapping[str, Any]]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for person, unit in place.items():
        found[unit].add(person)
        found[EVERYBODY].add(person)
    for group in groups:
        found[group["code"]] = set().union(*(found[unit] for unit in list(group["units"])))
    return dict(found)


def _settle(
    branch: Branch | None, children: Mapping[str | None, list[Branch]], minimum: int
) -> tuple[list[_Part], _Part | None]:
    """The parts below and in a unit that are large enough, and what is left over of it."""
    parts: list[_Part] = []
    rest = _rest_of(branch)
    for child in children.get(branch.code if branch else None, ()):
        found, left = _settle(child, children, minimum)
        parts += found
        if left:
            rest.invited += left.invited
            rest.members += left.members
    if not rest.invited:
        return parts, None
    if rest.invited >= minimum:
        return [*parts, _named(rest, beside=bool(parts))], None
    if parts:
        # A unit right beside it rather than one inside a neighbour, whose group it would blur.
        beside = {child.code for child in children.get(branch.code if branch else None, ())}
        near = [part for part in parts if part.code in beside] or parts
        host = min(near, key=lambda part: (part.invited, part.code))
        host.invited += rest.invited
        host.members += rest.members
        return parts, None
    return parts, rest


def _rest_of(branch: Branch | None) -> _Part:
    if branch is None:
        return _Part("company", "", 0)
    return _Part(branch.code, branch.name, branch.people, [branch] if branch.people else [])


def _named(part: _Part, *, beside: bool) -> _Part:
    """A unit's remainder beside its own large parts needs another code than the whole unit."""
    if not part.name:
        return _whole(part)
    code = f"{part.code}{_BESIDE}" if beside else part.code
    return _Part(code, part.name, part.invited, part.members)


def _whole(part: _Part) -> _Part:
    """What is left of the whole company has no name of its own: its largest member gives it."""
    largest = max(part.members, key=lambda member: (member.people, member.code))
    return _Part(largest.code, largest.name, part.invited, part.members)


def _origin(code: str) -> str:
    return code.removesuffix(_BESIDE)


def _groups(
    children: Mapping[str | None, list[Branch]],
    place: Mapping[str, str],
    invited: Mapping[str, int],
) -> tuple[Group, ...]:
    """Units of the list that hold several reporting units and not all of them, from above down."""
    found: list[Group] = []

    def visit(branch: Branch, parent: str | None) -> None:
        units = tuple(dict.fromkeys(place[code] for code in _below(branch, children)
                                    if code in place))  # fmt: skip
        known = {frozenset(group.units) for group in found}
        if 1 < len(units) < len(invited) and frozenset(units) not in known:
            total = sum(invited[unit] for unit in units)
            found.append(Group(branch.code, branch.name, parent, units, total))
            parent = branch.code
        for child in children.get(branch.code, ()):
            visit(child, parent)

    for root in children.get(None, ()):
        visit(root, None)
    return tuple(found)


def _below(branch: Branch, children: Mapping[str | None, list[Branch]]) -> list[str]:
    codes = [branch.code]
    for child in children.get(branch.code, ()):
        codes += _below(child, children)
    return codes
