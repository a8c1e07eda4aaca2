"""What the page of one issue says in words: inputs, evidence, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from ..assessment.amounts import GAP, percent
from ..page import day
from .queries import Entry, IssueView
from .score import CONFIDENCE
from .words import CONFIDENCE as CONFIDENCE_WORDS
from .words import FIELDS, HORIZONS, KINDS, capital, word
from .words import STATES as STATE_WORDS


@dataclass(frozen=True)
class InputRow:
    """One input of a score: sign, name, value and where it comes from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True)
class Moment:
    """What one person did at one time, a line each; comments are marked as spoken."""

    at: datetime
    who: str | None
    lines: tuple[str, ...]
    spoken: tuple[str, ...]


@dataclass(frozen=True)
class Scale:
    """A figure with its range on its own scale, in percent of the width."""

    low: float
    at: float
    high: float
    zero: float | None
    ends: tuple[str, ...]


def lead(issue: IssueView) -> str:
    """One sentence on where an issue stands."""
    kind = _("A problem") if issue.kind == "problem" else _("Something to keep or use more")
    if issue.inputs.reach is not None:
        touches = _("that touches %(share)s", share=percent(issue.inputs.reach))
        kind = f"{kind} {touches}"
    who = _("owner: %(name)s", name=issue.owner) if issue.owner else _("no owner yet")
    due = _("due %(day)s", day=day(issue.due_on)) if issue.due_on else _("no date")
    return f"{kind}. {capital(word(STATE_WORDS, issue.state))}, {who}, {due}."


def input_rows(issue: IssueView, entries: Sequence[Entry]) -> list[InputRow]:
    """The four inputs of an issue, and who or what each comes from."""
    inputs, sources = issue.inputs, dict(issue.evidence.get("inputs") or {})
    for entry in reversed(entries):
        if entry.field in {"reach", "impact", "confidence", "effort"}:
            sources[entry.field] = _("%(who)s, %(day)s: %(change)s.", who=entry.who or _("Nobody"),
                                     day=day(entry.at), change=_from_to(entry))  # fmt: skip
    values = {
        "reach": percent(inputs.reach) if inputs.reach is not None else "",
        "impact": _("%(value)s of 4", value=inputs.impact) if inputs.impact else "",
        "confidence": _confidence(inputs.confidence),
        "effort": _weeks(inputs.effort),
    }
    signs = {"reach": "", "impact": f"×{GAP}", "confidence": f"×{GAP}", "effort": f"÷{GAP}"}
    return [
        InputRow(f"{signs[name]}{capital(word(FIELDS, name))}", value or _("not given"),
                 str(sources.get(name) or _("Nobody has estimated it yet.")))
        for name, value in values.items()
    ]  # fmt: skip


def entry_words(entry: Entry) -> str:
    """A change in one line: "planned → doing"."""
    name = word(FIELDS, entry.field)
    if entry.field == "decision":
        return f"{capital(name)}: {entry.after}"
    if entry.field == "state" and entry.before is None:
        return str(_("Made."))
    return f"{capital(name)}: {_from_to(entry)}"


def moments(entries: Sequence[Entry]) -> list[Moment]:
    """The history with what one person did at one time together, latest first."""
    found = []
    for (at, who), group in groupby(entries, key=lambda entry: (entry.at, entry.who)):
        together = list(group)
        lines = tuple(entry_words(e) for e in reversed(together) if not e.text)
        spoken = tuple(e.text for e in together if e.text)
        found.append(Moment(at, who, lines, spoken))
    return found


def scale(fact: Mapping[str, Any]) -> Scale | None:
    """Where a fact's figure and its range lie; None for facts that are no share or balance."""
    data = fact.get("data") or {}
    value, low, high = (data.get(key) for key in ("value", "low", "high"))
    kind = fact.get("kind")
    if value is None or low is None or high is None or data.get("shown") == "band":
        return None
    if kind == "balance":
        ends = (_("all unfavourable"), "0", _("all favourable"))
        return Scale(50 + 50 * low, 50 + 50 * value, 50 + 50 * high, 50.0, ends)
    if kind in {"standards", "checks", "place"}:
        return Scale(100 * low, 100 * value, 100 * high, None, (percent(0), percent(1)))
    return None


def _confidence(key: str | None) -> str:
    if key is None:
        return ""
    return f"{word(CONFIDENCE_WORDS, key)}, {format_decimal(CONFIDENCE[key], format='0.0')}"


def _weeks(effort: float | None) -> str:
    if effort is None:
        return ""
    number = format_decimal(effort, format="0.##")
    return str(ngettext("%(number)s person-week", "%(number)s person-weeks",
                    1 if effort == 1 else 2, number=number))  # fmt: skip


def _from_to(entry: Entry) -> str:
    before, after = (_value(entry.field, value) for value in (entry.before, entry.after))
    return f"{before} → {after}"


def _value(name: str | None, value: str | None) -> str:
    if value is None:
        return str(_("nothing"))
    if name == "effort":
        return _weeks(float(value))
    if name == "due_on":
        return day(date.fromisoformat(value))
    known = {"state": STATE_WORDS, "horizon": HORIZONS, "kind": KINDS,
             "confidence": CONFIDENCE_WORDS}  # fmt: skip
    return word(known[name], value) if name in known else value
