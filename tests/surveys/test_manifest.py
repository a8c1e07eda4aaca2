import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from sop_assess.surveys.manifest import Manifest, fragment_of, word_list, words_of


def unit(number: int, **options: Any) -> dict[str, Any]:
    return {"number": number, "code": f"unit-{number}", "name": f"Größe {number}", "invited": 12,
            "key": f"key{number}", **options}  # fmt: skip


def manifest(**options: Any) -> Manifest:
    """The smallest valid manifest."""
    return Manifest.model_validate({
        "round_key": "round-a", "label": "anonymous", "questions": "a" * 64,
        "units": [unit(1), unit(2)], "box_key": "box", "catalogue": ["all", "unit-1"],
        "opens": datetime(2026, 11, 9, 8, tzinfo=UTC), "closes": None, "client": "b" * 64,
        "redaction": "two people", **options,
    })  # fmt: skip


def test_the_same_promise_has_the_same_bytes() -> None:
    raw = manifest().canonical()
    assert raw == manifest().canonical() == Manifest.model_validate_json(raw).canonical()
    assert manifest().digest() == hashlib.sha256(raw).digest()
    assert "Größe 1".encode() in raw
    assert b": " not in raw
    assert list(json.loads(raw)) == sorted(json.loads(raw))


@pytest.mark.parametrize("options", [
    {"round_key": "round-b"}, {"questions": "c" * 64}, {"client": "c" * 64}, {"box_key": "other"},
    {"units": [unit(1), unit(2, key="other")]}, {"minimum_group": 6}, {"catalogue": ["all"]},
    {"redaction": "names and counts only"}, {"closes": datetime(2026, 12, 1, tzinfo=UTC)},
    {"label": "anonymous_trustee", "trustee": "Works council"},
])  # fmt: skip
def test_any_other_promise_has_other_words(options: dict[str, Any]) -> None:
    other = manifest(**options)
    assert other.fragment() != manifest().fragment()
    assert other.words() != manifest().words()


@pytest.mark.parametrize("options", [
    {"units": []},
    {"units": [unit(1, invited=4)]},
    {"units": [unit(1), unit(1, key="other")]},
    {"units": [unit(1), unit(2, key="key1")]},
    {"box_key": "key1"},
    {"minimum_group": 4}, {"minimum_quotes": 9},
    {"minimum_group": 13},
    {"label": "anonymous_trustee"}, {"label": "anonymous_trustee", "trustee": "  "},
    {"trustee": "Works council"}, {"label": "confidential"},
    {"client": "x"}, {"questions": "a" * 65}, {"opens": datetime(2026, 11, 9)},  # noqa: DTZ001
    {"extra": 1},
])  # fmt: skip
def test_a_weaker_promise_cannot_be_written(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        manifest(**options)


def test_a_manifest_is_frozen() -> None:
    with pytest.raises(ValidationError):
        manifest().minimum_group = 1  # type: ignore[misc]  # this is the point


def test_the_word_list_holds_2048_plain_words() -> None:
    words = word_list()
    assert len(set(words)) == len(words) == 2048
    assert list(words) == sorted(words)
    assert all(3 <= len(word) <= 7 and word.isascii() and word.islower() for word in words)


def test_words_are_eleven_bits_each() -> None:
    words = word_list()
    assert words_of(bytes(32)) == (words[0],) * 8
    assert words_of(b"\xff" * 32) == (words[2047],) * 8
    assert words_of(bytes(10) + b"\x01" + b"\xff" * 21) == (words[0],) * 7 + (words[1],)
    assert words_of(b"\x00\x20" + bytes(30)) == (words[1],) + (words[0],) * 7
    assert fragment_of(b"\xff" * 32) == "_____________________w"
