"""Fixtures of the tests of accounts."""

from __future__ import annotations

import pytest

from sop_assess.accounts import service
from sop_assess.db import Stores, now

from .people import MAIL, PASSWORD


@pytest.fixture
def admin(sqlite_stores: Stores) -> int:
    """An administrator with a password."""
    return service.create_admin(sqlite_stores, MAIL, "Ada Osei", PASSWORD, now())
