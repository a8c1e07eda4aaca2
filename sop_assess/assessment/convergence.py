"""Several methods about one subject and topic: one label, one polarity, one confidence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..analysis.results import Verdict

Label = Literal["agreement", "partial", "silence", "dissonance", "single_method", "none"]
Joint = Literal["works", "fails", "mixed", "disputed"]
Confidence = Literal["high", "moderate", "low", "very_low"]
Effect = Literal["serious", "lesser", "none"]

LEVELS: Final[tuple[Confidence, ...]] = ("high", "moderate", "low", "very_low")
QUESTIONS: Final = ("meaning", "prominence", "limits", "coherence", "adequacy", "relevance")
LOW_RESPONSE: Final = 0.5


@dataclass(frozen=True)
class Reason:
    """One line of "How the label came about", as keys that the page puts into words.

    The first two questions lead to the label (`effect` is the label); the other four to the
    confidence (`effect` is serious, lesser or none).
    """

    question: str
    found: str
    effect: str


@dataclass(frozen=True)
class Conclusion:
    """What the methods say together. `polarity` means nothing where the label is "none"."""

    label: Label
    polarity: Joint
    confidence: Confidence
    reasons: tuple[Reason, ...]
    agreeing: tuple[str, ...]
    silent_methods: tuple[str, ...]
    said_not_done: bool = False


def combine(
    verdicts: Sequence[Verdict],
    *,
    chosen_methods: Sequence[str],
    response: float | None = None,
    only_imports: bool = False,
) -> Conclusion:
    """The joint conclusion. Verdicts of methods that the assessment did not choose are left out.

    `response` is the survey's response rate, 0 to 1, None where unknown.
    """
    chosen = [verdict for verdict in verdicts if verdict.method in chosen_methods]
    voices = [verdict for verdict in chosen if verdict.polarity not in {"silent", "not_asked"}]
    silent = tuple(verdict.method for verdict in chosen if verdict.polarity == "silent")
    meaning, prominence = _meaning(voices), _prominence(voices)
    label = _label(voices, silent, meaning, prominence)
    polarity = _polarity(voices, meaning)
    concerns = (*_limits(voices, response), *_coherence(label), *_adequacy(voices),
                *_relevance(voices, only_imports))  # fmt: skip
    return Conclusion(
        label=label,
        polarity=polarity,
        confidence=_confidence(voices, concerns),
        reasons=(
            Reason("meaning", meaning, label),
            Reason("prominence", prominence, label),
            *_complete(concerns),
        ),
        agreeing=tuple(verdict.method for verdict in voices if verdict.polarity == polarity),
        silent_methods=silent,
        said_not_done=_said_not_done(voices),
    )


def _meaning(voices: Sequence[Verdict]) -> str:
    if len(voices) < 2:
        return "one_voice" if voices else "nothing"
    polarities = {verdict.polarity for verdict in voices}
    if {"works", "fails"} <= polarities:
        return "opposed"
    return "same" if len(polarities) == 1 else "overlapping"


def _prominence(voices: Sequence[Verdict]) -> str:
    if len(voices) < 2:
        return "one_voice" if voices else "nothing"
    return "same" if len({verdict.prominent for verdict in voices}) == 1 else "different"


def _label(
    voices: Sequence[Verdict], silent: Sequence[str], meaning: str, prominence: str
) -> Label:
    if not voices:
        return "none"
    if len(voices) == 1:
        return "silence" if silent else "single_method"
    # Opposite words are a contradiction however loudly each is said. "Mixed" overlaps with both
    # sides: calling it a contradiction would send people to inquire where there is none.
    if meaning == "opposed":
        return "dissonance"
    return "agreement" if meaning == prominence == "same" else "partial"


def _polarity(voices: Sequence[Verdict], meaning: str) -> Joint:
    if meaning == "opposed":
        return "disputed"
    for sure in (True, False):
        spoken = {verdict.polarity for verdict in voices if verdict.enough or not sure}
        if "works" in spoken:
            return "works"
        if "fails" in spoken:
            return "fails"
        if spoken:
            return "mixed"
    return "mixed"


def _said_not_done(voices: Sequence[Verdict]) -> bool:
    by_method = {verdict.method: verdict.polarity for verdict in voices}
    pair = {by_method.get("interview"), by_method.get("shadow")}
    return pair == {"works", "fails"}


def _limits(voices: Sequence[Verdict], response: float | None) -> tuple[Reason, ...]:
    spoken = {verdict.method: verdict.concerns for verdict in voices}
    found = []
    if len(voices) == 1:
        found += [Reason("limits", key, "serious") for key in ("only_watched", "unconnected")
                  if key in voices[0].concerns]  # fmt: skip
    survey = spoken.get("survey")
    low = response is not None and response < LOW_RESPONSE
    if survey is not None and (low or "response_low" in survey):
        found.append(Reason("limits", "response_low", "lesser"))
    if any("first_sessions" in concerns for concerns in spoken.values()):
        found.append(Reason("limits", "first_sessions", "lesser"))
    return tuple(found)


def _coherence(label: Label) -> tuple[Reason, ...]:
    if label == "dissonance":
        return (Reason("coherence", label, "serious"),)
    return (Reason("coherence", label, "lesser"),) if label in {"partial", "silence"} else ()


def _adequacy(voices: Sequence[Verdict]) -> tuple[Reason, ...]:
    enough = sum(verdict.enough for verdict in voices)
    if not enough:
        return (Reason("adequacy", "none_enough", "serious"),)
    return (Reason("adequacy", "only_one_enough", "lesser"),) if enough == 1 else ()


def _relevance(voices: Sequence[Verdict], only_imports: bool) -> tuple[Reason, ...]:
    found = [Reason("relevance", "only_imports", "serious")] if only_imports else []
    if any("rolled_up" in verdict.concerns for verdict in voices):
        found.append(Reason("relevance", "rolled_up", "lesser"))
    return tuple(found)


def _confidence(voices: Sequence[Verdict], concerns: Sequence[Reason]) -> Confidence:
    if not voices:
        return "very_low"
    serious = sum(reason.effect == "serious" for reason in concerns)
    lesser = sum(reason.effect == "lesser" for reason in concerns)
    lost = serious + (0 if lesser == 0 else 1 if lesser <= 2 else 2)
    return LEVELS[min(lost, len(LEVELS) - 1)]


def _complete(concerns: Sequence[Reason]) -> tuple[Reason, ...]:
    """The concerns in the order of the questions, with a line for questions without any."""
    rows: list[Reason] = []
    for question in QUESTIONS[2:]:
        own = [reason for reason in concerns if reason.question == question]
        rows += own or [Reason(question, "nothing", "none")]
    return tuple(rows)
