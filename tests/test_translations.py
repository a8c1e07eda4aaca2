"""German: complete on every page, and never with broken placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import sop_assess

PACKAGE = Path(sop_assess.__file__).parent
FOLDER = PACKAGE / "translations" / "de" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


# Rules say their sentence in English; it is translated where it is read.
REFUSALS = (
    "ConflictError", "ForbiddenError", "GoneError", "InvalidError", "MailError", "ModelError",
    "NameInvalidError", "NotFoundError", "OwnWord", "PasswordError", "SopError", "TooLargeError",
    "WrongCodeError", "WrongPasswordError",
)  # fmt: skip
WORDS = ("_", "_l", "gettext", "marked", *REFUSALS)


@pytest.fixture(scope="module")
def german() -> Catalog:
    with (FOLDER / "messages.po").open(encoding="utf-8") as file:
        return read_po(file, locale="de")


def _words(catalogue: Catalog) -> dict[str, list[str]]:
    return {m.id if isinstance(m.id, str) else m.id[0]: _forms(m) for m in catalogue if m.id}


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_compiled_catalogue_is_the_written_one(german: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert _words(compiled) == _words(german)


def test_every_word_is_there_with_its_placeholders(german: Catalog) -> None:
    for message in german:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[1]
        assert not message.fuzzy, source
        for form in _forms(message):
            assert form, source
            assert set(PLACEHOLDER.findall(form)) <= set(PLACEHOLDER.findall(source)), source


def test_no_word_hides_in_an_f_string() -> None:
    """Words are collected from calls in the code; inside an f-string none is found."""
    hidden = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path in PACKAGE.rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {*WORDS, "ngettext"}
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []


def test_every_refusal_is_a_sentence_that_can_be_collected() -> None:
    """An f-string or a sum of strings would be said in English on every page."""
    hidden = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}"
        for path in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in REFUSALS
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert hidden == []


def test_the_catalogue_is_collected_with_the_same_words() -> None:
    command = (PACKAGE.parent / "Makefile").read_text()
    assert all(f"-k {word} " in command for word in ("_l", "marked", *REFUSALS))


def test_every_page_is_german_throughout(german: Catalog) -> None:
    found = extract_from_dir(
        PACKAGE, method_map=[("**/templates/**.html", "jinja2"), ("**.py", "python")],
        options_map={"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true"}},
        keywords={**dict.fromkeys(WORDS), "ngettext": (1, 2)},
    )  # fmt: skip
    missing = [
        words
        for _, _, words, *_ in found
        if (words if isinstance(words, str) else words[0]) not in german
    ]
    assert missing == []
