"""The texts that teach the table: WordNet's examples and definitions, and made-up sentences."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

from benchmarks.distil.forms import adjective_forms, noun_forms, verb_forms
from benchmarks.distil.wordnet import WordNet

# Everyday ways to say things; the words in the gaps are drawn by their frequency.
_FRAMES = """
the {n} was {a}|the {ns} are {a} and the {n} is {a}|my {n} did not {v}|i want to {v} a {n}
how do i {v} my {n}|how can i {v} the {n} of my {n}|what is the {n} for|why was the {n} {ved}
why is my {n} still {ving}|where can i {v} {ns}|when will the {n} be {ved}|who {ved} the {n}
can you {v} the {n} please|could somebody {v} me a {n}|please {v} the {n} for me
there was no {n}|there were not enough {ns}|there is too much {n}|more {ns} and fewer {ns}
nobody {ved} the {n}|nothing was {ved} about the {n}|they never {v} the {n} on time
we had to {v} the {n} twice|i had to wait for the {n}|it took too long to {v} the {n}
the {n} did not match the {n}|the {n} was {ved} before the {n}|{n} without {n}
the people were {a} and {a}|everybody was very {a}|they {ved} me and {ved} my {n}
i was told that the {n} was {a}|i was not told about the {n}|you should {v} the {n} more often
a {a} {n} would be better|better {n}|less {n}|{a} {n}|{n} and {n}|{ving} the {n}|{v} {ns}
the {n} needs to be {ved}|is there a {n} for {ving} {ns}|are {ns} allowed to {v}
do you know whether the {n} {ved}|tell me about the {n} of {ns}|show me all {a} {ns}
i think the {n} should be more {a}|i do not understand the {n}|i cannot {v} the {n}
i have lost my {n}|i did not get my {n}|somebody {ved} my {n}|my {n} has not {ved} yet
the {n} costs too much|the {n} was free|the price of the {n} is {a}|i was charged for the {n}
every {n} has a {a} {n}|some {ns} {v} {r}|all {ns} were {ved} {r}|it {ved} {r}
the {n} in the {n} was {ved} by a {n}|at the {n} they {v} {ns}|from the {n} to the {n}
{ns} {v} when the {n} is {a}|if the {n} is {a} then {v} it|because of the {n} we {ved} the {n}
change the {n} to a {a} one|stop {ving} the {n}|start {ving} {ns}|add a {n} to the {n}
remind me to {v} the {n} tomorrow|what time does the {n} {v}|how long does the {n} take
how many {ns} are there in a {n}|how much {n} do i need|which {n} is the most {a}
thank you for the {n}|the {n} was excellent and {a}|it was a {a} {n} with {a} {ns}
we {v} the {n} in the {n} but it is {a}|two {ns} were {a}, one was {a}|not {a} at all
the {n} is out of date|the {n} is up to us|they let us down with the {n}|{n}, {n} and {n}
"""
_FRAME = [frame for line in _FRAMES.split("\n") for frame in line.split("|") if frame]
_GAP = re.compile(r"\{(\w+)\}")
_GAPS = {"n": "n", "ns": "n", "v": "v", "ved": "v", "ving": "v", "a": "a", "r": "r"}
_MOST_LETTERS = 200


class _Pool(NamedTuple):
    words: list[str]
    cumulated: list[float]

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self.words, cum_weights=self.cumulated)[0]


def teaching_texts(wordnet: WordNet, *, made_up: int, seed: int) -> list[str]:
    """Different texts of at most 200 letters in a fixed order."""
    found = dict.fromkeys(_from_wordnet(wordnet))
    found.update(dict.fromkeys(_made_up(wordnet, made_up, random.Random(seed))))
    return [text for text in found if 3 <= len(text) <= _MOST_LETTERS]


def _from_wordnet(wordnet: WordNet) -> Iterator[str]:
    for synset in wordnet.synsets():
        yield from synset.examples
        yield f"{synset.words[0]}: {synset.definition}"


def _made_up(wordnet: WordNet, count: int, chance: random.Random) -> Iterator[str]:
    pools = {part: _pool(wordnet.frequencies(part)) for part in "nvar"}
    irregular = {part: wordnet.irregular(part) for part in "nva"}
    for _ in range(count):
        frame = chance.choice(_FRAME)
        yield _GAP.sub(lambda gap: _fill(gap[1], pools, irregular, chance), frame)


def _pool(frequencies: Counter[str]) -> _Pool:
    """Words drawn by the root of their frequency, so that rarer ones are taught too."""
    words = sorted(w for w in frequencies if w.isascii() and w.replace(" ", "").isalpha())
    return _Pool(words, list(accumulate((frequencies[w] + 1) ** 0.5 for w in words)))


def _fill(
    gap: str,
    pools: Mapping[str, _Pool],
    irregular: Mapping[str, Mapping[str, list[str]]],
    chance: random.Random,
) -> str:
    part = _GAPS[gap]
    word = pools[part].draw(chance)
    if gap == "ns":
        return noun_forms(word, irregular[part])[0]
    if gap not in {"ved", "ving"}:
        return word
    verb, *rest = word.split(" ")
    forms = verb_forms(verb, irregular[part])
    return " ".join([forms[1] if gap == "ving" else forms[-1], *rest])


def words_and_forms(wordnet: WordNet) -> Counter[str]:
    """Every word that was tagged, with its forms and how often; forms count as their word."""
    found: Counter[str] = Counter()
    makers = {"n": noun_forms, "v": verb_forms, "a": adjective_forms}
    for part in "nvar":
        irregular = wordnet.irregular(part) if part != "r" else {}
        for word, count in wordnet.frequencies(part).items():
            forms = makers[part](word, irregular) if part != "r" else []
            for form in [word, *forms]:
                found[form] += count
    return found
