"""WordNet 3.0 as a source of open texts: words with their frequency, forms, glosses, examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_PART_OF_KEY = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_EXAMPLE = re.compile(r'"([^"]{3,})"')
# Species, and lexicographer files of people and places by name, teach little about daily talk.
_LEFT_OUT = {"05", "20"}


class Synset(NamedTuple):
    """Words of one meaning, its definition and example sentences."""

    words: tuple[str, ...]
    definition: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class WordNet:
    """The database files in one folder."""

    folder: Path

    def synsets(self) -> Iterator[Synset]:
        """All meanings but species and proper names, in the order of the files."""
        for name in PARTS.values():
            for line in self._lines(f"data.{name}"):
                if not line.startswith("  "):
                    yield from _synset(line)

    def frequencies(self, part: str) -> Counter[str]:
        """How often each word of a part of speech was tagged in the Brown and other texts."""
        found: Counter[str] = Counter()
        for line in self._lines("cntlist.rev"):
            key, _, count = line.split()
            word, sense = key.split("%")
            if _PART_OF_KEY[sense[0]] == part:
                found[word.replace("_", " ")] += int(count)
        return found

    def words(self, part: str) -> list[str]:
        """Every word and phrase of a part of speech."""
        lines = self._lines(f"index.{PARTS[part]}")
        return [line.split(" ", 1)[0].replace("_", " ") for line in lines if line[0] != " "]

    def irregular(self, part: str) -> dict[str, list[str]]:
        """Irregular forms by word: go to went and gone."""
        found: dict[str, list[str]] = {}
        for line in self._lines(f"{PARTS[part]}.exc"):
            form, *words = line.split()
            for word in words:
                found.setdefault(word, []).append(form)
        return found

    def _lines(self, name: str) -> list[str]:
        return (self.folder / name).read_text(encoding="utf-8").splitlines()


def _synset(line: str) -> Iterator[Synset]:
    fields, gloss = line.split(" | ", 1)
    parts = fields.split()
    count = int(parts[3], 16)
    words = tuple(re.sub(r"\(.*\)", "", w).replace("_", " ") for w in parts[4 : 4 + 2 * count : 2])
    if parts[1] in _LEFT_OUT or any(w[:1].isupper() for w in words):
        return
    definition = gloss.split('"')[0].strip().rstrip("; ")
    yield Synset(words, definition, tuple(_EXAMPLE.findall(gloss)))
