"""What a fresh issue starts with: reach, impact and confidence from its evidence, in words. Pure.

Reach is what was counted before what was perceived: a source's share in imported times, then the
staff survey's answers, then mystery visits, observations and interviews.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask_babel import gettext as _

from .score import CONFIDENCE
from .words import LABELS, word

Fact = Mapping[str, Any]
ORDER: Final = ("slow_source", "balance", "place", "standards", "checks", "marks")
FIRMNESS: Final[Mapping[str, str]] = {"firm": "moderate", "fair": "low", "loose": "very_low"}


@dataclass(frozen=True)
class Suggestion:
    """The first inputs of an issue, and where each comes from, by input."""

    kind: str
    reach: float | None
    impact: int
    confidence: str | None
    sources: Mapping[str, str] = field(default_factory=dict)


def from_finding(
    polarity: str,
    label: str,
    confidence: str,
    verdicts: Mapping[str, Mapping[str, Any]],
    facts: Sequence[Fact],
) -> Suggestion:
    """The start of an issue made from a finding; what works becomes an opportunity to keep it."""
    works = polarity == "works"
    reach, why = _reach(facts, works=works)
    impact = _impact(polarity, verdicts)
    known = confidence if confidence in CONFIDENCE else None
    sources = {
        "impact": _("Proposed from how clearly the methods speak. Change it to what it costs."),
        "confidence": _("Computed from the finding: %(label)s.", label=word(LABELS, label)),
    }
    if why:
        sources["reach"] = why
    return Suggestion("opportunity" if works else "problem", reach, impact, known, sources)


def from_theme(n: int | None, share: float | None, detail: Mapping[str, Any]) -> Suggestion:
    """The start of an issue made from a theme of comments."""
    severity = detail.get("severity")
    impact = min(4, max(1, round(severity))) if severity is not None else 2
    sources = {
        "impact": (
            _("Mean severity that the writers gave: %(value)s of 4.", value=f"{severity:.1f}")
            if severity is not None
            else _("Nobody rated the severity; 2 of 4 is a start.")
        ),
        "confidence": _("Comments alone, however many, say what exists, not how common it is."),
    }
    if n is not None and share is not None:
        sources["reach"] = theme_sentence(n, share, detail)
    kind = "opportunity" if detail.get("role") == "keep" else "problem"
    firmness = FIRMNESS.get(str(detail.get("firmness")), "very_low")
    return Suggestion(kind, share, impact, firmness, sources)


def theme_sentence(n: int, share: float, detail: Mapping[str, Any]) -> str:
    """How many of those who wrote raised the theme."""
    if not detail.get("who_wrote"):
        return str(_(
            "At least %(n)s raise it, about %(share)s\N{NO-BREAK SPACE}%% of those who wrote.",
            n=n, share=round(share * 100),
        ))  # fmt: skip
    wrote = int(detail["who_wrote"])
    return str(_(
        "%(n)s of %(all)s who wrote raise it (%(share)s\N{NO-BREAK SPACE}%%).",
        n=n, all=wrote, share=round(share * 100),
    ))  # fmt: skip


def _impact(polarity: str, verdicts: Mapping[str, Mapping[str, Any]]) -> int:
    prominent = any(
        v.get("prominent") for v in verdicts.values() if v.get("polarity") in {"works", "fails"}
    )
    if polarity == "works":
        return 2 if prominent else 1
    return 3 if prominent and polarity == "fails" else 2


def _reach(facts: Sequence[Fact], *, works: bool) -> tuple[float | None, str]:
    for kind in ORDER:
        for fact in facts:
            if fact.get("kind") == kind:
                share = _SHARES[kind](fact.get("data") or {}, works)
                if share is not None:
                    return min(max(share, 0.0), 1.0), str(fact.get("sentence", ""))
    return None, ""


def _slow_source(data: Fact, works: bool) -> float | None:
    share = data.get("share")
    return None if works or share is None else float(share)


def _balance(data: Fact, works: bool) -> float | None:
    share = data.get("favourable" if works else "unfavourable")
    return None if share is None else float(share)


def _passed(data: Fact, works: bool) -> float | None:
    return _part(data.get("passed"), data.get("judged"), works)


def _checked(data: Fact, works: bool) -> float | None:
    yes, no = data.get("yes"), data.get("no")
    return None if yes is None or no is None else _part(yes, yes + no, works)


def _marked(data: Fact, works: bool) -> float | None:
    asked = data.get("asked")
    return (data.get("works" if works else "fails") or 0) / asked if asked else None


def _part(good: float | None, of: float | None, works: bool) -> float | None:
    if good is None or not of:
        return None
    return good / of if works else 1 - good / of


_SHARES: Final[Mapping[str, Callable[[Fact, bool], float | None]]] = {
    "slow_source": _slow_source,
    "balance": _balance,
    "place": _passed,
    "standards": _passed,
    "checks": _checked,
    "marks": _marked,
}
