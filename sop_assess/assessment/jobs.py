"""Jobs of an assessment: release figures, read them into findings, find the same themes."""

from __future__ import annotations

from typing import Any

from ..db import Stores, now
from ..errors import ConflictError
from ..instruments.service import get_round
from ..jobs import Progress
from ..release import job as release
from ..themes.matches import match_assessment
from .findings import update_findings
from .queries import get_assessment


def close_round(stores: Stores, progress: Progress, round_id: int) -> dict[str, Any]:
    """Close an anonymous round, release its figures and update the findings."""
    _refuse_final(stores, get_round(stores, round_id).assessment_id)
    return _with_findings(stores, release.close_round(stores, progress, round_id))


def release_round(stores: Stores, progress: Progress, round_id: int) -> dict[str, Any]:
    """Release the figures of a named round again and update the findings."""
    _refuse_final(stores, get_round(stores, round_id).assessment_id)
    return _with_findings(stores, release.release_round(stores, progress, round_id))


def release_import(stores: Stores, progress: Progress, file_id: int) -> dict[str, Any]:
    """Release what an imported file shows and update the findings."""
    return _with_findings(stores, release.release_import(stores, progress, file_id))


def _refuse_final(stores: Stores, assessment_id: int) -> None:
    if get_assessment(stores, assessment_id).state == "final":
        raise ConflictError("This assessment is final. Its figures stay as they are.")


def _with_findings(stores: Stores, released: dict[str, Any]) -> dict[str, Any]:
    findings = update_findings(stores, released["assessment"])
    match_assessment(stores, released["assessment"], at=now())
    return {**released, "findings": findings}
