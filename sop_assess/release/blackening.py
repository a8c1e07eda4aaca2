"""Blackening words of a comment: the only change a reader may make to it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from ..errors import InvalidError

BLACK: Final = "▇▇▇"  # always three signs, so that not even the length of a word is told
_TOKEN: Final = re.compile(r"\S+")
_EDGES: Final = "«»„“”‚‘’'\"()[]{}.,;:!?…–—-"


@dataclass(frozen=True)
class Word:
    """A word with the spaces and punctuation before it."""

    before: str
    text: str
    hidden: bool = False


def words_of(text: str) -> tuple[list[Word], str]:
    """The words of a text, and what follows the last one.

    >>> words_of("Ask Ada (twice).")[1]
    ').'
    >>> [word.text for word in words_of("Ask Ada (twice).")[0]]
    ['Ask', 'Ada', 'twice']
    """
    found: list[Word] = []
    end = 0
    for token in _TOKEN.finditer(text):
        # A token of punctuation only, such as a drawn face, can be blackened as well.
        core = token[0].strip(_EDGES) or token[0]
        start = token.start() + token[0].index(core)
        found.append(Word(text[end:start], core))
        end = start + len(core)
    return found, text[end:]


def blacken(original: str, hidden: Collection[int]) -> str:
    """The text with the words at these places blackened.

    >>> blacken("Ask Ada, always.", {1})
    'Ask ▇▇▇, always.'
    """
    words, rest = words_of(original)
    if not set(hidden) <= set(range(len(words))):
        raise InvalidError("This comment has fewer words than that. Load the page again.")
    return "".join(w.before + (BLACK if n in hidden else w.text)
                   for n, w in enumerate(words)) + rest  # fmt: skip


def with_hidden(original: str, text: str) -> tuple[list[Word], str] | None:
    """The words of the original, those that `text` blackens marked; None when it does more."""
    words, rest = words_of(original)
    given, end = words_of(text)
    if len(words) != len(given) or rest != end:
        return None
    pairs = list(zip(words, given, strict=True))
    if any(a.before != b.before or b.text not in (a.text, BLACK) for a, b in pairs):
        return None
    return [Word(a.before, a.text, b.text == BLACK) for a, b in pairs], rest
