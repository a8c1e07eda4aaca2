"""Mail, reminders, counters: nothing tells who took part, while the round runs or afterwards."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from random import Random

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine

from sop_assess.db import STORES
from sop_assess.jobs import JobQueue, get_job
from sop_assess.surveys.clock import tick
from tests.accounts.people import signed_in
from tests.surveys.smtp_server import Inbox, smtp_server

from . import participation
from .conftest import FULL
from .evidence import Evidence, openings
from .naive.builds import PlainTokens
from .naive.builds import play as play_naive
from .opened import OPENED, Survey, survey
from .ours import answers, layout
from .population import Person, people, visits
from .recording import Recorder
from .snapshots import changes

PEOPLE = 36
TOOK_PART = 20
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"|nonce="[^"]+"')


@dataclass
class Observed:
    """A round in which twenty of thirty-six took part, and everything that could be seen of it."""

    made: Survey
    took_part: set[str]
    evidence: Evidence
    around_reminder: Evidence
    invitations: list[tuple[str, EmailMessage]]
    reminders: list[tuple[str, EmailMessage]]
    logs: str
    pages: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"] if FULL else ["sqlite"])
def observed(request: pytest.FixtureRequest) -> Iterator[Observed]:
    """Invite by mail, let some answer over three days, remind the others, close."""
    stores, settings = request.getfixturevalue(f"{request.param}_installation")
    handler = _Kept()
    logging.getLogger().addHandler(handler)
    inbox = Inbox()
    with survey(stores, settings, [PEOPLE]) as made, smtp_server(inbox):
        recorder = Recorder({name: getattr(stores, name).engine for name in STORES})
        recorder.start()
        with time_machine.travel(OPENED, tick=False):
            _mail(made, inbox, "send_invitations")
        invited = len(inbox.taken)
        chosen = Random(5).sample(made.invited, TOOK_PART)
        pages = _three_days(made, chosen)
        before = len(recorder.snapshots) - 1
        with time_machine.travel(OPENED + timedelta(days=3), tick=False):
            _mail(made, inbox, "send_reminders", to="missing")
            reminded = recorder.snapshots[before:]
            made.close()
        recorder.stop()
        whole = Evidence(recorder.snapshots, made.invited, [], layout(made))
        around = Evidence(reminded, made.invited, [], layout(made))
        logging.getLogger().removeHandler(handler)
        yield Observed(
            made, {person.id for person in chosen}, whole, around, inbox.taken[:invited],
            inbox.taken[invited:], "\n".join(handler.lines), pages,
        )  # fmt: skip


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _mail(made: Survey, inbox: Inbox, name: str, **arguments: str) -> None:
    jobs = JobQueue(made.by_mail(inbox.port), inline=True)
    job = get_job(made.stores, jobs.start(name, round_id=made.round_id, **arguments))
    assert job.state == "done", job.message


def _three_days(made: Survey, chosen: list[Person]) -> dict[str, list[tuple[int, str]]]:
    pages: dict[str, list[tuple[int, str]]] = {}
    base = f"/a/{made.assessment}"
    round_page, others = f"{base}/rounds/{made.round_id}", (f"{base}/plan", f"{base}/")
    for day in range(3):
        moment = OPENED + timedelta(days=day, hours=9)
        with time_machine.travel(moment, tick=False):
            owner = signed_in(made.app, made.stores, "owner")
            today = chosen[day::3]
            for person in today:
                device = made.respondent(person)
                assert device.start().status_code == 200
                assert device.send(answers("7"), made.version).status_code == 201
                tick(made.stores, lambda *_, **__: None, moment)
                ends = person in (today[0], today[-1])
                for path in (round_page, *(others if ends else ())):
                    pages.setdefault(path, []).append((day, _text(owner, path)))
    return pages


def _text(owner: FlaskClient, path: str) -> str:
    answer = owner.get(path)
    assert answer.status_code == 200, path
    return TOKEN.sub("", answer.text)


def test_t8_a_mail_has_one_link_and_nothing_to_load(observed: Observed) -> None:
    assert len(observed.invitations) == PEOPLE
    for address, message in [*observed.invitations, *observed.reminders]:
        plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
        assert plain is not None
        assert html is not None
        links = set(re.findall(r"https?://[^\s\"'<>]+", plain.get_content() + html.get_content()))
        (link,) = {found.replace("&amp;", "&").rstrip(".") for found in links}
        path, _, fragment = link.partition("#")
        assert path == f"https://survey.example/s/{observed.made.key}"
        assert re.fullmatch(r"c=[\w-]{22}&u=1&m=[\w-]{22}", fragment)
        assert not re.search(r"<img|<script|<link|<style|<iframe|src=|url\(|@import", str(html))
        person = next(p for p in observed.made.invited if address in p.names)
        headers = " ".join(f"{k}: {v}" for k, v in message.items() if k != "To")
        assert not any(name in headers for name in person.names), headers


def test_t8_codes_and_addresses_are_in_no_log(observed: Observed) -> None:
    names = {name for person in observed.made.invited for name in person.names}
    assert [name for name in names if name in observed.logs] == []


def test_t13_nothing_kept_tells_who_took_part(observed: Observed) -> None:
    told, feature = participation.worst(observed.evidence, observed.took_part)
    assert told < participation.noise(TOOK_PART, PEOPLE - TOOK_PART), feature


def test_t13_the_search_finds_a_flag(naive_engine: Engine) -> None:
    """The naive blind tokens mark everybody who collected one."""
    build, invited = PlainTokens(naive_engine), people(PEOPLE)
    evidence, _ = play_naive(build, visits(invited, 1)[:TOOK_PART], invited)
    took_part = {person.id for person in invited[:TOOK_PART]}
    assert participation.worst(evidence, took_part)[0] == 1.0


def test_t14_a_reminder_to_some_is_written_down_nowhere(observed: Observed) -> None:
    found = list(changes(observed.around_reminder.snapshots))
    before_closing = [change for change in found if change.row.table not in {"invitation"}]
    assert openings(observed.around_reminder, before_closing) == []
    reminded = {address for address, _ in observed.reminders}
    assert len(reminded) == PEOPLE - TOOK_PART
    jobs = [change.row for change in found if change.row.table == "job"]
    for row in jobs:
        assert str(len(reminded)) not in re.findall(r"\d+", f"{row['result']} {row['message']}")
    assert not any(address in observed.logs for address in reminded)


def test_t15_the_counter_moves_once_a_day_in_steps_of_five(observed: Observed) -> None:
    assert len(observed.pages) == 3
    for path, seen in observed.pages.items():
        for day in range(3):
            assert len({text for at, text in seen if at == day}) == 1, path
