"""How often themes of two assessments are matched rightly by their words: the thresholds' reason.

Comments of eighteen made-up subjects, nine in either assessment and five of them in both, 15 to 40
comments a subject, sorted by the fast tier. A theme's subject is the one of most of its comments.
The last line is JSON.

    python -m benchmarks.theme_matching [--pairs 24]
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from typing import NamedTuple

import numpy as np

from sop_assess.analysis.text import matching
from sop_assess.analysis.text.curated import propose
from sop_assess.analysis.text.embedder import Embedder
from sop_assess.analysis.text.matching import Said, match_themes
from sop_assess.analysis.text.themes import sort_comments
from sop_assess.analysis.text.tiers import open_embedder
from sop_assess.demo import words
from tests.analysis.text import comments

# The same subject in the words of two sources.
SAME = {"stock": "stock_list", "invoice": "harbour_invoices", "leads": "web_leads"}
VOICES = {**words.PROBLEMS, **words.KEEPS,
          **{f"p{i}": voice for i, voice in enumerate(words.BACKGROUND)},
          **{f"k{i}": voice for i, voice in enumerate(words.KEEP_BACKGROUND)}}  # fmt: skip
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)


class Theme(NamedTuple):
    """A theme by its words, and what it is about."""

    said: Said
    subject: str


def say(subject: str, dice: random.Random) -> str:
    """One comment on a subject."""
    if subject in VOICES:
        return words.capital(VOICES[subject].say(dice))
    return " ".join(dice.choice(part) for part in comments._SUBJECTS[subject]) + "."


def assessment(seed: int, subjects: list[str], each: int, embedder: Embedder) -> list[Theme]:
    """The themes of an assessment."""
    dice = random.Random(seed)
    rows = [(say(subject, dice), subject) for subject in subjects for _ in range(each)]
    dice.shuffle(rows)
    sorting = sort_comments([text for text, _ in rows], seed=seed, embedder=embedder)
    curated = propose(sorting)
    labels = sorting.comment_labels(curated.text_labels())
    first = sorting.first_places()
    found = []
    for place, (theme, told) in enumerate(zip(curated.themes, curated.describe(), strict=True)):
        about = Counter(rows[row][1] for row in np.flatnonzero(labels == place).tolist())
        quotes = tuple(rows[int(first[text])][0] for text in told.quotes)
        said = Said(str(place), theme.name, theme.keywords, quotes)
        subject = about.most_common(1)[0][0]
        found.append(Theme(said, SAME.get(subject, subject)))
    return found


def pairs_of(count: int, embedder: Embedder) -> list[tuple[list[Theme], list[Theme]]]:
    """So many pairs of assessments."""
    found = []
    for number in range(count):
        dice = random.Random(number)
        pool = [*VOICES, *comments._SUBJECTS]
        dice.shuffle(pool)
        sizes = dice.choice([15, 25, 40]), dice.choice([15, 25, 40])
        found.append((assessment(100 + number, pool[:9], sizes[0], embedder),
                      assessment(200 + number, pool[4:13], sizes[1], embedder)))  # fmt: skip
    return found


def shortened(themes: list[Theme]) -> list[Theme]:
    """Without quotes, as themes of a survey are until two people have read these."""
    return [Theme(Said(t.said.key, t.said.name, t.said.keywords), t.subject) for t in themes]


def counted(
    pairs: list[tuple[list[Theme], list[Theme]]], embedder: Embedder | None
) -> tuple[float, float]:
    """Precision and recall of the matches."""
    right = wrong = there = 0
    for then, now in pairs:
        about = [{t.said.key: t.subject for t in side} for side in (then, now)]
        found = match_themes([t.said for t in then], [t.said for t in now], embedder=embedder)
        hits = sum(about[0][match.first] == about[1][match.second] for match in found)
        right, wrong = right + hits, wrong + len(found) - hits
        common = Counter(about[0].values()) & Counter(about[1].values())
        there += common.total()
    return right / max(1, right + wrong), right / max(1, there)


def main() -> None:
    """Print precision and recall by tier, by what is known of a theme, and by threshold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=24, help="pairs of assessments")
    fast = open_embedder("fast")
    assert fast is not None
    pairs = pairs_of(parser.parse_args().pairs, fast)
    bare = [(shortened(then), now) for then, now in pairs]
    both: list[tuple[str, str, Embedder | None]] = [
        ("fast", "FAST", fast),
        ("lexical", "LEXICAL", None),
    ]
    rows = []
    for tier, name, embedder in both:
        for least in THRESHOLDS:
            setattr(matching, name, least)
            line = [counted(known, embedder) for known in (pairs, bare)]
            told = "  ".join(f"P {p:.2f} R {r:.2f}" for p, r in line)
            print(f"{tier:8} {least:.2f}  with quotes and without then: {told}")
            rows.append({"tier": tier, "least": least, "with_quotes": line[0], "without": line[1]})
    print(json.dumps({"thresholds": rows}))


if __name__ == "__main__":
    main()
