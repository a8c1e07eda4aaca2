"""Three usual designs: a flag beside the token, two hashed tables, blind tokens kept plainly."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text

from ..evidence import Evidence, Layout
from ..population import Person, Visit
from ..recording import Recorder

LAYOUT = Layout(tokens="answer", token_key="key", answers="answer", answer_key="key")
TABLES = {
    "invitation": "key VARCHAR(64) PRIMARY KEY, completed VARCHAR(20)",
    "answer": "key VARCHAR(64) PRIMARY KEY, unit VARCHAR(60), submitted VARCHAR(20), content TEXT",
}


class NaiveBuild:
    """A survey in one database; answers lie in a table of their own under random keys."""

    name = ""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def invite(self, people: Sequence[Person]) -> None:
        """Create the tables, write the invitations."""
        with self.engine.begin() as connection:
            for table, columns in TABLES.items():
                connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
                connection.execute(text(f"CREATE TABLE {table} ({columns}) {self._option}"))
            insert = text("INSERT INTO invitation VALUES (:key, 'N')")
            for key in sorted(self.key_of(person) for person in people):
                connection.execute(insert, {"key": key})
        if self.engine.dialect.name == "sqlite":
            # An earlier round on the same file must not stand in this one's journal.
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def _option(self) -> str:
        return "WITHOUT ROWID" if self.engine.dialect.name == "sqlite" else ""

    def key_of(self, person: Person) -> str:
        """Under which value the invitation of a person is kept."""
        return person.id

    def open(self, visit: Visit) -> None:
        """The person opens the link: nothing is written."""

    def send(self, visit: Visit) -> None:
        """The person sends: flag and answer in one transaction."""
        with self.engine.begin() as connection:
            self.mark(connection, visit)
            self.store(connection, visit)

    def mark(self, connection: Connection, visit: Visit) -> None:
        """Note that this invitation is used."""
        connection.execute(
            text("UPDATE invitation SET completed = 'Y' WHERE key = :key"),
            {"key": self.key_of(visit.person)},
        )

    def store(self, connection: Connection, visit: Visit) -> None:
        """Write the answer under a random key, with a date that says nothing."""
        connection.execute(
            text("INSERT INTO answer VALUES (:key, :unit, '1980-01-01', :content)"),
            {"key": secrets.token_hex(32), "unit": visit.person.unit, "content": visit.answer},
        )


class TokenFlag(NaiveBuild):
    """A flag in the token table, dates set to 1980, answers in another table."""

    name = "token flag"


class TwoTables(NaiveBuild):
    """Two tables that share no key, the invitation as a hash."""

    name = "two hashed tables"

    def key_of(self, person: Person) -> str:
        """The hash that everybody who has the list can compute."""
        return hashlib.sha256(person.id.encode()).hexdigest()


class PlainTokens(TwoTables):
    """Perfectly blind tokens: collecting marks the person, sending writes the answer at once."""

    name = "blind tokens, stored plainly"

    def open(self, visit: Visit) -> None:
        """Collect the token: nothing of it is kept but that this person has it."""
        with self.engine.begin() as connection:
            self.mark(connection, visit)

    def send(self, visit: Visit) -> None:
        """Spend the token: its random number says nothing about the person."""
        with self.engine.begin() as connection:
            self.store(connection, visit)


BUILDS: tuple[type[NaiveBuild], ...] = (TokenFlag, TwoTables, PlainTokens)


def play(
    build: NaiveBuild, visits: Sequence[Visit], invited: Sequence[Person] = ()
) -> tuple[Evidence, dict[str, str]]:
    """Run one round and give the attacker's evidence, and the truth by content of the answer."""
    invited = invited or [visit.person for visit in visits]
    build.invite(invited)
    recorder = Recorder({"survey": build.engine})
    recorder.start()
    steps = [(v.opened, 0, v) for v in visits] + [(v.sent, 1, v) for v in visits]
    for at, step, visit in sorted(steps, key=lambda entry: entry[:2]):
        recorder.clock = at
        if step == 0:
            recorder.clicked(visit.person.id)
            build.open(visit)
        else:
            build.send(visit)
    recorder.stop()
    people = [_as_listed(build, person) for person in invited]
    evidence = Evidence(recorder.snapshots, people, recorder.clicks, LAYOUT)
    return evidence, {visit.person.id: visit.answer for visit in visits}


def _as_listed(build: NaiveBuild, person: Person) -> Person:
    return Person(person.id, person.unit, person.names | {build.key_of(person)})
