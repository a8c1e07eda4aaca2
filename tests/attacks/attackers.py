"""The attackers. Each takes the evidence of one round and names a person for every answer.

The first step links people to tokens, the second tokens to answers. Designs that write answers
at once need no second step; against sealed ones each first step is tried with each second one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import boxes, ledgers
from .evidence import (
    Event,
    Evidence,
    Matching,
    arrivals,
    clicked,
    guesses,
    in_order,
    observed,
    openings,
    paired,
)
from .placement import written_order
from .population import DAY, HOUR
from .snapshots import Change, Files, Row, Snapshot, changes
from .sqlite_files import replay

First = Callable[[Evidence], Matching]
Second = Callable[[Evidence], dict[str, str]]


def every_commit(evidence: Evidence) -> Matching:
    """Point-in-time history: the difference of every commit, first in, first out."""
    people, tokens = observed(evidence)
    return in_order(people or guesses(evidence), tokens)


def hourly(evidence: Evidence) -> Matching:
    """The same with hourly backups."""
    return every_commit(evidence.thinned(HOUR))


def nightly(evidence: Evidence) -> Matching:
    """The same with nightly backups."""
    return every_commit(evidence.thinned(DAY))


def click_log(evidence: Evidence) -> Matching:
    """Every commit, and the mail gateway's log of who clicked when."""
    return in_order(clicked(evidence) or guesses(evidence), observed(evidence)[1])


def click_log_nightly(evidence: Evidence) -> Matching:
    """Nightly backups and the click log, of which the day alone is then of use."""
    thin = evidence.thinned(DAY)
    days = [Event(event.at // DAY, event.name, event.unit) for event in clicked(evidence)]
    tokens = [Event(e.at // DAY, e.name, e.unit) for e in observed(thin)[1]]
    return in_order(days or guesses(evidence), tokens)


def running_copy(evidence: Evidence) -> Matching:
    """One copy taken while the site ran: the journal replayed, or the hidden `xmin` joined."""
    found = list(_history(_last_before_closing(evidence)))
    return in_order(openings(evidence, found) or guesses(evidence), arrivals(evidence, found))


def places(evidence: Evidence) -> Matching:
    """One copy after a clean shutdown: byte order of tokens against that of the invitations."""
    copy = _last_before_closing(evidence)
    tokens = _places(copy, evidence.layout.tokens, evidence.layout.token_key)
    names = {name: person.id for person in evidence.people for name in person.names}
    people = [names[key] for key in _person_places(evidence, copy) if key in names]
    return paired(people or [person.id for person in evidence.people], tokens)


def ledger_keystream(evidence: Evidence) -> Matching:
    """Two sealed ledgers under one nonce differ only in the slot of the person who came."""
    return in_order(list(ledgers.differing(evidence)) or guesses(evidence), observed(evidence)[1])


def opened_ledger(evidence: Evidence) -> Matching:
    """With the ledger's key in hand: every commit tells who collected a ballot."""
    return in_order(list(ledgers.opened(evidence)) or guesses(evidence), observed(evidence)[1])


FIRST: dict[str, First] = {
    "running copy": running_copy,
    "byte order": places,
    "nightly backups": nightly,
    "hourly backups": hourly,
    "every commit": every_commit,
    "nightly backups and click log": click_log_nightly,
    "every commit and click log": click_log,
    "ledger keystream": ledger_keystream,
    "opened ledger": opened_ledger,
}


def by_key(evidence: Evidence) -> dict[str, str]:
    """Answers were written in the order of the tokens' keys."""
    layout = evidence.layout
    tokens = sorted({str(row[layout.token_key]) for row in evidence.rows(layout.tokens)})
    return paired(tokens, _answer_places(evidence))


def by_arrival(evidence: Evidence) -> dict[str, str]:
    """Answers were written in the order in which ballots came."""
    tokens = [event.name for event in observed(evidence)[1]]
    return paired(tokens, _answer_places(evidence))


def by_token_place(evidence: Evidence) -> dict[str, str]:
    """Answers were written in the byte order of the ballots."""
    layout, copy = evidence.layout, _last_before_closing(evidence)
    return paired(_places(copy, layout.tokens, layout.token_key), _answer_places(evidence))


def by_sorted_key(evidence: Evidence) -> dict[str, str]:
    """Keys of answers sort as the keys of the tokens do."""
    layout = evidence.layout
    tokens = sorted({str(row[layout.token_key]) for row in evidence.rows(layout.tokens)})
    return paired(tokens, [str(row[layout.answer_key]) for row in evidence.answers()])


def by_size(evidence: Evidence) -> dict[str, str]:
    """A longer box holds a longer answer."""
    layout = evidence.layout
    sizes: dict[str, int] = {}
    for row in evidence.rows(layout.tokens):
        key = str(row[layout.token_key])
        sizes[key] = max(_size(row), sizes.get(key, 0))
    answers = sorted(evidence.answers(), key=_size)
    found = [str(row[layout.answer_key]) for row in answers]
    return paired(sorted(sizes, key=lambda key: sizes[key]), found)


SECOND: dict[str, Second] = {
    "written by key": by_key,
    "written by arrival": by_arrival,
    "written by place": by_token_place,
    "sorted keys": by_sorted_key,
    "sizes": by_size,
    "readable boxes": boxes.readable,
    "boxes opened with every key": boxes.opened,
}


def attempts(evidence: Evidence) -> Iterator[tuple[str, Matching]]:
    """Every attack on one round with its name."""
    seconds = SECOND if evidence.layout.sealed else {"": lambda _: None}
    joins = {name: second(evidence) for name, second in seconds.items()}
    for first_name, first in FIRST.items():
        tokens = first(evidence)
        for second_name, join in joins.items():
            name = f"{first_name}, {second_name}" if second_name else first_name
            yield name, tokens if join is None else _chained(tokens, join)


def _chained(tokens: Matching, join: dict[str, str]) -> Matching:
    return {person: join[token] for person, token in tokens.items() if token in join}


def _size(row: Row) -> int:
    return sum(len(value) for _, value in row.values if isinstance(value, str | bytes))


def _last_before_closing(evidence: Evidence) -> Snapshot:
    """The newest copy that still holds all the tokens there ever were at once."""

    def held(snapshot: Snapshot) -> int:
        return sum(row.table == evidence.layout.tokens for row in snapshot.rows())

    most = max(held(snapshot) for snapshot in evidence.snapshots)
    return [snapshot for snapshot in evidence.snapshots if held(snapshot) == most][-1]


def _history(copy: Snapshot) -> Iterator[Change]:
    if all(isinstance(part, Files) for part in copy.copies.values()):
        for states in replay(copy).values():
            yield from changes(states)
    else:
        yield from (Change(row.xmin, row, False) for row in copy.rows())


def _places(copy: Snapshot, table: str, key: str) -> list[str]:
    found = (written_order(part, table, key) for part in copy.copies.values())
    return next((places for places in found if places), [])


def _answer_places(evidence: Evidence) -> list[str]:
    layout = evidence.layout
    keys = {str(row[layout.answer_key]) for row in evidence.answers()}
    places = _places(evidence.snapshots[-1], layout.answers, layout.answer_key)
    return [key for key in places if key in keys]


def _person_places(evidence: Evidence, copy: Snapshot) -> list[str]:
    names = {name for person in evidence.people for name in person.names}
    for row in copy.rows():
        for column, value in row.values:
            if isinstance(value, str) and value in names and row.table != evidence.layout.tokens:
                return _places(copy, row.table, column)
    return []
