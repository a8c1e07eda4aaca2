"""Heavy work on imports, called by the job queue."""

from __future__ import annotations

from typing import Any

from ..assessment.findings import update_findings
from ..db import Stores, now
from ..jobs import Progress
from . import service


def withdraw_import(
    stores: Stores, progress: Progress, file_id: int, by: int | None = None
) -> dict[str, Any]:
    """Remove an imported file and work the findings out without it."""
    progress(0.2, "Removing the rows")
    assessment_id = service.withdraw_import(stores, file_id, by=by, now=now())
    progress(0.5, "Working out the findings")
    return {"findings": update_findings(stores, assessment_id)}
