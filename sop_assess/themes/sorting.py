"""The job's part: the comments of a source become sets of themes, or join those that exist."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from ..analysis.text.continuing import continue_with, propose_anew
from ..analysis.text.curated import Curated, propose
from ..analysis.text.difference import adopt
from ..analysis.text.languages import get_language
from ..analysis.text.mixture import split
from ..analysis.text.themes import sort_comments
from ..analysis.text.tiers import Tier, available_tiers, choose_tier, open_embedder
from ..jobs import Progress, part_of, quietly
from .cells import About
from .comments import Comment
from .facts import Facts
from .loaded import Loaded
from .measured import Measured
from .telling import ToldTexts, told_texts, worded

SEED: Final = 20_260
# The part of the work that telling the languages apart takes.
_LANGUAGES: Final = 0.1
Run = Mapping[str, Any]
PREFIXES: Final = {"problem": "p", "keep": "k"}


class Models(NamedTuple):
    """Where language models lie besides those that are installed, and where vectors of comments
    are kept between runs."""

    folder: Path | None = None
    cache: Path | None = None


ALONE: Final = Models()


@dataclass(frozen=True)
class Sorted:
    """One set as a job leaves it. `before` is what it goes on from; `fresh` says whether its
    sorting is a new one, so that decisions start again from it."""

    role: str
    language: str
    prefix: str
    state: str
    start: Curated
    current: Curated
    facts: Facts
    run: Mapping[str, Any]
    before: Loaded | None = None
    fresh: bool = True

    @property
    def measured(self) -> Measured:
        """The set with its figures."""
        return Measured(self.current, self.facts)


@dataclass(frozen=True)
class Plan:
    """How the comments of a source are sorted. `main` is the language of those that do not tell
    theirs; `state` is "open", "draft" or "frozen" once there are themes; `kept` are the keys of
    themes that issues were made from, by prefix."""

    main: str
    state: str
    minimum: int
    day: str
    models: Models = ALONE
    kept: Mapping[str, Collection[str]] = field(default_factory=dict)
    before: Mapping[tuple[str, str], Loaded] = field(default_factory=dict)


def sort_source(comments: Sequence[Comment], plan: Plan, progress: Progress) -> list[Sorted]:
    """One set for each side and language in which anything was written."""
    progress = worded(progress)
    parts = comments_by_set(comments, plan.main, part_of(progress, 0.0, _LANGUAGES))
    wrote = max(Counter(c.item for c in comments).values(), default=0)
    done, found = 0, []
    for (role, language), own in parts.items():
        share, step = done / max(1, len(comments)), len(own) / max(1, len(comments))
        whole = part_of(progress, _LANGUAGES, 1.0)
        tell = part_of(whole, share, share + step)
        found.append(_sort_part(role, language, own, plan, wrote, tell))
        done += len(own)
    return found


def about(one: Sorted, plan: Plan, set_id: int | None) -> About:
    """What the cells of a set say about it."""
    return About(one.prefix, one.role, set_id, plan.minimum, int(one.run["who_wrote"]), one.run)


def sorted_first(texts: Sequence[str], run: Run, models: Models, progress: Progress) -> Curated:
    """The comments sorted for the first time."""
    common = _common(run, models, progress)
    return propose(sort_comments(told_texts(texts, progress), **common))


def continued(
    before: Curated, texts: Sequence[str], run: Run, models: Models, progress: Progress
) -> Curated:
    """The themes of before with the comments as they are now; keys stay."""
    common = _common(run, models, progress)
    return continue_with(before, told_texts(texts, progress), **common, kept=run["kept"])


def sorted_anew(
    before: Curated, texts: Sequence[str], run: Run, models: Models, progress: Progress
) -> Curated:
    """A fresh sorting around the themes that people keep; themes that come back keep their keys."""
    common = _common(run, models, progress)
    told = told_texts(texts, progress)
    return adopt(before, propose_anew(before, told, **common, kept=run["kept"]))


def with_tier(
    run: Run, texts: Sequence[str], models: Models, wanted: Tier | None = None
) -> dict[str, Any]:
    """The run with the vectors that these comments are sorted by, and why these."""
    choice = choose_tier(len(texts), str(run["language"]), available_tiers(models.folder), wanted)
    return {**run, "tier": choice.tier, "why": choice.reason}


def _common(run: Run, models: Models, progress: Progress) -> dict[str, Any]:
    language = str(run["language"])
    embedder = open_embedder(run["tier"], language, folder=models.folder, cache=models.cache)
    return {"language": language, "seed": int(run["seed"]), "embedder": embedder,
            "progress": progress}  # fmt: skip


def label_digest(curated: Curated) -> str:
    """The hash of the theme of every comment: two runs with the same one are identical."""
    labels = curated.sorting.comment_labels(curated.text_labels())
    names = [theme.key for theme in curated.themes]
    content = hashlib.sha256(labels.astype(np.int32).tobytes())
    content.update(repr(names).encode())
    return content.hexdigest()


def input_digest(texts: Sequence[str]) -> str:
    """The hash of the comments in their order, as a sorting writes it into its settings."""
    content = hashlib.sha256()
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        content.update(len(raw).to_bytes(8, "big") + raw)
    return content.hexdigest()


def comments_by_set(
    comments: Sequence[Comment], main: str, progress: Progress = quietly
) -> dict[tuple[str, str], list[Comment]]:
    """The comments that may be quoted, by side and language; `main` is the language of those that
    do not tell theirs."""
    found: dict[tuple[str, str], list[Comment]] = {}
    for role in PREFIXES:
        own = [c for c in comments if (c.role or "problem") == role and c.may_quote]
        told = ToldTexts((c.text for c in own), progress, 1.0, "languages")
        for part in split(told, main):
            if part.indices:
                found[role, part.language] = [own[i] for i in part.indices]
    return found


def _prefix(role: str, language: str, plan: Plan) -> str:
    """What the keys of a set's themes begin with; a set keeps its own, whatever becomes main."""
    before = plan.before.get((role, language))
    if before is not None:
        return before.prefix
    first, taken = get_language(plan.main).code, {one.prefix for one in plan.before.values()}
    plain = PREFIXES[role]
    return plain if language == first and plain not in taken else f"{plain}-{language}"


def _sort_part(
    role: str, language: str, own: list[Comment], plan: Plan, wrote: int, tell: Progress
) -> Sorted:
    texts = [c.text for c in own]
    before = plan.before.get((role, language))
    prefix = _prefix(role, language, plan)
    common: dict[str, Any] = {"role": role, "language": language, "prefix": prefix,
                              "facts": Facts.of(own)}  # fmt: skip
    run: dict[str, Any] = {
        "seed": SEED, "language": language, "main": plan.main, "at": plan.day, "who_wrote": wrote,
        "minimum": plan.minimum, "kept": sorted(plan.kept.get(prefix, ())),
    }  # fmt: skip
    if before is not None and before.run["input"] == input_digest(texts):
        run = {**before.run, "who_wrote": wrote}
        return Sorted(**common, state=before.state, start=before.start, current=before.current,
                      run=run, before=before, fresh=False)  # fmt: skip
    run = with_tier(run, texts, plan.models, wanted_before(before))
    if before is not None and before.current.themes:
        start, how = continued(before.current, texts, run, plan.models, tell), "continued"
    else:
        start, how = sorted_first(texts, run, plan.models, tell), "new"
    run |= described_run(start, how)
    return Sorted(**common, state=plan.state if start.themes else "list", start=start,
                  current=start, run=run, before=before)  # fmt: skip


def described_run(start: Curated, how: str) -> dict[str, Any]:
    """What a run says about itself, so that it can be done again and compared."""
    settings = dict(start.sorting.settings)
    return {"how": how, "input": settings["input"], "settings": settings,
            "labels": label_digest(start)}  # fmt: skip


def wanted_before(before: Loaded | None) -> Tier | None:
    """The tier that a person asked for when the set was last sorted."""
    asked = before is not None and before.run.get("why") in ("wanted", "wanted_missing")
    return before.run["tier"] if before is not None and asked else None
