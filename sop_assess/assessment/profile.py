"""What the first screen asks about a company. Pure: form fields in, a profile or messages out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from flask_babel import gettext as _

Sells = Literal["goods", "trade", "services"]
SELLS: Final[tuple[Sells, ...]] = ("goods", "trade", "services")
EXPORTS: Final = ("times", "complaints", "invoices")
LANGUAGES: Final = ("en", "de")
SMALLEST_SHOWN: Final = 5

_UNIT = re.compile(r"(?P<name>.*?\S)[\s,:;=]+(?P<people>\d{1,6})")


@dataclass(frozen=True)
class UnitSize:
    """A part of the staff and how many people belong to it."""

    code: str
    name: str
    people: int


@dataclass(frozen=True)
class Profile:
    """The company as the first screen describes it; `hours` are those of all leaders a week."""

    company: str
    people: int
    units: tuple[UnitSize, ...] = ()
    places: tuple[str, ...] = ()
    sells: Sells = "trade"
    hours: float = 6.0
    exports: frozenset[str] = frozenset()
    language: str = "en"

    @property
    def small_units(self) -> tuple[UnitSize, ...]:
        """Units that can never be shown alone."""
        return tuple(unit for unit in self.units if unit.people < SMALLEST_SHOWN)

    def to_json(self) -> dict[str, Any]:
        """Plain data for the company's row."""
        return {**asdict(self), "units": [asdict(unit) for unit in self.units],
                "places": list(self.places), "exports": sorted(self.exports)}  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Profile:
        """The profile that `to_json` wrote; what is missing gets its default."""
        known = {key: data[key] for key in cls.__dataclass_fields__ if key in data}
        known["units"] = tuple(UnitSize(**unit) for unit in data.get("units", ()))
        known["places"] = tuple(data.get("places", ()))
        known["exports"] = frozenset(data.get("exports", ()))
        return cls(**{"company": "", "people": 1, **known})


def read_profile(fields: Mapping[str, Sequence[str]]) -> tuple[Profile | None, dict[str, str]]:
    """The profile that a form describes, or a message beside each field that breaks a rule."""
    messages: dict[str, str] = {}
    company = _text(fields, "company")
    if not company or len(company) > 120:
        messages["company"] = _("Write the company’s name, in at most 120 characters.")
    units, problem = read_units("\n".join(_lines(fields, "units")))
    if problem:
        messages["units"] = problem
    people = _people(fields, units, messages)
    hours = _hours(fields, messages)
    places = _places(fields, messages)
    if messages:
        return None, messages
    sells = _text(fields, "sells")
    language = _text(fields, "language")
    return Profile(
        company=company,
        people=people,
        units=units,
        places=places,
        sells=sells if sells in SELLS else "trade",
        hours=hours,
        exports=frozenset(fields.get("have", ())) & frozenset(EXPORTS),
        language=language if language in LANGUAGES else "en",
    ), messages


def read_units(text: str) -> tuple[tuple[UnitSize, ...], str]:
    """Units from lines such as "Warehouse 48", or no units and a sentence about the wrong line."""
    units: list[UnitSize] = []
    for line in (" ".join(raw.split()) for raw in text.splitlines() if raw.strip()):
        match = _UNIT.fullmatch(line)
        if match is None or int(match["people"]) < 1 or len(match["name"]) > 80:
            return (), _("“%(line)s” needs a name and a number of people, such as “Warehouse 48”.",
                         line=line[:60])  # fmt: skip
        if match["name"].casefold() in {unit.name.casefold() for unit in units}:
            return (), _("“%(name)s” stands there twice. Give each unit a name of its own.",
                         name=match["name"])  # fmt: skip
        code = slug(match["name"], [unit.code for unit in units])
        units.append(UnitSize(code, match["name"], int(match["people"])))
    return tuple(units), ""


def slug(name: str, taken: Sequence[str] = ()) -> str:
    """A short code made of the name, different from those taken.

    >>> slug("Service desk & returns"), slug("Lager", ["lager"])
    ('service-desk-returns', 'lager-2')
    """
    plain = name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "unit"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    return code


def _text(fields: Mapping[str, Sequence[str]], name: str) -> str:
    values = fields.get(name) or ("",)
    return " ".join(str(values[0]).split())


def _lines(fields: Mapping[str, Sequence[str]], name: str) -> list[str]:
    values = fields.get(name) or ("",)
    return [" ".join(line.split()) for line in str(values[0]).splitlines() if line.strip()]


def _people(
    fields: Mapping[str, Sequence[str]], units: tuple[UnitSize, ...], messages: dict[str, str]
) -> int:
    text, in_units = _text(fields, "people"), sum(unit.people for unit in units)
    if not text and in_units:
        return in_units
    if not text.isdecimal() or not 1 <= int(text) <= 500_000:
        messages["people"] = _("Write how many people work here, in digits, such as 240.")
        return 0
    if in_units > int(text):
        messages["people"] = _("The units below add up to %(units)s people, more than "
                               "%(people)s. Correct one of the two.",
                               units=in_units, people=text)  # fmt: skip
    return int(text)


def _hours(fields: Mapping[str, Sequence[str]], messages: dict[str, str]) -> float:
    try:
        hours = float(_text(fields, "hours").replace(",", "."))
    except ValueError:
        hours = 0.0
    if not 0.5 <= hours <= 2000:
        messages["hours"] = _("Write how many hours a week you can give together, such as 6. "
                              "Half an hour is the least.")  # fmt: skip
    return hours


def _places(fields: Mapping[str, Sequence[str]], messages: dict[str, str]) -> tuple[str, ...]:
    places = tuple(dict.fromkeys(_lines(fields, "places")))
    if len(places) > 200 or any(len(place) > 100 for place in places):
        messages["places"] = _("A place needs at most 100 characters, and 200 places fit.")
    return places
