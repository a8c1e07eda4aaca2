"""Which groups of a catalogue may be shown for a question, and what stands in for the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .frames import Frame, Group
from .guard import Guard
from .guard_groups import catalogue_groups, classes_of, larger_groups, parts_of
from .reasons import TOO_SMALL, WOULD_TELL
from .results import Cell
from .rounding import OPTIONS, SMALL

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The groups of a round in order of importance, each with its classes of respondents."""

    groups: tuple[Group, ...]
    classes: npt.NDArray[np.intp]
    inside: tuple[tuple[int, ...], ...]
    larger: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, frame: Frame, names: Sequence[str]) -> Catalogue:
        """The catalogue of these names for the people of a frame."""
        groups = catalogue_groups(frame, names)
        classes = classes_of(frame, (key for group in groups for key in parts_of(group.name)))
        inside = tuple(tuple(np.unique(classes[group.rows]).tolist()) for group in groups)
        larger = {group.name: tuple(larger_groups(group.name, frame)) for group in groups}
        return cls(tuple(groups), classes, inside, larger)


def refused(
    catalogue: Catalogue, answered: Mask, minimum: int, history: Iterable[str] = ()
) -> dict[str, str]:
    """The groups that may not be shown for one question, and why.

    answered : who answered it, (n_submissions,). history : the groups published about it before,
    to anybody; they stay and count for ever. A group below the minimum is too small; any other
    would tell about too few people together with what stands further up in the catalogue.
    """
    people = np.bincount(catalogue.classes[answered], minlength=_classes(catalogue)).tolist()
    guard = Guard(people, minimum)
    places = {group.name: place for place, group in enumerate(catalogue.groups)}
    for name in history:
        guard.record(catalogue.inside[places[name]])
    sizes = {group.name: sum(people[c] for c in inside)
             for group, inside in zip(catalogue.groups, catalogue.inside, strict=True)}  # fmt: skip
    reasons: dict[str, str] = {}
    for group, inside in zip(catalogue.groups, catalogue.inside, strict=True):
        if sizes[group.name] < minimum:
            reasons[group.name] = TOO_SMALL
        elif not guard.add(inside):
            reasons[group.name] = WOULD_TELL
    return reasons | _bands_inside_counts(catalogue, sizes, reasons)


def _bands_inside_counts(
    catalogue: Catalogue, sizes: Mapping[str, int], reasons: Mapping[str, str]
) -> dict[str, str]:
    """Groups that would be shown as a band inside a group of 10 to 19 people.

    Rounded to 5 %, the answers of 10 to 19 people can be counted. A band inside them can then tell
    where the few who answered otherwise are, and so what everybody else answered.
    """
    return {
        name: WOULD_TELL
        for name, people in sizes.items()
        if people < SMALL and name not in reasons
        and any(SMALL <= sizes[wider] < OPTIONS for wider in catalogue.larger[name]
                if wider in sizes and wider not in reasons)
    }  # fmt: skip


def _classes(catalogue: Catalogue) -> int:
    return int(catalogue.classes.max()) + 1 if len(catalogue.classes) else 0


def roll_up(
    cells: Sequence[Cell], people: Sequence[int], larger: Mapping[str, Sequence[str]]
) -> list[Cell]:
    """The cells of one figure; hidden ones say which group stands in for theirs, and why.

    people : how many are behind each cell. What stands in is the smallest shown group that holds
    the whole of the hidden one: `detail["rolled_up"]` is {"to": its name, "why": the reason}.

    >>> cells = [Cell("share", "q", None, None, "all", 20, 0.5),
    ...          Cell("share", "q", None, None, "unit:a", 3).hide("too_small")]
    >>> roll_up(cells, [20, 3], {"unit:a": ["all"]})[1].detail
    {'rolled_up': {'to': 'all', 'why': 'too_small'}}
    """
    shown = {cell.group: n for cell, n in zip(cells, people, strict=True) if cell.shown != "hidden"}
    found = []
    for cell in cells:
        wider = [group for group in larger.get(cell.group, ()) if group in shown]
        if cell.shown == "hidden" and wider:
            to = min(wider, key=lambda group: shown[group])
            detail = {"rolled_up": {"to": to, "why": cell.reason}}
            found.append(replace(cell, detail=detail))
        else:
            found.append(cell)
    return found


def stand_in(hidden: Cell, cells: Iterable[Cell]) -> Cell | None:
    """The shown figure that stands in for a hidden one, marked as such; None without one.

    >>> whole = Cell("share", "q", None, None, "all", 20, 0.5)
    >>> part = Cell("share", "q", None, None, "unit:a", 3).hide("too_small")
    >>> part = roll_up([whole, part], [20, 3], {"unit:a": ["all"]})[1]
    >>> found = stand_in(part, [whole, part])
    >>> found.value, found.detail["rolled_up"]["to"]
    (0.5, 'all')
    """
    mark = hidden.detail.get("rolled_up")
    if not mark:
        return None
    key = (hidden.statistic, hidden.about, hidden.subject, hidden.topic, mark["to"])
    for cell in cells:
        if (cell.statistic, cell.about, cell.subject, cell.topic, cell.group) == key:
            return replace(cell, detail={**cell.detail, "rolled_up": mark})
    return None
