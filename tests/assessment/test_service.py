"""Companies, assessments, stages, methods, and making one final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from sop_assess.accounts.models import AuditEntry
from sop_assess.analysis.results import Cell, Shown
from sop_assess.assessment import queries, service
from sop_assess.assessment.models import Finding
from sop_assess.assessment.planning import propose
from sop_assess.assessment.profile import Profile, UnitSize
from sop_assess.assessment.situation import standing
from sop_assess.assessment.stages import StageChange
from sop_assess.db import Stores
from sop_assess.errors import ConflictError, InvalidError, NotFoundError
from sop_assess.instruments import ready_made
from sop_assess.instruments import service as instruments
from sop_assess.instruments.models import Round
from sop_assess.release.store import Edition, write_release

NOW = datetime(2026, 9, 22, 9, tzinfo=UTC)
PROFILE = Profile(
    "Kestrel Laptops", 60, (UnitSize("sales", "Sales", 20), UnitSize("stock", "Stock", 40)),
    ("Harbour", "Web shop"), "trade", 6.0, frozenset({"times"}), "en",
)  # fmt: skip
PLAN = propose(PROFILE, date(2026, 9, 22))


def started(stores: Stores) -> int:
    return service.take_plan(stores, PROFILE, PLAN, name="Autumn 2026", now=NOW)


def a_round(stores: Stores, assessment_id: int, code: str = "short-survey") -> int:
    version = instruments.publish(stores, assessment_id, ready_made.load(code), now=NOW)
    kind = ready_made.load(code).kind
    return instruments.plan_round(
        stores, assessment_id, version, name="First round",
        access="link" if kind == "survey" else "tasks",
        units=[instruments.Unit("sales", "Sales", 20)] if kind == "survey" else [],
    )  # fmt: skip


def a_release(
    stores: Stores,
    assessment_id: int,
    cells: Sequence[Cell] = (),
    *,
    n: int | None = 3,
    rehearsal: bool = False,
) -> int:
    edition = Edition(assessment_id, "round:1", "survey", {}, "x", {"n": n, "population": 20},
                      rehearsal)  # fmt: skip
    return write_release(stores, edition, cells, now=NOW)


def test_taking_the_plan_makes_company_assessment_stages_handoffs_and_places(
    stores: Stores,
) -> None:
    assessment_id = started(stores)
    company = queries.find_company(stores)
    assert company is not None
    assert company.profile == PROFILE
    found = queries.get_assessment(stores, assessment_id)
    assert (found.name, found.state, found.methods) == ("Autumn 2026", "planning", PLAN.methods)
    assert found.plan == PLAN
    stages = queries.stages_of(stores, assessment_id)
    assert [stage.code for stage in stages] == [f"S{n}" for n in range(1, 9)]
    assert stages[0].name == {"en": "Lead capture", "de": "Anfragen aufnehmen"}
    assert len(queries.handoffs_of(stores, assessment_id)) == 7
    places = queries.locations_of(stores, assessment_id)
    assert [(p.code, p.name) for p in places] == [("harbour", "Harbour"), ("web-shop", "Web shop")]
    assert queries.current_assessment(stores) == found


def test_a_second_assessment_keeps_the_company_and_the_first(stores: Stores) -> None:
    first = started(stores)
    renamed = replace(PROFILE, company="Kestrel")
    second = service.take_plan(stores, renamed, PLAN, name="Spring 2027", now=NOW)
    assert second != first
    company = queries.find_company(stores)
    assert company is not None
    assert company.name == "Kestrel"
    assert [a.name for a in queries.assessments(stores)] == ["Spring 2027", "Autumn 2026"]


def test_without_a_company_no_assessment_starts(stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        service.start_assessment(stores, PROFILE, PLAN, name="X", now=NOW)
    service.create_company(stores, PROFILE, is_sample=True)
    assert service.start_assessment(stores, PROFILE, PLAN, name="X", now=NOW)
    company = queries.find_company(stores)
    assert company is not None
    assert company.is_sample


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_wrong_name_starts_nothing(stores: Stores, name: str) -> None:
    with pytest.raises(InvalidError):
        service.take_plan(stores, PROFILE, PLAN, name=name, now=NOW)
    assert queries.find_company(stores) is None


def test_stages_are_renamed_and_left_out_with_a_reason(stores: Stores) -> None:
    assessment_id = started(stores)
    service.set_stages(
        stores, assessment_id,
        [StageChange("S3", {"en": "Offer", "de": "Offerte"}),
         StageChange("S5", {"en": "Buying"}, skipped=True, reason="We buy nothing.")], now=NOW,
    )  # fmt: skip
    stages = {stage.code: stage for stage in queries.stages_of(stores, assessment_id)}
    assert stages["S3"].name["en"] == "Offer"
    assert (stages["S5"].skipped, stages["S5"].reason) == (True, "We buy nothing.")
    assert ("S4", "S5") not in queries.handoffs_of(stores, assessment_id)
    assert len(queries.handoffs_of(stores, assessment_id)) == 5
    service.set_stages(stores, assessment_id, [StageChange("S5", {"en": "Buying"})], now=NOW)
    assert len(queries.handoffs_of(stores, assessment_id)) == 7


def test_leaving_out_without_a_reason_or_everything_is_refused(stores: Stores) -> None:
    assessment_id = started(stores)
    with pytest.raises(InvalidError, match="why stage S2"):
        service.set_stages(
            stores, assessment_id, [StageChange("S2", {"en": "Q"}, skipped=True)], now=NOW
        )
    everything = [StageChange(f"S{n}", {"en": "X"}, skipped=True, reason="No") for n in range(1, 9)]
    with pytest.raises(InvalidError, match="at least one stage"):
        service.set_stages(stores, assessment_id, everything, now=NOW)
    with pytest.raises(InvalidError, match="needs a name"):
        service.set_stages(stores, assessment_id, [StageChange("S1", {"en": " "})], now=NOW)
    assert not any(s.skipped for s in queries.stages_of(stores, assessment_id))


def test_after_the_first_opening_stages_keep_their_place_but_not_their_name(
    stores: Stores,
) -> None:
    assessment_id = started(stores)
    instruments.open_round(stores, a_round(stores, assessment_id), now=NOW)
    service.set_stages(stores, assessment_id, [StageChange("S1", {"en": "Leads"})], now=NOW)
    with pytest.raises(ConflictError, match="opened already"):
        service.set_stages(
            stores, assessment_id, [StageChange("S1", {"en": "X"}, True, "No")], now=NOW
        )


def test_methods_can_change_until_they_have_a_round(stores: Stores) -> None:
    assessment_id = started(stores)
    service.choose_methods(stores, assessment_id, ["shop", "survey", "nonsense"], now=NOW)
    assert queries.get_assessment(stores, assessment_id).methods == ("survey", "shop")
    a_round(stores, assessment_id)
    with pytest.raises(ConflictError):
        service.choose_methods(stores, assessment_id, ["shop"], now=NOW)
    with pytest.raises(InvalidError):
        service.choose_methods(stores, assessment_id, [], now=NOW)


def test_the_state_follows_from_the_rounds(stores: Stores) -> None:
    assessment_id = started(stores)
    round_id = a_round(stores, assessment_id, "interview-guide")

    def state() -> str:
        return queries.get_assessment(stores, assessment_id).state

    assert state() == "planning"
    instruments.open_round(stores, round_id, now=NOW)
    assert state() == "collecting"
    instruments.close_named_round(stores, round_id, now=NOW)
    assert state() == "analysing"


def test_final_needs_a_real_release_and_no_open_round(stores: Stores) -> None:
    assessment_id = started(stores)
    with pytest.raises(ConflictError, match="Nothing has been released"):
        service.make_final(stores, assessment_id, now=NOW)
    a_release(stores, assessment_id, rehearsal=True)
    with pytest.raises(ConflictError, match="Nothing has been released"):
        service.make_final(stores, assessment_id, now=NOW)
    a_release(stores, assessment_id)
    round_id = a_round(stores, assessment_id, "interview-guide")
    instruments.open_round(stores, round_id, now=NOW)
    with pytest.raises(ConflictError, match="still open"):
        service.make_final(stores, assessment_id, now=NOW)
    instruments.close_named_round(stores, round_id, now=NOW)
    assert service.why_not_final(stores, assessment_id) == ""
    assert service.make_final(stores, assessment_id, now=NOW) == 1
    found = queries.get_assessment(stores, assessment_id)
    assert (found.state, found.edition, found.final_at) == ("final", 1, NOW)


def test_nothing_changes_in_a_final_assessment(stores: Stores) -> None:
    assessment_id = started(stores)
    a_release(stores, assessment_id)
    service.make_final(stores, assessment_id, now=NOW)
    with pytest.raises(ConflictError, match="is final"):
        service.make_final(stores, assessment_id, now=NOW)
    with pytest.raises(ConflictError, match="is final"):
        service.choose_methods(stores, assessment_id, ["survey"], now=NOW)
    with pytest.raises(ConflictError, match="is final"):
        service.set_stages(stores, assessment_id, [StageChange("S1", {"en": "X"})], now=NOW)


def test_an_unknown_assessment_is_not_found(stores: Stores) -> None:
    with pytest.raises(NotFoundError):
        queries.get_assessment(stores, 99)
    with pytest.raises(NotFoundError):
        service.make_final(stores, 99, now=NOW)


def test_what_staff_did_is_in_the_log(stores: Stores) -> None:
    assessment_id = started(stores)
    service.choose_methods(stores, assessment_id, ["survey"], now=NOW)
    with stores.core.reading() as session:
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["assessment.started", "assessment.methods"]


def test_the_table_of_what_was_collected(stores: Stores) -> None:
    assessment_id = started(stores)

    def line(method: str) -> tuple[str, str]:
        found = queries.get_assessment(stores, assessment_id)
        where = standing(stores, found, str, moment=NOW)
        return next((c.done, c.enough) for c in where.collected if c.method == method)

    assert line("survey") == ("nothing yet", "Not begun")
    talks = a_round(stores, assessment_id, "interview-guide")
    assert line("interview") == ("ready, not open", "Open the round")
    instruments.open_round(stores, talks, now=NOW)
    assert line("interview") == ("0 interviewees", "Nobody has a task yet")
    survey = a_round(stores, assessment_id)
    instruments.open_round(stores, survey, now=NOW)
    assert line("survey")[0] == "not told below 10"


@pytest.mark.parametrize(
    ("n", "value", "shown", "done", "enough"),
    [
        (14, 0.7, "full", "14 answers, closed 22 Sep", "Yes: 70\u00a0% answered"),
        (8, 0.4, "full", "8 answers, closed 22 Sep",
         "Read with care: only 40\u00a0% answered"),
        (18, None, "hidden", "18 answers, closed 22 Sep",
         "Response is not told: it would point to single people"),
        (None, None, "hidden", "fewer than 5 answers", "No: figures appear from 5 people on"),
    ],
)  # fmt: skip
def test_a_closed_survey_tells_only_released_figures(
    app: Flask,
    sqlite_stores: Stores,
    n: int | None,
    value: float | None,
    shown: Shown,
    done: str,
    enough: str,
) -> None:
    assessment_id = started(sqlite_stores)
    round_id = a_round(sqlite_stores, assessment_id)
    with sqlite_stores.core.writing() as session:
        row = session.get_one(Round, round_id)
        row.state, row.opened_at, row.closed_at = "closed", NOW, NOW
    cell = Cell("response", "", None, None, "all", 20, value, value, value, shown=shown)
    a_release(sqlite_stores, assessment_id, [cell], n=n)
    found = queries.get_assessment(sqlite_stores, assessment_id)
    with app.test_request_context("/"):
        where = standing(sqlite_stores, found, str, moment=NOW)
    line = where.collected[0]
    assert (line.done, line.planned, line.enough) == (done, "60 people", enough)


def test_findings_without_an_issue_are_named_in_words(sqlite_stores: Stores) -> None:
    assessment_id = started(sqlite_stores)
    with sqlite_stores.core.writing() as session:
        for subject, topic, polarity, label in (
            ("S1", "accuracy", "fails", "agreement"),
            ("S3>S4", "handoff", "disputed", "dissonance"),
            ("S8", "promise", "works", "agreement"),
            ("S8", "skills", "mixed", "none"),
        ):
            session.add(Finding(
                assessment_id=assessment_id, subject=subject, topic=topic, polarity=polarity,
                label=label, confidence="high", weight=1.0, verdicts={}, reasons={}, evidence={},
            ))  # fmt: skip
    found = queries.get_assessment(sqlite_stores, assessment_id)
    words = {"S1": "Lead capture", "S3>S4": "Quote to Order"}
    where = standing(sqlite_stores, found, words.__getitem__, moment=NOW)
    assert [p.subject for p in where.situation.problems] == ["Lead capture, accuracy"]
    assert [d.subject for d in where.situation.disputed] == ["the hand-off from Quote to Order"]
    assert where.polarities == {"fails": 1, "disputed": 1, "works": 1}
    assert where.situation.findings == 3  # what nobody spoke about is none, as on the results page
