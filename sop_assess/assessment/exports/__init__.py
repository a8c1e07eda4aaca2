"""What leaves an assessment as a file: one module per report or data format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...db import Stores
from ...registry import Registry
from ..picture import Picture


@dataclass(frozen=True)
class Export:
    """One format; `build` gives the whole file from released figures."""

    key: str
    name: str
    media_type: str
    file_name: str
    build: Callable[[Stores, Picture], bytes]


EXPORTS: Registry[Export] = Registry("sop_assess.assessment.exports")
