from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sop_assess.analysis.disclosure import ANONYMOUS, NAMED, display, publish
from sop_assess.analysis.frames import STATES, Column, Frame, Grouping
from sop_assess.analysis.readings import balance, checks, marks, standards
from sop_assess.analysis.results import Cell, Result
from sop_assess.errors import TooFewError

NAN = np.nan


def _states(known, otherwise="skipped"):
    return np.where(known, 0, STATES.index(otherwise)).astype(np.int8)


def fact(code, text, subject="S4", topic="accuracy", **known):
    """y yes, n no, . skipped, a not my area, o not observed."""
    states = [{"y": 0, "n": 0, ".": 7, "a": 2, "o": 3}[c] for c in text]
    codes = [{"y": 0, "n": 1}.get(c, -1) for c in text]
    return Column(code, "fact", np.array(states, np.int8), subject, topic,
                  categories=("yes", "no"), codes=np.array(codes, np.int16), **known)  # fmt: skip


def ordinal(code, text, subject="S4", topic="accuracy"):
    """+ for, 0 neutral, - against, . skipped, a not my area."""
    states = [{".": 7, "a": 2}.get(c, 0) for c in text]
    codes = [{"-": 0, "0": 1, "+": 2}.get(c, -1) for c in text]
    return Column(code, "ordinal", np.array(states, np.int8), subject, topic,
                  categories=("bad", "so", "good"), favour=np.array([-1.0, 0, 1]),
                  codes=np.array(codes, np.int16))  # fmt: skip


def frame(method, *columns, **known):
    n = len(columns[0].states)
    return Frame(method, n, {column.code: column for column in columns}, **known)


def summary(reading, whole, population=None):
    columns = list(whole.columns.values())
    result = reading.summarise(whole, columns, np.arange(whole.n_submissions), population)
    json.dumps([result.value, result.low, result.high, dict(result.detail)])
    return result


def cell(reading, result: Result, population=None):
    return Cell(reading.ENTRY.key, "", "S4", "accuracy", "all", result.n, result.value,
                result.low, result.high, result.detail, population=population)  # fmt: skip


def verdict(reading, whole, population=None):
    released = cell(reading, summary(reading, whole, population), population)
    return reading.read(whole.method, released, reading.DEFAULTS)


class TestBalance:
    def test_every_answer_counts_once_over_mixed_levels(self):
        rating = Column("r", "rating", _states([True, False, False]), "S4", "accuracy",
                        numbers=np.array([2.0, NAN, NAN]))  # fmt: skip
        problem = fact("p", "y.n", no_means_problem=False)
        result = summary(balance, frame("survey", ordinal("o", "+-."), problem, rating))
        # respondent 1: for, against, against; 2: against; 3: for
        assert result.n == 3
        assert result.value == pytest.approx((2 - 3) / 5)
        assert result.detail["favourable"] - result.detail["unfavourable"] == pytest.approx(
            result.value
        )
        assert result.low < result.value < result.high

    @pytest.mark.parametrize(
        ("text", "polarity", "prominent", "enough"),
        [
            ("+" * 20, "works", True, True),
            ("-" * 20, "fails", True, True),
            ("+" * 10 + "-" * 10, "mixed", False, True),
            ("+" * 4, "mixed", True, False),
            ("+" * 24 + "0" * 12 + "-" * 12, "works", False, True),
            ("-" * 8 + "0" * 3 + "+" * 5, "mixed", False, True),
        ],
    )
    def test_verdict(self, text, polarity, prominent, enough):
        found = verdict(balance, frame("survey", ordinal("o", text)))
        assert (found.polarity, found.prominent, found.enough) == (polarity, prominent, enough)

    def test_a_theme_that_many_raised_makes_it_prominent(self):
        released = cell(balance, summary(balance, frame("survey", ordinal("o", "+" * 9 + "-" * 9))))
        raised = replace(released, detail={**released.detail, "theme_share": 0.1})
        assert not balance.read("survey", released, balance.DEFAULTS).prominent
        assert balance.read("survey", raised, balance.DEFAULTS).prominent

    def test_low_response_is_a_concern(self):
        found = verdict(balance, frame("survey", ordinal("o", "+" * 20)), population=50)
        assert found.concerns == ("response_low",)
        assert not verdict(balance, frame("survey", ordinal("o", "+" * 20)), 40).concerns

    @pytest.mark.parametrize(
        ("text", "polarity"), [("-------", "fails"), ("+++++--", "mixed"), ("++++++", "works")]
    )
    def test_a_band_gives_a_verdict_that_is_never_enough(self, text, polarity):
        released = display(
            cell(balance, summary(balance, frame("survey", ordinal("o", text)))), ANONYMOUS
        )
        found = balance.read("survey", released, balance.DEFAULTS)
        assert released.shown == "band"
        assert (found.polarity, found.enough, found.n) == (polarity, False, 5)

    def test_the_interval_of_a_census_is_the_value(self):
        result = summary(balance, frame("survey", ordinal("o", "+-+")), population=3)
        assert result.low == result.value == result.high

    def test_values_without_a_side_are_nobody(self):
        amount = Column("q", "ratio", np.zeros(2, np.int8), numbers=np.ones(2))
        with pytest.raises(TooFewError):
            summary(balance, frame("survey", amount))


class TestMarks:
    def test_all_who_marked_it_must_say_the_same(self):
        assert verdict(marks, frame("interview", ordinal("o", "++a"))).polarity == "works"
        assert verdict(marks, frame("interview", ordinal("o", "--."))).polarity == "fails"
        assert verdict(marks, frame("interview", ordinal("o", "+-a"))).polarity == "mixed"
        assert verdict(marks, frame("interview", ordinal("o", "+0a"))).polarity == "mixed"

    def test_one_voice_is_enough_only_where_one_owns_the_stage(self):
        alone = verdict(marks, frame("interview", ordinal("o", "-aa")))
        assert (alone.polarity, alone.enough, alone.prominent) == ("fails", True, True)
        other = ordinal("x", "-++", topic="promise")
        whole = frame("interview", ordinal("o", "-.."), other)
        result = marks.summarise(whole, [whole.columns["o"]], np.arange(3), None)
        assert result.detail["asked"] == 3
        found = marks.read("interview", cell(marks, result), marks.DEFAULTS)
        assert (found.polarity, found.enough, found.prominent) == ("mixed", False, False)

    def test_who_skipped_the_whole_subject_stands_outside(self):
        result = summary(marks, frame("interview", ordinal("o", "--....")))
        assert result.detail == {"asked": 2, "works": 0, "fails": 2, "mixed": 0}

    def test_asked_and_nothing_said_is_silent(self):
        other = ordinal("x", "++", topic="promise")
        whole = frame("interview", ordinal("o", ".."), other)
        result = marks.summarise(whole, [whole.columns["o"]], np.arange(2), None)
        found = marks.read("interview", cell(marks, result), marks.DEFAULTS)
        assert (result.n, found.polarity) == (0, "silent")

    def test_several_items_of_one_interviewee_are_one_mark(self):
        result = summary(marks, frame("interview", ordinal("o", "+-"), ordinal("p", "++")))
        assert (result.n, result.detail["works"], result.detail["mixed"]) == (2, 1, 1)


class TestChecks:
    def test_kept_checks_and_their_concern(self):
        found = verdict(checks, frame("shadow", fact("a", "yyyy"), fact("b", "yyyy")))
        assert (found.polarity, found.prominent, found.enough, found.n) == ("works", True, True, 4)
        assert found.concerns == ("only_watched",)

    def test_a_failure_under_watching_eyes_is_no_weaker(self):
        found = verdict(checks, frame("shadow", fact("a", "nnny"), fact("b", "nnnn")))
        assert (found.polarity, found.concerns) == ("fails", ())

    def test_yes_can_be_the_problem(self):
        column = fact("a", "yyyyn", no_means_problem=False)
        assert summary(checks, frame("shadow", column)).detail["no"] == 4

    @pytest.mark.parametrize(
        ("event", "polarity"),
        [("rework@S4", "fails"), ("error@S4", "fails"), ("rework@S5", "works"),
         ("missing_information@S4", "works"), ("interruption@S4", "works")],
    )  # fmt: skip
    def test_events_speak_about_their_own_topics_and_place(self, event, polarity):
        events = {event: np.array([0, 2.0, 1, 0])}
        whole = frame("shadow", fact("a", "yyyy"), fact("b", "yyyy"), events=events)
        assert verdict(checks, whole).polarity == polarity

    def test_events_alone_are_a_finding_and_survive_the_release(self):
        events = {"rework@S4": np.array([1.0, 1, 1])}
        result = summary(checks, frame("shadow", fact("a", "ooo"), events=events))
        assert (result.n, result.value) == (0, None)
        released = publish(cell(checks, result), NAMED)
        found = checks.read("shadow", released, checks.DEFAULTS)
        assert (found.polarity, found.prominent, found.enough) == ("fails", True, True)

    def test_missing_information_counts_where_the_hand_off_arrives(self):
        column = fact("a", "yyy", subject="S3>S4:receiver", topic="handoff")
        events = {"missing_information@S4": np.array([1.0, 1, 0])}
        assert summary(checks, frame("shadow", column, events=events)).detail[
            "sessions_with_events"] == 2  # fmt: skip

    def test_looked_and_saw_nothing_is_silent(self):
        found = verdict(checks, frame("shadow", fact("a", "oo.")))
        assert found.polarity == "silent"

    def test_few_sessions_are_neither_prominent_nor_enough(self):
        found = verdict(checks, frame("shadow", fact("a", "yy"), fact("b", "yy"), fact("c", "yy")))
        assert (found.prominent, found.enough) == (False, False)

    def test_first_sessions_only(self):
        people = Grouping("person", ("A", "B", "C"), np.array([0, 1, 2], np.int32))
        whole = frame("shadow", fact("a", "yyy"), groupings={"person": people})
        assert "first_sessions" in verdict(checks, whole).concerns
        again = Grouping("person", ("A", "B"), np.array([0, 1, 0], np.int32))
        whole = frame("shadow", fact("a", "yyy"), groupings={"person": again})
        assert "first_sessions" not in verdict(checks, whole).concerns


class TestStandards:
    def test_facts_and_clocks_pass_or_fail_and_ratings_do_not_count(self):
        clock = Column("c", "ratio", _states([True, True, False]), "S4", "accuracy", role="clock",
                       promise=60, numbers=np.array([60.0, 61, NAN]))  # fmt: skip
        rating = Column("r", "rating", np.zeros(3, np.int8), "S4", "accuracy",
                        numbers=np.ones(3))  # fmt: skip
        overall = fact("i", "nnn", role="impression")
        result = summary(standards, frame("shop", fact("a", "yn."), clock, rating, overall))
        detail = result.detail
        assert (detail["passed"], detail["judged"], detail["cases"]) == (2, 4, 2)
        assert (result.n, result.value, detail["of_cases"]) == (4, 0.5, 3)

    @pytest.mark.parametrize(
        ("text", "weight", "polarity", "prominent"),
        [
            ("yyyyy", "normal", "works", True),
            ("nnnnn", "normal", "fails", True),
            ("yyyyyyyyyyynn", "critical", "fails", True),
            ("yyyyyyynn", "normal", "mixed", True),
            ("yyyyyyyyyyyyn", "critical", "works", True),
            ("yyyy........", "normal", "works", False),
            ("yyn", "normal", "mixed", True),
        ],
    )
    def test_verdict(self, text, weight, polarity, prominent):
        found = verdict(standards, frame("shop", fact("a", text, weight=weight)))
        assert (found.polarity, found.prominent) == (polarity, prominent)

    def test_few_visits(self):
        found = verdict(standards, frame("shop", fact("a", "yyy"), fact("b", "yyy")))
        assert (found.enough, found.n, found.concerns) == (False, 3, ("few_visits",))

    def test_shoppers_who_never_met_a_shared_location(self):
        groupings = {
            "location": Grouping("location", ("A", "B"), np.array([0, 0, 1, 1], np.int32)),
            "shopper": Grouping("shopper", ("X", "Y"), np.array([0, 0, 1, 1], np.int32)),
        }
        apart = frame("shop", fact("a", "yyyy"), groupings=groupings)
        assert verdict(standards, apart).concerns == ("unconnected",)
