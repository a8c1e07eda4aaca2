"""The registries of the instrument core."""

from __future__ import annotations

from ..registry import Registry
from .answers import QuestionType
from .kind import Kind

KINDS: Registry[Kind] = Registry("sop_assess.instruments.kinds")
QUESTIONS: Registry[QuestionType] = Registry("sop_assess.instruments.questions")
