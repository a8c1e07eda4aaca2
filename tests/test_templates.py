"""Every template compiles, has a title, keeps the content policy; macros draw what they promise."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

import sop_assess
from sop_assess import create_app
from sop_assess.config import Settings

from .conftest import SECRET

PACKAGE = Path(sop_assess.__file__).parent


TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One site for all: these tests draw templates and keep nothing."""
    folder = tmp_path_factory.mktemp("site")
    return create_app(Settings(instance=folder, secret_key=SECRET, jobs="inline"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_compiles_and_obeys_the_content_policy(app: Flask, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    app.jinja_env.parse(source)
    app.jinja_env.compile(source)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", source), "inline style or code"
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or 'type="application/json"' in script, script
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", source), "something from elsewhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_page_has_a_title(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if re.search(r'{%-? extends "(owner|field)\.html"', source):
        assert re.search(r"{%-? block title -?%}\s*\S", source)


def test_nothing_is_drawn_from_templates_given_as_text() -> None:
    """Templates are files: text that people wrote is never compiled as one."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not {"render_template_string", "from_string"} & (names | attributes), path


def drawn(app: Flask, source: str) -> str:
    with app.test_request_context("/"):
        return " ".join(app.jinja_env.from_string(source).render().split(" "))


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        ("share(0.66, 0.6, 0.71, 118)", ["66\u00a0%", "(60 to 71\u00a0%)", "n&nbsp;118"]),
        ("value(3.456, 3.2, 3.71, 1204)", ["3.5", "(3.2 to 3.7)", "n&nbsp;1,204"]),
        ("value(2.5, 1, 4, 12, 'days')", ["2.5&nbsp;days", "n&nbsp;12"]),
        ("band('low, under a third')", ["low, under a third", "n&nbsp;5&nbsp;to&nbsp;9"]),
    ],
)
def test_no_figure_is_drawn_without_its_n_and_range(
    app: Flask, call: str, parts: list[str]
) -> None:
    source = '{% import "macros/figures.html" as figures with context %}{{ figures.' + call + " }}"
    assert all(part in drawn(app, source) for part in parts)


def test_marks_speak_with_a_label_and_are_silent_beside_words(app: Flask) -> None:
    head = '{% from "macros/marks.html" import mark, says %}'
    assert 'role="img" aria-label="works"' in drawn(
        app, head + '{{ mark("works", label="works") }}'
    )
    hollow = drawn(app, head + '{{ mark("fails", false) }}')
    assert "#fails-less" in hollow
    assert 'aria-hidden="true"' in hollow
    assert "#mixed" in drawn(app, head + '{{ mark("mixed", false) }}')
    assert "does not work" in drawn(app, head + '{{ says("fails") }}')


def test_fields_name_their_hint_and_error(app: Flask) -> None:
    head = '{% from "macros/form.html" import input, choices, select, summary %}'
    page = drawn(app, head + '{{ input("who", "Who", "A<b", hint="Any name", error="Missing.") }}')
    assert 'for="who"' in page
    assert 'aria-describedby="who-hint who-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="A&lt;b"' in page
    assert "value=" not in drawn(app, head + '{{ input("p", "P", "secret", type="password") }}')
    ticked = drawn(app, head + '{{ choices("c", "C", [("a", "A"), ("b", "B", "why")], ["b"]) }}')
    assert 'value="b" checked' in ticked
    assert 'value="a" checked' not in ticked
    assert 'value="2" selected' in drawn(
        app, head + '{{ select("s", "S", [(1, "x"), (2, "y")], 2) }}'
    )
    assert 'href="#who"' in drawn(app, head + '{{ summary({"who": "Missing."}) }}')
    assert not drawn(app, head + "{{ summary({}) }}").strip()
