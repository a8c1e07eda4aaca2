"""An import that is cancelled or fails keeps nothing, and can be started again."""

from __future__ import annotations

import io
from typing import Any

import pytest

from sop_assess.db import Stores, now
from sop_assess.imports import job, uploads
from sop_assess.imports.queries import files_of
from sop_assess.jobs import Job, JobQueue, cancel, get_job
from sop_assess.release.queries import current_releases
from sop_assess.themes.overviews import overviews
from tests.themes.written import written

COLUMNS = {"text_column": "text", "stage_column": "stage", "source": "Help desk"}


def upload(stores: Stores) -> str:
    lines = "".join(f"{text},{stage}\n" for text, stage in written(60))
    return uploads.keep(stores, io.BytesIO(f"text,stage\n{lines}".encode()), "x.csv", limit_mb=1,
                        now=now())  # fmt: skip


def start(stores: Stores, assessment_id: int, token: str) -> Job:
    queue = JobQueue(stores, inline=True)
    number = queue.start("import_comments", next_url="/back", assessment_id=assessment_id,
                         token=token, columns=COLUMNS)  # fmt: skip
    return get_job(stores, number)


def test_an_import_leads_to_its_result_and_forgets_the_upload(
    sqlite_stores: Stores, assessment_id: int
) -> None:
    done = start(sqlite_stores, assessment_id, upload(sqlite_stores))
    (file,) = files_of(sqlite_stores, assessment_id)
    assert (done.state, done.next_url) == ("done", f"/a/{assessment_id}/imports/{file.id}")
    assert [one.comments for one in overviews(sqlite_stores, assessment_id)] == [60]
    assert list((sqlite_stores.files / "uploads").iterdir()) == []


@pytest.mark.parametrize("why", ["cancelled", "failed"])
def test_what_did_not_end_well_leaves_nothing_and_can_start_again(
    sqlite_stores: Stores, assessment_id: int, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    release = job.release_import

    def stop(stores: Stores, progress: Any, file_id: int) -> None:
        assert len(files_of(stores, assessment_id)) == 1
        if why == "failed":
            raise ZeroDivisionError
        cancel(stores, 1)
        # Progress is told twice a second at most, so a second has to pass.
        monkeypatch.setattr("sop_assess.jobs.time.monotonic", lambda: 1e12)
        progress(0.5, "Sorting")

    token = upload(sqlite_stores)
    monkeypatch.setattr(job, "release_import", stop)
    stopped = start(sqlite_stores, assessment_id, token)
    assert (stopped.state, stopped.next_url) == (why, "/back")
    assert files_of(sqlite_stores, assessment_id) == []
    assert current_releases(sqlite_stores, assessment_id) == []
    monkeypatch.setattr(job, "release_import", release)
    assert start(sqlite_stores, assessment_id, token).state == "done"
