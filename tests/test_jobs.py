"""Jobs run once, show their progress, and end with a sentence when they fail."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sop_assess import jobs
from sop_assess.config import Settings
from sop_assess.db import Stores
from sop_assess.errors import ConflictError, InvalidError, NotFoundError
from sop_assess.translatable import OwnWord

calls: list[int] = []
SHIPPED = jobs.JOBS


def works(stores: Stores, progress: jobs.Progress, number: int) -> dict[str, Any]:
    progress(0.5, "Halfway")
    calls.append(number)
    return {"number": number}


def refuses(stores: Stores, progress: jobs.Progress) -> None:
    raise InvalidError("There is nothing to do. Choose a file first.")


def refuses_a_file(stores: Stores, progress: jobs.Progress) -> None:
    raise InvalidError(
        "%(name)s is %(kind)s of %(size)s MB.", name="a.png", kind=OwnWord("a picture"), size=3
    )


def breaks(stores: Stores, progress: jobs.Progress) -> None:
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def known_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.clear()
    monkeypatch.setattr(
        jobs, "JOBS", {name: f"{__name__}:{name}" for name in
                       ("works", "refuses", "refuses_a_file", "breaks")}
    )  # fmt: skip


def test_inline_jobs_run_at_once(stores: Stores) -> None:
    job = jobs.get_job(stores, jobs.JobQueue(stores, inline=True).start("works", number=7))
    assert (job.state, job.result, job.share) == ("done", {"number": 7}, 1.0)


def test_a_job_runs_once_however_often_it_is_delivered(stores: Stores) -> None:
    waiting: list[int] = []
    job_id = jobs.JobQueue(stores, inline=False, enqueue=waiting.append).start("works", number=1)
    assert waiting == [job_id]
    assert jobs.get_job(stores, job_id).state == "waiting"
    jobs.run(stores, job_id)
    jobs.run(stores, job_id)
    assert calls == [1]


def test_a_refusal_shows_its_sentence(stores: Stores) -> None:
    job = jobs.get_job(stores, jobs.JobQueue(stores, inline=True).start("refuses"))
    assert (job.state, job.message) == ("failed", "There is nothing to do. Choose a file first.")


def test_a_refusal_keeps_its_values_for_the_language_of_its_reader(stores: Stores) -> None:
    job = jobs.get_job(stores, jobs.JobQueue(stores, inline=True).start("refuses_a_file"))
    assert job.message == "%(name)s is %(kind)s of %(size)s MB."
    assert job.result == {
        "values": {"name": "a.png", "kind": "a picture", "size": 3}, "own": ["kind"],
    }  # fmt: skip
    assert jobs.in_words(job) == "a.png is a picture of 3 MB."


def test_a_bug_ends_the_job_and_tells_no_details(
    stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    job = jobs.get_job(stores, jobs.JobQueue(stores, inline=True).start("breaks"))
    assert job.state == "failed"
    assert "ZeroDivisionError" not in job.message
    assert "ZeroDivisionError" in caplog.text


def test_what_a_dead_worker_left_is_marked(stores: Stores) -> None:
    job_id = jobs.JobQueue(stores, inline=False, enqueue=lambda _: None).start("works", number=1)
    with stores.core.writing() as session:
        session.get_one(jobs.Job, job_id).state = "running"
    jobs.mark_interrupted(stores)
    assert jobs.get_job(stores, job_id).state == "failed"


def test_unknown_jobs_are_refused(stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        jobs.JobQueue(stores, inline=True).start("unknown")
    with pytest.raises(NotFoundError):
        jobs.get_job(stores, 404)


def test_every_job_has_its_function() -> None:
    for target in SHIPPED.values():
        module, _, name = target.partition(":")
        assert callable(getattr(import_module(module), name))


def test_the_queue_is_signed(tmp_path: Path) -> None:
    queue = jobs.huey_for(Settings(instance=tmp_path, secret_key="s" * 40))
    with pytest.raises(ValueError, match=r"Separator|signature"):
        queue.serializer.deserialize(b"forged")


def waits_to_end(stores: Stores, progress: jobs.Progress) -> None:
    (job_id,) = calls
    jobs.cancel(stores, job_id)
    progress(0.5, "Going on")
    raise AssertionError("a cancelled job must not go on")


def too_late(stores: Stores, progress: jobs.Progress) -> dict[str, Any]:
    (job_id,) = calls
    jobs.cancel(stores, job_id)
    return {"number": 1}


@pytest.fixture
def cancellable(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("works", "waits_to_end", "too_late")
    monkeypatch.setattr(jobs, "JOBS", {name: f"{__name__}:{name}" for name in names})
    monkeypatch.setattr(jobs, "CANCELLABLE", frozenset(names))


def _waiting_job(stores: Stores, name: str, **arguments: Any) -> int:
    queue = jobs.JobQueue(stores, inline=False, enqueue=lambda _: None)
    return queue.start(name, **arguments)


def test_a_job_that_waits_is_cancelled_at_once(stores: Stores, cancellable: None) -> None:
    job_id = _waiting_job(stores, "works", number=3)
    jobs.cancel(stores, job_id)
    assert jobs.get_job(stores, job_id).state == "cancelled"
    jobs.run(stores, job_id)
    assert calls == []
    with pytest.raises(ConflictError):
        jobs.cancel(stores, job_id)


def test_a_running_job_ends_where_it_next_tells_its_progress(
    stores: Stores, cancellable: None
) -> None:
    job_id = _waiting_job(stores, "waits_to_end")
    calls.append(job_id)
    jobs.run(stores, job_id)
    found = jobs.get_job(stores, job_id)
    assert (found.state, found.result) == ("cancelled", {})
    assert found.finished_at is not None


def test_who_cancels_too_late_gets_the_result(stores: Stores, cancellable: None) -> None:
    job_id = _waiting_job(stores, "too_late")
    calls.append(job_id)
    jobs.run(stores, job_id)
    assert jobs.get_job(stores, job_id).state == "done"


def test_what_has_sent_or_destroyed_something_is_not_cancelled(stores: Stores) -> None:
    job_id = _waiting_job(stores, "works", number=1)
    with pytest.raises(ConflictError):
        jobs.cancel(stores, job_id)
    assert set(SHIPPED) > jobs.CANCELLABLE
    assert not jobs.CANCELLABLE & {"close_round", "end_issuing", "launch_round", "send_invitations"}


def test_a_dead_worker_leaves_a_cancelled_job_cancelled(stores: Stores, cancellable: None) -> None:
    job_id = _waiting_job(stores, "works", number=1)
    with stores.core.writing() as session:
        session.get_one(jobs.Job, job_id).state = "cancelling"
    jobs.mark_interrupted(stores)
    assert jobs.get_job(stores, job_id).state == "cancelled"
