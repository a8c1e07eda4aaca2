"""The registries of the analysis: one file per statistic, one per reading of a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Registry

if TYPE_CHECKING:
    from .reading import Reading
    from .statistic import Statistic

STATISTICS: Registry[Statistic] = Registry("sop_assess.analysis.statistics")
READINGS: Registry[Reading] = Registry("sop_assess.analysis.readings")
