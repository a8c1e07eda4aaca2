"""Several statements on one ordered scale; every row is an answer of its own."""

from __future__ import annotations

from ..answers import QuestionType, chosen

ENTRY = QuestionType(
    "likert_matrix", "ordinal", chosen, "questions/likert_matrix.html", matrix=True
)
