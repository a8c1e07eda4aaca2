"""A round of ours, driven through its HTTP routes in simulated time and recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import time_machine

from sop_assess.db import STORES

from .evidence import Evidence, Layout
from .opened import OPENED, Survey
from .population import DAY, Visit, visits
from .recording import Recorder
from .snapshots import Row

ROUND_KEYS = ("box.pem", "ledger.key")


@dataclass
class Played:
    """A round that ran and closed: what an attacker holds, and the truth by key of the answer."""

    evidence: Evidence
    truth: dict[str, str]
    receipts: dict[str, str] = field(default_factory=dict)


def play(made: Survey, seed: int, *, release: bool = True) -> Played:
    """Let everybody answer in simulated time, close, and hand over all but the round keys."""
    numbers = [str(n) for n in range(len(made.invited))]
    plan = visits(made.invited, seed, numbers)
    engines = {name: getattr(made.stores, name).engine for name in STORES}
    recorder = Recorder(engines)
    recorder.start()
    secrets_held = held(made)
    receipts = _answer(made, plan, recorder)
    recorder.clock = 6 * DAY
    with time_machine.travel(OPENED + timedelta(days=6), tick=False):
        made.close(release=release)
    recorder.stop()
    evidence = Evidence(
        recorder.snapshots, made.invited, recorder.clicks, layout(made), secrets_held
    )
    keys = {amount(row): str(row["id"]) for row in evidence.answers()}
    truth = {visit.person.id: keys[visit.answer] for visit in plan}
    return Played(evidence, truth, receipts)


def _answer(made: Survey, plan: Sequence[Visit], recorder: Recorder) -> dict[str, str]:
    devices = {visit.person.id: made.respondent(visit.person) for visit in plan}
    receipts = {}
    steps = [(v.opened, 0, v) for v in plan] + [(v.sent, 1, v) for v in plan]
    for at, step, visit in sorted(steps, key=lambda entry: entry[:2]):
        recorder.clock = at
        device = devices[visit.person.id]
        with time_machine.travel(OPENED + timedelta(seconds=at), tick=False):
            if step == 0:
                recorder.clicked(visit.person.id)
                answer = device.start()
            else:
                answer = device.send(answers(visit.answer), made.version)
                receipts[visit.person.id] = answer.get_json()["receipt"]
        assert answer.status_code == (200, 201)[step], answer.text
    return receipts


def answers(number: str) -> dict[str, list[str]]:
    """A person's answers; the number tells the test whose they are."""
    chance = Random(number)
    fields = {
        "prices": [chance.choice("123")],
        "last": [chance.choice(["yes", "no"])],
        "amount": [number],
        "fails": ["The list is old. " * chance.randrange(1, 30)],
    }
    return fields | ({"last.comment": ["Too many steps."]} if fields["last"] == ["no"] else {})


def layout(made: Survey) -> Layout:
    """Where ours keeps things."""
    return Layout(
        tokens="ballot", token_key="nullifier", answers="anonymous_answers", answer_key="id",
        telling=lambda row: f'"amount": ["{amount(row)}"]'.encode(), round_key=made.key,
        round_id=made.round_id,
    )  # fmt: skip


def amount(row: Row) -> str:
    """The number in an opened answer."""
    return str(int(json.loads(row["answers"])["amount"]["value"]))


def held(made: Survey) -> dict[str, bytes]:
    """Every secret on the server but the two round keys; with a trustee, every single one."""
    found = {"secret_key": made.settings.secret_key.encode()}
    keys = made.settings.keys_folder / made.key
    for path in _files(keys) + _files(made.settings.instance):
        if made.trustee is not None or path.parent != keys or path.name not in ROUND_KEYS:
            found[str(path)] = path.read_bytes()
    return found


def _files(folder: Path) -> list[Path]:
    databases = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal")
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.endswith(databases)]
