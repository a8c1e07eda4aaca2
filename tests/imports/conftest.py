"""An assessment to import into."""

from __future__ import annotations

import pytest

from sop_assess.db import Stores

from ..backlog import world


@pytest.fixture
def assessment_id(sqlite_stores: Stores) -> int:
    """An assessment with eight stages."""
    return world.start(sqlite_stores)
