"""The attackers. Each takes the evidence of one round and names a person for every answer.

The first step links people to tokens, the second tokens to answers. Designs that write answers
at once need no second step; against sealed ones each first step is tried with each second one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

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
    token_event,
)
from .population import DAY, HOUR
from .snapshots import Change, Dump, Files, Row, Snapshot, changes
from .sqlite_files import byte_order, replay

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
    tokens = _places(evidence, copy, evidence.layout.tokens, evidence.layout.token_key)
    names = {name: person.id for person in evidence.people for name in person.names}
    people = [names[key] for key in _person_places(evidence, copy) if key in names]
    return paired(people or [person.id for person in evidence.people], tokens)


def keystream(evidence: Evidence) -> Matching:
    """Two sealed ledgers under one nonce differ only in the slot of the person who came."""
    people = list(_slots_that_changed(evidence))
    return in_order(people or guesses(evidence), observed(evidence)[1])


FIRST: dict[str, First] = {
    "running copy": running_copy,
    "byte order": places,
    "nightly backups": nightly,
    "hourly backups": hourly,
    "every commit": every_commit,
    "nightly backups and click log": click_log_nightly,
    "every commit and click log": click_log,
    "ledger keystream": keystream,
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
    return paired(_places(evidence, copy, layout.tokens, layout.token_key), _answer_places(evidence))


def by_sorted_key(evidence: Evidence) -> dict[str, str]:
    """Keys of answers sort as the keys of the tokens do."""
    layout = evidence.layout
    tokens = sorted({str(row[layout.token_key]) for row in evidence.rows(layout.tokens)})
    return paired(tokens, [str(row[layout.answer_key]) for row in evidence.answers()])


def by_size(evidence: Evidence) -> dict[str, str]:
    """A longer box holds a longer answer."""
    layout = evidence.layout
    boxes = {str(row[layout.token_key]): _size(row) for row in reversed(evidence.rows(layout.tokens))}
    answers = sorted(evidence.answers(), key=_size)
    return paired(sorted(boxes, key=lambda key: boxes[key]), [_key(evidence, a) for a in answers])


def by_content(evidence: Evidence) -> dict[str, str]:
    """What an answer says stands readable in a box."""
    layout, found = evidence.layout, {}
    boxes = {str(row[layout.token_key]): row.values for row in evidence.rows(layout.tokens)}
    for answer in evidence.answers():
        words = _telling_words(answer)
        for token, values in boxes.items():
            text = b" ".join(v for _, v in values if isinstance(v, bytes))
            if words and all(word in text for word in words):
                found[token] = _key(evidence, answer)
    return found


SECOND: dict[str, Second] = {
    "written by key": by_key,
    "written by arrival": by_arrival,
    "written by place": by_token_place,
    "sorted keys": by_sorted_key,
    "sizes": by_size,
    "readable boxes": by_content,
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


def _key(evidence: Evidence, answer: Row) -> str:
    return str(answer[evidence.layout.answer_key])


def _size(row: Row) -> int:
    return sum(len(value) for _, value in row.values if isinstance(value, str | bytes))


def _telling_words(answer: Row) -> list[bytes]:
    return [f'"{value}"'.encode() for key, value in answer.values if key == "telling"]


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


def _places(evidence: Evidence, copy: Snapshot, table: str, key: str) -> list[str]:
    for part in copy.copies.values():
        rows = [row for row in part.rows() if row.table == table]
        if rows and isinstance(part, Files):
            return byte_order(part, table)
        if rows:
            return [str(row[key]) for row in sorted(rows, key=_tuple_place)]
    return []


def _answer_places(evidence: Evidence) -> list[str]:
    layout = evidence.layout
    return _places(evidence, evidence.snapshots[-1], layout.answers, layout.answer_key)


def _tuple_place(row: Row) -> tuple[int, ...]:
    return tuple(int(part) for part in row.ctid.strip("()").split(","))


def _person_places(evidence: Evidence, copy: Snapshot) -> list[str]:
    names = {name for person in evidence.people for name in person.names}
    for row in copy.rows():
        for column, value in row.values:
            if isinstance(value, str) and value in names and row.table != evidence.layout.tokens:
                return _places(evidence, copy, row.table, column)
    return []


def _slots_that_changed(evidence: Evidence) -> Iterator[Event]:
    slots = sorted(evidence.people, key=lambda person: max(person.names, key=len))
    ledgers = [c for c in changes(evidence.snapshots) if c.row.table == "ledger" and not c.gone]
    for before, after in pairwise(ledgers):
        old, new = before.row["box"], after.row["box"]
        differing = [n for n, (x, y) in enumerate(zip(old, new, strict=False)) if x != y]
        if differing and len(differing) < len(old) / 2:
            person = slots[min(max(0, differing[0] - 12) // 33, len(slots) - 1)]
            yield Event(after.at, person.id, person.unit)
