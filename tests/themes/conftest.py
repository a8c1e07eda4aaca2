"""An assessment with imported complaints, sorted into themes."""

from __future__ import annotations

import pytest

from sop_assess.db import Stores
from sop_assess.themes.queries import SetView
from tests.assessment.released import start

from .written import imported, only_set, written


@pytest.fixture
def assessment_id(stores: Stores) -> int:
    """An assessment with eight stages."""
    return start(stores)


@pytest.fixture
def one(stores: Stores, assessment_id: int) -> SetView:
    """The themes of 120 imported complaints."""
    imported(stores, assessment_id, written(120))
    return only_set(stores, assessment_id)


@pytest.fixture
def sqlite_set(sqlite_stores: Stores) -> SetView:
    """The same on SQLite only."""
    assessment_id = start(sqlite_stores)
    imported(sqlite_stores, assessment_id, written(120))
    return only_set(sqlite_stores, assessment_id)
