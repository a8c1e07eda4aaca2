"""What templates see: the company, the assessment, the navigation, and filters for values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal
from flask import Flask, current_app, g, request
from flask import session as cookie
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from .accounts import policy
from .accounts.session import signed_in
from .assessment.models import Assessment, Company, Location, Stage
from .web import CompanyView, asset, state, stores

LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class StageView:
    """A stage of the assessment on the page."""

    code: str
    name: dict[str, str]
    skipped: bool


@dataclass(frozen=True)
class AssessmentView:
    """The assessment that a page is about, or the latest one."""

    id: int
    name: str
    state: str
    stages: tuple[StageView, ...]


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation."""

    label: str
    url: str
    current: bool


def company() -> CompanyView | None:
    """The company of this installation, read once per request; None before the first screen."""
    if "company" not in g:
        with stores().core.reading() as session:
            row = session.get(Company, 1)
        g.company = CompanyView(row.name, row.is_sample, row.language) if row else None
        state().company = g.company
    found: CompanyView | None = g.company
    return found


def remembered_company() -> CompanyView | None:
    """The company for an error page: as last seen when the database does not answer."""
    try:
        return company()
    except SQLAlchemyError:
        return state().company


def assessment() -> AssessmentView | None:
    """The assessment in the address, else the latest one; read once per request."""
    if "assessment" not in g:
        wanted = (request.view_args or {}).get("assessment_id")
        with stores().core.reading() as session:
            g.assessment = _read_assessment(session, wanted)
    found: AssessmentView | None = g.assessment
    return found


def _read_assessment(session: Session, wanted: int | None) -> AssessmentView | None:
    query = select(Assessment).order_by(Assessment.id.desc()).limit(1)
    row = session.scalars(query if wanted is None else query.where(Assessment.id == wanted)).first()
    if row is None:
        return None
    stages = session.scalars(
        select(Stage).where(Stage.assessment_id == row.id).order_by(Stage.position)
    )
    views = tuple(StageView(stage.code, dict(stage.name), stage.skipped) for stage in stages)
    return AssessmentView(row.id, row.name, row.state, views)


def stage_names(assessment_id: int, tongue: str) -> dict[str, str]:
    """The names of the stages that are not left out, by code, for a form in this language."""
    with stores().core.reading() as session:
        found = _read_assessment(session, assessment_id)
    stages = found.stages if found else ()
    return {s.code: s.name.get(tongue) or s.name["en"] for s in stages if not s.skipped}


def places(assessment_id: int) -> list[str]:
    """The names of the places that customers meet."""
    query = select(Location.name).where(Location.assessment_id == assessment_id)
    with stores().core.reading() as session:
        return list(session.scalars(query.order_by(Location.id)))


def select_language() -> str:
    """?lang= first; then the own choice of somebody with an account; else the company's."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    kept = None if policy.of_request().cookieless else cookie.get("language")
    if kept in LANGUAGES:
        return str(kept)
    known = remembered_company()
    return known.language if known and known.language in LANGUAGES else LANGUAGES[0]


def nav() -> list[NavItem]:
    """The pages of the main navigation that exist and that the person may see."""
    found = assessment()
    base = f"/a/{found.id}/" if found else None
    pages: list[tuple[str, str | None]] = [
        (_("Home"), base or "/"),
        (_("Plan"), base and f"{base}plan"),
        (_("Results"), base and f"{base}results"),
        (_("Themes"), base and f"{base}themes"),
        (_("Report"), base and f"{base}report"),
        (_("Backlog"), base and f"{base}backlog"),
        (_("Tasks"), "/tasks"),
        (_("Staff"), "/roster"),
        (_("People"), "/people"),
    ]
    return [
        NavItem(label, url, _is_current(url, base))
        for label, url in pages
        if url is not None and reachable(url)
    ]


def _is_current(url: str, base: str | None) -> bool:
    return request.path == url if url in {base, "/"} else request.path.startswith(url)


def reachable(url: str) -> bool:
    """Whether a page exists at this address and the person may see it."""
    adapter = current_app.create_url_adapter(request)
    person = signed_in()
    if adapter is None or person is None:
        return False
    try:
        endpoint, arguments = adapter.match(url, method="GET")
    except HTTPException:
        return False
    return policy.allows(policy.of_endpoint(current_app, endpoint), person, arguments)


def percent(share: float) -> str:
    """0.72 → "72 %", with a space that does not break."""
    return f"{round(share * 100)}\N{NO-BREAK SPACE}%"


def text(words: dict[str, str] | str | None) -> str:
    """The words of a translated text in the page's language, else in English, else any."""
    if words is None or isinstance(words, str):
        return words or ""
    return words.get(language()) or words.get("en") or next(iter(words.values()), "")


def day(moment: date | datetime | None) -> str:
    """A date in words: "20 November 2026"; nothing for no date."""
    if moment is None:
        return ""
    return str(format_date(moment, "d MMMM y" if language() == "en" else "long"))


def minutes(amount: float) -> str:
    """A length of time in two units at most: "3 h 20 min", "14 days"."""
    gap = "\N{NO-BREAK SPACE}"
    whole = round(amount)
    if whole < 1 and amount > 0:
        return f"{round(amount * 60)}{gap}s"
    if whole < 60:
        return f"{whole}{gap}min"
    hours, rest = divmod(whole, 60)
    if hours < 24:
        return f"{hours}{gap}h" + (f" {rest}{gap}min" if rest else "")
    days, hours = divmod(round(whole / 60), 24)
    if days < 3 and hours:
        return f"{_days(days)} {hours}{gap}h"
    return _days(round(whole / 1440))


def _days(number: int) -> str:
    return str(ngettext("%(num)s\u00a0day", "%(num)s\u00a0days", number))


def count(number: int) -> str:
    """A whole number as the language writes it: 1,204 or 1.204."""
    return _counted(number, str(get_locale() or LANGUAGES[0]))


@lru_cache(maxsize=4096)
def _counted(number: int, locale: str) -> str:
    # A page of many themes writes the same few numbers in every line of its tables.
    return str(format_decimal(number, locale=locale))


def stage_name(code: str) -> str:
    """The company's name of a stage, or of both stages of a hand-off ("S4>S5")."""
    found = assessment()
    names = {stage.code: text(stage.name) for stage in found.stages} if found else {}
    giver, joint, receiver = code.partition(">")
    if not joint:
        return names.get(code, code)
    receiver = receiver.partition(":")[0]
    sides = {"giver": names.get(giver, giver), "receiver": names.get(receiver, receiver)}
    return str(_("%(giver)s to %(receiver)s", **sides))


def language() -> str:
    """The language of this page: "en" or "de"."""
    return str(get_locale() or LANGUAGES[0]).split("_")[0]


def page_context() -> dict[str, Any]:
    """What every template sees beside its own arguments."""
    # An error page is drawn without any of this: it must come out with the database gone.
    if g.get("drawing_error", False):
        return {}
    return {
        "company": company(),
        "assessment": assessment() if signed_in() else None,
        "person": signed_in(),
        "nav": nav() if signed_in() else [],
        "language": language(),
    }


def init_app(app: Flask) -> None:
    """Give templates their filters and names."""
    for function in (percent, text, day, minutes, count, stage_name):
        app.add_template_filter(function, function.__name__)
    app.add_template_global(asset, "asset")
    app.context_processor(page_context)
