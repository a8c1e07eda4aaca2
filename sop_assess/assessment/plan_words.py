"""The words of plans: methods, amounts, what can be said after them, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask_babel import format_date, format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from .planning import SURVEY_MINUTES, Part, Reason

METHOD_NAMES: Final[Mapping[str, LazyString]] = {
    "survey": _l("Staff survey"),
    "interview": _l("Interviews"),
    "shadow": _l("Shadowing"),
    "shop": _l("Mystery shopping"),
    "files": _l("Your own files"),
    "reading": _l("Reading and report"),
}
ONLY_IT_SHOWS: Final[Mapping[str, LazyString]] = {
    "survey": _l("how widespread a problem is"),
    "interview": _l("why it happens, and both sides of every hand-off"),
    "shadow": _l("where time goes: work against waiting, and what is done twice"),
    "shop": _l("what the customer gets, with clocks"),
}
USUAL_ERROR: Final[Mapping[str, LazyString]] = {
    "survey": _l("least flattering, but it is what people believe"),
    "interview": _l("kind to the speaker’s own area"),
    "shadow": _l("people behave when they are watched"),
    "shop": _l("harsh or lenient shoppers, few visits"),
}
SELLS_NAMES: Final[Mapping[str, LazyString]] = {
    "goods": _l("goods we make"),
    "trade": _l("goods we trade"),
    "services": _l("services"),
}
EXPORT_NAMES: Final[Mapping[str, LazyString]] = {
    "times": _l("times of leads and orders"),
    "complaints": _l("complaints or tickets"),
    "invoices": _l("invoices and credit notes"),
}
LANGUAGE_NAMES: Final[Mapping[str, str]] = {"en": "English", "de": "Deutsch"}


def method_name(what: str) -> str:
    """The name of a method or of another line of a plan."""
    return str(METHOD_NAMES.get(what, what))


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def how_much(part: Part) -> str:
    """The amount of a line of the plan."""
    return _AMOUNTS[part.what](part)


def can_say(part: Part) -> str:
    """What can be said after a line of the plan was done."""
    return _CLAIMS[part.what](part)


def when(part: Part) -> str:
    """The days of a line of the plan."""
    if part.what == "files":
        return _("any day")
    return span(part.starts, part.ends)


def span(first: Any, last: Any) -> str:
    """Two days as a span."""
    return _("%(first)s to %(last)s", first=format_date(first, "d MMM"),
             last=format_date(last, "d MMM"))  # fmt: skip


def hours(amount: float) -> str:
    """Hours, with half hours where there are some."""
    return _("%(hours)s h", hours=format_decimal(round(amount, 1)))


def employees_time() -> str:
    """What the survey asks of everybody."""
    return ngettext("%(num)s minute for every employee.", "%(num)s minutes for every employee.",
                    SURVEY_MINUTES)  # fmt: skip


def long_hours(amount: float) -> str:
    """Hours, written out."""
    if amount == 1:
        return _("1 hour")
    return _("%(hours)s hours", hours=format_decimal(round(amount, 1)))


def reason(entry: Reason) -> str:
    """Why the plan is as it is, in one or two sentences."""
    return _REASONS[entry.key](entry.values)


def lost(key: str) -> str:
    """What a smaller plan cannot show."""
    return str(_LOST[key])


def alternative_name(key: str) -> str:
    """The name of a smaller plan."""
    return str(_ALTERNATIVES[key])


def _survey_amount(part: Part) -> str:
    return ngettext("about 30 questions to the one person who works here, confidential",
                    "about 30 questions to all %(num)s, confidential", part.amount)  # fmt: skip


def _interview_amount(part: Part) -> str:
    return ngettext("%(num)s, 45 minutes", "%(num)s, each 45 minutes", part.amount)


def _shadow_amount(part: Part) -> str:
    return ngettext("%(num)s role, 3 sessions", "%(num)s roles, 3 sessions each", part.groups)


def _shop_amount(part: Part) -> str:
    places = ngettext("%(num)s place", "%(num)s places", part.groups)
    return _("%(cases)s cases, %(shoppers)s shoppers, %(places)s",
             cases=part.amount, shoppers=part.expected, places=places)  # fmt: skip


def _files_amount(part: Part) -> str:
    return ngettext(
        "%(num)s export of your systems", "%(num)s exports of your systems", part.amount
    )


_AMOUNTS: Final[Mapping[str, Callable[[Part], str]]] = {
    "survey": _survey_amount,
    "interview": _interview_amount,
    "shadow": _shadow_amount,
    "shop": _shop_amount,
    "files": _files_amount,
    "reading": lambda part: _("all of it"),
}


def _survey_claim(part: Part) -> str:
    if part.margin is None:
        return _("how widespread a problem is, in bands only: low, middle or high, "
                 "if %(answers)s answer", answers=part.expected)  # fmt: skip
    return ngettext(
        "how widespread a problem is: within about %(num)s point, if %(answers)s answer",
        "how widespread a problem is: within about %(num)s points, if %(answers)s answer",
        part.margin, answers=part.expected,
    )  # fmt: skip


def _interview_claim(part: Part) -> str:
    if part.amount < 8:
        return _("why it happens; both sides of a hand-off only where one person knows "
                 "several stages")  # fmt: skip
    return _("why it happens; both sides of 7 hand-offs")


def _shop_claim(part: Part) -> str:
    if part.groups == 1:
        return _("what the customer gets")
    each = part.amount // part.groups
    return ngettext(
        "what the customer gets; %(num)s case for each place, so only large gaps between "
        "places show",
        "what the customer gets; %(num)s cases for each place, so only large gaps between "
        "places show",
        each,
    )


_CLAIMS: Final[Mapping[str, Callable[[Part], str]]] = {
    "survey": _survey_claim,
    "interview": _interview_claim,
    "shadow": lambda part: _("where the time goes"),
    "shop": _shop_claim,
    "files": lambda part: _("median waits for each step and source"),
    "reading": lambda part: _("what first, and how sure"),
}

_LOST: Final[Mapping[str, LazyString]] = {
    "without_shadowing": _l("You lose where the time goes, and the check of what people say "
                            "against what they do."),
    "survey_and_interviews": _l("You lose the customer’s side."),
    "survey_only": _l("Every finding is then labelled single-method, with moderate confidence "
                      "at most."),
}  # fmt: skip
_ALTERNATIVES: Final[Mapping[str, LazyString]] = {
    "without_shadowing": _l("Without shadowing"),
    "survey_and_interviews": _l("Survey and interviews only"),
    "survey_only": _l("Survey only"),
}


def _one_method(values: Mapping[str, Any]) -> str:
    return _("%(hours)s hours a week are too few for several methods, so we propose one: "
             "%(method)s.",
             hours=format_decimal(values["hours"]),
             method=method_name(values["method"]).lower())  # fmt: skip


def _too_few(values: Mapping[str, Any]) -> str:
    return ngettext(
        "With %(num)s person nobody can answer anonymously. Interviews take the place of the "
        "survey.",
        "With %(num)s people a survey could not hide who said what. Interviews take its place.",
        values["people"],
    )


def _no_time(values: Mapping[str, Any]) -> str:
    return _("%(method)s does not fit into the hours you gave. Give more, or choose it instead "
             "of another method.", method=method_name(values["method"]))  # fmt: skip


def _small_units(values: Mapping[str, Any]) -> str:
    return ngettext(
        "%(names)s has fewer than %(least)s people, so it is shown together with another unit.",
        "%(names)s have fewer than %(least)s people each, so they are shown together with others.",
        len(values["names"]), names=listed(values["names"]), least=values["least"],
    )  # fmt: skip


def _missing(values: Mapping[str, Any]) -> str:
    return ngettext("%(num)s person belongs to none of the units you named.",
                    "%(num)s people belong to none of the units you named.",
                    values["people"])  # fmt: skip


def _thin_places(values: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s case for each place is too thin to compare places; it takes %(least)s.",
        "%(num)s cases for each place are too thin to compare places; it takes %(least)s.",
        values["each"], least=values["least"],
    )  # fmt: skip


def _long(values: Mapping[str, Any]) -> str:
    return _("At %(hours)s hours a week this takes %(weeks)s weeks. What is asked first is then "
             "old when the last answer comes.",
             hours=format_decimal(values["hours"]), weeks=values["weeks"])  # fmt: skip


_REASONS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "one_method": _one_method,
    "too_few_for_survey": _too_few,
    "survey_of_few": _too_few,
    "no_time": _no_time,
    "small_units": _small_units,
    "thin_places": _thin_places,
    "without_unit": _missing,
    "long": _long,
    "roles_are_persons": lambda values: _("In a company of this size a role is one person, so "
                                          "shadowing would be watching somebody."),
    "single_method": lambda values: _("With one method every finding is labelled single-method, "
                                      "with moderate confidence at most."),
}  # fmt: skip
