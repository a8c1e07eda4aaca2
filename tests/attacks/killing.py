"""Kill a real server while ballots arrive twice, and see what is left of what it acknowledged."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, Any

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA384
from sqlalchemy import select

from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.instruments.answer_models import Ballot
from sop_assess.surveys import blind, sealing
from sop_assess.surveys.keys import KeyFolder

from .opened import Survey
from .ours import answers
from .respondent import SAME_ORIGIN, text

ROOT = Path(__file__).parents[2]
TIMES_SENT = 2


@dataclass
class Ledger:
    """What was sent, and what the server acknowledged: receipt and hash by nullifier."""

    kills: int = 0
    unanswered: int = 0
    before_kill: int = 0
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: dict[str, set[tuple[str, str]]] = field(default_factory=dict)


def ballots(made: Survey, count: int) -> dict[str, dict[str, Any]]:
    """Ready-made requests by nullifier, signed with the issuer's key to save time."""
    folder = KeyFolder(made.stores.keys)
    issuer, box = folder.issuer_private(made.key, 1), folder.box_public(made.key)
    found = {}
    for number in range(count):
        message = blind.message(secrets.token_bytes(32), made.key, 1)
        prepared = blind.prepare(message, secrets.token_bytes(32))
        mark = hashlib.sha256(prepared).hexdigest()
        content = {"version": made.version, "language": "en", "fields": answers(str(number % 90))}
        sealed = sealing.seal(box, json.dumps(content).encode(), sealing.associated(made.key, mark))
        found[mark] = {
            "prepared": text(prepared), "signature": text(_signed(issuer, prepared)), "unit": 1,
            "box": text(sealed),
        }  # fmt: skip
    return found


def kill_often(made: Survey, kills: int, seed: int) -> Ledger:
    """Send each ballot twice at the same time and kill the server in between, again and again."""
    ledger, chance = Ledger(sent=ballots(made, 2 * kills + 2)), Random(seed)
    waiting = list(ledger.sent)
    with nursery(made.settings) as server, ThreadPoolExecutor(8) as pool:
        takes = 0.0
        while waiting:
            server.start()
            started = time.monotonic()
            posts = [
                pool.submit(post, server.port, made.key, mark, ledger.sent[mark])
                for mark in waiting[:2]
                for _ in range(TIMES_SENT)
            ]
            killing = bool(takes) and ledger.kills < kills
            if killing:
                time.sleep(chance.uniform(0.0, 1.3 * takes))
                server.kill()
                ledger.kills += 1
            got = _collect(posts, ledger)
            takes = takes or time.monotonic() - started
            ledger.before_kill += len(got) if killing else 0
            # A device that got no answer asks again, some only after others have asked.
            waiting = [m for m in waiting if m not in got]
            chance.shuffle(waiting)
    return ledger


def _collect(posts: list[Future[Any]], ledger: Ledger) -> set[str]:
    got = set()
    for future in posts:
        found = future.result(timeout=30)
        if found is None:
            ledger.unanswered += 1
        else:
            mark, receipt, digest = found
            ledger.acknowledged.setdefault(mark, set()).add((receipt, digest))
            got.add(mark)
    return got


def kept(stores: Stores, made: Survey) -> dict[str, list[str]]:
    """The hashes that the box holds, by nullifier."""
    found: dict[str, list[str]] = {}
    with stores.ballot.reading() as session:
        rows = session.scalars(select(Ballot).where(Ballot.round_key == made.key))
        for row in rows:
            assert hashlib.sha256(row.box).hexdigest() == row.content_hash
            found.setdefault(row.nullifier, []).append(row.content_hash)
    return found


def post(port: int, key: str, mark: str, body: dict[str, Any]) -> tuple[str, str, str] | None:
    """Send one ballot; what the server acknowledged, or nothing when it died."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {**SAME_ORIGIN, "Content-Type": "application/json"}
    try:
        connection.request("POST", f"/s/{key}/submit", json.dumps(body), headers)
        answer = connection.getresponse()
        found = json.loads(answer.read())
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return None
    finally:
        connection.close()
    assert answer.status in {200, 201}, (answer.status, found)
    return mark, found["receipt"], found["hash"]


class Nursery:
    """A process that has loaded the site and forks servers, so that a restart takes no seconds."""

    def __init__(self, process: Popen[bytes], port: int) -> None:
        self.port = port
        self._process, self._server = process, 0

    def start(self) -> None:
        """A new server, unless one runs; ready to take requests when this returns."""
        if self._server:
            return
        _pipe(self._process.stdin).write(b"start\n")
        _pipe(self._process.stdin).flush()
        self._server = int(_pipe(self._process.stdout).readline())
        ends = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < ends
                time.sleep(0.005)

    def kill(self) -> None:
        """Kill the server without warning."""
        if self._server:
            os.kill(self._server, signal.SIGKILL)
            assert _pipe(self._process.stdout).readline() == b"gone\n"
            self._server = 0


@contextmanager
def nursery(settings: Settings, output: IO[bytes] | None = None) -> Iterator[Nursery]:
    """Forks servers of this installation on a port of their own until the end.

    What they would write to the console goes to `output`.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "SOP_INSTANCE": str(settings.instance), "SOP_PORT": str(port),
        "SOP_SECRET_KEY": settings.secret_key, "SOP_JOBS": "inline",
        "SOP_DATABASE_URL": settings.database_url,
        "SOP_IDENTITY_DATABASE_URL": settings.identity_database_url,
        "SOP_BALLOT_DATABASE_URL": settings.ballot_database_url,
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.attacks.nursery"]
    with Popen(
        command, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, stderr=output or DEVNULL
    ) as process:
        found = Nursery(process, port)
        try:
            yield found
        finally:
            found.kill()
            _pipe(process.stdin).close()
            process.wait(timeout=10)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _signed(issuer: RSAPrivateKey, prepared: bytes) -> bytes:
    return issuer.sign(prepared, PSS(MGF1(SHA384()), blind.SALT_BYTES), SHA384())
