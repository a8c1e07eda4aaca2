"""Blackening words of a comment: the only change a reader may make to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from ..errors import InvalidError

BLACK: Final = "▇▇▇"  # always three signs, so that not even the length of a word is told
_TOKEN: Final = re.compile(r"\S+")
_EDGES: Final = "«»„“”‚‘’'\"()[]{}.,;:!?…–—-"


@dataclass(frozen=True)
class Word:
    """A word, the spaces before it and the punctuation on both sides."""

    gap: str
    lead: str
    text: str
    tail: str
    hidden: bool = False

    def __str__(self) -> str:
        return self.gap + self.lead + (BLACK if self.hidden else self.text) + self.tail


def words_of(text: str) -> tuple[list[Word], str]:
    """The words of a text, and the spaces behind the last one.

    >>> [(word.lead, word.text, word.tail) for word in words_of("Ask Ada (twice).")[0]]
    [('', 'Ask', ''), ('', 'Ada', ''), ('(', 'twice', ').')]
    """
    found: list[Word] = []
    end = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        # A token of punctuation only, such as a drawn face, can be blackened as well.
        core = token.strip(_EDGES) or token
        lead, _core, tail = token.partition(core)
        found.append(Word(text[end : match.start()], lead, core, tail))
        end = match.end()
    return found, text[end:]


def blacken(original: str, hidden: Collection[int]) -> str:
    """The text with the words at these places blackened.

    >>> blacken("Ask Ada, always.", {1})
    'Ask ▇▇▇, always.'
    """
    words, rest = words_of(original)
    if not set(hidden) <= set(range(len(words))):
        raise InvalidError("This comment has fewer words than that. Load the page again.")
    return "".join(str(replace(word, hidden=n in hidden)) for n, word in enumerate(words)) + rest


def with_hidden(original: str, text: str) -> tuple[list[Word], str] | None:
    """The words of the original, those that `text` blackens marked; None when it does more."""
    words, rest = words_of(original)
    given, _end = words_of(text)
    if len(words) != len(given):
        return None
    found = [replace(word, hidden=other.text == BLACK)
             for word, other in zip(words, given, strict=True)]  # fmt: skip
    return (found, rest) if "".join(map(str, found)) + rest == text else None
