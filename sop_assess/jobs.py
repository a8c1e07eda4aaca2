"""Heavy work, off the request: a job row with progress, run by the worker process or inline."""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from .config import Settings
from .db import CoreBase, JsonObject, Moment, Stores, now
from .errors import ConflictError, JobCancelledError, NotFoundError, SopError
from .translatable import OwnWord, marked

log = logging.getLogger(__name__)
_FAILED: Final = marked("This failed for a reason of ours. The log has more.")

# Where each job's function lives; imported when it runs, so the web process stays light.
# A function takes (stores, progress, **arguments) and returns JSON data for the job's result; its
# "next_url" is where the job's page then leads.
JOBS: Mapping[str, str] = {
    "launch_round": "sop_assess.surveys.launching:launch_round",
    "send_invitations": "sop_assess.surveys.sending:send_invitations",
    "send_reminders": "sop_assess.surveys.reminders:send_reminders",
    "end_issuing": "sop_assess.surveys.closing:end_issuing",
    "close_round": "sop_assess.assessment.jobs:close_round",
    "release_round": "sop_assess.assessment.jobs:release_round",
    "rehearse_round": "sop_assess.release.job:rehearse_round",
    "read_workbook": "sop_assess.imports.job:read_workbook",
    "import_comments": "sop_assess.imports.job:import_comments",
    "import_times": "sop_assess.imports.job:import_times",
    "release_import": "sop_assess.assessment.jobs:release_import",
    "propose_themes": "sop_assess.themes.jobs:propose_themes",
    "match_themes": "sop_assess.themes.matches:match_themes",
    "learn_themes": "sop_assess.themes.learning:learn_themes",
    "verify_themes": "sop_assess.themes.jobs:verify_themes",
    "withdraw_import": "sop_assess.imports.job:withdraw_import",
}

# What ends without a trace when a person cancels it: nothing is written before its last step, or
# what was written is taken back. The others have sent or destroyed something by then.
CANCELLABLE: Final = frozenset({
    "import_comments", "import_times", "learn_themes", "match_themes", "propose_themes",
    "read_workbook", "rehearse_round", "release_import", "release_round", "verify_themes",
})  # fmt: skip
UNDER_WAY: Final = ("waiting", "running", "cancelling")

Progress = Callable[[float, str], None]


def quietly(share: float, message: str) -> None:
    """Progress that nobody watches."""


def part_of(progress: Progress, low: float, high: float) -> Progress:
    """The progress of a step that goes from one share of the whole to another."""
    return lambda share, message: progress(low + (high - low) * share, message)


class Job(CoreBase):
    """One piece of heavy work and how far it is."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting','running','done','failed','cancelling','cancelled')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[JsonObject]
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    share: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(String(500), default="")
    result: Mapped[JsonObject]
    next_url: Mapped[str] = mapped_column(String(200), default="/")
    created_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


@dataclass(frozen=True)
class JobQueue:
    """Starts jobs: `inline` at once in this process, else through the worker's queue."""

    stores: Stores
    inline: bool
    enqueue: Callable[[int], object] | None = None
    by: int | None = None  # who starts them

    def start(self, name: str, *, next_url: str = "/", **arguments: Any) -> int:
        """The id of a new job; its page is /jobs/<id>."""
        if name not in JOBS:
            raise NotFoundError("There is no job called %(name)s.", name=name)
        with self.stores.core.writing() as session:
            job = Job(name=name, arguments=arguments, created_at=now(), result={},
                      next_url=next_url, by_id=self.by)  # fmt: skip
            session.add(job)
            session.flush()
            job_id = job.id
        if self.inline or self.enqueue is None:
            run(self.stores, job_id)
        else:
            self.enqueue(job_id)
        return job_id


def get_job(stores: Stores, job_id: int) -> Job:
    """The job with this id."""
    with stores.core.reading() as session:
        job = session.get(Job, job_id)
    if job is None:
        raise NotFoundError("This job does not exist.")
    return job


def cancel(stores: Stores, job_id: int) -> None:
    """Ask a job to end. One that waits ends at once, one that runs where it next tells how far it
    is; one that is done by then stays done."""
    with stores.core.writing() as session:
        job = session.get(Job, job_id, with_for_update=True)
        if job is None:
            raise NotFoundError("This job does not exist.")
        if job.name not in CANCELLABLE or job.state not in UNDER_WAY:
            raise ConflictError("This work cannot be cancelled any more.")
        if job.state == "waiting":
            job.state, job.message, job.finished_at = "cancelled", "", now()
        else:
            job.state = "cancelling"


def run(stores: Stores, job_id: int) -> None:
    """Do the work of one job and write down how it ended."""
    with stores.core.writing() as session:
        job = session.scalars(select(Job).where(Job.id == job_id, Job.state == "waiting")).first()
        if job is None:
            return
        job.state = "running"
        name, arguments = job.name, dict(job.arguments)
    try:
        result = _function(name)(stores, _Reporter(stores, job_id), **arguments)
    except JobCancelledError:
        _finish(stores, job_id, "cancelled", "", {})
    except SopError as error:
        _finish(stores, job_id, "failed", error.words, _kept(error.values))
    except Exception:  # a job's bug must not end the worker; the log has the trace
        log.exception("job %s failed", name)
        _finish(stores, job_id, "failed", _FAILED, {})
    else:
        _finish(stores, job_id, "done", "", dict(result or {}))


def huey_for(settings: Settings) -> Any:
    """The signed queue in the instance folder that web process and worker share."""
    from huey import SqliteHuey
    from huey.serializer import SignedSerializer

    path = Path(settings.instance).resolve() / "jobs.sqlite"
    return SqliteHuey(
        "sop_assess",
        filename=str(path),
        serializer=SignedSerializer(secret=settings.secret_key, salt="jobs"),
        results=False,
    )


def register(queue: Any, stores: Stores) -> Callable[[int], object]:
    """The queue's task, for web process and worker alike; its only message is a job's id."""

    def run_job(job_id: int) -> None:
        run(stores, job_id)

    task: Callable[[int], object] = queue.task(name="run_job")(run_job)
    return task


def enqueuer(settings: Settings, stores: Stores) -> Callable[[int], object]:
    """What the web process calls to hand a job to the worker; the queue opens at first use."""

    @cache
    def task() -> Callable[[int], object]:
        return register(huey_for(settings), stores)

    return lambda job_id: task()(job_id)


def mark_interrupted(stores: Stores) -> None:
    """Say so where a job was running when the worker ended."""
    with stores.core.writing() as session:
        for job in session.scalars(select(Job).where(Job.state.in_(("running", "cancelling")))):
            job.state = "cancelled" if job.state == "cancelling" else "failed"
            job.finished_at = now()
            job.message = marked("This was interrupted. Start it again.")


class _Reporter:
    """Writes progress at most twice a second, and ends the job when a person asked for it."""

    def __init__(self, stores: Stores, job_id: int) -> None:
        self._stores, self._job_id, self._last = stores, job_id, 0.0

    def __call__(self, share: float, message: str) -> None:
        if time.monotonic() - self._last < 0.5:
            return
        self._last = time.monotonic()
        with self._stores.core.writing() as session:
            job = session.get_one(Job, self._job_id)
            if job.state == "cancelling":
                raise JobCancelledError
            job.share, job.message = min(max(share, 0.0), 1.0), message


def _function(name: str) -> Callable[..., dict[str, Any] | None]:
    module, _, attribute = JOBS[name].partition(":")
    function: Callable[..., dict[str, Any] | None] = getattr(
        importlib.import_module(module), attribute
    )
    return function


def _kept(values: Mapping[str, object]) -> dict[str, Any]:
    plain = {name: v if isinstance(v, int | float) else str(v) for name, v in values.items()}
    return {"values": plain, "own": [n for n, v in values.items() if isinstance(v, OwnWord)]}


def in_words(job: Job) -> str:
    """What a job does or why it failed; the worker writes it without a language."""
    kept = job.result if job.state == "failed" else {}
    values = dict(kept.get("values", {}))
    values |= {name: OwnWord(values[name]) for name in kept.get("own", ())}
    return SopError(job.message, **values).sentence if job.message else ""


def _finish(stores: Stores, job_id: int, state: str, message: str, result: dict[str, Any]) -> None:
    with stores.core.writing() as session:
        job = session.get_one(Job, job_id)
        job.next_url = str(result.pop("next_url", job.next_url))
        job.state, job.message, job.result = state, message, result
        job.share, job.finished_at = 1.0, now()
