"""The linear attacker: works out figures about too few people from everything that was published.

    python -m tests.attacks.linear [--companies 1000] [--jobs 2]

Written apart from the guard: dense elimination modulo another prime, in random orders, with nothing
in hand but the published cells and what insiders know: everybody's unit and attributes, who joined
and left, and who answered which question. Knows no answer. Prints figures; the last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from .linear_companies import (
    ITEMS,
    Company,
    Person,
    Survey,
    company,
    plain,
    survey,
    trends,
    units_in,
)

PRIME = 2_147_483_629
MINIMUM = 5
TRIES = 24
PAIRS = 60


def light_combination(
    vectors: Sequence[np.ndarray], people: Sequence[int], minimum: int, seed: int = 0
) -> set[int] | None:
    """Somebody whom a combination of the vectors singles out: fewer than `minimum`, or None.

    vectors : each (n_columns,), with integers. people : who stands behind each column. Columns of
    one person may be several; columns that are equal everywhere stand for a crowd.
    """
    matrix, owners, crowd = _crowds(np.array(vectors, dtype=np.int64) % PRIME, people)
    if not len(matrix):
        return None
    heavy = np.array([crowd[owner] >= minimum for owner in owners])
    # A small combination is zero on every crowd: what is left after eliminating those is searched.
    rows = _reduced(np.hstack([matrix[:, heavy], matrix[:, ~heavy]]))
    rows = rows[~rows[:, : int(heavy.sum())].any(axis=1), int(heavy.sum()) :]
    light = owners[~heavy]
    dice = np.random.default_rng(seed)
    for _ in range(TRIES if len(rows) else 0):
        order = dice.permutation(rows.shape[1])
        found = _look(_reduced(rows[:, order]), light[order], crowd, minimum)
        if found is not None:
            return found
    return None


def _crowds(
    matrix: np.ndarray, people: Sequence[int]
) -> tuple[np.ndarray, np.ndarray, dict[int, int]]:
    """Merge people whose columns are equal: one column set for each crowd, and its size."""
    columns: dict[int, list[int]] = defaultdict(list)
    for column, person in enumerate(people):
        columns[person].append(column)
    alike: dict[bytes, list[int]] = defaultdict(list)
    for person, own in columns.items():
        alike[matrix[:, own].tobytes()].append(person)
    kept, owners, crowd = [], [], {}
    for members in alike.values():
        first = members[0]
        crowd[first] = len(members)
        used = [column for column in columns[first] if matrix[:, column].any()]
        kept += used
        owners += [first] * len(used)
    return matrix[:, kept], np.array(owners, dtype=np.int64), crowd


def _reduced(matrix: np.ndarray) -> np.ndarray:
    """The reduced echelon form, from the first column on, without empty rows."""
    rows, rank = matrix.copy(), 0
    for column in range(rows.shape[1]):
        if rank == len(rows):
            break
        found = np.flatnonzero(rows[rank:, column])
        if not len(found):
            continue
        at = rank + int(found[0])
        rows[[rank, at]] = rows[[at, rank]]
        rows[rank] = rows[rank] * pow(int(rows[rank, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(rows[:, column])
        others = others[others != rank]
        rows[others] = (rows[others] - rows[others, column][:, None] * rows[rank]) % PRIME
        rank += 1
    return rows[:rank]


def _look(
    rows: np.ndarray, owners: np.ndarray, crowd: dict[int, int], minimum: int
) -> set[int] | None:
    """A row, or a combination of two rows, that touches few people."""
    for row in rows[(rows != 0).sum(axis=1).argsort()]:
        touched = {int(o) for o in owners[np.flatnonzero(row)]}
        if 0 < sum(crowd[o] for o in touched) < minimum:
            return touched
    if len(rows) <= PAIRS:
        return _pairs(rows, owners, crowd, minimum)
    return None


def _pairs(
    rows: np.ndarray, owners: np.ndarray, crowd: dict[int, int], minimum: int
) -> set[int] | None:
    few = 2 * (minimum + len(rows[0]) // 4)
    sparse = [row for row in rows if np.count_nonzero(row) <= few]
    for n, one in enumerate(sparse):
        for other in sparse[:n]:
            for sign in (1, PRIME - 1):
                touched = {int(o) for o in owners[np.flatnonzero((one + sign * other) % PRIME)]}
                if 0 < sum(crowd[o] for o in touched) < minimum:
                    return touched
    return None


def attack_round(one: Survey, minimum: int = MINIMUM, seed: int = 0) -> set[int] | None:
    """People singled out by all cells of one round: questions and topics in one system."""
    place = {}
    for item in ITEMS:
        for person in np.flatnonzero(one.answered[item]).tolist():
            place[person, item] = len(place)
    people = [person for person, _ in place]
    shown = {(c.about, c.group): c.shown for c in one.cells if c.about and c.shown != "hidden"}
    vectors = {_vector(one, place, group, (item,)) for item, group in shown}
    topics = {("S1>S2", ("q1", "q2")), ("S3", ("q3",)), ("S1>S2:giver", ("q1",))}
    for cell in one.cells:
        for subject, items in topics:
            if cell.statistic == "balance" and cell.subject == subject and cell.shown != "hidden":
                # What a topic sums up is no secret: the questions shown as numbers, else as bands.
                known = [item for item in items if (item, cell.group) in shown]
                used = [i for i in known if shown[i, cell.group] != "band"] or known or items
                vectors.add(_vector(one, place, cell.group, used))
    matrix = [np.frombuffer(vector, dtype=np.int64) for vector in sorted(vectors)]
    return light_combination(matrix, people, minimum, seed) if matrix else None


def _vector(
    one: Survey, place: dict[tuple[int, str], int], group: str, items: Iterable[str]
) -> bytes:
    vector = np.zeros(len(place), dtype=np.int64)
    inside = _inside(one, group)
    for item in items:
        for person in np.flatnonzero(inside & one.answered[item]).tolist():
            vector[place[person, item]] = 1
    return vector.tobytes()


def _inside(one: Survey, group: str) -> np.ndarray:
    """Who is in a published group, read from its name."""
    inside = np.ones(len(one.who), dtype=np.bool_)
    for part in group.split("+") if group != "all" else ():
        key, _, value = part.partition(":")
        grouping = one.frame.groupings[key]
        index = grouping.names.index(value)
        below = {index} | {n for n, above in enumerate(grouping.parents) if above == index}
        inside &= np.isin(grouping.members, list(below))
    return inside


def attack_trend(
    found: Company, rounds: Sequence[Survey], item: str, compared: Sequence[str], seed: int = 0
) -> set[int] | None:
    """People singled out by who joined and left, when those who stayed answer the same twice."""
    invited = found.people
    shown = {c.group for c in rounds[1].cells if c.about == item and c.shown != "hidden"}
    groups = {g for g in shown if g == "all" or (g.startswith("unit:") and "+" not in g)}
    vectors = [_there(found, invited, group, 1) for group in sorted(groups)]
    vectors += [_there(found, invited, group, 0) for group in compared]
    return light_combination(vectors, range(len(invited)), MINIMUM, seed) if vectors else None


def _there(found: Company, invited: Sequence[Person], group: str, number: int) -> np.ndarray:
    units = units_in(found, group)
    return np.array([int((p.then, p.now)[number] in units) for p in invited], dtype=np.int64)


def measure(seed: int, smallest: int = 20, largest: int = 500) -> dict[str, float]:
    """One company in both builds: whether the attacker wins, and what is still shown."""
    found = company(seed, smallest, largest)
    rounds = [survey(found, number) for number in (0, 1)]
    naive = [survey(found, number, plain) for number in (0, 1)]
    computable = any(attack_round(one, seed=seed) for one in rounds)
    compared = {item: trends(found, rounds, item) for item in ITEMS}
    through_time = any(attack_trend(found, rounds, i, compared[i], seed) for i in ITEMS)
    shown, large = (sum(map(_items_shown, build)) for build in (rounds, naive))
    return {"seed": seed, "people": len(found.people), "guard": computable,
            "trend": through_time, "trends": sum(map(len, compared.values())),
            "plain": any(attack_round(one, seed=seed) for one in naive),
            "shown": shown, "large": large}  # fmt: skip


def _items_shown(one: Survey) -> int:
    return sum(c.statistic == "mean" and c.shown != "hidden" for c in one.cells)


def main() -> None:
    """Attack many companies; the exit status tells whether every aim was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    begun = time.perf_counter()
    seeds = range(arguments.first, arguments.first + arguments.companies)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        found = []
        for one in pool.map(measure, seeds, chunksize=4):
            found.append(one)
            if len(found) % 50 == 0:
                print(f"{len(found)} companies: {summary(found)}", flush=True)
    figures = summary(found) | {"seconds": round(time.perf_counter() - begun)}
    for name, value in figures.items():
        print(f"{name:>28}: {value}")
    print(json.dumps(figures))
    sys.exit(not figures["reached"])


def summary(found: Sequence[dict[str, float]]) -> dict[str, float | bool]:
    """The figures that are compared with their aims."""
    wins = {name: sum(bool(one[name]) for one in found) for name in ("guard", "trend", "plain")}
    share = sum(one["shown"] for one in found) / max(1, sum(one["large"] for one in found))
    reached = not wins["guard"] and not wins["trend"] and share >= 0.5
    return {
        "companies": len(found), "computable_with_guard": wins["guard"],
        "computable_through_trends": wins["trend"], "computable_with_minimum_n": wins["plain"],
        "trends_shown": sum(one["trends"] for one in found), "share_still_shown": round(share, 3),
        "reached": reached and wins["plain"] >= 0.95 * len(found),
    }  # fmt: skip


if __name__ == "__main__":
    main()
