"""Issues are made from evidence, changed with history, and never lost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from sop_assess.analysis.results import Cell
from sop_assess.assessment.models import Finding
from sop_assess.backlog.csv_export import csv_lines
from sop_assess.backlog.fields import FieldsInvalidError
from sop_assess.backlog.queries import Filter, discussion, get_issue, issues, matching
from sop_assess.backlog.service import (
    change,
    comment,
    create_by_hand,
    issue_from_finding,
    issue_from_theme,
)
from sop_assess.errors import ConflictError, InvalidError, NotFoundError
from sop_assess.release.queries import cells, current_releases
from sop_assess.release.store import Edition, write_release
from tests.themes.written import imported, written

from . import world

FACTS = [
    {"method": "survey", "kind": "balance", "n": 97, "sentence": "67 % unfavourable, n 97.",
     "data": {"unfavourable": 0.67, "favourable": 0.15}},
    {"method": "shop", "kind": "standards", "n": 12, "sentence": "3 of 12 passed.",
     "data": {"passed": 3, "judged": 12}},
]  # fmt: skip
SLOW = {"method": "import", "kind": "slow_source", "n": 412, "sentence": "Web form: 14 days.",
        "data": {"share": 0.29}}  # fmt: skip


def add_finding(stores, assessment_id, *, polarity="fails", facts=FACTS, topic="response_time"):
    with stores.core.writing() as session:
        finding = Finding(
            assessment_id=assessment_id, subject="S1>S2", topic=topic, polarity=polarity,
            label="agreement", confidence="high", weight=1.0, reasons={},
            verdicts={"survey": {"polarity": polarity, "prominent": True}},
            evidence={"facts": facts, "quotes": [{"text": "Never", "source": "Interviewee 2"}]},
        )  # fmt: skip
        session.add(finding)
        session.flush()
        return finding.id


def make(stores, assessment_id, title="Web enquiries wait", **fields):
    return create_by_hand(stores, assessment_id, {"title": title, **fields}, by=1, now=world.NOW)


def test_an_issue_from_a_finding_has_inputs_with_their_sources(stores):
    assessment_id = world.start(stores)
    finding_id = add_finding(stores, assessment_id)
    number = issue_from_finding(stores, assessment_id, finding_id, title="Web enquiries wait",
                                owner="Ann", horizon="immediate", by=1, now=world.NOW)  # fmt: skip
    issue = get_issue(stores, assessment_id, number)
    assert (issue.key, issue.kind, issue.state, issue.owner) == ("K-1", "problem", "new", "Ann")
    assert (issue.inputs.reach, issue.inputs.impact, issue.inputs.confidence) == (0.67, 3, "high")
    assert issue.score is None
    assert issue.inputs.before_effort == pytest.approx(201)
    assert issue.evidence["inputs"]["reach"] == "67 % unfavourable, n 97."
    assert issue.evidence["facts"] == FACTS
    change(stores, assessment_id, number, {"effort": "2"}, by=1, now=world.NOW)
    assert get_issue(stores, assessment_id, number).score == pytest.approx(100.5)


@pytest.mark.parametrize(
    ("facts", "polarity", "reach", "impact", "kind"),
    [
        ([*FACTS, SLOW], "fails", 0.29, 3, "problem"),
        (FACTS[1:], "fails", 0.75, 3, "problem"),
        (FACTS, "works", 0.15, 2, "opportunity"),
        (FACTS, "disputed", 0.67, 2, "problem"),
        ([{"kind": "marks", "data": {"asked": 6, "fails": 4}, "sentence": ""}], "fails", 4 / 6, 3,
         "problem"),
        ([{"kind": "balance", "data": {"shown": "band"}, "sentence": ""}], "fails", None, 3,
         "problem"),
        ([], "mixed", None, 2, "problem"),
    ],
)  # fmt: skip
def test_where_a_start_comes_from(
    sqlite_stores, assessment_id, facts, polarity, reach, impact, kind
):
    finding_id = add_finding(sqlite_stores, assessment_id, polarity=polarity, facts=facts)
    number = issue_from_finding(sqlite_stores, assessment_id, finding_id, title="T", by=1,
                                now=world.NOW)  # fmt: skip
    issue = get_issue(sqlite_stores, assessment_id, number)
    assert issue.inputs.reach == (None if reach is None else pytest.approx(reach))
    assert (issue.inputs.impact, issue.kind) == (impact, kind)


def test_evidence_stays_when_the_finding_changes_or_goes(sqlite_stores, assessment_id):
    finding_id = add_finding(sqlite_stores, assessment_id)
    number = issue_from_finding(sqlite_stores, assessment_id, finding_id, title="T", by=1,
                                now=world.NOW)  # fmt: skip
    with sqlite_stores.core.writing() as session:
        session.delete(session.get_one(Finding, finding_id))
    assert get_issue(sqlite_stores, assessment_id, number).evidence["facts"] == FACTS


def test_a_second_press_makes_no_second_issue(sqlite_stores, assessment_id):
    finding_id = add_finding(sqlite_stores, assessment_id)
    numbers = [
        issue_from_finding(sqlite_stores, assessment_id, finding_id, title=title, by=1,
                           now=world.NOW)
        for title in ("Wait", "Wait", "Another side of it")
    ]  # fmt: skip
    assert numbers == [1, 1, 2]


def test_a_finding_of_another_assessment_is_not_found(sqlite_stores, assessment_id):
    finding_id = add_finding(sqlite_stores, assessment_id)
    other = world.start(sqlite_stores)
    with pytest.raises(NotFoundError):
        issue_from_finding(sqlite_stores, other, finding_id, title="T", by=1, now=world.NOW)
    assert issues(sqlite_stores, other) == []


def test_an_issue_from_a_theme_carries_its_quotes(sqlite_stores, assessment_id):
    theme = Cell("theme", "p-t01", "S6", None, "all", 31, 0.075, detail={
        "name": "Late delivery", "firmness": "firm", "role": "problem", "severity": 3.4,
        "who_wrote": 412})  # fmt: skip
    quote = Cell("quote", "p-t01", "S6", None, "all", None, detail={"text": "Three weeks late"})
    edition = Edition(assessment_id, "comments:1", "import", {}, "x", {})
    release = write_release(sqlite_stores, edition, [theme, quote], now=world.NOW)
    number = issue_from_theme(sqlite_stores, assessment_id, release, "p-t01", title="Late",
                              by=1, now=world.NOW)  # fmt: skip
    issue = get_issue(sqlite_stores, assessment_id, number)
    assert issue.origin_key == "theme:comments:1:p-t01"
    assert (issue.subject, issue.inputs.impact, issue.inputs.confidence) == ("S6", 3, "moderate")
    assert issue.evidence["facts"][0]["sentence"].startswith("Late delivery: 31 of 412 who wrote")
    assert issue.evidence["quotes"][0]["text"] == "Three weeks late"
    with pytest.raises(NotFoundError):
        issue_from_theme(sqlite_stores, assessment_id, release, "p-t99", title="X", by=1,
                         now=world.NOW)  # fmt: skip


def test_an_issue_from_a_theme_keeps_all_its_figures(sqlite_stores, assessment_id):
    imported(sqlite_stores, assessment_id, written(120))
    (release,) = current_releases(sqlite_stores, assessment_id)
    theme = cells(sqlite_stores, [release.id], statistic="theme")[0]
    number = issue_from_theme(sqlite_stores, assessment_id, release.id, theme.about, title="Late",
                              by=1, now=world.NOW)  # fmt: skip
    evidence = get_issue(sqlite_stores, assessment_id, number).evidence
    kinds = {fact["kind"]: fact for fact in evidence["facts"]}
    assert list(kinds) == ["theme", "theme_stages", "theme_firmness"]
    assert kinds["theme_stages"]["sentence"].startswith("Where it comes from: ")
    data = kinds["theme"]["data"]
    assert (data["value"], data["low"], data["high"]) == (theme.value, theme.low, theme.high)
    assert data["stage_shares"] == theme.detail["stage_shares"]
    assert evidence["quotes"]


def test_the_severity_of_a_theme_stands_with_its_range(sqlite_stores, assessment_id):
    theme = Cell("theme", "k-t02", "S6", None, "all", 31, 0.075, detail={
        "name": "Quick", "firmness": "loose", "role": "keep", "severity": 3.42, "who_wrote": 412,
        "severity_low": 3.1, "severity_high": 3.7, "severity_n": 28,
        "stages": {"S6": None}})  # fmt: skip
    edition = Edition(assessment_id, "round:1", "survey", {}, "x", {})
    release = write_release(sqlite_stores, edition, [theme], now=world.NOW)
    number = issue_from_theme(sqlite_stores, assessment_id, release, "k-t02", title="Keep",
                              by=1, now=world.NOW)  # fmt: skip
    facts = get_issue(sqlite_stores, assessment_id, number).evidence["facts"]
    assert [fact["sentence"] for fact in facts[1:]] == [
        "Severity: 3.4 of 4 (3.1 to 3.7, n 28).",
        "Most named stages: Shipping.",
        "It is loose: it often falls apart when the sorting is repeated.",
    ]


def test_numbers_follow_each_other_in_each_assessment(stores):
    first, second = world.start(stores), world.start(stores)
    assert [make(stores, first), make(stores, first), make(stores, second)] == [1, 2, 1]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"reach": "101"}, "reach"),
        ({"reach": "-1"}, "reach"), ({"reach": "many"}, "reach"), ({"impact": "5"}, "impact"),
        ({"impact": "2.5"}, "impact"), ({"confidence": "certain"}, "confidence"),
        ({"effort": "0"}, "effort"), ({"effort": "0.05"}, "effort"), ({"effort": "inf"}, "effort"),
        ({"effort": "1e3"}, "effort"), ({"due_on": "18.12.2026"}, "due_on"),
        ({"due_on": "2026-13-01"}, "due_on"), ({"due_on": "0001-01-01"}, "due_on"),
        ({"horizon": "someday"}, "horizon"), ({"kind": "wish"}, "kind"),
        ({"external_link": "javascript:alert(1)"}, "external_link"),
        ({"external_link": "data:text/html,x"}, "external_link"),
        ({"external_link": "//example.org"}, "external_link"),
        ({"external_link": "https://"}, "external_link"),
        ({"external_link": "https://a b"}, "external_link"),
        ({"external_link": "http://[::1"}, "external_link"),
        ({"external_link": "https://example.org/" + "x" * 300}, "external_link"),
        ({"owner": "x" * 121}, "owner"), ({"description": "x" * 5001}, "description"),
    ],
)  # fmt: skip
def test_wrong_fields_get_a_sentence_each_and_change_nothing(
    sqlite_stores, assessment_id, fields, wrong
):
    number = make(sqlite_stores, assessment_id)
    before = get_issue(sqlite_stores, assessment_id, number)
    with pytest.raises(FieldsInvalidError) as caught:
        change(sqlite_stores, assessment_id, number, {"cost": "5 days", **fields}, by=1,
               now=world.NOW)  # fmt: skip
    assert set(caught.value.messages) == {wrong}
    assert get_issue(sqlite_stores, assessment_id, number) == before


def test_every_change_is_written_down_once(stores):
    assessment_id = world.start(stores)
    number = make(stores, assessment_id)
    fields = {"effort": "3", "owner": "Ann", "reach": "29 %", "source": "web form", "cost": "",
              "due_on": "2026-12-18", "external_link": "https://example.org/1"}  # fmt: skip
    later = world.NOW + timedelta(hours=1)
    changed = change(stores, assessment_id, number, fields, by=1, now=later)
    assert sorted(changed) == sorted(set(fields) - {"cost"})
    assert change(stores, assessment_id, number, fields, by=1, now=later) == []
    change(stores, assessment_id, number, {"effort": "2"}, reason="The queue exists already.",
           by=1, now=later + timedelta(hours=1))  # fmt: skip
    issue = get_issue(stores, assessment_id, number)
    entries = discussion(stores, issue.id)
    assert {entries[0].text, entries[1].text} == {"The queue exists already.", None}
    assert [(e.before, e.after) for e in entries if e.field == "effort"] == [
        ("3", "2"),
        (None, "3"),
    ]
    assert (entries[-1].field, entries[-1].who) == ("state", "Ann Owner")
    assert issue.inputs.reach == pytest.approx(0.29)
    assert issue.affected == {"source": "web form"}


def test_declining_is_a_dated_decision_with_a_reason(stores):
    assessment_id = world.start(stores)
    number = make(stores, assessment_id)
    with pytest.raises(InvalidError, match="why it is declined"):
        change(stores, assessment_id, number, {"state": "declined"}, by=1, now=world.NOW)
    change(stores, assessment_id, number, {"state": "declined"}, reason="The phone works.", by=1,
           now=world.NOW)  # fmt: skip
    issue = get_issue(stores, assessment_id, number)
    assert (issue.state, issue.decision, issue.decided_on) == (
        "declined", "The phone works.", world.NOW,
    )  # fmt: skip


def test_a_forbidden_move_changes_no_other_field_either(sqlite_stores, assessment_id):
    number = make(sqlite_stores, assessment_id)
    with pytest.raises(ConflictError):
        change(sqlite_stores, assessment_id, number, {"state": "verified", "owner": "Bo"},
               reason="measured", by=1, now=world.NOW)  # fmt: skip
    assert get_issue(sqlite_stores, assessment_id, number).owner is None


def test_discussion_refuses_nothing_and_too_much(sqlite_stores, assessment_id):
    number = make(sqlite_stores, assessment_id)
    for text in ("  ", "x" * 5001):
        with pytest.raises(InvalidError):
            comment(sqlite_stores, assessment_id, number, text, by=1, now=world.NOW)
    comment(sqlite_stores, assessment_id, number, "<b>Route it\0 today</b>", by=1, now=world.NOW)
    issue = get_issue(sqlite_stores, assessment_id, number)
    assert discussion(sqlite_stores, issue.id)[0].text == "<b>Route it today</b>"


def test_filters(sqlite_stores, assessment_id):
    make(sqlite_stores, assessment_id, "Web enquiries wait", subject="S1>S2", owner="Ann Owner")
    make(sqlite_stores, assessment_id, "Invoices differ", subject="S7", horizon="immediate")
    change(sqlite_stores, assessment_id, 2, {"state": "doing"}, by=1, now=world.NOW)
    found = issues(sqlite_stores, assessment_id)

    def numbers(**wanted):
        return [issue.number for issue in matching(found, Filter(**wanted))]

    assert numbers() == [1, 2]
    assert numbers(stage="S2") == [1]
    assert numbers(state="doing") == [2]
    assert numbers(words="invoices K-2") == [2]
    assert numbers(horizon="immediate") == [2]
    assert numbers(without_owner=True) == [2]
    assert numbers(owner="ann owner") == [1]


def test_a_stage_that_does_not_exist_is_refused(sqlite_stores, assessment_id):
    with pytest.raises(InvalidError, match="no stage called S9"):
        make(sqlite_stores, assessment_id, subject="S9")


def test_the_csv_keeps_numbers_and_disarms_formulas(sqlite_stores, assessment_id):
    make(sqlite_stores, assessment_id, "=cmd|' /C calc'!A0", owner="+49 30", effort="0.5",
         reach="29", impact="4", confidence="high", subject="S1")  # fmt: skip
    text = "".join(csv_lines(issues(sqlite_stores, assessment_id)))
    header, row = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline="")))
    line = dict(zip(header, row, strict=True))
    assert line["title"] == "'=cmd|' /C calc'!A0"
    assert line["owner"] == "'+49 30"
    assert (line["score"], line["effort in person-weeks"], line["reach"]) == (
        "232.0",
        "0.5",
        "0.29",
    )
    assert ',232.0,0.29,4,"high",0.5,' in text
