"""As many different short texts as one likes, out of a few thousand real ones.

python -m benchmarks.resampled --csv FILE [--csv FILE] --texts 1000000 --out FILE

Writes one text a line, so that the memory of making them is not counted to whoever reads them.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

_ALTERED = 0.12


def resampled(n: int, seed: int, texts: Sequence[str]) -> list[str]:
    """``n`` texts that differ in more than case: halves of two texts, some words exchanged.

    >>> made = resampled(20, 1, ["the list is late", "my invoice was wrong again"])
    >>> len(made), len({text.lower() for text in made})
    (20, 20)
    """
    chance = random.Random(seed)
    known = [words for text in texts if (words := text.split())]
    # Words by their frequency in the texts, so that the vocabulary keeps its usual shape.
    every = [word for words in known for word in words]
    seen: set[int] = set()
    found: list[str] = []
    while len(found) < n:
        text = " ".join(_altered(_crossed(known, chance), every, chance))
        key = hash(text.lower().rstrip(".!? "))
        if key not in seen:
            seen.add(key)
            found.append(text)
    return found


def _crossed(known: Sequence[Sequence[str]], chance: random.Random) -> list[str]:
    one, other = chance.choice(known), chance.choice(known)
    return [*one[: (len(one) + 1) // 2], *other[len(other) // 2 :]]


def _altered(words: Sequence[str], every: Sequence[str], chance: random.Random) -> Iterator[str]:
    """About one word in eight exchanged; one in fifty of those is a new one, as slips make them."""
    for word in words:
        if chance.random() > _ALTERED:
            yield word
        elif chance.random() < 0.02:
            yield f"{word}{chance.choice('abcdefghijklmnopqrstuvwxyz')}{chance.choice('aeiou')}"
        else:
            yield chance.choice(every)


def main() -> None:
    """Write the texts to a file."""
    parser = argparse.ArgumentParser(description="Make many different short texts.")
    parser.add_argument("--csv", type=Path, required=True, action="append")
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    texts: list[str] = []
    for path in options.csv:
        with path.open(encoding="utf-8", newline="") as file:
            texts += [" ".join(row[options.text_column].split()) for row in csv.DictReader(file)]
    made = resampled(options.texts, options.seed, texts)
    options.out.write_text("\n".join(made) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
