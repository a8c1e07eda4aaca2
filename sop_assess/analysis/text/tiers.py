"""Which embedder reads the comments: by their number, their language and what is installed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal, NamedTuple

from sop_assess.analysis.text.embedder import Embedder

Tier = Literal["fine", "fast", "lexical"]
Reason = Literal["best", "many", "language", "missing", "wanted", "wanted_missing"]

TIERS: tuple[Tier, ...] = ("fine", "fast", "lexical")
# Some 4 ms each: a minute and a half of one core. Above it, the fast tier costs little agreement.
MOST_FOR_FINE = 20_000
# MiniLM was made for English. On sixty complaints in each of the other four it still tells six
# subjects apart better than the lexical tier does, and the table does not.
_FINE_LANGUAGES = frozenset({"en", "de", "fr", "es", "nl"})
_FAST_LANGUAGES = frozenset({"en"})


class Choice(NamedTuple):
    """The tier and why: ``best`` of all, too ``many`` texts for a finer one, a ``language`` that
    the vectors do not know, a finer one ``missing``, ``wanted``, or wanted but not there."""

    tier: Tier
    reason: Reason


def available_tiers(folder: Path | None = None) -> frozenset[Tier]:
    """The tiers that can be opened here; ``folder`` may hold the fine tier's model.

    >>> sorted(available_tiers() - {"fine"})
    ['fast', 'lexical']
    """
    from sop_assess.analysis.text import minilm

    return frozenset(TIERS if minilm.is_available(folder) else TIERS[1:])


def choose_tier(
    different: int, language: str, available: Collection[Tier], wanted: Tier | None = None
) -> Choice:
    """The tier for so many different texts of a language, by its code with or without region.

    ``wanted`` decides where it is available. Never fails: the lexical tier is always there.

    >>> choose_tier(500, "en-GB", {"fine", "fast", "lexical"})
    Choice(tier='fine', reason='best')
    >>> choose_tier(50_000, "en", {"fine", "fast"}), choose_tier(500, "sv", {"fine", "fast"})
    (Choice(tier='fast', reason='many'), Choice(tier='lexical', reason='language'))
    >>> choose_tier(500, "en", {"fast", "lexical"}, wanted="fine")
    Choice(tier='fast', reason='wanted_missing')
    """
    if wanted is not None and wanted in {*available, "lexical"}:
        return Choice(wanted, "wanted")
    choice = _unasked(different, language, available)
    return choice if wanted is None else Choice(choice.tier, "wanted_missing")


def _unasked(different: int, language: str, available: Collection[Tier]) -> Choice:
    code = language.replace("_", "-").split("-")[0].lower()
    if code not in _FINE_LANGUAGES:
        return Choice("lexical", "language")
    if "fine" in available and different <= MOST_FOR_FINE:
        return Choice("fine", "best")
    why: Reason = "many" if "fine" in available else "missing"
    return Choice("fast" if "fast" in available and code in _FAST_LANGUAGES else "lexical", why)


def open_embedder(
    tier: Tier, *, folder: Path | None = None, cache: Path | None = None
) -> Embedder | None:
    """The embedder of a tier; None for the lexical one, which learns from the texts alone.

    ``folder`` may hold the model, ``cache`` is a folder for vectors of the fine tier between runs:
    none for anonymous texts. Raises ModelError when a model is missing or another file.
    """
    if tier == "lexical":
        return None
    if tier == "fast":
        from sop_assess.analysis.text.static_table import StaticEmbedder

        return StaticEmbedder()
    from sop_assess.analysis.text.minilm import MiniLmEmbedder
    from sop_assess.analysis.text.vector_cache import CachedEmbedder

    fine = MiniLmEmbedder(folder)
    return fine if cache is None else CachedEmbedder(fine, cache)
