"""An assessment with imported complaints, sorted into themes."""

from __future__ import annotations

import pytest

from sop_assess.db import Stores
from sop_assess.themes.queries import SetView
from tests.assessment.released import start

from .written import complaints


@pytest.fixture
def assessment_id(stores: Stores) -> int:
    """An assessment with eight stages."""
    return start(stores)


@pytest.fixture
def one(stores: Stores) -> SetView:
    """The themes of 120 imported complaints."""
    return complaints(stores, 120)


@pytest.fixture
def sqlite_set(sqlite_stores: Stores) -> SetView:
    """The same on SQLite only."""
    return complaints(sqlite_stores, 120)
