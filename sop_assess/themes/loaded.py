"""Sets of themes in memory: the sorting with its comments, and the states that decisions made."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ..analysis.text.curated import Curated
    from .facts import Facts
    from .measured import Measured

# A set of 100,000 comments takes about 60 MB while it is worked on.
MOST_REMEMBERED: Final = 4
MOST_STATES: Final = 12


@dataclass(frozen=True)
class Decided:
    """One decision of a set."""

    number: int
    what: Mapping[str, Any]
    by_id: int | None
    at: datetime
    state: str


@dataclass
class Base:
    """A sorting with its comments in memory, and the states that decisions made of it lately."""

    start: Curated
    facts: Facts
    states: OrderedDict[tuple[str, ...], Measured] = field(default_factory=OrderedDict)

    def after(self, decisions: Sequence[Mapping[str, Any]]) -> Measured:
        """The set after these decisions; goes on from the longest part of them that is known."""
        from ..analysis.text.decisions import apply

        words = _words(decisions)
        known = next((n for n in range(len(words), 0, -1) if words[:n] in self.states), 0)
        state = self.states[words[:known]].curated if known else self.start
        if not words:
            self._remember(words, state)
        # Whoever undoes once often undoes again: the states on the way are kept too.
        for number, decision in enumerate(decisions[known:], known + 1):
            state = apply(state, decision)
            self._remember(words[:number], state)
        return self.states[words]

    def begin(self, decisions: Sequence[Mapping[str, Any]], after: Curated) -> None:
        """Know what comes after these decisions without carrying them out."""
        self._remember(_words(decisions), after)

    def _remember(self, words: tuple[str, ...], state: Curated) -> None:
        from .measured import Measured

        if words not in self.states:
            self.states[words] = Measured(state, self.facts)
        if len(self.states) > MOST_STATES:
            self.states.popitem(last=False)


@dataclass(frozen=True)
class Loaded:
    """A set as it is stored, with its comments."""

    id: int
    assessment_id: int
    source: str
    role: str
    language: str
    prefix: str
    state: str
    revision: int
    run: Mapping[str, Any]
    base: Base
    decisions: tuple[Decided, ...]

    @property
    def start(self) -> Curated:
        """What the decisions start from."""
        return self.base.start

    @property
    def done(self) -> list[Mapping[str, Any]]:
        """The decisions that count, in order."""
        return done_of(self.decisions)

    @property
    def measured(self) -> Measured:
        """The set after all decisions."""
        return self.base.after(self.done)

    @property
    def current(self) -> Curated:
        """The themes after all decisions."""
        return self.measured.curated


class Memory:
    """The bases that were worked on last, by the token that changes whenever one is written."""

    def __init__(self) -> None:
        self._bases: OrderedDict[str, Base] = OrderedDict()
        self._lock = Lock()

    def get(self, token: str) -> Base | None:
        with self._lock:
            found = self._bases.get(token)
            if found is not None:
                self._bases.move_to_end(token)
            return found

    def put(self, token: str, base: Base) -> Base:
        with self._lock:
            self._bases[token] = base
            while len(self._bases) > MOST_REMEMBERED:
                self._bases.popitem(last=False)
            return base

    def forget(self, token: str) -> None:
        with self._lock:
            self._bases.pop(token, None)


def done_of(decisions: Sequence[Decided]) -> list[Mapping[str, Any]]:
    """Those that count, in order."""
    return [one.what for one in decisions if one.state == "done"]


def hash_of(base: str, decisions: Sequence[Mapping[str, Any]]) -> str:
    """The hash of what decisions start from and of the decisions: the same one, the same themes."""
    return hashlib.sha256("\n".join((base, *_words(decisions))).encode()).hexdigest()


def _words(decisions: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(json.dumps(what, sort_keys=True) for what in decisions)
