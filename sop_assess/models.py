"""All tables of all stores, imported once so that the metadata is complete."""

from __future__ import annotations

from sqlalchemy import MetaData

from .accounts import models as accounts
from .assessment import models as assessment
from .backlog import models as backlog
from .db import BallotBase, CoreBase, IdentityBase
from .imports import models as imports
from .instruments import answer_models as answers
from .instruments import models as instruments
from .jobs import Job
from .release import models as release
from .roster import models as roster
from .shopping import models as shopping
from .themes import models as themes

METADATA: dict[str, MetaData] = {
    "core": CoreBase.metadata,
    "identity": IdentityBase.metadata,
    "ballot": BallotBase.metadata,
}

__all__ = [
    "METADATA",
    "Job",
    "accounts",
    "answers",
    "assessment",
    "backlog",
    "imports",
    "instruments",
    "release",
    "roster",
    "shopping",
    "themes",
]
