"""What the first screen proposes, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.assessment import plan_words
from sop_assess.assessment.next_step import OpenFinding, RoundState, Situation, next_step, steps
from sop_assess.assessment.planning import (
    METHODS,
    Plan,
    alternatives,
    margin_points,
    propose,
)
from sop_assess.assessment.profile import Profile, UnitSize, read_profile

TODAY = date(2026, 9, 22)
NOW = datetime(2026, 10, 10, 12, tzinfo=UTC)
KESTREL = Profile(
    "Kestrel Laptops", 240, tuple(UnitSize(f"u{i}", f"Unit {i}", 26) for i in range(9)),
    ("Northgate", "Harbour", "Millbrook", "Eastfield"), "trade", 14.0,
    frozenset({"times", "invoices"}),
)  # fmt: skip


def keys(plan: Plan) -> set[str]:
    return {reason.key for reason in plan.reasons}


def test_a_company_of_240_with_14_hours_gets_all_four_methods_in_eight_weeks() -> None:
    plan = propose(KESTREL, TODAY)
    amounts = {part.what: part.amount for part in plan.parts}
    assert amounts == {"survey": 240, "interview": 14, "shadow": 18, "shop": 48, "files": 2,
                       "reading": 1}  # fmt: skip
    assert (plan.hours, plan.weeks) == (108.0, 8)
    assert (plan.starts, plan.ends) == (date(2026, 10, 5), date(2026, 11, 27))


def test_the_survey_line_says_its_margin_at_sixty_per_cent() -> None:
    survey = propose(KESTREL, TODAY).part("survey")
    assert survey is not None
    assert (survey.expected, survey.margin) == (144, 6)
    assert plan_words.can_say(survey) == (
        "how widespread a problem is: within about 6 points, if 144 answer"
    )


@pytest.mark.parametrize(
    ("population", "answers", "points"),
    [(240, 144, 6), (1000, 600, 3), (20, 12, 19), (12, 7, None), (50, 50, 0), (10, 10, 0)],
)
def test_margins_know_the_finite_population(
    population: int, answers: int, points: int | None
) -> None:
    assert margin_points(population, answers) == points


def test_under_three_hours_one_method_alone() -> None:
    plan = propose(replace(KESTREL, hours=2.5), TODAY)
    assert plan.methods == ("survey",)
    assert {"one_method", "single_method"} <= keys(plan)


def test_under_ten_people_interviews_take_the_place_of_the_survey() -> None:
    plan = propose(replace(KESTREL, people=9, units=(), hours=6), TODAY)
    assert "survey" not in plan.methods
    assert "shadow" not in plan.methods
    assert plan.methods[0] == "interview"
    assert "too_few_for_survey" in keys(plan)
    assert propose(replace(KESTREL, people=10, units=()), TODAY).methods[0] == "survey"


def test_under_ten_people_and_under_three_hours_leaves_interviews() -> None:
    assert propose(replace(KESTREL, people=4, units=(), hours=1), TODAY).methods == ("interview",)


def test_what_does_not_fit_is_left_out_with_a_reason() -> None:
    plan = propose(replace(KESTREL, hours=3), TODAY)
    assert "shadow" not in plan.methods
    assert "no_time" in keys(plan)


def test_small_units_and_thin_places_are_said() -> None:
    units = (*KESTREL.units[:2], UnitSize("board", "Board", 3))
    plan = propose(replace(KESTREL, units=units, hours=4), TODAY)
    assert {"small_units", "thin_places"} <= keys(plan)
    assert any("Board has fewer than 5 people" in plan_words.reason(r) for r in plan.reasons)


def test_the_owner_may_overrule_the_choice() -> None:
    plan = propose(replace(KESTREL, hours=1), TODAY, ["shop", "interview"])
    assert plan.methods == ("interview", "shop")
    assert "long" in keys(plan)


def test_smaller_plans_cost_less_and_say_what_is_lost() -> None:
    plan = propose(KESTREL, TODAY)
    smaller = alternatives(KESTREL, plan, TODAY)
    assert [key for key, _ in smaller] == ["without_shadowing", "survey_and_interviews",
                                           "survey_only"]  # fmt: skip
    costs = [plan.hours, *(other.hours for _, other in smaller)]
    assert costs == sorted(costs, reverse=True)
    assert [other.weeks for _, other in smaller] == [8, 5, 4]
    assert alternatives(KESTREL, smaller[-1][1], TODAY) == ()


profiles = st.builds(
    Profile,
    company=st.just("X"),
    people=st.integers(1, 5000),
    places=st.lists(st.text("abc", min_size=1), max_size=12, unique=True).map(tuple),
    hours=st.floats(0.5, 400),
    exports=st.frozensets(st.sampled_from(["times", "complaints", "invoices"])),
)


@given(profile=profiles, day=st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_every_company_gets_a_plan_that_holds_together(profile: Profile, day: date) -> None:
    plan = propose(profile, day)
    assert plan.methods
    assert plan.starts > day
    assert plan.starts.weekday() == 0
    assert all(part.amount >= 1 and part.starts <= part.ends for part in plan.parts)
    assert all(part.ends <= plan.ends for part in plan.parts)
    assert Plan.from_json(plan.to_json()) == plan
    for part in plan.parts:
        assert plan_words.how_much(part)
        assert plan_words.can_say(part)
    assert all(plan_words.reason(reason) for reason in plan.reasons)
    if len(plan.methods) > 1:
        # A plan tells its hours in tenths.
        assert plan.hours <= 8 * profile.hours + 0.05 + 1e-6


@given(profile=profiles, methods=st.sets(st.sampled_from(METHODS), min_size=1))
def test_any_choice_of_methods_gets_its_least_amount(profile: Profile, methods: set[str]) -> None:
    assert set(propose(profile, TODAY, methods).methods) == methods


def form(**values: str | list[str]) -> dict[str, list[str]]:
    base: dict[str, str | list[str]] = {"company": "Kestrel", "people": "60", "hours": "5"}
    return {key: value if isinstance(value, list) else [value]
            for key, value in {**base, **values}.items()}  # fmt: skip


def test_the_form_becomes_a_profile() -> None:
    profile, messages = read_profile(
        form(units="Warehouse 48\nSales: 12", places="Harbour\n\nHarbour\nWeb shop",
             sells="goods", have=["times", "nonsense"], hours="4,5", language="de")
    )  # fmt: skip
    assert messages == {}
    assert profile is not None
    assert [(u.code, u.people) for u in profile.units] == [("warehouse", 48), ("sales", 12)]
    assert profile.places == ("Harbour", "Web shop")
    assert (profile.sells, profile.hours, profile.exports) == ("goods", 4.5, frozenset({"times"}))
    assert Profile.from_json(profile.to_json()) == profile


def test_people_follow_from_the_units() -> None:
    profile, _ = read_profile(form(people="", units="A 4\nB 5"))
    assert profile is not None
    assert profile.people == 9


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"company": " "}, "company"),
        ({"company": "x" * 121}, "company"),
        ({"people": "many"}, "people"),
        ({"people": "0"}, "people"),
        ({"people": "-3"}, "people"),
        ({"units": "Warehouse"}, "units"),
        ({"units": "48"}, "units"),
        ({"units": "Warehouse 0"}, "units"),
        ({"units": "A 4\na 5"}, "units"),
        ({"units": "A 70"}, "people"),
        ({"hours": ""}, "hours"),
        ({"hours": "nan"}, "hours"),
        ({"hours": "0"}, "hours"),
        ({"places": "y" * 101}, "places"),
    ],
)
def test_wrong_input_gets_a_sentence_beside_its_field(values: dict[str, str], field: str) -> None:
    profile, messages = read_profile(form(**values))
    assert profile is None
    assert list(messages) == [field]
    assert messages[field].endswith((".", "”."))


@given(st.dictionaries(st.sampled_from(["company", "people", "units", "hours", "places", "sells"]),
                       st.lists(st.text(), max_size=2)))  # fmt: skip
def test_no_form_breaks_the_first_screen(fields: dict[str, list[str]]) -> None:
    profile, messages = read_profile(fields)
    assert (profile is None) == bool(messages)
    if profile is not None:
        assert propose(profile, TODAY).methods


def survey(state: str, **changes: object) -> RoundState:
    return replace(RoundState(1, "survey", "Survey", state, 40), **changes)  # type: ignore[arg-type]  # a test's shorthand


ALL = ("survey", "interview")
TALKS = RoundState(2, "interview", "Talks", "closed", tasks=3, received=3)
RESULTS = Situation(NOW, methods=ALL, rounds=(survey("closed"), TALKS), released=ALL, findings=9)
FINDING = OpenFinding(7, "Order to Shipping")


@pytest.mark.parametrize(
    ("situation", "key", "url"),
    [
        (Situation(NOW), "choose", "plan"),
        (Situation(NOW, methods=ALL), "first", "rounds/new?kind=survey"),
        (Situation(NOW, methods=ALL, rounds=(survey("planned"),)), "open", "rounds/1"),
        (Situation(NOW, methods=("survey",), rounds=(survey("open"),)), "wait", "rounds/1"),
        (Situation(NOW, methods=ALL, rounds=(survey("open"),)), "prepare",
         "rounds/new?kind=interview"),
        (Situation(NOW, methods=("survey",), rounds=(survey("open", received=40),)), "close",
         "rounds/1"),
        (Situation(NOW, methods=("survey",),
                   rounds=(survey("open", closes_at=NOW - timedelta(hours=1)),)), "close",
         "rounds/1"),
        (Situation(NOW, methods=ALL, rounds=(survey("open"), replace(TALKS, state="open", tasks=0,
                                                                     received=0))),
         "assign", "rounds/2/interviews"),
        (Situation(NOW, methods=ALL, rounds=(survey("open"), replace(TALKS, state="open"))),
         "close", "rounds/2"),
        (RESULTS, "look", "results"),
        (replace(RESULTS, issues=1, disputed=(FINDING,)), "hear", "findings/7"),
        (replace(RESULTS, issues=1, problems=(FINDING,)), "issue", "findings/7"),
        (replace(RESULTS, issues=2, ownerless=1), "owners", "backlog"),
        (replace(RESULTS, issues=2), "final", "report"),
        (replace(RESULTS, findings=0), "too_few", "results"),
        (replace(RESULTS, final=True, edition=2), "done", "backlog"),
    ],
)  # fmt: skip
def test_the_next_step(situation: Situation, key: str, url: str) -> None:
    step = next_step(situation)
    assert (step.key, step.url) == (key, url)
    assert step.sentence.endswith(".")


def test_the_counter_is_never_told_below_ten() -> None:
    step = next_step(Situation(NOW, methods=("survey",), rounds=(survey("open"),)))
    assert "so far" not in step.sentence
    step = next_step(Situation(NOW, methods=("survey",), rounds=(survey("open", received=15),)))
    assert step.sentence == "Answers are coming in: 15 or more so far."


def test_results_of_one_method_can_be_read_while_another_still_runs() -> None:
    busy = replace(RESULTS, rounds=(survey("open"), TALKS))
    assert [step.key for step in steps(busy)][:2] == ["look", "wait"]


@given(
    st.builds(
        Situation,
        moment=st.just(NOW),
        final=st.booleans(),
        methods=st.sampled_from([(), ("survey",), ALL]),
        rounds=st.lists(
            st.builds(
                RoundState, st.integers(1, 9), st.sampled_from(METHODS), st.just("Round"),
                st.sampled_from(["planned", "open", "closing", "closed"]), st.integers(0, 40),
                st.none() | st.integers(0, 40), st.none() | st.integers(0, 9),
                st.none() | st.just(NOW),
            ), max_size=4,
        ).map(tuple),
        released=st.sampled_from([(), ("survey",)]),
        findings=st.integers(0, 3), issues=st.integers(0, 3), ownerless=st.integers(0, 3),
    )
)  # fmt: skip
def test_there_is_always_a_next_step(situation: Situation) -> None:
    assert next_step(situation).sentence
