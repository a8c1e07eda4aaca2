"""The groups of a catalogue, as submissions and as classes of respondents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from .frames import Frame, Group, Grouping

Mask = npt.NDArray[np.bool_]
Classes = npt.NDArray[np.intp]


def parts_of(name: str) -> dict[str, str]:
    """What a group's name asks for, by grouping; nothing for everybody.

    >>> parts_of("unit:sales+shift:day"), parts_of("all")
    ({'unit': 'sales', 'shift': 'day'}, {})
    """
    if ":" not in name:
        return {}
    pairs = (part.partition(":") for part in name.split("+"))
    return {key: value for key, _, value in pairs}


def name_of(parts: Mapping[str, str]) -> str:
    """The name of the group that asks for these parts.

    >>> name_of({"unit": "sales", "shift": "day"}), name_of({})
    ('unit:sales+shift:day', 'all')
    """
    return "+".join(f"{key}:{value}" for key, value in parts.items()) or "all"


def catalogue_groups(frame: Frame, catalogue: Sequence[str]) -> list[Group]:
    """The groups of a catalogue in its order; groups that this frame cannot form are left out.

    A unit holds the people of the units below it too.
    """
    masks = {key: _masks(grouping) for key, grouping in frame.groupings.items()}
    found = []
    for name in catalogue:
        parts = parts_of(name)
        if all(value in masks.get(key, ()) for key, value in parts.items()):
            inside = np.ones(frame.n_submissions, dtype=np.bool_)
            for key, value in parts.items():
                inside &= masks[key][value]
            found.append(Group(name, np.flatnonzero(inside), _population(frame, parts)))
    return found


def classes_of(frame: Frame, keys: Iterable[str]) -> Classes:
    """The class of every submission: equal in all groupings of the catalogue. Shape (n,)."""
    members = [frame.groupings[key].members for key in sorted(set(keys) & set(frame.groupings))]
    if not members or not frame.n_submissions:
        return np.zeros(frame.n_submissions, dtype=np.intp)
    _, found = np.unique(np.vstack(members), axis=1, return_inverse=True)
    return np.asarray(found, dtype=np.intp).reshape(-1)


def larger_groups(name: str, frame: Frame) -> list[str]:
    """The names of all groups that hold the whole of this one, from small to large.

    >>> tree = Grouping("unit", ("a", "b"), np.array([1]), parents=(-1, 0))
    >>> larger_groups("unit:b+shift:day", Frame("survey", 1, {}, {"unit": tree}))
    ['unit:b', 'unit:a+shift:day', 'unit:a', 'shift:day', 'all']
    """
    parts = parts_of(name)
    choices: list[list[dict[str, str]]] = []
    for key, value in parts.items():
        choices.append([{key: wider} for wider in _wider(frame.groupings.get(key), value)] + [{}])
    names = [name_of(_joined(chosen)) for chosen in product(*choices)]
    return names[1:]


def _joined(chosen: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {key: value for part in chosen for key, value in part.items()}


def _wider(grouping: Grouping | None, value: str) -> list[str]:
    if grouping is None or value not in grouping.names:
        return [value]
    return [grouping.names[index] for index in grouping.above(grouping.names.index(value))]


def _masks(grouping: Grouping) -> dict[str, Mask]:
    masks: dict[str, Any] = {
        name: np.zeros(len(grouping.members), dtype=np.bool_) for name in grouping.names
    }
    for index in range(len(grouping.names)):
        own = grouping.members == index
        for wider in grouping.above(index):
            masks[grouping.names[wider]] |= own
    return masks


def _population(frame: Frame, parts: Mapping[str, str]) -> int | None:
    if not parts:
        return frame.population
    if set(parts) != {"unit"} or frame.groupings["unit"].population is None:
        return None
    unit = frame.groupings["unit"]
    return (unit.population or ())[unit.names.index(parts["unit"])]
