"""Clean comments: mask what identifies people, find non-answers, fold duplicates into weights."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sop_assess.analysis.text.given_names import given_names, may_name
from sop_assess.analysis.text.languages import Language

UNPLACED = -1
NON_ANSWER = -2

_UPPER = "".join(re.escape(c) for c in map(chr, range(0x530)) if c.isupper())
_NAME = rf"(?:[{_UPPER}][\w'’]*(?:-[\w'’]+)*\.?)"
_PARTICLE = r"(?:von|vom|van|der|den|zu|de|del|della|di|da|dos|la|le|ten|ter|el|al|bin|mac|mc)"
_TITLE = (
    r"(?:Mr|MR|Mrs|MRS|Ms|Mx|Miss|Dr|DR|Prof|Sir|Madam|Herrn?|Hr|Frau|Fr|Mme|Mlle|Monsieur|Madame"
    r"|Sra?|Srta|Señora?|Señorita|Doña|Don|Dhr|dhr|Mevr|mevr|[Mm]evrouw|[Mm]eneer|M(?=\.)"
    r"|mr|mrs|mme|herrn?)"
)
_TITLED_NAME = re.compile(
    rf"\b{_TITLE}\b\.?\s+(?:{_TITLE}\b\.?\s+)*(?:{_PARTICLE}\s+){{0,3}}"
    rf"{_NAME}(?:\s+(?:{_PARTICLE}\s+){{0,3}}{_NAME})?"
)
# Written small, only the titles that can hardly be anything else, and one word after them.
_SMALL_TITLED_NAME = re.compile(r"\b(?:mr|mrs|mme|mlle|dhr|mevr|mevrouw)\b\.?\s+[^\W\d_][\w'’-]*")
_NO_NAME = re.compile(rf"{_TITLE}|{_PARTICLE}|mlle|mevr|mevrouw|M|")
# Bounded repeats keep the time linear, whatever somebody types.
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_LINK = re.compile(
    r"\b(?:https?://|ftp://|www\.)\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.(?:com|org|net|de|fr|es|nl|eu|io)\b"
    r"(?:/\S*)?",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<!\w)@{1,3}\w+(?:@{1,3}\w+)*")
_PHONE = re.compile(r"(?<!\w)\+?\(?\d(?:[ ().\-/]{0,3}\d){6,}")
_LONG_NUMBER = re.compile(r"(?:[A-Za-z]{1,4}[-#/]?)?\d{4,}\w*")
# What a text must hold before a rule can match at all. Each starts with a set of characters, which
# the engine skips to, so that the many texts without any of them cost next to nothing.
_MAY_BE_LINK = re.compile(r"[.:](?:(?<=\.)\S|//)")
_DIGIT = re.compile(r"\d")
_MAY_BE_TITLE = re.compile(
    r"[MDPSHFmdhs](?:(?<=M)(?=\.)|r|R|RS|rs|rn|s|x|iss|rof|ir|adame?|errn?|rau|me|lle|onsieur"
    r"|ra|rta|eñora?|eñorita|oña|on|hr|evr|evrouw|eneer)\b\.?\s"
)
_RULES = (
    (_MAY_BE_LINK, ((_LINK, "[link]"),)),
    (re.compile("@"), ((_HANDLE, "[name]"),)),
    (_DIGIT, ((_PHONE, "[number]"), (_LONG_NUMBER, "[number]"))),
    (_MAY_BE_TITLE, ((_TITLED_NAME, "[name]"), (_SMALL_TITLED_NAME, "[name]"))),
)
# Also what others masked before: XXXX and asterisks.
_MASKED = re.compile(r"\[(?:name|number|mail|link)\]|\b[Xx]{3,}\b|\*{2,}")
_MAY_BE_MASKED = re.compile(r"[\[Xx*](?:(?<=\[)[nml]|[Xx]{2}|\*)")
_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Different comments, their counts, where each original went, and people's names in them."""

    texts: tuple[str, ...]
    weights: tuple[int, ...]
    places: tuple[int, ...]
    names: frozenset[str] = frozenset()

    @property
    def usable(self) -> int:
        """How many comments are neither empty nor non-answers, duplicates counted."""
        return sum(self.weights)


def normalise(text: str) -> str:
    """The text in composed Unicode, with single spaces and without control characters.

    A text of white space only becomes the empty string.

    >>> normalise("  two\\n  lines ")
    'two lines'
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text).translate(_CONTROL)
    return " ".join(text.split())


def mask(text: str) -> str:
    """The text with mail addresses, links, numbers of four or more digits and names masked.

    Tokens are ``[mail]``, ``[link]``, ``[number]`` and ``[name]``. Names are what follows a title,
    and common given names with what follows them. It errs on the side of masking; a surname alone
    stays, so a person still reads a quote before it is shown.

    >>> mask("Mr Smith (a.b@example.org) never sent order 48213, call Sabine or 030 1234567")
    '[name] ([mail]) never sent order [number], call [name] or [number]'
    """
    masked = _MAIL.sub("[mail]", text) if "@" in text else text
    for may_match, rules in _RULES:
        if may_match.search(masked):
            for pattern, token in rules:
                masked = pattern.sub(token, masked)
    return _without_given_names(masked) if may_name(masked) else masked


def _without_given_names(text: str) -> str:
    for start, end in reversed(given_names(text)):
        text = f"{text[:start]}[name]{text[end:]}"
    return text


def for_analysis(text: str) -> str:
    """The normalised text with a comma in the place of anything that ``mask`` would hide.

    >>> for_analysis("Frau Meier  promised delivery, see www.example.org now")
    'promised delivery, see, now'
    """
    return _unmasked(normalise(text))


def _unmasked(normal: str) -> str:
    masked = mask(normal)
    if _MAY_BE_MASKED.search(masked):
        masked = normalise(_MASKED.sub(", ", masked))
    return masked.replace(" ,", ",").strip(" ,")


def masked_names(text: str) -> frozenset[str]:
    """The words, in lower case, that ``mask`` takes for a name.

    >>> sorted(masked_names("Ask Dr. Anna van der Berg or Tom"))
    ['anna', 'berg', 'tom']
    """
    found = [text[start:end] for start, end in given_names(text)] if may_name(text) else []
    if _MAY_BE_TITLE.search(text):
        found += [m[0] for rule in (_TITLED_NAME, _SMALL_TITLED_NAME) for m in rule.finditer(text)]
    words = (word.strip(".,'’") for name in found for word in name.split())
    return frozenset(w.lower() for w in words if not _NO_NAME.fullmatch(w))


def is_non_answer(text: str, language: Language) -> bool:
    """Whether the comment says nothing: blank, punctuation only, or a phrase such as "n/a".

    >>> from sop_assess.analysis.text.languages import get_language
    >>> [is_non_answer(t, get_language("en")) for t in ("N/A", " - ", "Nothing!", "Nothing works")]
    [True, True, True, False]
    """
    return _says_nothing(normalise(text), language)


def _says_nothing(normal: str, language: Language) -> bool:
    plain = normal.lower().replace("'", "").replace("’", "")
    phrase = _NOT_WORD.sub(" ", plain).strip()
    if phrase:
        return phrase in language.non_answers
    return not any(unicodedata.category(c).startswith("S") for c in plain)


def key_of_text(content: str) -> str:
    """What cleaned texts that count as the same have in common.

    >>> key_of_text("Late again!") == key_of_text("late again")
    True
    """
    return content.lower().rstrip(".!? ")


def clean(texts: Sequence[str], language: Language) -> Cleaned:
    """Different texts ready for vectors, their counts, and the place of every original text.

    ``places[i]`` is an index into ``texts`` of the result, NON_ANSWER, or UNPLACED where nothing
    is left after masking. Texts that differ in case or white space only count as duplicates.

    >>> from sop_assess.analysis.text.languages import get_language
    >>> clean(["Late again", "late  again", "n/a"], get_language("en"))
    Cleaned(texts=('Late again',), weights=(2,), places=(0, 0, -2), names=frozenset())
    """
    vocabulary = frozenset(" ".join(language.non_answers).split())
    index: dict[str, int] = {}
    kept: list[str] = []
    weights: list[int] = []
    places: list[int] = []
    names: set[str] = set()
    for text in texts:
        names |= masked_names(text)
        normal = normalise(text)
        if _may_say_nothing(normal, vocabulary) and _says_nothing(normal, language):
            places.append(NON_ANSWER)
            continue
        content = _unmasked(normal)
        key = key_of_text(content)
        if not (key[:1].isalpha() or any(c.isalpha() for c in key)):
            places.append(UNPLACED)
            continue
        place = index.setdefault(key, len(kept))
        if place == len(kept):
            kept.append(content)
            weights.append(0)
        weights[place] += 1
        places.append(place)
    return Cleaned(tuple(kept), tuple(weights), tuple(places), frozenset(names))


def _may_say_nothing(normal: str, vocabulary: frozenset[str]) -> bool:
    """Whether the first and last words could be a non-answer's: quick, and never wrongly no."""
    lowered = normal.lower()
    ends = (lowered.partition(" ")[0], lowered.rpartition(" ")[2])
    return all(word in vocabulary or not word.isalnum() for word in ends)
