"""Proposed themes take over keys and what people gave them from the themes that they resemble."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..analysis.text.curated import Curated, CuratedTheme, key_of
from .measured import Labels


def adopted(before: Curated, proposal: Curated) -> Curated:
    """The proposal of the same comments, with the keys of `before` where a theme comes back.

    A theme comes back in the one with which it shares most comments, if these are more than half of
    both together; it keeps its key and all that a person gave it. Others get new keys.
    """
    pairs = _same(_labels(before), _labels(proposal), len(before.themes), len(proposal.themes))
    made, themes, taken = before.made, [], {before.themes[old].name for old in pairs.values()}
    for place, theme in enumerate(proposal.themes):
        if place in pairs:
            themes.append(_kept(before.themes[pairs[place]], theme))
            continue
        made += 1
        name = theme.name if theme.name not in taken else f"{theme.name} ({made})"
        themes.append(replace(theme, key=key_of(made), name=name))
    return replace(proposal, themes=tuple(themes), made=made)


def _labels(curated: Curated) -> Labels:
    return curated.sorting.comment_labels(curated.text_labels())


def _same(old: Labels, new: Labels, before: int, after: int) -> dict[int, int]:
    """The old theme of every new one that is the same."""
    both = (old >= 0) & (new >= 0)
    shared = np.bincount(new[both] * before + old[both], minlength=after * before)
    shared = shared.reshape(after, before)
    either = (
        np.bincount(new[new >= 0], minlength=after)[:, None]
        + np.bincount(old[old >= 0], minlength=before)[None, :]
        - shared
    )
    # More than half of both together can be true of one pair only.
    return {int(i): int(j) for i, j in np.argwhere(shared * 2 > either)}


def _kept(old: CuratedTheme, new: CuratedTheme) -> CuratedTheme:
    return replace(old, keywords=old.keywords if old.named else new.keywords,
                   merged=False)  # fmt: skip
