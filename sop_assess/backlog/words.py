"""The words of the backlog in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

STATES: Final[Mapping[str, Any]] = {
    "new": _l("new"), "discussing": _l("discussing"), "planned": _l("planned"),
    "doing": _l("doing"), "done": _l("done"), "verified": _l("verified"),
    "declined": _l("declined"),
}  # fmt: skip
HORIZONS: Final[Mapping[str, Any]] = {
    "immediate": _l("immediate"), "planned": _l("planned"), "target": _l("target period"),
}  # fmt: skip
KINDS: Final[Mapping[str, Any]] = {
    "problem": _l("a problem to solve"), "opportunity": _l("something to keep or use more"),
}  # fmt: skip
CONFIDENCE: Final[Mapping[str, Any]] = {
    "high": _l("high"), "moderate": _l("moderate"), "low": _l("low"), "very_low": _l("very low"),
}  # fmt: skip
ORIGINS: Final[Mapping[str, Any]] = {
    "finding": _l("from a finding"), "theme": _l("from a theme"),
    "observation": _l("from an observation"), "flag": _l("from the map"),
    "review": _l("from a review"), "hand": _l("made by hand"),
}  # fmt: skip
FIELDS: Final[Mapping[str, Any]] = {
    "title": _l("title"), "description": _l("description"), "kind": _l("kind"),
    "state": _l("state"), "horizon": _l("horizon"), "target_period": _l("target period"),
    "owner": _l("owner"), "due_on": _l("due date"), "reach": _l("reach"), "impact": _l("impact"),
    "confidence": _l("confidence"), "effort": _l("effort"), "subject": _l("stage"),
    "cost": _l("cost"), "external_link": _l("link"), "source": _l("affected source"),
    "segment": _l("affected segment"), "roles": _l("affected roles"), "decision": _l("decision"),
}  # fmt: skip
LABELS: Final[Mapping[str, Any]] = {
    "agreement": _l("the methods agree"), "partial": _l("the methods agree in part"),
    "silence": _l("one method is silent"), "dissonance": _l("the methods contradict each other"),
    "single_method": _l("one method alone"), "none": _l("nothing is said any more"),
}  # fmt: skip
METHODS: Final[Mapping[str, Any]] = {
    "survey": _l("Staff survey"), "interview": _l("Interviews"), "shadow": _l("Shadowing"),
    "shop": _l("Mystery shopping"), "import": _l("Own records"),
}  # fmt: skip


def word(words: Mapping[str, Any], key: str | None) -> str:
    """The word of a key; the key itself where there is none."""
    return str(words.get(key or "", key or ""))


def capital(text: str) -> str:
    """The words as a sentence begins."""
    return text[:1].upper() + text[1:]
