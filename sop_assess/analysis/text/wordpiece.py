"""WordPiece: the pieces of words that MiniLM reads, each word cut once and remembered."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

Pieces = tuple[int, ...]

_LONGEST_WORD = 100
# No piece of the vocabularies in use is longer.
_LONGEST_PIECE = 24
_MOST_REMEMBERED = 500_000
# What the scheme counts as Chinese: each such character is a word of its own.
_IDEOGRAPH = re.compile(
    "[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002ceaf"
    "\uf900-\ufaff\U0002f800-\U0002fa1f]"
)
_ASCII_TOKEN = re.compile(r"[0-9A-Za-z]+|[!-~]")
_CONTROL = {"Cc", "Cf", "Co"}
_CONTINUED = "##"


class WordPiece:
    """Cuts texts as BERT without case does: lower case, no accents, longest known piece first.

    >>> pieces = WordPiece({"[UNK]": 0, "stock": 1, "##s": 2, "!": 3})
    >>> pieces.ids("Stöcks! zebra")
    [1, 2, 3, 0]
    """

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self.vocabulary = dict(vocabulary)
        self._unknown: Pieces = (self.vocabulary["[UNK]"],)
        self._known: dict[str, Pieces] = {}

    @classmethod
    def from_json(cls, text: str) -> WordPiece:
        """From the text of a ``tokenizer.json`` with a WordPiece model."""
        return cls(json.loads(text)["model"]["vocab"])

    def ids(self, text: str) -> list[int]:
        """Vocabulary numbers of the text's pieces, in order, without the marks at both ends.

        What people write between two spaces is looked up as a whole, so a text costs one look-up
        per word once its words have been seen.
        """
        known, found = self._known, list[int]()
        for word in text.split():
            pieces = known.get(word)
            if pieces is None:
                pieces = self._remember(word)
            found += pieces
        return found

    def batch(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of several texts."""
        return [self.ids(text) for text in texts]

    def _remember(self, word: str) -> Pieces:
        pieces = tuple(
            i for token in tokens(word) for i in cut(token, self.vocabulary) or self._unknown
        )
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[word] = pieces
        return pieces


def cut(token: str, known: Mapping[str, int]) -> Pieces:
    """The token as the longest known pieces from its start; empty if any part is unknown.

    >>> cut("stocks", {"stock": 1, "##s": 2}), cut("stocky", {"stock": 1})
    ((1, 2), ())
    """
    found, start = [], 0
    while start < len(token) <= _LONGEST_WORD:
        prefix = _CONTINUED if start else ""
        for end in range(min(len(token), start + _LONGEST_PIECE), start, -1):
            piece = known.get(prefix + token[start:end])
            if piece is not None:
                break
        else:
            return ()
        found.append(piece)
        start = end
    return tuple(found)


def tokens(text: str) -> list[str]:
    """Words and single punctuation marks in lower case without accents.

    >>> tokens("Can't pay 5 € in Zürich")
    ['can', "'", 't', 'pay', '5', '€', 'in', 'zurich']
    """
    if text.isascii() and text.isprintable():
        return _ASCII_TOKEN.findall(text.lower())
    return [token for word in _plain(text).split() for token in _split_punctuation(word)]


def _plain(text: str) -> str:
    visible = "".join(_without_control(text))
    apart = _IDEOGRAPH.sub(r" \g<0> ", visible)
    bare = (c for c in unicodedata.normalize("NFD", apart) if unicodedata.category(c) != "Mn")
    # One by one: Python alone writes a sigma at the end of a word in another way.
    return "".join(c.lower() for c in bare)


def _without_control(text: str) -> Iterator[str]:
    for c in text:
        if c in "\t\n\r" or unicodedata.category(c) in {"Zs", "Zl", "Zp"}:
            yield " "
        elif c not in "\0\ufffd" and unicodedata.category(c) not in _CONTROL:
            yield c


def _split_punctuation(word: str) -> Iterator[str]:
    start = 0
    for at, c in enumerate(word):
        if _is_punctuation(c):
            if start < at:
                yield word[start:at]
            yield c
            start = at + 1
    if start < len(word):
        yield word[start:]


def _is_punctuation(c: str) -> bool:
    """ASCII symbols count as punctuation, other symbols do not."""
    if c.isascii():
        return not c.isalnum()
    return unicodedata.category(c).startswith("P")
