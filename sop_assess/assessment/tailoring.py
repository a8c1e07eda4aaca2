"""What an owner changes about a ready-made form, read from the page that shows it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ..instruments.definition import Definition, Item, Row
from ..instruments.ready_made import tailor

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Changes:
    """Codes to drop, new texts by code and language, and the company's words by language."""

    drop: frozenset[str] = frozenset()
    reword: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    company_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_changes(shown: Definition, given: Given) -> Changes:
    """The changes in a form whose page showed this definition."""
    kept = frozenset(given.get("keep", ()))
    return Changes(
        drop=frozenset(code for code in answerable(shown) if code not in kept),
        reword=_reworded(shown, given),
        company_words=_company_words(shown, given),
    )


def apply(definition: Definition, skipped: Collection[str], changes: Changes) -> Definition:
    """The definition as the company gives it out."""
    return tailor(
        definition, skip_stages=skipped, drop=changes.drop, reword=changes.reword,
        company_words=changes.company_words,
    )  # fmt: skip


def answerable(definition: Definition) -> tuple[str, ...]:
    """The codes that can be kept or dropped: items, or the rows of a matrix."""
    return tuple(leaf.code for leaf in definition.leaves)


def _reworded(shown: Definition, given: Given) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for entry in _worded(shown):
        for language, words in entry.text.items():
            name = f"text.{entry.code}.{language}"
            new = _words(given, name, default=words)
            if new != " ".join(words.split()):
                found.setdefault(entry.code, {})[language] = new
    return found


def _company_words(shown: Definition, given: Given) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in given:
        kind, _, rest = name.partition(".")
        language, _, ours = rest.partition(".")
        theirs = _words(given, name)
        if kind == "word" and language in shown.languages and theirs and theirs != ours:
            found.setdefault(language, {})[ours] = theirs[:60]
    return found


def _worded(definition: Definition) -> list[Item | Row]:
    entries: list[Item | Row] = []
    for section in definition.sections:
        for item in section.items:
            entries += [item, *item.rows]
    return entries


def _words(given: Given, name: str, default: str = "") -> str:
    values = given.get(name) or (default,)
    return " ".join(str(values[0]).split())
