"""Heavy work on themes, called by the job queue: a proposal, and doing a run again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..analysis.text.stored import to_bytes
from ..analysis.text.tiers import Tier
from ..db import Stores, now
from ..errors import ConflictError
from ..jobs import Progress
from . import store
from .sorting import described_run, sorted_anew, wanted_before, with_tier
from .sources import models_for
from .telling import worded
from .verifying import verify


def propose_themes(
    stores: Stores, progress: Progress, assessment_id: int, set_id: int, tier: Tier | None = None
) -> dict[str, Any]:
    """Sort the comments of a set anew around the themes that people keep, and keep that as a
    proposal. `tier` asks for certain vectors."""
    with stores.core.reading() as session:
        row = store.find(session, assessment_id, set_id)
        loaded = store.load(session, row)
        kept = store.kept_keys(session, assessment_id, row.source).get(row.prefix, set())
    before, texts = loaded.current, loaded.base.facts.texts()
    models = models_for(stores, assessment_id, row.source, row.state)
    run = with_tier({**loaded.run, "kept": sorted(kept)}, texts, models,
                    tier or wanted_before(loaded))  # fmt: skip
    proposal = sorted_anew(before, texts, run, models, worded(progress))
    if not proposal.themes:
        raise ConflictError("There are too few comments for themes.")
    parts = {"proposal": to_bytes(proposal), "before": to_bytes(before)}
    run = {**described_run(proposal, "proposal"), "kept": run["kept"],
           "tier": run["tier"], "why": run["why"], "at": now().date().isoformat()}  # fmt: skip
    with stores.core.writing() as session:
        row = store.find(session, assessment_id, set_id, locked=True)
        if (row.revision, row.state) != (loaded.revision, loaded.state):
            raise ConflictError("Somebody changed these themes meanwhile. Propose them again.")
        for name, content in parts.items():
            store.write_part(session, row.id, name, content)
        row.run = {**row.run, "proposed": run}
    return {"set": set_id, "themes": len(proposal.themes)}


def verify_themes(stores: Stores, progress: Progress, assessment_id: int) -> dict[str, Any]:
    """Sort again as every set of an assessment was sorted, and compare."""
    return {"sets": [asdict(found) for found in verify(stores, assessment_id, progress)]}
