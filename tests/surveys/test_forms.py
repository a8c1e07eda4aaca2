from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.instruments import ready_made
from sop_assess.instruments.answers import read_document
from sop_assess.instruments.definition import Definition
from sop_assess.instruments.forms import Form, known_fields, stages_asked, with_skipped_sections
from sop_assess.instruments.registries import QUESTIONS
from tests.surveys.conftest import definition

PAGE = """{% from "instruments/form.html" import sections, errors %}
{{ errors(form) }}{{ sections(form, skip=true) }}"""
EVERY_FORM = [
    (entry.code, variant) for entry in ready_made.available() for variant in entry.variants
]


def draw(app: Flask, form: Form) -> str:
    with app.test_request_context("/healthz"):
        return render_template_string(PAGE, form=form)


def names(html: str) -> set[str]:
    return set(re.findall(r'name="([^"]+)"', html))


@pytest.mark.parametrize(("code", "variant"), EVERY_FORM)
def test_every_ready_made_form_can_be_drawn(app: Flask, code: str, variant: str) -> None:
    form = ready_made.load(code, variant)
    messages = {leaf.code: "Look again." for leaf in form.leaves}
    for language in form.languages:
        html = draw(app, Form(form, language, errors=messages, stages={"S3": "Quote"}))
        assert {leaf.code for leaf in form.leaves} <= names(html)
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for wanted in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', html):
            assert set(wanted.split()) <= set(ids)
        assert "style=" not in html


def test_every_question_type_has_a_template(app: Flask) -> None:
    for question in QUESTIONS:
        assert app.jinja_env.get_template(question.template)


def test_kept_values_come_back_as_they_were_typed(app: Flask) -> None:
    values = {"prices": ["3"], "last": ["no"], "last.comment": ["<b>late</b>"], "amount": ["1,5"],
              "fails": ["a\n\"b\""], "fails.stage": ["S3"], "skip.quotes": ["yes"]}  # fmt: skip
    html = draw(app, Form(definition(), "en", values, stages={"S3": "Quote"}))
    assert 'name="prices" value="3" checked' in html
    assert "&lt;b&gt;late&lt;/b&gt;" in html
    assert 'value="1,5"' in html
    assert 'name="fails.stage" value="S3" checked' in html
    assert 'name="skip.quotes" value="yes" checked' in html
    assert html.count(" checked") == 4


def test_a_section_that_insists_cannot_be_skipped() -> None:
    form = definition()
    fields = {"fails": ["x"], "skip.words": ["yes"]}
    assert with_skipped_sections(form, fields) == fields


def leaf_fields(form: Definition) -> st.SearchStrategy[dict[str, list[str]]]:
    keys = st.sampled_from(
        [leaf.code for leaf in form.leaves] + ["skip.quotes", "x", "last.comment"]
    )
    return st.dictionaries(keys, st.lists(st.sampled_from(["", "1", "no", "yes"]), max_size=2))


@given(leaf_fields(definition()))
def test_skipping_and_sorting_twice_changes_nothing(fields: dict[str, list[str]]) -> None:
    form = definition()

    def once(given: dict[str, list[str]]) -> dict[str, list[str]]:
        return known_fields(form, with_skipped_sections(form, given))

    kept = once(fields)
    assert once(kept) == kept
    answers, _ = read_document(form, QUESTIONS.get, kept)
    if any(fields.get("skip.quotes", [""])[:1]):
        own = ("prices", "dates", "last", "amount")
        assert all(answers[code] == {"state": "not_my_area"} for code in own)


def test_units_of_durations_fit_their_promise() -> None:
    def units() -> Iterator[str]:
        for minutes in (None, 15, 240, 1440, 20160):
            data = {"code": "d", "type": "duration", "text": {"en": "x"}, "promise": minutes}
            form = Definition.model_validate(
                {"code": "f", "kind": "shop", "title": {"en": "x"},
                 "sections": [{"code": "s", "title": {"en": "x"}, "items": [data]}]}
            )  # fmt: skip
            yield Form(form, "en").unit(form.sections[0].items[0])

    assert list(units()) == ["minutes", "minutes", "hours", "days", "weeks"]


def test_stages_come_in_the_order_of_the_life_cycle() -> None:
    assert stages_asked(ready_made.load("staff-survey")) == tuple(f"S{n}" for n in range(1, 9))
