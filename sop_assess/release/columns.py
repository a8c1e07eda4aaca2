"""The columnar copy of a round: typed columns from JSON documents, thrown away at will."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import repeat
from operator import itemgetter
from typing import Any

import numpy as np

from ..analysis.frames import STATES, Column
from ..instruments.definition import Leaf
from ..instruments.registries import QUESTIONS

EVENT_KINDS = ("error", "rework", "missing_information", "interruption", "workaround", "waiting")
Document = Mapping[str, Mapping[str, Any]]

_STATE = {state: index for index, state in enumerate(STATES)}
_NOTHING: Mapping[str, Any] = {"state": "skipped"}
_NO_VALUE = -2
# Few enough that their parsed answers stay in the processor's cache: that halves the time.
_CHUNK = 128


def columns(leaves: Sequence[Leaf], documents: Iterable[Document]) -> tuple[dict[str, Column], int]:
    """One column per leaf that is not free text, and how many documents there were.

    Documents are read in chunks, so that a hundred thousand of them never lie in memory at once.
    """
    builders = [_Builder(leaf) for leaf in leaves if _level(leaf) != "text"]
    count = 0
    chunk: list[Document] = []
    with _no_collecting():
        for document in documents:
            chunk.append(document)
            if len(chunk) == _CHUNK:
                _feed(builders, chunk)
                count += len(chunk)
                chunk = []
        _feed(builders, chunk)
    return {b.leaf.code: b.column() for b in builders}, count + len(chunk)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Parsed documents hold no cycles; looking for some in millions of them doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _feed(builders: Sequence[_Builder], chunk: Sequence[Document]) -> None:
    """Turn the chunk's rows into columns at once; getting each answer alone costs twice as much."""
    if not chunk or not builders:
        return
    codes = [builder.leaf.code for builder in builders]
    empty = dict.fromkeys(codes, _NOTHING)
    # One code more, so that a single column comes as a tuple too.
    pick = itemgetter(*codes, codes[0])
    lines = [pick({**empty, **document}) for document in chunk]
    for builder, found in zip(builders, zip(*lines, strict=True), strict=False):
        builder.add(found)


def _level(leaf: Leaf) -> str:
    question = QUESTIONS.get(leaf.type)
    return question.level if question else "text"


class _Index(dict[str | None, int]):
    """The number of each category; -1 for one that this version does not know."""

    def __missing__(self, code: object) -> int:
        return -1


class _Builder:
    """Collects the column of one leaf chunk by chunk."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf, self.level = leaf, _level(leaf)
        self.categories = _categories(leaf, self.level)
        self._index = _Index({code: i for i, code in enumerate(self.categories)})
        self._index[None] = _NO_VALUE
        self._states: list[np.ndarray[Any, Any]] = []
        self._values: list[np.ndarray[Any, Any]] = []

    def add(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Take this leaf's answers of some documents in."""
        # dict.get and the index run without a Python frame per answer: three million of them count.
        given = list(map(dict.get, found, repeat("value")))  # type: ignore[arg-type]
        states = np.zeros(len(found), dtype=np.int8)
        for row in (row for row, value in enumerate(given) if value is None):
            states[row] = _STATE[found[row]["state"]]
        self._states.append(states)
        self._values.append(self._typed(given))

    def column(self) -> Column:
        """The finished column."""
        states = np.concatenate(self._states) if self._states else np.empty(0, dtype=np.int8)
        values = np.concatenate(self._values) if self._values else self._typed([])
        leaf = self.leaf
        parts: dict[str, Any] = {}
        if self.level == "multiple":
            parts["chosen"] = values
        elif self.categories:
            parts["codes"] = values
            if self.level == "ordinal":
                parts["numbers"] = np.where(values < 0, np.nan, values + 1.0)
        else:
            parts["numbers"] = values
        return Column(
            code=leaf.code, level=self.level, states=states, subject=leaf.subject,
            topic=leaf.topic, weight=leaf.weight, role=leaf.item.role,
            promise=leaf.item.promise, no_means_problem=leaf.item.no_means_problem,
            categories=self.categories, favour=_favour(leaf, self.level, self.categories), **parts,
        )  # fmt: skip

    def _typed(self, values: Sequence[Any]) -> np.ndarray[Any, Any]:
        if self.level == "multiple":
            table = np.zeros((len(values), len(self.categories)), dtype=np.bool_)
            for row, chosen in enumerate(values):
                for code in chosen or ():
                    if self._index[code] >= 0:
                        table[row, self._index[code]] = True
            return table
        if self.categories:
            numbers = np.array(list(map(self._index.__getitem__, values)), dtype=np.int16)
            return np.maximum(numbers, -1)
        if self.level == "moment":
            return np.array([_epoch_minutes(v) for v in values], dtype=np.float64)
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _categories(leaf: Leaf, level: str) -> tuple[str, ...]:
    if level == "fact":
        return ("yes", "no")
    if level in {"nominal", "ordinal", "multiple"}:
        return tuple(option.code for option in leaf.options)
    return ()


def _favour(leaf: Leaf, level: str, categories: Sequence[str]) -> np.ndarray[Any, Any]:
    if level == "fact":
        return np.array([1.0, -1.0] if leaf.item.no_means_problem else [-1.0, 1.0])
    by_code = {option.code: option.favour for option in leaf.options}
    given = [by_code.get(code) for code in categories]
    return np.array([np.nan if favour is None else favour for favour in given], dtype=np.float64)


def _epoch_minutes(value: str | None) -> float:
    return np.nan if value is None else datetime.fromisoformat(value).timestamp() / 60


def event_counts(events: Sequence[Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
    """How often each kind of event was noted at each stage, per submission."""
    counts: dict[str, Any] = {}
    for row, entries in enumerate(events):
        for event in entries:
            kind, stage = event.get("kind"), event.get("stage")
            if kind in EVENT_KINDS and stage:
                name = f"{kind}@{stage}"
                counts.setdefault(name, np.zeros(len(events)))[row] += 1
    return counts
