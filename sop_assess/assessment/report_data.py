"""The report as plain data for the typesetter: every sentence ready, nothing left to decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from ..db import Stores
from ..instruments.registries import KINDS
from . import queries, results
from .amounts import in_words, number, percent
from .evidence import METHODS
from .headlines import confidence_name, label_name, polarity_name
from .picture import Found, IssueLink, Picture
from .report import Report, report, rules_in_words
from .sentences import say, source_name
from .stage_map import MapCell, stage_map, together_words, verdict_words
from .themes import Wrote, sources
from .trust import Trust

SUMMARY: Final = 3
QUOTES: Final = 2
CHARTED: Final = 14
THEMES: Final = 8


def content(stores: Stores, picture: Picture) -> dict[str, Any]:
    """Everything that the report says, in the reader's language."""
    made = report(stores, picture)
    company = queries.find_company(stores)
    name = company.name if company else ""
    return {
        "language": str(get_locale() or "en").split("_")[0],
        "title": _("%(company)s: %(assessment)s, report", company=name,
                   assessment=picture.assessment.name),
        "company": name, "assessment": picture.assessment.name, "edition": made.edition,
        "sample": _("Sample data: %(company)s is an invented company.", company=name)
        if company and company.is_sample else None,
        "answer": results.answer(picture), "single": made.single, "sure": made.trust.line,
        "summary": _summary(made), "parts": _parts(picture), "mixed": _mixed(picture),
        "limits": list(made.limits), "sums": list(made.sums),
        "actions": [_action(link) for link in made.actions], "trust": _trust(made.trust),
        "methods": [KINDS[method].name for method in picture.methods], "map": _map(picture),
        "themes": [_theme_source(one) for one in sources(stores, picture)],
        "rules": rules_in_words(), "editions": _editions(picture), "words": _words(picture),
        "foot": _("Released figures only. Groups under 5 are never shown; ranges are 95 % "
                  "intervals, rounded outward."),
    }  # fmt: skip


def chart_rows(picture: Picture) -> list[list[Any]]:
    """The balance of staff in points for the heaviest findings, lowest first."""
    rows = []
    for found in picture.spoken[:CHARTED]:
        fact = next((f for f in found.facts if f.kind == "balance"), None)
        if fact is not None and fact.data.get("low") is not None:
            ends = [fact.data[key] * 100 for key in ("value", "low", "high")]
            joint = found.topic == "handoff"
            name = found.place if joint else f"{found.place}: {found.topic_name}"
            rows.append([name, *ends, fact.n])
    return sorted(rows, key=lambda row: (row[1], row[0]))


def _summary(made: Report) -> list[dict[str, Any]]:
    parts = (
        (_("Solve first"), made.problems[:SUMMARY]), (_("Keep"), made.keep[:SUMMARY]),
        (_("Disputed"), made.disputed[:1]),
    )  # fmt: skip
    return [{"title": title, "findings": [_finding(f, set()) for f in found]}
            for title, found in parts if found]  # fmt: skip


def _parts(picture: Picture) -> list[dict[str, Any]]:
    titles = {
        "fails": _("What does not work, with its evidence"),
        "works": _("What works"),
        "disputed": _("What is disputed"),
    }
    told: set[str] = set()
    return [
        {"title": title, "findings": [_finding(f, told) for f in picture.those(polarity)]}
        for polarity, title in titles.items()
    ]


def _mixed(picture: Picture) -> list[str]:
    return [f"{f.title} ({label_name(f.label)})" for f in picture.those("mixed")]


def _finding(found: Found, told: set[str]) -> dict[str, Any]:
    """A finding in words; `told` holds the quotes that stand in the report already."""
    label = _(
        "%(label)s, %(who)s, confidence %(confidence)s",
        label=label_name(found.label),
        who=results.who_agrees(found),
        confidence=confidence_name(found.confidence),
    )
    facts = [f for f in found.leading if f.kind != "side" or found.polarity == "disputed"]
    quotes = [quote for quote in found.quotes if quote.text not in told][:QUOTES]
    told.update(quote.text for quote in quotes)
    return {
        "title": found.title, "polarity": found.polarity, "prominent": found.prominent,
        "label": label,
        "facts": [{"source": source_name(f.method), "sentence": say(f)} for f in facts],
        "quotes": [{"text": q.text, "source": q.source or q.theme or source_name(q.method)}
                   for q in quotes],
    }  # fmt: skip


def _action(link: IssueLink) -> dict[str, str]:
    english = str(get_locale() or "en").startswith("en")
    due = format_date(link.due_on, "d MMM y" if english else "medium") if link.due_on else ""
    return {"key": link.key, "title": link.title, "owner": link.owner or _("not named yet"),
            "due": due or _("no date yet")}  # fmt: skip


def _trust(found: Trust) -> dict[str, Any]:
    units = [
        {"name": unit.name, "invited": number(unit.invited) if unit.invited is not None else "",
         "rate": _("about %(share)s", share=percent(unit.rate)) if unit.rate is not None else "",
         "note": unit.note}
        for unit in found.units
    ]  # fmt: skip
    return {"answer": found.answer, "rows": [vars(row) for row in found.rows], "units": units}


def _map(picture: Picture) -> list[dict[str, Any]]:
    rows = []
    for row in stage_map(picture):
        labels = [label for label, _id in row.topics]
        together = [together_words(word, count) for word, count in row.together]
        rows.append({
            "name": f"{row.ordinal} {row.name}".strip(), "topics": " · ".join(labels),
            "together": ", ".join(together), "cells": [_cell(c, labels) for c in row.cells],
        })  # fmt: skip
    return rows


def _cell(cell: MapCell, labels: Sequence[str]) -> dict[str, Any]:
    marks = [
        None if mark is None else {
            "polarity": mark.polarity, "prominent": mark.prominent,
            "alt": f"{label}: {verdict_words(mark.polarity, mark.prominent)}"}
        for label, mark in zip(labels, cell.marks, strict=True)
    ]  # fmt: skip
    asked = any(mark is not None for mark in cell.marks)
    n = f"n\N{NO-BREAK SPACE}{number(cell.n)}" if cell.n else ""
    return {"marks": marks if asked else [], "n": n or ("" if asked else _("not asked"))}


def _theme_source(wrote: Wrote) -> dict[str, Any]:
    themes = []
    for theme in wrote.themes[:THEMES]:
        side = {"keep": _("to keep"), "mixed": _("mixed")}.get(theme.side, _("problem"))
        parts = (side, f"n\N{NO-BREAK SPACE}{theme.count}", theme.share, theme.meaning)
        themes.append({"name": theme.name, "figures": ", ".join(filter(None, parts)),
                       "quotes": list(theme.quotes[:QUOTES])})  # fmt: skip
    few = "" if themes else _("Too few different comments to sort into themes.")
    return {"name": wrote.name, "note": f"{wrote.note} {few}".strip(), "themes": themes}


def _editions(picture: Picture) -> str:
    parts = [
        _("%(source)s, edition %(edition)s", source=_source(release.method),
          edition=release.edition)
        for release in picture.releases
    ]  # fmt: skip
    return _("Figures used: %(parts)s.", parts="; ".join(parts))


def _source(method: str) -> str:
    return KINDS[method].name if method in METHODS else _("your own records")


def _words(picture: Picture) -> dict[str, str]:
    """The fixed words of the report."""
    return {
        **{key: polarity_name(key) for key in ("works", "fails", "mixed", "disputed", "silent")},
        "how_sure": _("How sure?"), "now": _("What happens now"),
        "no_issue": _("No issue has been made yet."), "issue": _("Issue"),
        "what": _("What is to be done"), "who": _("Who"), "by": _("By"),
        "cannot": _("What this cannot say"),
        "sums": _("Do the ballots add up?"),
        "map": ngettext(
            "The %(stages)s stages, as one method sees them",
            "The %(stages)s stages, as %(methods)s methods see them", len(picture.methods),
            stages=in_words(len(picture.stages)), methods=in_words(len(picture.methods))),
        "map_note": _("Each mark is one topic of the stage, in the order of the topics named. n "
                      "counts the largest number of answers, interviewees, sessions or cases."),
        "stage": _("Stage and topics"), "together": _("Together"),
        "legend": _("Circle: works. Triangle: does not work. Diamond: mixed. Dash: asked, nothing "
                    "said. Empty: not asked. Filled: prominent; hollow: less so."),
        "chart": _("What staff say, by subject"),
        "chart_alt": _("Balance of staff in points with its 95 % range, for each subject of the "
                       "heaviest findings; the figures stand in the findings below."),
        "chart_unit": _("points"),
        "chart_note": _("Balance in points: −100 all unfavourable, +100 all favourable. The line "
                        "is the 95 % range."),
        "source": _("Who"), "says": _("What"), "themes": _("What people wrote"),
        "mixed_title": _("Where the picture is mixed"),
        "know": _("How we know"), "method": _("Method"), "reached": _("Reached"),
        "reliability": _("Reliability"), "error": _("Usual error"),
        "answered": _("Who answered the survey"), "unit": _("Unit"), "invited": _("Invited"),
        "response": _("Response"), "note": _("Note"), "rules": _("How figures are read"),
    }  # fmt: skip
