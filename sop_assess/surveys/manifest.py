"""What a round promises, in one document whose hash goes into every mail and on the poster. Pure.

The client takes keys from the manifest only. Whoever shows one person another manifest shows
other words than the poster's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, model_validator

from ..instruments.identity import MINIMUM_GROUP, MINIMUM_QUOTES

WORDS_FILE: Final = Path(__file__).parents[1] / "static" / "words.txt"
WORD_COUNT: Final = 8
_BITS: Final = 11
_FRAGMENT_BYTES: Final = 16

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ReportingUnit(BaseModel):
    """A unit with an issuer key of its own: large enough that the key tells nobody apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=0, le=65535)
    code: str
    name: str
    invited: int
    key: str


class Manifest(BaseModel):
    """The frozen rules, keys and program of an anonymous round."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    round_key: str
    label: Literal["anonymous", "anonymous_trustee"]
    trustee: str = ""
    questions: Hash
    units: tuple[ReportingUnit, ...] = Field(min_length=1)
    box_key: str
    minimum_group: int = Field(default=MINIMUM_GROUP, ge=MINIMUM_GROUP)
    minimum_quotes: int = Field(default=MINIMUM_QUOTES, ge=MINIMUM_QUOTES)
    catalogue: tuple[JsonValue, ...]
    opens: AwareDatetime
    closes: AwareDatetime | None
    client: Hash
    redaction: Literal["two people", "names and counts only"]

    @model_validator(mode="after")
    def _one_key_for_many(self) -> Self:
        keys = [unit.key for unit in self.units] + [self.box_key]
        if len(set(keys)) != len(keys) or len({u.number for u in self.units}) != len(self.units):
            raise ValueError("Every reporting unit and the box need a number and key of their own.")
        if any(unit.invited < self.minimum_group for unit in self.units):
            raise ValueError(f"A reporting unit needs at least {self.minimum_group} invited.")
        if (self.label == "anonymous_trustee") != bool(self.trustee.strip()):
            raise ValueError("A round has a named trustee when its label says so, and only then.")
        return self

    def canonical(self) -> bytes:
        """The bytes that are served and hashed."""
        content = self.model_dump(mode="json")
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()

    def digest(self) -> bytes:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.canonical()).digest()

    def fragment(self) -> str:
        """What a link carries of the digest: its first 128 bits."""
        return fragment_of(self.digest())

    def words(self) -> tuple[str, ...]:
        """The digest as eight words that people compare."""
        return words_of(self.digest())


def fragment_of(digest: bytes) -> str:
    """The first 128 bits as 22 characters.

    >>> fragment_of(bytes(32))
    'AAAAAAAAAAAAAAAAAAAAAA'
    """
    return base64.urlsafe_b64encode(digest[:_FRAGMENT_BYTES]).rstrip(b"=").decode()


def words_of(digest: bytes) -> tuple[str, ...]:
    """The first 88 bits as eight words of eleven bits each."""
    number = int.from_bytes(digest[: WORD_COUNT * _BITS // 8])
    places = (number >> _BITS * n & (1 << _BITS) - 1 for n in reversed(range(WORD_COUNT)))
    return tuple(word_list()[place] for place in places)


@cache
def word_list() -> tuple[str, ...]:
    """The 2,048 words, in the order of their numbers."""
    return tuple(WORDS_FILE.read_text(encoding="utf-8").split())
