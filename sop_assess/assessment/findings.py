"""Findings: what the methods together say about every place and topic, from released cells only.

Runs in the job after each release; `derive` is the pure part, `update_findings` stores it.

Order of findings (`weight` = reach × impact × agreement). Reach, 0 to 1: the largest share that
any method saw on the finding's side, each taken at the cautious end of its range, so that a handful
of answers cannot outrank many. Impact, 1 to 4: one, and one more each for: a prominent method, two
agreeing methods, and either three agreeing methods or a source that waits far longer than others.
Agreement: the part of the methods that speak which share the conclusion, 1 for disputes, so that
one method's view does not stand before what all see. Confidence stays outside; pages show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..analysis.registries import READINGS
from ..analysis.results import Verdict
from ..backlog.models import Issue
from ..db import Stores
from ..instruments.definition import place_of
from ..instruments.registries import KINDS
from ..release.queries import cells_in, current_in, current_releases
from .contrasts import outlying_location, slower_source, wilson_low
from .convergence import Conclusion, combine
from .evidence import (
    IMPORT,
    METHODS,
    Fact,
    Index,
    facts_of,
    quotes_of,
    themes_of,
)
from .gathering import Inputs, gather
from .models import Finding
from .sentences import say


@dataclass(frozen=True)
class Derived:
    """One finding before it is stored; the fields are those of the table."""

    subject: str
    topic: str
    polarity: str
    label: str
    confidence: str
    weight: float
    verdicts: dict[str, Any]
    reasons: dict[str, Any]
    evidence: dict[str, Any]


def derive(inputs: Inputs) -> list[Derived]:
    """Every finding, heaviest first. Pure."""
    index = Index(inputs.figures)
    asked = set().union(*inputs.asked.values()) if inputs.asked else set()
    topics = sorted(index.places() | asked | _slow_places(index))
    found = [_derive_one(inputs, index, place, topic) for place, topic in topics]
    return sorted(found, key=lambda f: (-f.weight, f.subject, f.topic))


def _slow_places(index: Index) -> set[tuple[str, str]]:
    return {
        (place_of(f.subject), "handoff" if ">" in f.subject else "response_time")
        for f in index.of("waits")
        if f.group == "all" and f.subject and slower_source(index.of("waits"), f)
    }


def _derive_one(inputs: Inputs, index: Index, place: str, topic: str) -> Derived:
    verdicts = [_verdict(inputs, index, place, topic, method) for method in inputs.chosen]
    facts = facts_of(index, place, topic)
    slow = [fact for fact in facts if fact.kind == "slow_source"]
    spoken = any(v.polarity not in {"silent", "not_asked"} for v in verdicts)
    only_imports = bool(slow) and not spoken
    if only_imports:
        verdicts.append(Verdict(IMPORT, "fails", True, True, slow[0].n or 0))
    conclusion = combine(
        verdicts, chosen_methods=[v.method for v in verdicts], response=inputs.response,
        only_imports=only_imports,
    )  # fmt: skip
    reach = _reach(conclusion, facts)
    impact = _impact(conclusion, verdicts, slow)
    spoke = conclusion.label != "none"
    return Derived(
        place, topic, conclusion.polarity, conclusion.label, conclusion.confidence,
        round(reach * impact * _agreement(conclusion, verdicts), 6) if spoke else 0.0,
        {verdict.method: _plain(verdict) for verdict in verdicts},
        {
            "rows": [asdict(reason) for reason in conclusion.reasons],
            "agreeing": list(conclusion.agreeing), "silent": list(conclusion.silent_methods),
            "said_not_done": conclusion.said_not_done, "reach": round(reach, 4), "impact": impact,
        },
        _evidence(index, place, conclusion.polarity, facts),
    )  # fmt: skip


def _verdict(inputs: Inputs, index: Index, place: str, topic: str, method: str) -> Verdict:
    figure = index.reading(place, topic, method)
    if figure is None:
        asked = (place, topic) in inputs.asked.get(method, frozenset())
        return Verdict(method, "silent" if asked else "not_asked")
    reading = READINGS[KINDS[method].reading]
    thresholds = {**reading.defaults, **inputs.thresholds.get(method, {})}
    verdict = reading.read(method, figure, thresholds)
    if inputs.response is not None:
        # Who answered "not my area" took part: the round's own response rate is the better guide.
        concerns = tuple(key for key in verdict.concerns if key != "response_low")
        verdict = replace(verdict, concerns=concerns)
    return _local_failure(index, place, topic, verdict)


def _local_failure(index: Index, place: str, topic: str, verdict: Verdict) -> Verdict:
    """A mixed verdict becomes a failure where one place fails clearly and the others do not:
    averaged over places it would never show."""
    if verdict.method != "shop" or verdict.polarity != "mixed":
        return verdict
    outlier = outlying_location(index.locations(place, topic))
    fails = READINGS["standards"].defaults["fails"]
    if outlier is None or (outlier[0].high or 1.0) > fails:
        return verdict
    return replace(verdict, polarity="fails", prominent=True)


def _reach(conclusion: Conclusion, facts: Iterable[Fact]) -> float:
    side = "works" if conclusion.polarity == "works" else "fails"
    wanted = conclusion.agreeing if conclusion.polarity in {"works", "fails"} else METHODS
    shares = [_share(f, side) for f in facts if f.method in wanted or f.kind == "slow_source"]
    return max(shares, default=0.0)


def _share(fact: Fact, side: str) -> float:
    """The share of people or cases on this side, at the cautious end of its range."""
    data, good = fact.data, side == "works"
    value, low, high = (data.get(key) for key in ("value", "low", "high"))
    if fact.kind == "balance" and value is not None and low is not None and high is not None:
        share = float(data.get("favourable" if good else "unfavourable", 0.0))
        return max(0.0, share - float(value - low if good else high - value) / 2)
    if fact.kind == "marks":
        return wilson_low(int(data.get(side, 0)), int(data.get("asked", 0)))
    if fact.kind == "slow_source":
        return 0.0 if good else float(data.get("share") or 0.0)
    if fact.kind in {"checks", "standards", "place"} and low is not None and high is not None:
        share = float(low) if good else 1.0 - float(high)
        sessions = int(data.get("sessions", 0))
        seen = 0.0 if good else wilson_low(int(data.get("sessions_with_events", 0)), sessions)
        return max(share, seen)
    return 0.0


def _impact(conclusion: Conclusion, verdicts: Sequence[Verdict], slow: Sequence[Fact]) -> int:
    voices = [v for v in verdicts if v.polarity in {"works", "fails"}]
    prominent = any(v.prominent for v in voices)
    agreeing = len(conclusion.agreeing)
    return 1 + prominent + (agreeing >= 2) + (agreeing >= 3 or bool(slow))


def _agreement(conclusion: Conclusion, verdicts: Sequence[Verdict]) -> float:
    voices = [v for v in verdicts if v.polarity not in {"silent", "not_asked"}]
    if conclusion.polarity == "disputed" or not voices:
        return 1.0
    return len(conclusion.agreeing) / len(voices)


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {"polarity": verdict.polarity, "prominent": verdict.prominent, "enough": verdict.enough,
            "n": verdict.n, "concerns": list(verdict.concerns)}  # fmt: skip


def _evidence(index: Index, place: str, polarity: str, facts: Sequence[Fact]) -> dict[str, Any]:
    return {
        "cells": [fact.cell for fact in facts if fact.cell is not None],
        "facts": [fact.to_json(say(fact)) for fact in facts],
        "imports": [fact.cell for fact in facts if fact.method == IMPORT],
        **_comments(index, place, polarity),
    }


def update_findings(stores: Stores, assessment_id: int) -> int:
    """Recompute the findings of an assessment and keep the ids of those that stay; how many say
    something. A finding that vanished is removed, unless an issue was made from it."""
    releases = current_releases(stores, assessment_id)
    found = derive(gather(stores, assessment_id, releases))
    wanted = {(one.subject, one.topic): one for one in found}
    with stores.core.writing() as session:
        stored = session.scalars(select(Finding).where(Finding.assessment_id == assessment_id))
        kept = set(session.scalars(select(Issue.origin_key).where(
            Issue.assessment_id == assessment_id, Issue.origin == "finding")))  # fmt: skip
        for row in list(stored):
            one = wanted.pop((row.subject, row.topic), None)
            if one is not None:
                _overwrite(row, one)
            elif f"finding:{row.id}" in kept:
                row.label, row.weight = "none", 0.0
            else:
                session.delete(row)
        session.add_all(
            Finding(assessment_id=assessment_id, **vars(one)) for one in wanted.values()
        )
    return sum(one.label != "none" for one in found)


def update_quotes(stores: Stores, assessment_id: int) -> None:
    """Renew the quotes of the stored findings, after one more comment may be shown."""
    with stores.core.writing() as session:
        renew_comments(session, assessment_id)


def renew_comments(session: Session, assessment_id: int) -> None:
    """Renew the quotes and the themes of the stored findings: nothing else in them rests on
    comments."""
    ids = [release.id for release in current_in(session, assessment_id)]
    figures = [figure for statistic in ("theme", "quote", "note")
               for figure in cells_in(session, ids, statistic=statistic, group="all")]  # fmt: skip
    index = Index(figures)
    for row in session.scalars(select(Finding).where(Finding.assessment_id == assessment_id)):
        fresh = _comments(index, row.subject, row.polarity)
        if any(row.evidence.get(name) != value for name, value in fresh.items()):
            row.evidence = {**row.evidence, **fresh}


def _comments(index: Index, place: str, polarity: str) -> dict[str, Any]:
    themes = [
        {"key": f.about, "release": f.release_id, "name": f.detail.get("name", f.about), "n": f.n,
         "share": f.value, "role": f.detail.get("role")}
        for f in themes_of(index, place)[:3]
    ]  # fmt: skip
    quotes = [quote.to_json() for quote in quotes_of(index, place, polarity)]
    return {"quotes": quotes, "themes": themes}


def _overwrite(row: Finding, one: Derived) -> None:
    for name, value in vars(one).items():
        if getattr(row, name) != value:
            setattr(row, name, value)
