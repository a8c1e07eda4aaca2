"""Can the figures be trusted: what each method reached, how reliable it is, who answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from ..analysis.reasons import WOULD_TELL
from ..db import Stores
from ..instruments.registries import KINDS
from ..release.queries import ReleasedFigure, ReleaseView, cells
from .amounts import joined, number, percent, sample
from .evidence import IMPORT
from .picture import Picture

KEYS: Final = ("response", "coverage", "saturation", "agreement", "severity", "flow")
# A shopper is named when the whole interval lies beyond zero and the shift is half a point.
CLEAR_SHIFT: Final = 0.5
LOW_RESPONSE: Final = 0.5


@dataclass(frozen=True)
class TrustRow:
    """One method: what it reached, how reliable it is, how it errs."""

    method: str
    name: str
    reached: str
    reliability: str
    error: str


@dataclass(frozen=True)
class UnitRow:
    """The response of one unit, or of several that may only be shown together."""

    name: str
    invited: int | None
    rate: float | None
    note: str


@dataclass(frozen=True)
class Trust:
    """The answer to "Can I trust this?" and what it rests on."""

    answer: str
    rows: tuple[TrustRow, ...]
    units: tuple[UnitRow, ...]
    line: str


def trust(stores: Stores, picture: Picture) -> Trust:
    """How far the figures of a picture carry."""
    figures = [f for key in KEYS for f in cells(stores, picture.release_ids, statistic=key)]
    rows, cautions = [], []
    for method in (*picture.methods, IMPORT):
        releases = [r for r in picture.releases if r.method == method]
        if releases:
            own = [f for f in figures if f.method == method]
            row, warned = _ROWS[method](picture, releases, own)
            rows.append(row)
            cautions += warned
    voices = [r.method for r in rows if r.method != IMPORT]
    if len(voices) == 1:
        cautions.insert(0, _("only one method speaks, so nothing can be compared"))
    units = _units(picture, [f for f in figures if f.statistic == "response"])
    reached = joined([row.reached.rstrip(".") for row in rows])
    return Trust(_answer(cautions), tuple(rows), tuple(units), f"{_short(cautions)} {reached}.")


def _answer(cautions: Sequence[str]) -> str:
    if not cautions:
        return _("Yes, as far as methods like these carry.")
    return ngettext("Yes, with one caution: %(cautions)s.",
                    "Yes, with %(num)s cautions: %(cautions)s.", len(cautions),
                    cautions=joined(cautions))  # fmt: skip


def _short(cautions: Sequence[str]) -> str:
    if not cautions:
        return _("Yes.")
    return ngettext("Yes, with one caution.", "Yes, with %(num)s cautions.", len(cautions))


Row = tuple[TrustRow, list[str]]


def _survey(picture: Picture, releases: Sequence[ReleaseView], own: list[ReleasedFigure]) -> Row:
    whole = [f for f in own if f.group == "all" and f.statistic == "response" and f.population]
    told = {r.id: int(r.summary.get("n") or 0) for r in releases}
    answered = sum(told.values())
    # A round whose number is not told must not count as one that nobody answered.
    invited = sum(f.population or 0 for f in whole if told.get(f.release_id) or not answered)
    shown = [f for f in whole if f.value is not None]
    cautions = []
    if not shown:
        reached = (
            ngettext("%(num)s person answered", "%(num)s people answered", answered)
            if answered else _("Fewer than 5 people answered")
        )  # fmt: skip
        if not answered:
            cautions.append(_("too few people answered the survey"))
    else:
        rate = answered / invited if answered else shown[0].value or 0.0
        reached = _("%(n)s of %(all)s people answered, %(rate)s", n=number(answered),
                    all=number(invited), rate=percent(rate))  # fmt: skip
        if rate < LOW_RESPONSE:
            cautions.append(_("fewer than half of the staff answered"))
    return TrustRow("survey", _name_of("survey"), reached, _spread(own),
                    _error_of("survey")), cautions  # fmt: skip


def _spread(own: Sequence[ReleasedFigure]) -> str:
    rates = [f.value for f in own if f.group != "all" and f.value is not None]
    if len(rates) < 2:
        return _("Response by unit cannot be compared.")
    low, high = min(rates), max(rates)
    if high == low:
        return _("About %(rate)s in every unit shown: no unit speaks for the others.",
                 rate=percent(low))  # fmt: skip
    if high - low <= 0.2:
        return _("About %(low)s to %(high)s in every unit shown: no unit speaks for the others.",
                 low=percent(low), high=percent(high))  # fmt: skip
    return _("Response differs by unit, from about %(low)s to %(high)s.", low=percent(low),
             high=percent(high))  # fmt: skip


def _interview(picture: Picture, releases: Sequence[ReleaseView], own: list[ReleasedFigure]) -> Row:
    count = sum(int(r.summary.get("n") or 0) for r in releases)
    owned = {s for f in own if f.statistic == "coverage" for s in f.detail.get("owned", ())}
    missing = [name for code, name in picture.stages.items() if owned and code not in owned]
    reached = ngettext("%(num)s interview", "%(num)s interviews", count)
    if owned:
        reached += ", " + _(
            "%(n)s of %(all)s stages with somebody who owns them",
            n=len(owned & set(picture.stages)),
            all=len(picture.stages),
        )
    enough = next((f for f in own if f.statistic == "saturation" and f.value is not None), None)
    said = _("Six interviews are needed to say whether new ones still bring something new.")
    if enough is not None and enough.value is not None:
        said = ngettext(
            "The last two brought %(num)s new point, the first four %(base)s (%(rate)s).",
            "The last two brought %(num)s new points, the first four %(base)s (%(rate)s).",
            int(enough.detail["last"]), base=int(enough.detail["base"]), rate=percent(enough.value),
        )  # fmt: skip
    cautions = [_("nobody who owns %(stages)s was interviewed", stages=joined(missing))] if (
        missing) else []  # fmt: skip
    return TrustRow("interview", _name_of("interview"), reached, said,
                    _error_of("interview")), cautions  # fmt: skip


def _shadow(picture: Picture, releases: Sequence[ReleaseView], own: list[ReleasedFigure]) -> Row:
    count = sum(int(r.summary.get("n") or 0) for r in releases)
    parts = [ngettext("%(num)s session", "%(num)s sessions", count)]
    coverage = next((f for f in own if f.statistic == "coverage"), None)
    if coverage is not None:
        roles, items = len(coverage.detail["roles"]), int(coverage.detail["work_items"])
        if roles:
            parts.append(ngettext("%(num)s role", "%(num)s roles", roles))
        if items:
            parts.append(ngettext("%(num)s traced item", "%(num)s traced items", items))
    cautions = [] if count >= 3 else [_("fewer than three sessions were observed")]
    return TrustRow("shadow", _name_of("shadow"), ", ".join(parts), _agreement(own),
                    _error_of("shadow")), cautions  # fmt: skip


def _agreement(own: Sequence[ReleasedFigure]) -> str:
    found = next((f for f in own if f.statistic == "agreement" and f.value is not None), None)
    if found is None or found.value is None or found.low is None or found.high is None:
        return _("No session was observed by two people, so agreement is not known.")
    return _("Two who looked at the same agree at %(value)s (%(low)s to %(high)s), %(n)s.",
             value=number(found.value, 2), low=number(found.low, 2), high=number(found.high, 2),
             n=sample(found.n))  # fmt: skip


def _shop(picture: Picture, releases: Sequence[ReleaseView], own: list[ReleasedFigure]) -> Row:
    count = sum(int(r.summary.get("n") or 0) for r in releases)
    parts = [ngettext("%(num)s case", "%(num)s cases", count)]
    coverage = next((f for f in own if f.statistic == "coverage"), None)
    if coverage is not None:
        shoppers, places = int(coverage.detail["shoppers"]), int(coverage.detail["locations"])
        if shoppers:
            parts.append(ngettext("%(num)s shopper", "%(num)s shoppers", shoppers))
        if places:
            parts.append(ngettext("%(num)s place", "%(num)s places", places))
    apart = [f for f in own if f.statistic == "severity" and _differs(f)]
    apart.sort(key=lambda f: -abs(f.value or 0.0))
    cautions = [_("%(who)s is much harsher or milder than the others", who=apart[0].about)] if (
        apart) else []  # fmt: skip
    if count < 4:
        cautions.append(_("fewer than four cases were shopped"))
    return TrustRow("shop", _name_of("shop"), ", ".join(parts), _severity(own, apart),
                    _error_of("shop")), cautions  # fmt: skip


def _differs(figure: ReleasedFigure) -> bool:
    if figure.value is None or figure.low is None or figure.high is None:
        return False
    return abs(figure.value) >= CLEAR_SHIFT and (figure.low > 0 or figure.high < 0)


def _severity(own: Sequence[ReleasedFigure], apart: Sequence[ReleasedFigure]) -> str:
    if not any(f.statistic == "severity" for f in own):
        return _("Shoppers share too few places to compare how strictly they rate.")
    if not apart:
        return _("No shopper rates clearly harsher or milder than the others.")
    said = joined([severity_sentence(figure) for figure in apart[:2]])
    untouched = _("Facts and clocks are not touched by this.")
    return f"{said}. {untouched}"


def severity_sentence(figure: ReleasedFigure) -> str:
    """By how much a shopper rates lower or higher than the others, with its range."""
    ends = sorted(abs(end) for end in (figure.low or 0.0, figure.high or 0.0))
    amounts = {"value": number(abs(figure.value or 0.0), 1), "low": number(ends[0], 1),
               "high": number(ends[1], 1), "n": sample(figure.n), "who": figure.about}  # fmt: skip
    if (figure.value or 0.0) < 0:
        return _("%(who)s rates %(value)s points lower (%(low)s to %(high)s), %(n)s", **amounts)
    return _("%(who)s rates %(value)s points higher (%(low)s to %(high)s), %(n)s", **amounts)


def _import(picture: Picture, releases: Sequence[ReleaseView], own: list[ReleasedFigure]) -> Row:
    rows = sum(int(r.summary.get("n") or 0) for r in releases)
    aside = sum(int(r.summary.get("set_aside") or 0) for r in releases)
    reached = ngettext(
        "%(n)s row of your own records", "%(n)s rows of your own records", rows, n=number(rows)
    )
    said = ngettext("%(num)s row was set aside.", "%(num)s rows were set aside.", aside) if (
        aside) else _("No row was set aside.")  # fmt: skip
    return TrustRow(IMPORT, _("Your own records"), reached, said,
                    _("shows what was written down, not what was not")), []  # fmt: skip


_ROWS: Final[
    Mapping[str, Callable[[Picture, Sequence[ReleaseView], list[ReleasedFigure]], Row]]
] = {"survey": _survey, "interview": _interview, "shadow": _shadow, "shop": _shop, IMPORT: _import}


def _name_of(method: str) -> str:
    return _(KINDS[method].name)


def _error_of(method: str) -> str:
    return _(KINDS[method].usual_error)


def _units(picture: Picture, figures: Sequence[ReleasedFigure]) -> list[UnitRow]:
    """Units by response; the hidden ones together in the last row, with the reason."""
    names = {f"unit:{u.code}": u.name for found in picture.rounds for u in found.units}
    single = [f for f in figures if f.group.startswith("unit:")]
    shown = sorted((f for f in single if f.value is not None),
                   key=lambda f: (-(f.value or 0.0), f.group))  # fmt: skip
    lowest = min((f.value or 0.0 for f in shown), default=0.0)
    mean = sum(f.value or 0.0 for f in shown) / len(shown) if shown else 0.0
    rows = [
        UnitRow(_name(f.group, names), f.n, f.value,
                _("lowest response; read with care")
                if f.value == lowest and lowest < mean - 0.05 else "")
        for f in shown
    ]  # fmt: skip
    told = {f.group for f in shown}  # by another round, perhaps
    hidden = {f.group: f.reason for f in single if f.group not in told}
    for reason in dict.fromkeys(sorted(hidden.values(), key=str)):
        called = [_name(group, names) for group, why in hidden.items() if why == reason]
        rows.append(UnitRow(joined(called), None, None, _why_hidden(reason, len(called))))
    return rows + _joined_rows(picture)


def _joined_rows(picture: Picture) -> list[UnitRow]:
    """Units that had no ballots of their own, because so few people are in them."""
    return [
        UnitRow(joined(list(unit.joined)), None, None,
                _("too small to be shown alone: counted with %(unit)s", unit=unit.name))
        for found in picture.rounds for unit in found.units if unit.joined
    ]  # fmt: skip


def _name(group: str, names: Mapping[str, str]) -> str:
    return names.get(group, group.partition(":")[2])


def _why_hidden(reason: str | None, units: int) -> str:
    if reason == WOULD_TELL:
        return _("together with other figures this would tell about fewer than 5 people")
    return ngettext("too small to be shown alone", "too small to be shown alone", units)
