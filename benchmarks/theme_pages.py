"""The pages about themes over a sorting of many comments: time, CPU and weight of each.

    python -m benchmarks.theme_pages --csv FILE [--csv FILE] [--texts 100000] [--folder FOLDER]

The comments are resampled from the files and imported into an installation in the folder, which
is used again when it is there; its sorting takes half a minute. Then somebody asks for as many
themes as there can be and splits the largest ones. The first request of a process is told apart.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import gzip
import json
import pstats
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .resampled import resampled

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECRET = "b" * 40
PAGES = {
    "list": "/a/1/themes/sort", "sorting": "/a/1/themes/sort/1", "all": "/a/1/themes/sort/1?all=1",
    "one": "/a/1/themes/sort/1?at={last}", "comments": "/a/1/themes/sort/1/comments?theme={last}",
    "learned": "/a/1/themes/sort/1/learned", "readers": "/a/1/themes",
    "readers_by_stage": "/a/1/themes?by=stage", "readers_all": "/a/1/themes?all=1",
}  # fmt: skip


def main() -> None:
    """Measure every page and print the figures; the last line is JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", type=Path, required=True, action="append")
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--themes", type=int, default=140)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--profile", choices=PAGES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        folder = options.folder or Path(own)
        if not (folder / "core.sqlite").exists():
            _make(folder, _texts(options.csv, options.texts))
            _divide(folder, options.themes)
        print(json.dumps(_measured(folder, options.repeat, options.profile)))


def _texts(files: Sequence[Path], count: int) -> list[str]:
    texts: list[str] = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            texts += [" ".join(row["text"].split()) for row in csv.DictReader(file)]
    return resampled(count, 1, texts)


def _make(folder: Path, texts: Sequence[str]) -> None:
    """An installation whose one assessment has these comments, spread over its stages."""
    from sqlalchemy import insert

    from sop_assess.assessment.models import Assessment, Company, Handoff, Stage
    from sop_assess.assessment.stages import DEFAULT_NAMES, handoffs
    from sop_assess.imports.models import ImportedComment, ImportedFile
    from sop_assess.jobs import JobQueue, get_job
    from sop_assess.migrations import upgrade

    stores, chance = _stores(folder), random.Random(1)
    upgrade(stores)
    with stores.core.writing() as session:
        session.add(Company(id=1, name="Kestrel", profile={}))
        session.add(Assessment(id=1, name="Autumn", state="collecting", methods={}, plan={},
                               settings={}, created_at=NOW))  # fmt: skip
        session.flush()
        session.add_all(Stage(assessment_id=1, code=code, name=name, position=place)
                        for place, (code, name) in enumerate(DEFAULT_NAMES.items()))  # fmt: skip
        session.add_all(Handoff(assessment_id=1, giver=giver, receiver=receiver)
                        for giver, receiver in handoffs(list(DEFAULT_NAMES)))  # fmt: skip
        session.add(ImportedFile(id=1, assessment_id=1, kind="comments", source="Help desk",
                                 file_name="x.csv", content_hash="0" * 64, mapping={},
                                 rows=len(texts), imported_at=NOW))  # fmt: skip
        session.flush()
        codes = list(DEFAULT_NAMES)
        session.execute(insert(ImportedComment), [
            {"file_id": 1, "text": text, "stage": chance.choice(codes)} for text in texts
        ])  # fmt: skip
    job = get_job(stores, JobQueue(stores, inline=True).start("release_import", file_id=1))
    if job.state != "done":
        raise SystemExit(f"The comments were not sorted: {job.message}")
    stores.dispose()


def _divide(folder: Path, wanted: int) -> None:
    """Cut the themes as finely as can be, then split the largest until there are enough."""
    from sop_assess.themes.queries import theme_set
    from sop_assess.themes.service import decide

    stores = _stores(folder)
    found = theme_set(stores, 1, 1)
    decide(stores, 1, 1, {"do": "cut", "k": min(found.most, wanted)}, by=None, now=NOW)
    while len((found := theme_set(stores, 1, 1)).themes) < wanted:
        what = {"do": "split", "theme": found.themes[0].key}
        decide(stores, 1, 1, what, by=None, now=NOW)
    stores.dispose()


def _stores(folder: Path) -> Any:
    from sop_assess.config import Settings
    from sop_assess.stores import open_stores

    return open_stores(Settings(instance=folder, secret_key=SECRET, jobs="inline"))


def _measured(folder: Path, repeat: int, profiled: str | None) -> dict[str, Any]:
    from sop_assess import create_app
    from sop_assess.themes.queries import theme_set

    stores = _stores(folder)
    client = _owner(create_app(stores.settings, stores=stores), stores)
    # The list comes first, before anything else made this process read the set.
    found: dict[str, Any] = {"list": _page(client, PAGES["list"], repeat)}
    themes = theme_set(stores, 1, 1).themes
    paths = {name: path.format(last=themes[-1].key) for name, path in PAGES.items()}
    if profiled:
        _profile(client, paths[profiled])
    for name, path in paths.items():
        found[name] = found.get(name) or _page(client, path, repeat)
        print(f"{name:>18}: " + ", ".join(f"{k} {v}" for k, v in found[name].items()), flush=True)
    return found | {"themes": len(themes)}


def _owner(app: Any, stores: Any) -> Any:
    """A browser in which an owner is signed in."""
    from sop_assess.accounts.models import RoleGrant, SignIn, User
    from sop_assess.db import now

    moment, client = now(), app.test_client()
    at = moment.timestamp()
    with stores.core.writing() as session:
        user = User(email=f"{at}@firm.example", name="Ada Osei", password_hash="", created_at=NOW)
        session.add(user)
        session.flush()
        session.add(RoleGrant(user_id=user.id, role="owner", scope="company"))
        session.add(SignIn(id=f"sign-in {at}", user_id=user.id, began_at=moment))
        cookie = {"user": user.id, "sign_in": f"sign-in {at}", "epoch": 0, "began": at, "seen": at}
    with client.session_transaction() as session:
        session.permanent = True
        session.update(cookie)
    return client


def _page(client: Any, path: str, repeat: int) -> dict[str, float]:
    walls, cpus, body = [], [], b""
    for _ in range(repeat + 1):
        begun, cpu = time.perf_counter(), time.process_time()
        answer = client.get(path)
        body = answer.data
        walls.append(time.perf_counter() - begun)
        cpus.append(time.process_time() - cpu)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
    return {
        "first_ms": round(walls[0] * 1000), "median_ms": round(statistics.median(walls[1:]) * 1000),
        "cpu_ms": round(statistics.median(cpus[1:]) * 1000), "kb": round(len(body) / 1000),
        "gzip_kb": round(len(gzip.compress(body)) / 1000),
    }  # fmt: skip


def _profile(client: Any, path: str) -> None:
    client.get(path)
    profile = cProfile.Profile()
    with profile:
        client.get(path)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
