"""Words that rules write in English and pages say in the reader's language. Pure."""

from __future__ import annotations


def marked(words: str) -> str:
    """Words for the catalogue of languages; they are translated where they are shown."""
    return words


class OwnWord(str):
    """A word of the site's own among the values of a sentence: it is translated with it."""

    __slots__ = ()
