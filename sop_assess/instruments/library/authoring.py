"""The short format in which ready-made definitions are written, turned into a Definition. Pure.

Beside the fields of a Definition a file may hold:

`variants`  at the top: the variants it serves; inside a text: other words for a variant
`only`      on a section, item, row or option: the variants that have it
`use`       on an item or row: the code of one in the file named by `source`, taken over whole
`repeat`    on an entry of `sections`: one set of values each; the `sections` beside it are
            written once per set, with {name} standing for a value; `when` keeps an item only
            where that value exists, and a setting whose value is missing is left out
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..definition import Definition

Raw = dict[str, Any]

_WHOLE = re.compile(r"\{(\w+)\}")
_ABSENT = object()
_AUTHORING_KEYS = frozenset({"variants", "source"})


def build(raw: Raw, variant: str | None, source: Callable[[str], Raw]) -> Definition:
    """The definition that a file describes for one variant; `source` reads another file."""
    if "source" in raw:
        raw = _take(raw, _entries(source(raw["source"])))
    data = _for_variant(raw, variant)
    data["sections"] = [section for entry in data["sections"] for section in _written(entry)]
    fields = {key: value for key, value in data.items() if key not in _AUTHORING_KEYS}
    return Definition.model_validate({**fields, "variant": variant})


def _entries(raw: Raw) -> dict[str, Raw]:
    items = [item for section in raw["sections"] for item in section.get("items", ())]
    rows = [row for item in items for row in item.get("rows", ())]
    return {entry["code"]: entry for entry in (*items, *rows)}


def _take(value: Any, entries: Mapping[str, Raw]) -> Any:
    if isinstance(value, list):
        return [_take(part, entries) for part in value]
    if isinstance(value, dict):
        if "use" in value:
            return entries[value["use"]]
        return {key: _take(part, entries) for key, part in value.items()}
    return value


def _for_variant(value: Any, variant: str | None) -> Any:
    if isinstance(value, list):
        return [_for_variant(part, variant) for part in value if _belongs(part, variant)]
    if not isinstance(value, dict):
        return value
    if "en" in value:
        other = value.get("variants", {}).get(variant, {})
        return {**{key: text for key, text in value.items() if key != "variants"}, **other}
    return {key: _for_variant(part, variant) for key, part in value.items() if key != "only"}


def _belongs(part: Any, variant: str | None) -> bool:
    return not isinstance(part, dict) or "only" not in part or variant in part["only"]


def _written(entry: Raw) -> Iterator[Raw]:
    if "repeat" not in entry:
        yield entry
        return
    for values in entry["repeat"]:
        for section in entry["sections"]:
            filled = _fill(section, values, None)
            if filled["items"]:
                yield filled


def _fill(value: Any, values: Mapping[str, Any], language: str | None) -> Any:
    if isinstance(value, str):
        return _fill_words(value, values, language)
    if isinstance(value, list):
        kept = [part for part in value if _wanted(part, values)]
        return [_fill(part, values, language) for part in kept]
    if isinstance(value, dict):
        texts = "en" in value
        filled = {k: _fill(v, values, k if texts else None) for k, v in value.items()}
        return {k: v for k, v in filled.items() if v is not _ABSENT and k != "when"}
    return value


def _wanted(part: Any, values: Mapping[str, Any]) -> bool:
    return not isinstance(part, dict) or "when" not in part or part["when"] in values


def _fill_words(text: str, values: Mapping[str, Any], language: str | None) -> Any:
    whole = _WHOLE.fullmatch(text)
    if whole and language is None:
        return values.get(whole[1], _ABSENT)

    def word(match: re.Match[str]) -> str:
        value = values[match[1]]
        return str(value if language is None or isinstance(value, str) else value[language])

    return _WHOLE.sub(word, text)
