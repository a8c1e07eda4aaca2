"""Which embedder reads the comments: by their number, their language and what is installed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal, NamedTuple

from sop_assess.analysis.text.embedder import Embedder
from sop_assess.analysis.text.glossary import GLOSSED, GlossedEmbedder, get_glossary

Tier = Literal["fine", "fast", "lexical"]
Reason = Literal["best", "many", "language", "missing", "wanted", "wanted_missing"]

TIERS: tuple[Tier, ...] = ("fine", "fast", "lexical")
# Some 2 ms each: most of a minute of one core. Above it, the fast tier costs little agreement.
MOST_FOR_FINE = 20_000
# MiniLM and the table know English; four more languages reach them word by word.
_LANGUAGES = frozenset({"en", *GLOSSED})


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
    if _code(language) not in _LANGUAGES:
        return Choice("lexical", "language")
    if "fine" in available and different <= MOST_FOR_FINE:
        return Choice("fine", "best")
    why: Reason = "many" if "fine" in available else "missing"
    return Choice("fast" if "fast" in available else "lexical", why)


def open_embedder(
    tier: Tier, language: str = "en", *, folder: Path | None = None, cache: Path | None = None
) -> Embedder | None:
    """The embedder of a tier; None for the lexical one, which learns from the texts alone.

    Comments in German, French, Spanish and Dutch are read word by word in English.
    ``folder`` may hold the model, ``cache`` is a folder for vectors of the fine tier between runs:
    none for anonymous texts. Raises ModelError when a model is missing or another file.
    """
    if tier == "lexical":
        return None
    english = _english(tier, folder, cache)
    code = _code(language)
    return GlossedEmbedder(english, get_glossary(code)) if code in GLOSSED else english


def _english(tier: Tier, folder: Path | None, cache: Path | None) -> Embedder:
    from sop_assess.analysis.text.static_table import StaticEmbedder

    if tier == "fast":
        return StaticEmbedder()
    from sop_assess.analysis.text.blend import BlendedEmbedder
    from sop_assess.analysis.text.minilm import MiniLmEmbedder
    from sop_assess.analysis.text.vector_cache import CachedEmbedder

    model = MiniLmEmbedder(folder)
    fine: Embedder = model if cache is None else CachedEmbedder(model, cache)
    return BlendedEmbedder(fine, StaticEmbedder())


def _code(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
