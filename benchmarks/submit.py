"""A survey answered through the real routes, beside a bare Flask + SQLite insert.

    python -m benchmarks.submit [--answers 240]

Three pages: 20 Likert items in 4 matrices, 4 single and 2 multiple choices, one 0 to 10 rating and
3 texts. Both servers run as processes of their own under the same WSGI server; CPU is read from
the operating system. Runs alternate. The last line is JSON.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import http.client
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

CONCURRENCY = (1, 8, 32)
TICKS = os.sysconf("SC_CLK_TCK")
HEADERS = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}


def main() -> None:
    """Start both servers, alternate the runs, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=240)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        (_serve_site if arguments.serve == "site" else _serve_bare)(
            arguments.folder, arguments.port
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(compare(Path(folder), arguments.answers)))


def compare(folder: Path, answers: int) -> dict[str, Any]:
    """The figures of both servers at each concurrency, and of the respondent's document."""
    key, version, leaves = _prepare(folder)
    site, bare = Server("site", folder), Server("bare", folder)
    try:
        figures: dict[str, Any] = {"answers": answers}
        sent = 0
        for at_once in CONCURRENCY:
            own = _run(site, at_once, answers, lambda n: _answer(site, key, version, leaves, n))
            plain = _run(bare, at_once, answers, lambda n: _insert(bare, leaves, version, n))
            sent += answers - own["errors"]
            own["cpu_ratio_to_bare"] = round(own["cpu_ms"] / max(plain["cpu_ms"], 0.1), 2)
            figures[f"at_{at_once}"] = {"ours": own, "bare": plain}
            print(f"at {at_once}: ours {own}, bare {plain}", flush=True)
        figures["stored_equals_answered"] = _stored(folder) == sent
        figures |= _document(site, key)
    finally:
        site.stop()
        bare.stop()
    return figures


class Server:
    """One server process on a free port."""

    def __init__(self, kind: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.submit", "--serve", kind, "--port", str(self.port),
             "--folder", str(folder)],
        )  # fmt: skip
        self._wait()

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body or None, {**HEADERS, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        parts = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    def stop(self) -> None:
        """End the process that was started here."""
        self._process.terminate()
        self._process.wait(timeout=10)

    def _wait(self) -> None:
        for _ in range(200):
            try:
                self.request("GET", "/healthz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("the server did not start")


def _run(server: Server, at_once: int, count: int, act: Any) -> dict[str, Any]:
    before, begun = server.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        times = list(pool.map(act, range(count)))
    wall, cpu = time.perf_counter() - begun, server.cpu_seconds() - before
    good = sorted(t for t in times if t is not None)
    return {
        "cpu_ms": round(1000 * cpu / count, 2),
        "p50_ms": round(1000 * statistics.median(good), 1),
        "p95_ms": round(1000 * good[int(0.95 * (len(good) - 1))], 1),
        "per_second": round(count / wall, 1),
        "errors": times.count(None),
    }


def _answer(
    server: Server, key: str, version: int, leaves: list[dict[str, Any]], _: int
) -> float | None:
    begun = time.perf_counter()
    status, body = server.request("POST", f"/s/{key}/start", b'{"unit": "sales"}')
    if status != 200:
        return None
    content = _content(leaves, version)
    sent = {"credential": json.loads(body)["credential"], "content": content,
            "hash": hashlib.sha256(content.encode()).hexdigest()}  # fmt: skip
    status, _body = server.request("POST", f"/s/{key}/submit", json.dumps(sent).encode())
    return time.perf_counter() - begun if status == 201 else None


def _insert(server: Server, leaves: list[dict[str, Any]], version: int, _: int) -> float | None:
    begun = time.perf_counter()
    status, _body = server.request("POST", "/", _content(leaves, version).encode())
    return time.perf_counter() - begun if status == 201 else None


def _content(leaves: list[dict[str, Any]], version: int) -> str:
    dice = random.Random()
    fields: dict[str, list[str]] = {}
    for leaf in leaves:
        if leaf["type"] == "rating":
            fields[leaf["code"]] = [str(dice.randint(0, 10))]
        elif leaf["type"] == "long_text":
            fields[leaf["code"]] = ["The list said 52 in stock, so I promised it. There were 11."]
        else:
            fields[leaf["code"]] = [dice.choice(leaf["options"])]
    return json.dumps({"version": version, "language": "en", "fields": fields})


def _document(server: Server, key: str) -> dict[str, Any]:
    """First byte of the respondent's document, and everything it loads with an empty cache."""
    firsts = []
    for _ in range(50):
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", f"/s/{key}", headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        firsts.append(time.perf_counter() - begun)
        packed = answer.read()
        connection.close()
    page = gzip.decompress(packed).decode()
    sizes = [len(packed)]
    waiting = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        _, body = server.request("GET", path, headers={"Accept-Encoding": "gzip"})
        sizes.append(len(body))
        if path.endswith(".js"):
            script = gzip.decompress(body).decode() if body[:2] == b"\x1f\x8b" else body.decode()
            folder = path.rpartition("/")[0]
            waiting += [f"{folder}/{name}" for name in re.findall(r"from '\./([\w.]+)'", script)]
            waiting += [f"{folder}/{name}" for name in re.findall(r"import\('\./([\w.]+)'", script)]
    return {"first_byte_ms": round(1000 * statistics.median(firsts), 2),
            "loaded_kb": round(sum(sizes) / 1000, 1), "requests": len(sizes)}  # fmt: skip


def _prepare(folder: Path) -> tuple[str, int, list[dict[str, Any]]]:
    from datetime import UTC, datetime

    from sop_assess.instruments import service as instruments
    from sop_assess.migrations import upgrade
    from sop_assess.models import assessment

    stores, now = _stores(folder), datetime.now(UTC)
    upgrade(stores)
    with stores.core.writing() as session:
        session.add(assessment.Company(id=1, name="Benchmark", profile={}))
        row = assessment.Assessment(
            name="Benchmark", methods={"chosen": ["survey"]}, plan={}, settings={}, created_at=now
        )
        session.add(row)
        session.flush()
        number = row.id
    definition = _definition()
    version = instruments.publish(stores, number, definition, now=now)
    units = (instruments.Unit("sales", "Sales", 500),)
    round_id = instruments.plan_round(
        stores, number, version, name="Survey", access="link", units=units
    )
    instruments.open_round(stores, round_id, now=now)
    leaves = [{"code": leaf.code, "type": leaf.type, "options": [o.code for o in leaf.options]}
              for leaf in definition.leaves]  # fmt: skip
    key = instruments.get_round(stores, round_id).key
    stores.dispose()
    return key, version, leaves


def _definition() -> Any:
    from sop_assess.instruments.definition import Definition

    words = {"en": "How much do you agree with this statement about your own work?"}
    scale = [{"code": str(n), "text": {"en": f"Point {n}"}, "favour": (n > 3) - (n < 3)}
             for n in range(1, 6)]  # fmt: skip
    matrices = [
        {"code": f"m{m}", "type": "likert_matrix", "text": words, "options": scale,
         "rows": [{"code": f"m{m}r{r}", "text": words, "subject": "S1", "topic": "accuracy"}
                  for r in range(5)]}
        for m in range(4)
    ]  # fmt: skip
    kinds = ["single_choice"] * 4 + ["multiple_choice"] * 2
    choices = [{"code": f"c{n}", "text": words, "options": scale, "type": kind}
               for n, kind in enumerate(kinds)]  # fmt: skip
    # fmt: off
    rest = [{"code": "r", "type": "rating", "text": words},
            *({"code": f"t{n}", "type": "long_text", "text": words} for n in range(3))]
    # fmt: on
    pages = [matrices, choices, rest]
    return Definition.model_validate({
        "code": "benchmark", "kind": "survey", "title": words,
        "sections": [{"code": f"s{n}", "title": words, "items": items}
                     for n, items in enumerate(pages)],
    })  # fmt: skip


def _stored(folder: Path) -> int:
    from sqlalchemy import func, select

    from sop_assess.instruments.answer_models import Ballot

    stores = _stores(folder)
    with stores.ballot.reading() as session:
        count = session.scalar(select(func.count()).select_from(Ballot)) or 0
    stores.dispose()
    return count


def _stores(folder: Path) -> Any:
    from sop_assess.stores import open_stores

    return open_stores(_settings(folder))


def _settings(folder: Path, port: int = 8000) -> Any:
    from sop_assess.config import Settings

    return Settings(instance=folder, secret_key="b" * 40, jobs="inline",
                    base_url=f"http://127.0.0.1:{port}")  # fmt: skip


def _serve_site(folder: Path, port: int) -> None:
    import waitress

    from sop_assess import create_app

    waitress.serve(create_app(_settings(folder, port)), host="127.0.0.1", port=port, threads=8)


def _serve_bare(folder: Path, port: int) -> None:
    import sqlite3
    import threading

    import waitress
    from flask import Flask, request

    app, local = Flask(__name__), threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(folder / "bare.sqlite", timeout=10)
            local.connection.execute("PRAGMA journal_mode=WAL")
            local.connection.execute("PRAGMA synchronous=FULL")
            local.connection.execute("CREATE TABLE IF NOT EXISTS answer (document TEXT)")
        return local.connection  # type: ignore[no-any-return]  # a thread's own attribute

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    @app.post("/")
    def insert() -> tuple[str, int]:
        with connection() as own:
            own.execute("INSERT INTO answer VALUES (?)", (request.get_data(as_text=True),))
        return "{}", 201

    waitress.serve(app, host="127.0.0.1", port=port, threads=8)


if __name__ == "__main__":
    main()
