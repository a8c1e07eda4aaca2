"""Contracts that hold for every entry of the instrument core's registries."""

from __future__ import annotations

from pathlib import Path

import pytest

import sop_assess
from sop_assess.analysis.registries import READINGS
from sop_assess.assessment.exports import EXPORTS
from sop_assess.errors import RegistryError
from sop_assess.instruments.answers import STATES, QuestionType
from sop_assess.instruments.kind import Kind
from sop_assess.instruments.registries import KINDS, QUESTIONS
from sop_assess.registry import Registry

PACKAGE = Path(sop_assess.__file__).parent
LEVELS = {"nominal", "multiple", "ordinal", "fact", "rating", "ratio", "moment", "text"}


@pytest.mark.parametrize("question", list(QUESTIONS), ids=lambda entry: entry.key)
def test_a_question_type_has_a_level_a_template_and_known_states(question: QuestionType) -> None:
    assert question.level in LEVELS
    assert set(question.states) <= set(STATES)
    assert (PACKAGE / "instruments" / "templates" / question.template).is_file()
    assert Path(question.template).stem == question.key


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda entry: entry.key)
def test_a_kind_names_a_reading_and_says_how_it_errs(kind: Kind) -> None:
    assert kind.reading in READINGS
    assert kind.usual_error
    assert kind.only_it_shows
    assert kind.anonymous == (kind.access == "ballot")


@pytest.mark.parametrize("registry", [KINDS, QUESTIONS, READINGS, EXPORTS])
def test_a_file_is_named_after_its_key(registry: Registry[QuestionType]) -> None:
    keys = registry.keys()
    assert keys
    assert all(registry[key].key == key for key in keys)
    assert registry.get("no such key") is None


def test_anonymous_kinds_carry_no_files() -> None:
    with pytest.raises(RegistryError):
        Kind("x", "X", "x", "nobody", "own unit", "ballot", "balance", "?", "?", "one", "many",
             frozenset({"photos"}))  # fmt: skip
