"""A closed anonymous round whose quotes wait for two readers, built by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sop_assess.db import Stores
from sop_assess.instruments.identity import NAMES_ONLY
from sop_assess.instruments.models import DefinitionVersion, Round
from sop_assess.release.redaction import hold_back
from sop_assess.release.store import Edition, hold, write_release
from tests.assessment.released import NOW, quote, start, theme

THEME = theme("p-old-stock", "Old stock list", "S4", 14)
TEXTS = ("Ask Ada, the list is old.", "The list is from last night.", "Nobody counts on Mondays.")


def closed_round(
    stores: Stores,
    texts: Sequence[str] = TEXTS,
    *,
    label: str = "anonymous",
    redaction: str = "two people",
) -> tuple[int, int]:
    """The ids of an assessment and of its closed survey with these comments."""
    assessment_id = start(stores, ["survey"])
    with stores.core.writing() as session:
        version = DefinitionVersion(
            assessment_id=assessment_id, code="s", number=1, kind="survey", content_hash="0" * 64,
            document={"code": "s", "kind": "survey", "languages": ["en"], "minutes": 4,
                      "title": {"en": "Staff"}, "sections": [{"code": "a", "title": {"en": "A"},
                      "items": [{"code": "x", "type": "long_text", "text": {"en": "What?"}}]}]},
            published_at=NOW,
        )  # fmt: skip
        session.add(version)
        session.flush()
        found = Round(
            key=f"k{assessment_id}", assessment_id=assessment_id, version_id=version.id,
            kind="survey", name="Staff survey", state="closed", label=label, access="codes",
            policy={"manifest": json.dumps({"redaction": redaction}), "units": []},
            opened_at=NOW, closed_at=NOW,
        )  # fmt: skip
        session.add(found)
        session.flush()
        round_id = found.id
    cells = [THEME, *(quote(THEME.about, text, "S4") for text in texts)]
    shown, held = hold_back(found, cells)
    edition = Edition(assessment_id, f"round:{round_id}", "survey", {}, "0" * 64, {"n": 60})
    write_release(stores, edition, shown, now=NOW,
                  within=lambda session, release: hold(session, release.id, held))  # fmt: skip
    return assessment_id, round_id


__all__ = ["NAMES_ONLY", "NOW", "TEXTS", "THEME", "closed_round"]
