"""Forms of English words: plurals, past tenses, participles, comparatives."""

from __future__ import annotations

from collections.abc import Mapping

_VOWELS = frozenset("aeiou")
_DOUBLED = frozenset("bdgmnprt")


def noun_forms(word: str, irregular: Mapping[str, list[str]]) -> list[str]:
    """The plural."""
    return irregular.get(word) or [_with_s(word)]


def verb_forms(word: str, irregular: Mapping[str, list[str]]) -> list[str]:
    """Third person, present participle, past: whatever the irregular forms do not replace."""
    stem = _before_vowel(word)
    own = irregular.get(word, [])
    ing = [form for form in own if form.endswith("ing")] or [_with_ing(word, stem)]
    past = [form for form in own if not form.endswith(("ing", "s"))] or [_with_ed(word, stem)]
    return [_with_s(word), *ing, *past]


def adjective_forms(word: str, irregular: Mapping[str, list[str]]) -> list[str]:
    """Comparative and superlative of irregular and of short words."""
    if word in irregular:
        return irregular[word]
    if len(word) > 6 or len(word) < 3:
        return []
    stem = f"{word[:-1]}i" if word.endswith("y") else _before_vowel(word).removesuffix("e")
    return [f"{stem}er", f"{stem}est"]


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}s"


def _with_ing(word: str, stem: str) -> str:
    if word.endswith("e") and not word.endswith(("ee", "oe", "ye")):
        return f"{word[:-1]}ing"
    return f"{stem}ing"


def _with_ed(word: str, stem: str) -> str:
    if word.endswith("e"):
        return f"{word}d"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return f"{word[:-1]}ied"
    return f"{stem}ed"


def _before_vowel(word: str) -> str:
    """The word with its last consonant doubled where a short one-vowel word doubles it."""
    short = len(word) <= 4 and sum(c in _VOWELS for c in word) == 1
    doubles = len(word) > 2 and word[-1] in _DOUBLED and word[-2] in _VOWELS
    return word + word[-1] if short and doubles else word
