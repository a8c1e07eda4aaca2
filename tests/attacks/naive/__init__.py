"""Deliberately naive builds that the attackers must win against."""

from __future__ import annotations

from .builds import BUILDS, NaiveBuild, play

__all__ = ["BUILDS", "NaiveBuild", "play"]
