"""Inviting by mail, as a job: it goes on where it stopped and keeps addresses out of every log."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select

from ..assessment.models import Company
from ..db import Stores, now
from ..errors import ConflictError, NotFoundError
from ..instruments.definition import words as words_in
from ..instruments.models import Round
from ..instruments.service import definition_of
from ..jobs import Progress
from ..roster.models import Invited, Mailed, Person
from ..translatable import marked
from .keys import KeyFolder, code_for
from .links import code_link, eight_words
from .mail import Letter, write
from .queries import Door, door_of
from .relay import LaterError, MailError, RefusedError, Relay

PAUSES: Final = [2.0, 10.0]  # seconds before the second and the third try of one mail
_MOST_IN_A_ROW: Final = 3
_REASONS: Final = {550: "unknown", 551: "unknown", 553: "unknown", 552: "full"}


@dataclass(frozen=True)
class Recipient:
    """Somebody who is invited; exists in memory while mail goes out."""

    id: str
    name: str
    email: str
    unit: str | None


@dataclass
class Post:
    """One round's mail on its way: writes, hands over, tries again, counts what was refused."""

    stores: Stores
    door: Door
    letter: Letter
    key: bytes
    relay: Relay
    failed: Counter[str] = field(default_factory=Counter)
    _in_a_row: int = 0

    def deliver(self, person: Recipient) -> bool:
        """Whether the mail server took this person's mail."""
        settings, number = self.stores.settings, self.door.number_of(person.unit)
        link = code_link(settings.base_url, self.door, self.code(person), number)
        try:
            message = write(self.letter, settings.mail_from, person.name, person.email, link, now())
            self._hand_over(message, person.email)
        except RefusedError as error:
            self.failed[_REASONS.get(error.code, "refused")] += 1
        except ValueError:
            self.failed["unknown"] += 1
        except LaterError:
            self.failed["later"] += 1
            self._in_a_row += 1
            if self._in_a_row >= _MOST_IN_A_ROW:
                raise MailError("The mail server does not answer. Start it again later; first "
                                "mails go on where they stopped.") from None  # fmt: skip
            return False
        else:
            self._in_a_row = 0
            return True
        self._in_a_row = 0
        return False

    def code(self, person: Recipient) -> str:
        """The code in this person's link."""
        return code_for(self.key, person.id)

    def _hand_over(self, message: Any, address: str) -> None:
        for pause in PAUSES:
            try:
                self.relay.send(message, address)
            except LaterError:
                time.sleep(pause)
            else:
                return
        self.relay.send(message, address)


def send_invitations(stores: Stores, progress: Progress, round_id: int) -> dict[str, Any]:
    """The job that mails everybody of a round who has no mail yet. Safe to repeat."""
    with post_of(stores, round_id) as post:
        people = [person for person, mailed in recipients(stores, post.door.key) if not mailed]
        for number, person in enumerate(people):
            progress(number / len(people), marked("The mails are going out"))
            if post.deliver(person):
                _note(stores, post.door.key, person.id)
        return {"delivered": mailed_count(stores, post.door.key), "failed": dict(post.failed)}


@contextmanager
def post_of(stores: Stores, round_id: int) -> Iterator[Post]:
    """Everything that mail of an open round needs."""
    door = door_of(stores, round_id)
    if door is None or not door.anonymous:
        raise NotFoundError("This anonymous survey does not exist.")
    if door.phase(now()) == "closed":
        raise ConflictError("The survey has closed. No more mail is sent.")
    if door.state != "open":
        raise ConflictError("Mail goes out once the survey is open.")
    settings = stores.settings
    if not settings.sends_mail:
        raise MailError("No mail server is set: SOP_SMTP_URL and SOP_MAIL_FROM are missing.")
    key = KeyFolder(stores.keys).invitation_key(door.key)
    with Relay(settings.smtp_url, settings.mail_from) as relay:
        yield Post(stores, door, letter_of(stores, door), key, relay)


def letter_of(stores: Stores, door: Door) -> Letter:
    """What the mail of a round says, in the company's language if the form has it."""
    with stores.core.reading() as session:
        company = session.get_one(Company, 1)
        policy = session.get_one(Round, door.id).policy
    definition = definition_of(stores, door.version_id)
    spoken = definition.languages
    language = company.language if company.language in spoken else spoken[0]
    return Letter(
        company=company.name, title=words_in(definition.title, language),
        minutes=definition.minutes, closes_at=door.closes_at, label=door.label,
        trustee=door.trustee, words=eight_words(door),
        bands_only=bool(policy.get("bands_only")), language=language,
    )  # fmt: skip


def recipients(stores: Stores, round_key: str) -> list[tuple[Recipient, bool]]:
    """Everybody who is invited and still on the list, by random id; whether a mail is out."""
    query = (
        select(Person, Invited.unit, Mailed.person_id)
        .join(Invited, Invited.person_id == Person.id)
        .outerjoin(
            Mailed,
            (Mailed.person_id == Invited.person_id) & (Mailed.round_key == Invited.round_key),
        )
        .where(Invited.round_key == round_key)
        .order_by(Person.id)
    )
    with stores.identity.reading() as session:
        return [
            (Recipient(person.id, person.name, person.email, unit), mailed is not None)
            for person, unit, mailed in session.execute(query)
        ]


def mailed_count(stores: Stores, round_key: str) -> int:
    """How many first mails the mail server took."""
    query = select(func.count()).where(Mailed.round_key == round_key)
    with stores.identity.reading() as session:
        return session.scalar(query) or 0


def _note(stores: Stores, round_key: str, person_id: str) -> None:
    with stores.identity.writing() as session:
        session.merge(Mailed(round_key=round_key, person_id=person_id))
