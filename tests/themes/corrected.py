"""A sorting of which a person corrected 500 comments and more, one decision after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sop_assess.db import Stores
from sop_assess.jobs import Job, JobQueue, get_job
from sop_assess.themes import service, store
from sop_assess.themes.queries import SetView, theme_set
from tests.assessment.released import NOW

CORRECTED: Final = 520
AT_ONCE: Final = 130


def correct(stores: Stores, one: SetView, count: int = CORRECTED) -> SetView:
    """A person puts prices and discounts into the stock list's theme, and confirms the rest."""
    target = theme_of(stores, one, "stock list")
    by_theme: dict[str, list[int]] = {}
    for text, words, now in list(texts_of(stores, one))[:count]:
        to = target if is_price(words) else now if now != "unplaced" else target
        by_theme.setdefault(to, []).append(text)
    for to, texts in by_theme.items():
        for start in range(0, len(texts), AT_ONCE):
            decide(stores, one, do="move", texts=texts[start : start + AT_ONCE], to=to)
    return theme_set(stores, one.assessment_id, one.id)


def judge(stores: Stores, one: SetView, count: int = CORRECTED) -> SetView:
    """A person reads every comment about parcels as praise, and all others as problems."""
    found = list(texts_of(stores, one))[:count]
    for side in ("keep", "problem"):
        texts = [text for text, words, _now in found if ("parcel" in words) == (side == "keep")]
        decide(stores, one, do="judge", texts=texts, **{"as": side})
    return theme_set(stores, one.assessment_id, one.id)


def is_price(words: str) -> bool:
    """Whether a comment is one of those that the person wants elsewhere."""
    return "price" in words or "discount" in words


def texts_of(stores: Stores, one: SetView) -> Iterator[tuple[int, str, str]]:
    """The different comments with their number, their words and the theme that they are in."""
    with stores.core.reading() as session:
        measured = store.load(session, store.find(session, one.assessment_id, one.id)).measured
    keys = [theme.key for theme in measured.curated.themes] + ["non_answer", "unplaced"]
    for text, words in enumerate(measured.curated.sorting.texts):
        yield text, words, keys[measured.text_labels[text]]


def theme_of(stores: Stores, one: SetView, words: str) -> str:
    """The theme that most comments with these words are in."""
    found = [now for _text, said, now in texts_of(stores, one) if words in said]
    return max(set(found) - {"unplaced", "non_answer"}, key=found.count)


def decide(stores: Stores, one: SetView, **what: Any) -> None:
    """One decision."""
    service.decide(stores, one.assessment_id, one.id, what, by=None, now=NOW)


def learn(stores: Stores, one: SetView) -> Job:
    """The finished job."""
    return get_job(stores, JobQueue(stores, inline=True).start(
        "learn_themes", assessment_id=one.assessment_id, set_id=one.id
    ))  # fmt: skip
