"""From the staff list to codes, mail and reminders, on real stores and a real mail server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from sqlalchemy import select

from sop_assess.db import Stores
from sop_assess.errors import ConflictError, InvalidError
from sop_assess.instruments.models import Invitation, Round
from sop_assess.jobs import Job, JobQueue, get_job, in_words
from sop_assess.roster.models import Invited, Mailed, Person, SealedLedger
from sop_assess.roster.reading import Entry
from sop_assess.roster.service import import_staff
from sop_assess.surveys import relay, sending
from sop_assess.surveys.closing import end_issuing
from sop_assess.surveys.codes import code_hash
from sop_assess.surveys.inviting import Choice, choice_of, keep_choice, plan_launch
from sop_assess.surveys.keys import KeyFolder
from sop_assess.surveys.launching import cards_of, launch
from sop_assess.surveys.ledger import Ledger
from sop_assess.surveys.queries import Door, door_of
from sop_assess.surveys.relay import MailError
from sop_assess.surveys.reminders import send_reminders
from sop_assess.surveys.sending import send_invitations

from .conftest import NOW, Make, make_survey
from .round_keys import few_keys
from .smtp_server import Inbox, smtp_server

LINK = re.compile(r"https://survey\.example/s/(\w+)#c=([\w-]{22})&u=(\d)&m=([\w-]{22})")
STAFF = [("sales", 8), ("lab", 6), ("desk", 3)]


@pytest.fixture(scope="session")
def keys() -> list[RSAPrivateKey]:
    return few_keys(5)


@pytest.fixture(autouse=True)
def quick(keys: list[RSAPrivateKey], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made = cycle(keys)
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: next(made))
    monkeypatch.setattr(sending, "PAUSES", [0.0, 0.0])
    with time_machine.travel(NOW, tick=False):
        yield


def silent(share: float, message: str) -> None:
    """Progress that nobody watches."""


def staff(*units: tuple[str, int]) -> list[Entry]:
    return [Entry(n, f"P{n}", f"{unit}{n}@k.example", (unit.title(),))
            for unit, count in units for n in range(count)]  # fmt: skip


def launched(stores: Stores, survey: Make, choice: Choice | None = None) -> Door:
    found = survey(access="codes", label="anonymous", opened=False)
    keep_choice(stores, found.round_id, choice or Choice("mail"), by=None, now=NOW)
    launch(stores, found.round_id, now=NOW)
    door = door_of(stores, found.round_id)
    assert door is not None
    return door


def by_server(stores: Stores, inbox: Inbox) -> Stores:
    settings = stores.settings.model_copy(update={
        "smtp_url": f"smtp://127.0.0.1:{inbox.port}", "mail_from": "Survey <s@k.example>",
        "base_url": "https://survey.example",
    })  # fmt: skip
    return replace(stores, settings=settings)


def rows(stores: Stores, model: type) -> list:
    with stores.identity.reading() as session:
        return list(session.scalars(select(model)))


def links(inbox: Inbox) -> dict[str, tuple[str, ...]]:
    found = {}
    for address, message in inbox.taken:
        plain = message.get_body(("plain",))
        assert plain is not None
        match = LINK.search(plain.get_content())
        assert match
        found[address] = match.groups()
    return found


def collect(stores: Stores, door: Door, how_many: int) -> set[str]:
    """Let the first people of the list collect a ballot; their addresses."""
    key = KeyFolder(stores.keys)
    hashes = sorted(i.code_hash for i in rows(stores, Invitation))
    people = sorted(rows(stores, Person), key=lambda p: p.email)[:how_many]
    with stores.identity.writing() as session:
        sealed = session.get_one(SealedLedger, door.key)
        ledger = Ledger(key.ledger_key(door.key), sealed.box, door.key)
        for person in people:
            code = sending.code_for(key.invitation_key(door.key), person.id)
            ledger.issue(hashes.index(code_hash(door.key, code)), code.encode())
        sealed.box = ledger.seal()
    return {person.email for person in people}


def test_a_launch_from_the_staff_list(stores: Stores, survey: Make) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey, Choice("mail", spare=2))
    assert [(u.code, u.invited, u.joined) for u in door.units] == [
        ("sales", 8, ()), ("lab", 9, ("Desk",))]  # fmt: skip
    codes = Counter(i.unit for i in rows(stores, Invitation))
    assert codes == {"sales": 10, "lab": 11}
    assert Counter(i.unit for i in rows(stores, Invited)) == {"sales": 8, "lab": 9}
    ledger_key = KeyFolder(stores.keys).ledger_key(door.key)
    assert len(Ledger(ledger_key, rows(stores, SealedLedger)[0].box, door.key)) == 21
    assert [len(cards_of(stores, door, unit)) for unit in door.units] == [2, 2]
    with stores.core.reading() as session:
        policy = session.get_one(Round, door.id).policy
    assert policy["joined"] == [{"unit": "Lab", "small": ["Desk"]}]
    assert policy["by"] == "mail"
    assert "movements" not in policy
    assert "place" not in policy


def test_without_a_staff_list_the_planned_units_get_cards(stores: Stores, survey: Make) -> None:
    door = launched(stores, survey, Choice("cards", bands_only=True))
    assert Counter(i.unit for i in rows(stores, Invitation)) == {"order-desk": 34, "warehouse": 58}
    assert not rows(stores, Invited)
    with stores.core.reading() as session:
        assert session.get_one(Round, door.id).policy["bands_only"] is True
    with pytest.raises(ConflictError, match="staff list"):
        plan_launch(stores, door, Choice("mail"))


def test_a_choice_is_checked_and_ends_with_the_launch(stores: Stores, survey: Make) -> None:
    found = survey(access="codes", label="anonymous", opened=False)
    assert choice_of(stores, found.round_id) == Choice()
    for wrong in (Choice("pigeon"), Choice("mail", spare=51), Choice("mail", spare=-1)):  # type: ignore[arg-type]
        with pytest.raises(InvalidError):
            keep_choice(stores, found.round_id, wrong, by=None, now=NOW)
    launch(stores, found.round_id, now=NOW)
    with pytest.raises(ConflictError, match="opened before"):
        keep_choice(stores, found.round_id, Choice(), by=None, now=NOW)


def test_an_interrupted_launch_is_written_anew(
    stores: Stores, survey: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    found = survey(access="codes", label="anonymous", opened=False)
    keep_choice(stores, found.round_id, Choice("mail"), by=None, now=NOW)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sop_assess.surveys.launching.open_round", stop)
        with suppress(KeyboardInterrupt):
            launch(stores, found.round_id, now=NOW)
    assert len(rows(stores, Invitation)) == 17
    import_staff(stores, staff(("sales", 8), ("lab", 6), ("desk", 5), ("shop", 5)), "replace")
    launch(stores, found.round_id, now=NOW)
    assert len(rows(stores, Invitation)) == len(rows(stores, Invited)) == 24
    door = door_of(stores, found.round_id)
    assert door is not None
    assert len(door.units) == 4
    assert len(rows(stores, SealedLedger)) == 1


def test_movements_since_the_round_before(stores: Stores, survey: Make) -> None:
    import_staff(stores, staff(("sales", 8), ("lab", 6)), "replace")
    first = launched(stores, survey)
    import_staff(stores, staff(("sales", 7), ("lab", 6), ("new", 6)), "replace")
    second = launched(stores, survey)
    with stores.core.reading() as session:
        moved = session.get_one(Round, second.id).policy["movements"]
    assert moved["sales"] == {"joiners": 0, "leavers": 1}
    assert moved["lab"] == {"joiners": 0, "leavers": 0}
    assert moved["all"] == {"joiners": 6, "leavers": 1}
    assert {i.round_key for i in rows(stores, Invited)} == {first.key, second.key}
    with stores.core.writing() as session:
        session.get_one(Round, first.id).state = "closed"
    third = launched(stores, survey)
    assert {i.round_key for i in rows(stores, Invited)} == {second.key, third.key}


def test_everybody_gets_one_mail_with_a_link_of_their_own(stores: Stores, survey: Make) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    with smtp_server(Inbox()) as inbox:
        result = send_invitations(by_server(stores, inbox), silent, door.id)
        assert result == {"delivered": 17, "failed": {}}
        found = links(inbox)
        assert send_invitations(by_server(stores, inbox), silent, door.id)["delivered"] == 17
        assert len(inbox.taken) == 17
    hashes = {i.code_hash: i.unit for i in rows(stores, Invitation)}
    used = {address: hashes[code_hash(door.key, link[1])] for address, link in found.items()}
    assert all(used[address] == ("sales" if "sales" in address else "lab") for address in used)
    assert all(door.units[int(link[2]) - 1].code == used[a] for a, link in found.items())
    assert len({link[1] for link in found.values()}) == 17
    assert len({link[3] for link in found.values()}) == 1
    with stores.core.reading() as session:
        policy = session.get_one(Round, door.id).policy
    body = inbox.taken[0][1].get_body(("plain",))
    assert body is not None
    assert " ".join(policy["words"]) in " ".join(body.get_content().split())
    assert next(iter(found.values()))[3] == policy["fragment"]


def test_a_server_that_dies_half_way_costs_nobody_a_mail(stores: Stores, survey: Make) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    with smtp_server(Inbox(hang_up_after=7)) as inbox:
        with pytest.raises(MailError, match="does not answer"):
            send_invitations(by_server(stores, inbox), silent, door.id)
        assert len(rows(stores, Mailed)) == 7
        inbox.hang_up_after = None
        assert send_invitations(by_server(stores, inbox), silent, door.id)["delivered"] == 17
        assert Counter(inbox.addresses) == {p.email: 1 for p in rows(stores, Person)}


def test_a_crash_repeats_one_mail_at_most(
    stores: Stores, survey: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    note, noted = sending._note, []

    def crash(*arguments: object) -> None:
        if len(noted) == 4:
            raise KeyboardInterrupt
        noted.append(arguments)
        note(*arguments)  # type: ignore[arg-type]

    with smtp_server(Inbox()) as inbox:
        with monkeypatch.context() as patched:
            patched.setattr(sending, "_note", crash)
            with suppress(KeyboardInterrupt):
                send_invitations(by_server(stores, inbox), silent, door.id)
        send_invitations(by_server(stores, inbox), silent, door.id)
        assert len(set(inbox.addresses)) == 17
        assert len(inbox.addresses) == 18


def test_refused_addresses_are_counted_by_reason(
    stores: Stores, survey: Make, caplog: pytest.LogCaptureFixture
) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    answers = {"sales0@k.example": "550 <sales0@k.example>: no such user",
               "lab1@k.example": "552 full", "lab2@k.example": "554 spam"}  # fmt: skip
    tried: Counter[str] = Counter()

    def recipient(address: str) -> str:
        tried[address] += 1
        if address == "desk0@k.example" and tried[address] < 3:
            return "450 come again"
        return answers.get(address, "250 ok")

    with smtp_server(Inbox(recipient=recipient)) as inbox:
        found = by_server(stores, inbox)
        job_id = JobQueue(found, inline=True).start("send_invitations", round_id=door.id)
    job = get_job(stores, job_id)
    assert job.state == "done"
    assert job.result == {"delivered": 14, "failed": {"unknown": 1, "full": 1, "refused": 1}}
    assert tried["sales0@k.example"] == 1
    assert tried["desk0@k.example"] == 3
    assert job.arguments == {"round_id": door.id}
    with stores.core.reading() as session:
        told = str([(j.message, j.result, j.arguments) for j in session.scalars(select(Job))])
    assert "k.example" not in told + caplog.text


def test_no_mail_without_a_server_or_after_the_end(stores: Stores, survey: Make) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    with pytest.raises(MailError, match="SOP_SMTP_URL"):
        send_invitations(stores, silent, door.id)
    with (
        time_machine.travel(NOW + timedelta(days=30)),
        pytest.raises(ConflictError, match="closed"),
    ):
        send_invitations(stores, silent, door.id)
    with pytest.raises(InvalidError, match="Remind"):
        send_reminders(stores, silent, door.id, "some")


def test_why_no_mail_goes_out_is_said_in_the_readers_language(
    app: Flask, sqlite_stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_staff(sqlite_stores, staff(*STAFF), "replace")
    door = launched(sqlite_stores, lambda **options: make_survey(sqlite_stores, **options))
    monkeypatch.setattr(relay, "_LOOPBACK", set())  # as if it were another machine
    with smtp_server(Inbox()) as inbox:
        queue = JobQueue(by_server(sqlite_stores, inbox), inline=True)
        job = get_job(sqlite_stores, queue.start("send_invitations", round_id=door.id))
    with app.test_request_context("/?lang=de"):
        assert in_words(job) == (
            "Der Mailserver 127.0.0.1 bietet keine Verschlüsselung oder keine Anmeldung an. "
            "Verwenden Sie in SOP_SMTP_URL smtps:// oder einen anderen Port."
        )


def test_reminders_to_everybody(stores: Stores, survey: Make) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    with smtp_server(Inbox()) as inbox:
        assert send_reminders(by_server(stores, inbox), silent, door.id, "everybody") == {
            "failed": {}}  # fmt: skip
    assert len(inbox.taken) == 17
    assert inbox.taken[0][1]["Subject"].startswith("Reminder from")
    assert not rows(stores, Mailed)


def test_reminders_to_those_without_a_ballot_leave_no_list(
    stores: Stores, survey: Make, caplog: pytest.LogCaptureFixture
) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    collected = collect(stores, door, 6)
    told: list[tuple[float, str]] = []
    with smtp_server(Inbox()) as inbox:
        found = by_server(stores, inbox)
        before = [(m.round_key, m.person_id) for m in rows(stores, Mailed)]
        job_id = JobQueue(found, inline=True).start("send_reminders", round_id=door.id,
                                                    to="missing")  # fmt: skip
        result = send_reminders(found, lambda *said: told.append(said), door.id, "missing")
    job = get_job(stores, job_id)
    everybody = {person.email for person in rows(stores, Person)}
    assert set(inbox.addresses) == everybody - collected
    assert (job.state, job.result, result) == ("done", {}, {})
    assert told == [(0.5, "Reminders are going out")]
    assert [(m.round_key, m.person_id) for m in rows(stores, Mailed)] == before
    assert not re.search(r"\d", job.message + caplog.text)
    assert job.arguments == {"round_id": door.id, "to": "missing"}


@pytest.mark.parametrize("with_ballot", [0, 4, 13, 17])
def test_where_few_would_stand_out_everybody_is_reminded(
    sqlite_stores: Stores, with_ballot: int
) -> None:
    import_staff(sqlite_stores, staff(*STAFF), "replace")
    door = launched(sqlite_stores, lambda **options: make_survey(sqlite_stores, **options))
    collect(sqlite_stores, door, with_ballot)
    with smtp_server(Inbox()) as inbox:
        assert send_reminders(by_server(sqlite_stores, inbox), silent, door.id, "missing") == {}
        assert len(inbox.taken) == 17
        assert "everybody who was invited" in " ".join(inbox.taken[0][1].as_string().split())


def test_the_end_of_issuing_forgets_who_was_mailed(stores: Stores, survey: Make) -> None:
    import_staff(stores, staff(*STAFF), "replace")
    door = launched(stores, survey)
    with smtp_server(Inbox()) as inbox:
        send_invitations(by_server(stores, inbox), silent, door.id)
    end_issuing(stores, silent, door.id)
    assert not rows(stores, Mailed)
    assert not rows(stores, Invitation)
    assert len(rows(stores, Invited)) == 17
