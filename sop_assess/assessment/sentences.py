"""What released figures say, in the reader's language. No number without its n and its range.

The n of a sentence is written "n 118" with a no-break space, so that pages can set it small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from .amounts import duration, duration_range, percent, points, points_range, sample, shares_range
from .evidence import IMPORT, Fact


def say(fact: Fact) -> str:
    """The fact as one sentence."""
    if fact.data.get("shown") == "hidden":
        return _("Too few answers to be shown.")
    return _SENTENCES[fact.kind](fact)


def source_name(method: str) -> str:
    """Who says it, as a short label."""
    return str(_SOURCES.get(method, method))


def _balance(fact: Fact) -> str:
    data = fact.data
    if data.get("shown") == "band":
        return f"{_band(data)}, {sample(fact.n)}."
    if data.get("value") is None:
        return _("Asked, and nobody answered.")
    shares = _shares(data)
    return _(
        "%(shares)s: a balance of %(value)s points (%(range)s), %(n)s.", shares=shares,
        value=points(data["value"]), range=points_range(data.get("low"), data.get("high")),
        n=sample(fact.n),
    )  # fmt: skip


def _shares(data: Mapping[str, Any]) -> str:
    against, favour = data.get("unfavourable"), data.get("favourable")
    if against is None or favour is None:
        return _("Staff give their view")
    bad, good = percent(float(against)), percent(float(favour))
    if against > favour:
        return _("%(bad)s unfavourable, %(good)s favourable", bad=bad, good=good)
    return _("%(good)s favourable, %(bad)s unfavourable", bad=bad, good=good)


def _band(data: Mapping[str, Any]) -> str:
    return str(_BANDS.get(str(data.get("band")), _l("Neither clearly favourable nor unfavourable")))


def _side(fact: Fact) -> str:
    who = _("Those who give") if fact.data["side"] == "giver" else _("Those who receive")
    if fact.kind == "side" and "asked" in fact.data:
        return f"{who}: {_marks(fact)}"
    return f"{who}: {_balance(fact)}"


def _marks(fact: Fact) -> str:
    data = fact.data
    asked = int(data.get("asked", fact.n or 0))
    counts = {key: int(data.get(key, 0)) for key in ("works", "fails", "mixed")}
    marked = sum(counts.values())
    if not marked:
        return ngettext(
            "%(num)s interviewee was asked and said nothing about it.",
            "%(num)s interviewees were asked and said nothing about it.", asked,
        )  # fmt: skip
    said = [_mark_words(key) for key, count in counts.items() if count == marked]
    if said:
        return _unanimous(marked, asked, said[0])
    parts = [f"{count} {_mark_words(key)}" for key, count in counts.items() if count]
    if asked > marked:
        parts.append(_("%(count)s said nothing", count=asked - marked))
    return _("Of %(asked)s interviewees: %(parts)s.", asked=asked, parts=", ".join(parts))


def _unanimous(marked: int, asked: int, said: str) -> str:
    if asked == 1:
        return _("The one interviewee says: %(said)s.", said=said)
    if marked == asked:
        return _("%(marked)s of %(asked)s interviewees say: %(said)s.", marked=marked, asked=asked,
                 said=said)  # fmt: skip
    return ngettext(
        "%(marked)s of %(asked)s interviewees marked it and says: %(said)s.",
        "%(marked)s of %(asked)s interviewees marked it, and all say: %(said)s.",
        marked, marked=marked, asked=asked, said=said,
    )  # fmt: skip


def _mark_words(key: str) -> str:
    return str(_MARKS[key])


def _checks(fact: Fact) -> str:
    data, parts = fact.data, []
    yes, no = int(data.get("yes", 0)), int(data.get("no", 0))
    if yes + no:
        parts.append(_("%(yes)s of %(all)s checks passed, %(share)s (%(range)s)", yes=yes,
                       all=yes + no, share=percent(yes / (yes + no)),
                       range=shares_range(data.get("low"), data.get("high"))))  # fmt: skip
    sessions, troubled = int(data.get("sessions", 0)), int(data.get("sessions_with_events", 0))
    if troubled:
        parts.append(ngettext(
            "an error, rework or missing information in %(bad)s of %(num)s session",
            "errors, rework or missing information in %(bad)s of %(num)s sessions",
            sessions, bad=troubled))  # fmt: skip
    elif sessions and parts:
        parts.append(ngettext("in %(num)s session", "in %(num)s sessions", sessions))
    sentence = ", ".join(parts) or _("Looked at, and nothing to judge")
    return f"{sentence[0].upper()}{sentence[1:]}."


def _standards(fact: Fact) -> str:
    data = fact.data
    passed, judged = int(data.get("passed", 0)), int(data.get("judged", 0))
    if not judged:
        return _("Visited, and nothing to judge.")
    cases = int(data.get("cases", 0))
    where = ngettext("in %(num)s case", "in %(num)s cases", cases)
    sentence = _("Standard met %(passed)s of %(judged)s times (%(range)s) %(where)s",
                 passed=passed, judged=judged, where=where,
                 range=shares_range(data.get("low"), data.get("high")))  # fmt: skip
    broken = int(data.get("critical_failed_visits", 0))
    if broken:
        sentence += "; " + ngettext(
            "a critical one was missed in %(num)s case",
            "a critical one was missed in %(num)s cases",
            broken,
        )
    return f"{sentence}."


def _place(fact: Fact) -> str:
    data = fact.data
    return _(
        "At %(place)s %(passed)s of %(judged)s times (%(range)s), elsewhere %(other)s of %(all)s.",
        place=data["location"], passed=int(data["passed"]), judged=int(data["judged"]),
        range=shares_range(data.get("low"), data.get("high")),
        other=int(data["others_passed"]), all=int(data["others_judged"]),
    )  # fmt: skip


def _wait(fact: Fact) -> str:
    step = fact.data.get("step", "")
    return f"{step}: {_median(fact.data, fact.n)}{_tail(fact.data)}."


def _slow_source(fact: Fact) -> str:
    data = fact.data
    other = {"value": data["other_value"], "low": data["other_low"], "high": data["other_high"]}
    slow = f"{data['source']}: {_median(data, fact.n)}{_tail(data)}"
    return f"{slow}. {data['other']}: {_median(other, data['other_n'])}."


def _median(data: Mapping[str, Any], n: int | None) -> str:
    value = data["value"]
    spread = duration_range(value, data.get("low"), data.get("high"))
    return _("median wait %(value)s (%(range)s), %(n)s", value=duration(value), range=spread,
             n=sample(n))  # fmt: skip


def _tail(data: Mapping[str, Any]) -> str:
    never = int(data.get("never") or 0)
    if not never:
        return ""
    return "; " + ngettext("%(num)s never arrived", "%(num)s never arrived", never)


_SOURCES: Final = {
    "survey": _l("survey"), "interview": _l("interviews"), "shadow": _l("shadowing"),
    "shop": _l("mystery shopping"), IMPORT: _l("imported times"),
}  # fmt: skip
_MARKS: Final = {
    "works": _l("it works"), "fails": _l("it does not work"), "mixed": _l("it does both"),
}  # fmt: skip
_BANDS: Final = {
    "very_low": _l("Clearly unfavourable"), "low": _l("Rather unfavourable"),
    "high": _l("Rather favourable"), "very_high": _l("Clearly favourable"),
}  # fmt: skip
_SENTENCES: Final[Mapping[str, Callable[[Fact], str]]] = {
    "balance": _balance, "marks": _marks, "checks": _checks, "standards": _standards,
    "side": _side, "place": _place, "wait": _wait, "slow_source": _slow_source,
}  # fmt: skip
