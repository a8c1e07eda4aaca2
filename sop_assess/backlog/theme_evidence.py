"""What an issue keeps of the theme it was made from: its figures in words, and quotes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _

from ..assessment.amounts import number, percent, shares_range
from ..release.queries import ReleasedFigure
from .suggestion import theme_sentence

MOST_STAGES: Final = 3


def theme_evidence(
    found: ReleasedFigure, figures: Sequence[ReleasedFigure], names: Mapping[str, str]
) -> dict[str, Any]:
    """The snapshot of a released theme; `figures` hold its quotes, `names` the stages' names."""
    share = found.value if found.value is not None else 0.0
    first = f"{found.detail.get('name', found.about)}: "
    first += theme_sentence(found.n or 0, share, found.detail)
    told = [("theme", first), *_more(found.detail, names)]
    return {
        "facts": [
            {"method": found.method, "kind": kind, "n": found.n, "cell": found.id,
             "sentence": sentence, "data": _data(found) if kind == "theme" else {}}
            for kind, sentence in told
        ],
        "quotes": [
            {"text": f.detail.get("text", ""), "source": f.detail.get("who") or "",
             "method": f.method}
            for f in figures if f.statistic == "quote"
        ],
    }  # fmt: skip


def _data(found: ReleasedFigure) -> dict[str, Any]:
    """The figures themselves, for whoever computes with them later."""
    kept = ("name", "severity", "severity_low", "severity_high", "severity_n", "stage_shares",
            "place_shares", "firmness", "stability", "tier")  # fmt: skip
    detail = {name: found.detail[name] for name in kept if name in found.detail}
    return {"value": found.value, "low": found.low, "high": found.high, **detail}


def _more(detail: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for kind, sentence in (
        ("severity", _severity(detail)), ("stages", _stages(detail, names)),
        ("firmness", _firmness(detail)),
    ):  # fmt: skip
        if sentence:
            yield f"theme_{kind}", sentence


def _severity(detail: Mapping[str, Any]) -> str:
    value = detail.get("severity")
    if value is None:
        return ""
    if detail.get("severity_low") is None:
        return str(_("Severity: %(value)s of 4.", value=number(value, 1)))
    return str(_(
        "Severity: %(value)s of 4 (%(low)s to %(high)s, n %(n)s).", value=number(value, 1),
        low=number(detail["severity_low"], 1), high=number(detail["severity_high"], 1),
        n=number(detail["severity_n"]),
    ))  # fmt: skip


def _stages(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    shares = [one for one in detail.get("stage_shares") or () if one["group"]][:MOST_STAGES]
    if shares:
        parts = [_one_stage(one, names.get(one["group"], one["group"])) for one in shares]
        return str(_("Where it comes from: %(stages)s.", stages="; ".join(parts)))
    codes = list(detail.get("stages") or ())[:MOST_STAGES]
    known = ", ".join(names.get(code, code) for code in codes)
    return str(_("Most named stages: %(stages)s.", stages=known)) if known else ""


def _one_stage(one: Mapping[str, Any], name: str) -> str:
    part = one["of_theme"]
    return f"{name} {percent(part['value'])} ({shares_range(part['low'], part['high'])})"


def _firmness(detail: Mapping[str, Any]) -> str:
    return {
        "firm": str(_("It is firm: it comes back when the sorting is repeated.")),
        "fair": str(_("It is fairly firm: it mostly comes back when the sorting is repeated.")),
        "loose": str(_("It is loose: it often falls apart when the sorting is repeated.")),
    }.get(str(detail.get("firmness")), "")
