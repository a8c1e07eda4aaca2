"""How a label came about, in words: one line for each question that the rules ask."""

from __future__ import annotations

from flask_babel import gettext as _


def effect_words(question: str, found: str, effect: str) -> tuple[str, str, str]:
    """One line of "How the label came about" in words: question, what was found, its effect."""
    asked = {
        "meaning": _("Do the methods say the same?"),
        "prominence": _("Equally prominent?"),
        "limits": _("Limits of the methods"),
        "coherence": _("Coherence"),
        "adequacy": _("Enough data"),
        "relevance": _("Relevance"),
    }[question]
    return asked, _found(question, found), _effect(effect)


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
