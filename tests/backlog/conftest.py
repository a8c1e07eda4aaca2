"""An assessment with a backlog to fill."""

from __future__ import annotations

import pytest

from sop_assess.db import Stores

from . import world


@pytest.fixture
def assessment_id(sqlite_stores: Stores) -> int:
    """An assessment with eight stages."""
    return world.start(sqlite_stores)
