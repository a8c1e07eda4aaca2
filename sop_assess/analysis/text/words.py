"""Split comments into words, and words into the stems that vectors and names are built from."""

from __future__ import annotations

import re

from sop_assess.analysis.text.languages import Language

_WORD = re.compile(r"[^\W\d_]+")
_SUFFIX = re.compile(r"['’]s$")
# Also without the apostrophe, which phones leave out: "didnt", "cant".
_CONTRACTED_NOT = re.compile(
    r"\b(ai|are|ca|could|did|do|does|had|has|have|is|might|must|need|sha|should|was|were|wo|would)"
    r"n['’]?t\b"
)


def stems(text: str, language: Language) -> list[str]:
    """Stems of the words that carry meaning, in order; negations stay, single letters go.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> stems("They didn't update the stock lists", get_language("en"))
    ['not', 'updat', 'stock', 'list']
    """
    lowered = text.lower()
    if language.code == "en":
        lowered = _CONTRACTED_NOT.sub(r"\1 not", lowered)
    stem, stop = language.stem, language.stop_words
    return [stem(w) for w in _WORD.findall(lowered) if len(w) > 1 and w not in stop]


def kind(lowered: str, language: Language) -> tuple[str, bool, bool]:
    """Of a word in lower case: its stem, whether it is a stop word, whether a negation.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> kind("lists", get_language("en")), kind("didn't", get_language("en"))
    (('list', False, False), ("didn't", True, True))
    """
    english = language.code == "en"
    core = _SUFFIX.sub("", lowered) if english else lowered
    contracted = english and _CONTRACTED_NOT.fullmatch(lowered) is not None
    stop = core in language.stop_words or len(core) < 2 or "'" in core or "’" in core
    return language.stem(core), stop, contracted or core in language.negations
