"""How a label came about, in words: one line for each question that the rules ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from .amounts import in_words
from .picture import Found

LEVELS: Final = ("high", "moderate", "low", "very_low")


def effect_words(row: Mapping[str, str], found: Found) -> tuple[str, str, str]:
    """One line in words: the question, what was found, and what it did."""
    question = row["question"]
    asked = {
        "meaning": _("Do the methods say the same?"),
        "prominence": _("Equally prominent?"),
        "limits": _("Limits of the methods"),
        "coherence": _("Coherence"),
        "adequacy": _("Enough data"),
        "relevance": _("Relevance"),
    }[question]
    here = _found(question, row["found"])
    if question == "adequacy" and row["found"] == "nothing":
        enough = sum(bool(verdict["enough"]) for verdict in found.verdicts.values())
        here = _("%(count)s methods above their minimum of data", count=in_words(enough))
    if question == "prominence":
        partly = row["found"] == "different" and found.label == "partial"
        return asked, here, _("partly") if partly else _("no change")
    return asked, here, _effect(row["effect"])


def levels_lost(confidence: str) -> str:
    """From where the confidence started to where it ended."""
    lost = LEVELS.index(confidence)
    if not lost:
        return _("starts at high, nothing taken off")
    return ngettext("high, less one level", "high, less %(count)s levels", lost,
                    count=in_words(lost))  # fmt: skip


def _found(question: str, found: str) -> str:
    common = {
        "nothing": _("nothing said") if question in {"meaning", "prominence"} else _("no concern"),
        "one_voice": _("one method speaks"), "same": _("yes"), "opposed": _("no, the opposite"),
        "overlapping": _("partly: one of them sees both"), "different": _("no"),
        "only_watched": _("only watched work: people behave when watched"),
        "unconnected": _("shoppers and places do not overlap"),
        "response_low": _("fewer than half of the staff answered"),
        "first_sessions": _("first sessions only"),
        "dissonance": _("the methods contradict each other"),
        "partial": _("the methods agree in part"),
        "silence": _("one method speaks, another was asked and stayed silent"),
        "none_enough": _("no method is above its minimum of data"),
        "only_one_enough": _("one method is above its minimum of data"),
        "only_imports": _("only your own records speak"),
        "rolled_up": _("a figure of a larger unit stands in"),
    }  # fmt: skip
    return common.get(found, found)


def _effect(effect: str) -> str:
    return {
        "none": _("no change"), "serious": _("a serious concern: one level down"),
        "lesser": _("a lesser concern, counted together with others"),
        "agreement": _("agreement"), "partial": _("partly"), "silence": _("others are silent"),
        "dissonance": _("disputed"), "single_method": _("one method only"),
    }.get(effect, effect)  # fmt: skip
