"""Which language each comment is in, and the comments of one question apart by language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sop_assess.analysis.text.languages import get_language

LANGUAGES: Final = ("en", "de", "fr", "es", "nl")
_ELSE: Final = "else"
LEAST_COMMENTS: Final = 30
LEAST_SHARE: Final = 0.05

_WORD = re.compile(r"[^\W\d_]+")
# What a word tells by the number of languages that list it: one tells much, four nothing.
_WEIGHTS = (0.0, 1.0, 0.4, 0.15, 0.0, 0.0, 0.0)
_SHAPE_WEIGHT = 0.6
# Confident means: this much evidence, this far ahead of the next language, in enough of the words.
_LEAST, _AHEAD, _DENSITY = 1.6, 1.0, 0.12
_LEAST_ELSEWHERE, _DENSITY_ELSEWHERE = 2.5, 0.3
# The English list holds abbreviations and halves that are common words of the other languages.
_NOT_ENGLISH = "un per co ie eg inc ltd etc via re"
# Short words of everyday comments that the lists of stop words leave to the vectors.
_MORE = {
    "en": "yes good bad late wrong need needs should there they says said work works help",
    "de": "gut schlecht spät falsch richtig viel heute gestern zeit leider bitte brauchen besser",
    "fr": "bon bonne mauvais tard trop bien faux jamais temps merci besoin mieux manque",
    "es": "bien mal tarde buena bueno malo demasiado tiempo falta mejor gracias día días",
    "nl": "goed slecht laat fout vaak tijd graag beter nodig duurt krijgen krijgt klopt",
}
# Words of languages that cannot be told here, so that none of the five takes their comments.
_OTHER = (
    "um uma em ao aos os do da dos das pelo pela isso foi seu sua você são com mais nós quando"
    " muito sempre ninguém também até tem"
    " il di che della dello degli delle alla nel nella gli sono questo questa anche più perché non"
    " och att det som inte är på ett av og ikke af til jeg ikke med för"
)
# Endings and letters, for words that no list holds.
_SHAPES = {
    "en": re.compile(r"th|wh|\w+(?:ght|ould|ally|ness|tions?|ck|ed|ly|ee|oo\w)$|\w{2}ing$"),
    "de": re.compile(
        r"\w*[äöüß]|\w+(?:ung|ungen|keit|heit|lich|liche[nrms]?|isch|ischen?|tzt|cht)$|ge\w+t$"
        r"|sch[lmnw]"
    ),
    "fr": re.compile(
        r"\w*[çœèêùàâîôû]|\w+(?:eaux?|eux|euses?|aient|ements?|ées?|és|é|aires?|oir|iques?|tions?)$"
    ),
    "es": re.compile(
        r"\w*[ñáíóú]|\w+(?:ciones|mente|dades|dad|amos|ando|iendo|idos?|ados?|adas?)$"
    ),
    "nl": re.compile(r"\w*ij|\w*(?:aa|uu)[^eiou]|\w+(?:heid|lijke?|tje)$|ge\w+(?:d|en)$|sch[ero]"),
}
_MARKS = {
    "en": re.compile(r"(?<=[^\W\d_])['’](?:t|m|re|ve|ll)\b"),
    "fr": re.compile(r"\b(?:[cdjlmns]|qu)['’](?=[^\W\d_])"),
    "es": re.compile(r"[¿¡]"),
}
# Letters of none of the five: Polish, Portuguese, Romanian, Nordic, Greek, Cyrillic and others.
_FOREIGN = re.compile(r"[^\W\d_a-zäöüßçœæèêëéùàâîïôûÿñáíóú]")


@dataclass(frozen=True, slots=True)
class Part:
    """The comments of one language, as indices into the texts, in their order."""

    language: str
    indices: tuple[int, ...]


def language_of(text: str) -> str | None:
    """The language of one text among en, de, fr, es and nl; None where that is not certain.

    Told by stop words, endings and letters; no model. Blank texts, single words that several
    languages share and other languages give None.

    >>> language_of("Die Lieferung kommt nicht rechtzeitig"), language_of("SAP Forecast Q3")
    ('de', None)
    """
    return _certain(text, _LEAST, _DENSITY)


def split(texts: Sequence[str], main: str) -> tuple[Part, ...]:
    """The texts apart by language: the main language first, the others by size.

    A language other than `main` gets a part of its own when at least 30 comments and 5 % of all are
    certainly in it. Then a shorter text joins it too when more speaks for it than for the main
    language; every other text stays in the main part. Where none has so many, all texts are one
    part: in the language that at least half of them are certainly in, else in `main`. Every index
    is in exactly one part; the main part may be empty only when another is not, or when there are
    no texts.

    >>> [part.language for part in split(["Too late"] * 40 + ["Das ist zu spät"] * 30, "en")]
    ['en', 'de']
    >>> [len(part.indices) for part in split(["Too late"] * 40 + ["Das ist zu spät"] * 29, "en")]
    [69]
    >>> [part.language for part in split(["Too late"] * 9 + ["Das ist zu spät"] * 29, "en")]
    ['de']
    """
    home = get_language(main).code
    known = home in LANGUAGES
    least, density = (_LEAST, _DENSITY) if known else (_LEAST_ELSEWHERE, _DENSITY_ELSEWHERE)
    told = [_certain(text, least, density) for text in texts]
    counts = Counter(code for code in told if code is not None and code != home)
    needed = max(LEAST_COMMENTS, LEAST_SHARE * len(texts))
    apart = [code for code, count in counts.most_common() if count >= needed]
    if not apart:
        return (Part(_spoken(told, home) if known else home, tuple(range(len(texts)))),)
    present = [home, *apart]
    if known:
        told = [_most(text, present) if code is None else code
                for text, code in zip(texts, told, strict=True)]  # fmt: skip
    final = [code if code in apart else home for code in told]
    return _parts(final, present)


def _spoken(told: Sequence[str | None], home: str) -> str:
    """The language that at least half of the texts are certainly in, else the main one."""
    counts = Counter(told)
    most = max((home, *LANGUAGES), key=lambda code: counts[code])
    return most if 2 * counts[most] >= len(told) > 0 else home


def _parts(final: Sequence[str | None], present: Sequence[str]) -> tuple[Part, ...]:
    found = [Part(code, tuple(i for i, own in enumerate(final) if own == code)) for code in present]
    home, *others = found
    return (home, *sorted(others, key=lambda part: (-len(part.indices), part.language)))


def _certain(text: str, least: float, density: float) -> str | None:
    scores, words = _scores(text)
    (second, _), (score, best) = sorted((score, code) for code, score in scores.items())[-2:]
    if score == second or best == _ELSE:
        return None
    enough = score >= max(least, density * words) and score - second >= max(_AHEAD, 0.3 * score)
    return best if enough else None


def _most(text: str, present: Sequence[str]) -> str:
    """The language that most speaks for; the first of them where nothing decides."""
    scores, _ = _scores(text)
    return max(present, key=lambda code: (round(scores[code], 6), -present.index(code)))


def _scores(text: str) -> tuple[dict[str, float], int]:
    """The evidence for every language, and how many words there are."""
    lowered = unicodedata.normalize("NFC", text).lower()
    scores = dict.fromkeys((*LANGUAGES, _ELSE), 0.0)
    if _FOREIGN.search(lowered):
        return scores, 0
    for code, mark in _MARKS.items():
        scores[code] += len(mark.findall(lowered))
    words = _WORD.findall(lowered)
    for word in words:
        for code, weight in _evidence(word):
            scores[code] += weight
    return scores, len(words)


@lru_cache(maxsize=100_000)
def _evidence(word: str) -> tuple[tuple[str, float], ...]:
    listed = _listed().get(word)
    if listed is not None:
        return tuple((code, _WEIGHTS[len(listed)]) for code in listed)
    shaped = [code for code, shape in _SHAPES.items() if shape.match(word)]
    return tuple((code, _SHAPE_WEIGHT * _WEIGHTS[len(shaped)]) for code in shaped)


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, ...]]:
    """The languages that list a word."""
    found: dict[str, list[str]] = {}
    for code in (*LANGUAGES, _ELSE):
        for word in _list_of(code):
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}


def _list_of(code: str) -> Iterable[str]:
    if code == _ELSE:
        return set(_OTHER.split())
    language = get_language(code)
    words = language.stop_words | language.negations | set(_MORE[code].split())
    return words - set(_NOT_ENGLISH.split()) if code == "en" else words
