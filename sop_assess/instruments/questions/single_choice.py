"""One of several options."""

from __future__ import annotations

from ..answers import QuestionType, chosen

ENTRY = QuestionType("single_choice", "nominal", chosen, "questions/single_choice.html")
