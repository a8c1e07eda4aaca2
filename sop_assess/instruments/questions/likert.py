"""One statement, judged on an ordered scale."""

from __future__ import annotations

from ..answers import QuestionType, chosen

ENTRY = QuestionType("likert", "ordinal", chosen, "questions/likert.html")
