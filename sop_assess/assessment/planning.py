"""Which methods, how much of each, when, and at what effort. Pure: a profile in, a plan out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from math import ceil, sqrt
from typing import Any, Final

from .profile import SMALLEST_SHOWN, Profile

METHODS: Final = ("survey", "interview", "shadow", "shop")

# Hours for leaders and owner. An interview of 45 minutes needs preparation, notes and read-back.
SURVEY_HOURS: Final = 4.0
INTERVIEW_HOURS: Final = 2.0
SESSION_HOURS: Final = 3.0
CASE_HOURS: Final = 1 / 3
FILE_HOURS: Final = 1.0
READING_HOURS: Final = 4.0

FEWEST_FOR_SURVEY: Final = 10
FEWEST_FOR_SHADOWING: Final = 15
FEWEST_HOURS: Final = 3.0
EXPECTED_RESPONSE: Final = 0.6
SURVEY_MINUTES: Final = 8
SESSIONS_A_ROLE: Final = 3
CASES_A_PLACE: Final = 12
# To claim a standard is met in at least 70 % of contacts, nine of nine visits must pass.
FEWEST_CASES: Final = 9
MOST_CASES: Final = 60
LONGEST_WEEKS: Final = 8

# First day and last day, counted from the Monday on which collecting starts.
_DAYS: Final = {"survey": (0, 18), "interview": (2, 25), "shadow": (7, 32), "shop": (0, 39)}


@dataclass(frozen=True)
class Reason:
    """Why the plan is as it is; `key` finds the sentence."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One line of the plan. `amount` counts people asked, talks, sessions, cases or files;
    `groups` counts units, stages, roles or places they are spread over."""

    what: str
    amount: int
    groups: int
    starts: date
    ends: date
    hours: float
    expected: int | None = None
    margin: int | None = None


@dataclass(frozen=True)
class Plan:
    """What is proposed, what it costs, and why."""

    parts: tuple[Part, ...]
    weeks: int
    starts: date
    ends: date
    reasons: tuple[Reason, ...]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods among the parts, in their usual order."""
        return tuple(part.what for part in self.parts if part.what in METHODS)

    @property
    def hours(self) -> float:
        """Hours of leaders and owner altogether."""
        return round(sum(part.hours for part in self.parts), 1)

    def part(self, what: str) -> Part | None:
        """The line about one method."""
        return next((part for part in self.parts if part.what == what), None)

    def to_json(self) -> dict[str, Any]:
        """Plain data for the assessment's row."""
        parts = [
            {**asdict(p), "starts": p.starts.isoformat(), "ends": p.ends.isoformat()}
            for p in self.parts
        ]
        return {"parts": parts, "weeks": self.weeks, "starts": self.starts.isoformat(),
                "ends": self.ends.isoformat(),
                "reasons": [asdict(reason) for reason in self.reasons]}  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan that `to_json` wrote."""
        parts = tuple(
            Part(**{**part, "starts": date.fromisoformat(part["starts"]),
                    "ends": date.fromisoformat(part["ends"])})
            for part in data["parts"]
        )  # fmt: skip
        return cls(parts, data["weeks"], date.fromisoformat(data["starts"]),
                   date.fromisoformat(data["ends"]),
                   tuple(Reason(**reason) for reason in data["reasons"]))  # fmt: skip


def propose(profile: Profile, today: date, methods: Collection[str] | None = None) -> Plan:
    """The plan for a company; `methods` overrules the choice, not the amounts.

    Without an answer of the owner the rules choose: under three hours a week one method alone,
    under ten people interviews instead of a survey, else as much as the hours carry.
    """
    reasons: list[Reason] = []
    chosen = _choose(profile, reasons) if methods is None else tuple(m for m in METHODS
                                                                     if m in methods)  # fmt: skip
    amounts = _amounts(profile, chosen, forced=methods is not None)
    if methods is None:
        reasons += [_left_out(method) for method in chosen if not amounts[method]]
    amounts = {method: amount for method, amount in amounts.items() if amount}
    plan = _schedule(profile, amounts, today)
    return replace(plan, reasons=(*reasons, *_cautions(profile, plan)))


def alternatives(profile: Profile, plan: Plan, today: date) -> tuple[tuple[str, Plan], ...]:
    """Smaller plans with the same amounts, each with the key of what is lost."""
    have = {part.what: part.amount for part in plan.parts if part.what in METHODS}
    smaller = {
        "without_shadowing": have.keys() - {"shadow"},
        "survey_and_interviews": have.keys() & {"survey", "interview"},
        "survey_only": have.keys() & {"survey"},
    }
    found: list[tuple[str, Plan]] = []
    size = len(have)
    for key, methods in smaller.items():
        if 0 < len(methods) < size:
            size = len(methods)
            amounts: dict[str, int] = {m: have[m] for m in METHODS if m in methods}
            found.append((key, _schedule(profile, amounts, today)))
    return tuple(found)


def expected_answers(people: int, response: float = EXPECTED_RESPONSE) -> int:
    """How many answers the response brings, rounded down to be safe."""
    return int(people * response + 1e-9)


def margin_points(population: int, answers: int) -> int | None:
    """Half the width of the 95 % interval of a share of one half, in points, rounded up.

    The finite population is taken into account: whoever asks everybody knows it exactly.
    None below ten answers, where only bands are shown.

    >>> margin_points(240, 144), margin_points(12, 7)
    (6, None)
    """
    if answers < 10:
        return None
    if population <= answers:
        return 0
    correction = (population - answers) / (population - 1)
    return ceil(100 * 1.96 * sqrt(0.25 / answers * correction))


def _choose(profile: Profile, reasons: list[Reason]) -> tuple[str, ...]:
    anonymous = profile.people >= FEWEST_FOR_SURVEY
    if not anonymous:
        reasons.append(Reason("too_few_for_survey", {"people": profile.people}))
    asking = "survey" if anonymous else "interview"
    if profile.hours < FEWEST_HOURS:
        reasons.append(Reason("one_method", {"hours": profile.hours, "method": asking}))
        return (asking,)
    if profile.people < FEWEST_FOR_SHADOWING:
        reasons.append(Reason("roles_are_persons", {"people": profile.people}))
    wanted = {asking, "interview", "shop"}
    if profile.people >= FEWEST_FOR_SHADOWING:
        wanted.add("shadow")
    return tuple(method for method in METHODS if method in wanted)


def _amounts(profile: Profile, chosen: tuple[str, ...], *, forced: bool) -> dict[str, int]:
    """The least of every method first, in the order of what it adds; then up to the target."""
    left = LONGEST_WEEKS * profile.hours - READING_HOURS - FILE_HOURS * len(profile.exports)
    amounts = dict.fromkeys(chosen, 0)
    if "survey" in amounts:
        amounts["survey"], left = profile.people, left - SURVEY_HOURS
    for pick in (_least, _target):
        for method in ("interview", "shop", "shadow"):
            if method not in amounts or (pick is _target and not amounts[method]):
                continue
            step, hours = _step(method)
            more = (pick(profile, method) - amounts[method]) // step
            fits = int(max(0.0, left + 1e-9) // (hours * step))
            if pick is _least and fits < more:
                fits = more if forced or len(chosen) == 1 else 0
            more = min(more, fits)
            amounts[method] += more * step
            left -= more * step * hours
    return amounts


def _step(method: str) -> tuple[int, float]:
    """The smallest sensible addition of a method and the hours of one piece."""
    return {"interview": (1, INTERVIEW_HOURS), "shadow": (SESSIONS_A_ROLE, SESSION_HOURS),
            "shop": (1, CASE_HOURS)}[method]  # fmt: skip


def _least(profile: Profile, method: str) -> int:
    if method == "interview":
        return min(4, max(1, profile.people - 1))
    return FEWEST_CASES if method == "shop" else 2 * SESSIONS_A_ROLE


def _target(profile: Profile, method: str) -> int:
    people = profile.people
    if method == "shop":
        return min(MOST_CASES, CASES_A_PLACE * max(1, len(profile.places)))
    if method == "shadow":
        return SESSIONS_A_ROLE * min(6, max(2, people // 20))
    if people < FEWEST_FOR_SURVEY:
        return max(1, people - 1)
    steps = ((100, 14), (40, 10), (20, 8), (0, 6))
    return next(talks for size, talks in steps if people >= size)


def _schedule(profile: Profile, amounts: Mapping[str, int], today: date) -> Plan:
    start = today + timedelta(days=14 - today.weekday() if today.weekday() else 7)
    parts = [_part(profile, method, amount, start) for method, amount in amounts.items()]
    if profile.exports:
        count = len(profile.exports)
        parts.append(Part("files", count, 0, today, today, FILE_HOURS * count))
    last = max((part.ends for part in parts), default=start)
    reading = max(start, last + timedelta(days=3))
    spent = sum(part.hours for part in parts) + READING_HOURS
    shortest = (reading - start).days // 7 + (2 if len(amounts) > 2 else 1)
    weeks = min(52, max(shortest, ceil(spent / profile.hours)))
    weeks = shortest if spent <= profile.hours * shortest else weeks
    ends = start + timedelta(days=7 * weeks - 3)
    parts.append(Part("reading", 1, 0, reading, ends, READING_HOURS))
    return Plan(tuple(parts), weeks, start, ends, ())


def _part(profile: Profile, method: str, amount: int, start: date) -> Part:
    first, last = (start + timedelta(days=days) for days in _DAYS[method])
    if method == "survey":
        expected = expected_answers(profile.people)
        return Part(method, amount, len(profile.units), first, last, SURVEY_HOURS, expected,
                    margin_points(profile.people, expected))  # fmt: skip
    shoppers = max(3, ceil(amount / 4)) if method == "shop" else None
    groups = {"interview": 8, "shadow": amount // SESSIONS_A_ROLE,
              "shop": max(1, len(profile.places))}[method]  # fmt: skip
    hours = {"interview": INTERVIEW_HOURS, "shadow": SESSION_HOURS, "shop": CASE_HOURS}[method]
    return Part(method, amount, groups, first, last, round(amount * hours, 1), shoppers)


def _left_out(method: str) -> Reason:
    return Reason("no_time", {"method": method})


def _cautions(profile: Profile, plan: Plan) -> list[Reason]:
    found: list[Reason] = []
    if "survey" in plan.methods and profile.small_units:
        names = [unit.name for unit in profile.small_units]
        found.append(Reason("small_units", {"names": names, "least": SMALLEST_SHOWN}))
    without = profile.people - sum(unit.people for unit in profile.units)
    if "survey" in plan.methods and profile.units and without:
        found.append(Reason("without_unit", {"people": without}))
    if "survey" in plan.methods and profile.people < FEWEST_FOR_SURVEY:
        found.append(Reason("survey_of_few", {"people": profile.people}))
    shop = plan.part("shop")
    if shop and shop.groups > 1 and shop.amount // shop.groups < FEWEST_CASES:
        found.append(Reason("thin_places", {"each": shop.amount // shop.groups,
                                            "least": FEWEST_CASES}))  # fmt: skip
    if plan.weeks > LONGEST_WEEKS:
        found.append(Reason("long", {"weeks": plan.weeks, "hours": profile.hours}))
    if len(plan.methods) == 1:
        found.append(Reason("single_method", {"method": plan.methods[0]}))
    return found
