"""Many rounds in a row: how many links each attack gets right, on naive builds and on ours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url, text

from .evidence import Evidence
from .installations import on_postgresql, on_sqlite
from .naive import NaiveBuild
from .naive import play as play_naive
from .opened import spare_keys, survey
from .ours import play
from .population import people, visits
from .scoring import Score, keyed

SIZES = (60, 15)
# As many units as a survey of that size has; attackers know everybody's unit, and answers carry it.
UNITS = {60: 4, 15: 2}
TRUSTEE_EVERY = 5


def naive(engine: Engine, build: type[NaiveBuild], count: int, rounds: int) -> Score:
    """The score on a naive build."""
    score = Score()
    for seed in range(rounds):
        invited = people(count, UNITS[count])
        evidence, truth = play_naive(build(engine), visits(invited, seed))
        score.add(evidence, keyed(truth, naive_contents(evidence)))
    return score


def naive_contents(evidence: Evidence) -> list[tuple[str, str]]:
    """Key and content of each answer of a naive build."""
    layout = evidence.layout
    return [(str(row[layout.answer_key]), row["content"]) for row in evidence.answers()]


def ours(server: str | None, count: int, seeds: Sequence[int]) -> Score:
    """The score on ours, every round on an installation of its own; some with a trustee."""
    score = Score()
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="attacked") as name:
            folder = Path(name)
            opened = on_sqlite(folder) if server is None else on_postgresql(server, folder)
            trustee = spare_keys()[-1] if seed % TRUSTEE_EVERY == 0 else None
            with opened as found, survey(*found, [count], trustee) as made:
                played = play(made, seed)
        score.add(played.evidence, played.truth)
    return score


@contextmanager
def naive_engines(server: str) -> Iterator[dict[str, Engine]]:
    """A SQLite file in write-ahead mode and a PostgreSQL database for the naive builds."""
    address = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS naive WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE naive"))
    admin.dispose()
    with tempfile.TemporaryDirectory(prefix="naive") as folder:
        sqlite = create_engine(f"sqlite:///{Path(folder) / 'survey.sqlite'}")
        with sqlite.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        postgresql = create_engine(address.set(database="naive"))
        yield {"SQLite": sqlite, "PostgreSQL": postgresql}
        sqlite.dispose()
        postgresql.dispose()
