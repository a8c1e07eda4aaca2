"""An anonymous round through its real routes: issue, submit, and closing with many ballots.

    python -m benchmarks.anonymous_round [--ballots 100] [--boxes 10000]

Times are processor time of one core, the signer's included. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from sop_assess import create_app
from sop_assess.assessment.models import Assessment, Company
from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.demo import device
from sop_assess.instruments import ready_made, service
from sop_assess.instruments.ballots import drop_ballot
from sop_assess.instruments.service import Unit
from sop_assess.migrations import upgrade
from sop_assess.release.opening import open_ballots
from sop_assess.stores import open_stores
from sop_assess.surveys import sealing
from sop_assess.surveys.closing import end_issuing
from sop_assess.surveys.keys import from_spki
from sop_assess.surveys.launching import cards_of, launch
from sop_assess.surveys.queries import Door, door_of

UNITS = (Unit("sales", "Sales", 200), Unit("warehouse", "Warehouse", 300))
NOW = datetime.now(UTC)
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Launch a round, answer it, close it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ballots", type=int, default=100)
    parser.add_argument("--boxes", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(instance=Path(name) / "i", secret_key="b" * 40, jobs="inline")
        stores = open_stores(settings)
        upgrade(stores)
        door, content = _launched(stores)
        figures = answer(settings, stores, door, content, arguments.ballots)
        print(figures, flush=True)
        figures |= close(stores, door, content, arguments.boxes)
        stores.dispose()
    print(json.dumps(figures))


def answer(
    settings: Settings, stores: Stores, door: Door, content: dict[str, Any], count: int
) -> dict[str, Any]:
    """Server time of issuing and of taking ballots; the device's own work is left out."""
    app = create_app(settings, stores=stores)
    client = app.test_client()
    promise = device.read_promise(client, door.key)
    codes = cards_of(stores, door, door.units[1])
    device.collect(client, promise, codes[0], 2)
    signer = app.extensions["surveys.signer"]()
    spent = _Spent(app)
    before = _seconds_of(signer.pid)
    tokens = [device.collect(client, promise, code, 2) for code in codes[1 : count + 1]]
    issuing = spent.take() + _seconds_of(signer.pid) - before
    for token in tokens:
        device.send(client, promise, token, content)
    signer.close()
    return {"issue_cpu_ms": round(1000 * issuing / count, 1),
            "submit_cpu_ms": round(1000 * spent.take() / count, 2)}  # fmt: skip


class _Spent:
    """Processor time that the site itself took, between the arrival of a request and its answer."""

    def __init__(self, app: Any) -> None:
        self._seconds, inner = 0.0, app.wsgi_app

        def measured(environ: Any, start_response: Any) -> Any:
            begun = time.process_time()
            try:
                return inner(environ, start_response)
            finally:
                self._seconds += time.process_time() - begun

        app.wsgi_app = measured

    def take(self) -> float:
        """The seconds since the last time."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


def close(stores: Stores, door: Door, content: dict[str, Any], boxes: int) -> dict[str, Any]:
    """Closing with many ballots: opened, checked, shuffled, written, receipts published."""
    raw = orjson.dumps(content)
    public = from_spki(orjson.loads(door.manifest)["box_key"])
    for _ in range(boxes):
        mark = secrets.token_hex(32)
        box = sealing.seal(public, raw, sealing.associated(door.key, mark))
        drop_ballot(stores, door.key, nullifier=mark, content_hash=mark, box=box, unit="sales")
    begun, used = time.perf_counter(), time.process_time()
    end_issuing(stores, _silent, door.id)
    opened = open_ballots(stores, door.id, now=NOW)
    return {
        "boxes": opened.answers, "set_aside": opened.set_aside,
        "close_s": round(time.perf_counter() - begun, 1),
        "close_cpu_s": round(time.process_time() - used, 1),
    }  # fmt: skip


def _launched(stores: Stores) -> tuple[Door, dict[str, Any]]:
    with stores.core.writing() as session:
        session.add(Company(id=1, name="Benchmark", language="en", profile={}))
        row = Assessment(name="A", methods={}, plan={}, settings={}, created_at=NOW)
        session.add(row)
        session.flush()
        number = row.id
    form = ready_made.load("staff-survey", "trade")
    version = service.publish(stores, number, form, now=NOW)
    round_id = service.plan_round(
        stores, number, version, name="Staff", access="codes", label="anonymous", units=UNITS,
        closes_at=NOW + timedelta(days=9),
    )  # fmt: skip
    launch(stores, round_id, now=NOW)
    door = door_of(stores, round_id)
    if door is None:
        raise SystemExit("the round is not there")
    fields = {leaf.code: [leaf.options[0].code] for leaf in form.leaves if leaf.options}
    texts = {leaf.code: ["The stock list is old."] for leaf in form.leaves
             if leaf.type == "long_text"}  # fmt: skip
    return door, {"version": version, "language": "en", "fields": {**fields, **texts}}


def _seconds_of(pid: int | None) -> float:
    """Processor time of the signer so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def _silent(share: float, message: str) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    main()
