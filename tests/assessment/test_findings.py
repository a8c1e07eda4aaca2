"""From released cells to findings: verdicts, labels, order, sentences, and what is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sop_assess.assessment.contrasts import outlying_location, slower_source
from sop_assess.assessment.evidence import Fact
from sop_assess.assessment.findings import Derived, derive, update_findings
from sop_assess.assessment.gathering import Inputs
from sop_assess.assessment.headlines import TOPIC_WORDS, title
from sop_assess.assessment.models import Finding
from sop_assess.assessment.sentences import say
from sop_assess.backlog.models import Issue
from sop_assess.db import Stores
from sop_assess.instruments.definition import TOPICS
from tests.assessment import released as r


def _one(found: list[Derived], subject: str, topic: str) -> Derived:
    return next(f for f in found if (f.subject, f.topic) == (subject, topic))


def _four(survey=(), interview=(), shadow=(), shop=(), imports=()):
    parts = {"survey": survey, "interview": interview, "shadow": shadow, "shop": shop,
             "import": imports}  # fmt: skip
    return [f for i, (m, cells) in enumerate(parts.items())
            for f in r.figures(m, cells, 100 * (i + 1))]  # fmt: skip


def _sentences(found: Derived) -> list[str]:
    return [fact["sentence"].replace("\xa0", " ") for fact in found.evidence["facts"]]


def test_four_methods_agree_on_a_problem():
    figures = _four(
        [r.balance("S4", "capacity", 0.18, 0.62)],
        [r.marks("S4", "capacity", 7, 0, fails=6)],
        [r.checks("S4", "capacity", 4, 20, events=3)],
        [r.standards("S4", "capacity", 1, 8)],
    )
    found = _one(derive(Inputs(figures, {}, response=0.72)), "S4", "capacity")
    assert (found.polarity, found.label, found.confidence) == ("fails", "agreement", "high")
    assert found.reasons["agreeing"] == list(r.METHODS)
    assert found.reasons["impact"] == 4
    assert _sentences(found)[0] == (
        "62 % unfavourable, 18 % favourable: a balance of −44 points (−52 to −36), n 118."
    )


def test_leaders_against_staff_and_observers_is_a_dispute_that_names_both():
    figures = _four(
        [r.balance("S4>S5", "handoff", 0.18, 0.66),
         r.balance("S4>S5:giver", "handoff", 0.25, 0.60, 71),
         r.balance("S4>S5:receiver", "handoff", 0.10, 0.75, 47)],
        [r.marks("S4>S5", "handoff", 9, 8)],
        [r.checks("S4>S5", "handoff", 6, 24, events=5)],
    )  # fmt: skip
    found = _one(derive(Inputs(figures, {})), "S4>S5", "handoff")
    assert (found.polarity, found.label) == ("disputed", "dissonance")
    assert found.reasons["said_not_done"]
    names = {"S4": "Order", "S5": "Procurement"}
    facts = [Fact.from_json(fact) for fact in found.evidence["facts"]]
    assert title("S4>S5", "handoff", "disputed", facts, names, found.verdicts) == (
        "Order to procurement: interviewees say it works, staff and observers say it does not"
    )
    assert any(sentence.startswith("Those who receive: 75 % unf") for sentence in _sentences(found))
    assert "8 of 9 interviewees marked it, and all say: it works." in _sentences(found)


def test_what_was_asked_and_not_answered_is_silent_what_was_not_asked_is_not():
    asked = {"survey": frozenset({("S3", "approval")}),
             "interview": frozenset({("S3", "approval"), ("S8", "morale")})}  # fmt: skip
    figures = _four([r.balance("S3", "approval", 0.2, 0.6)])
    found = _one(derive(Inputs(figures, asked)), "S3", "approval")
    assert found.verdicts["interview"]["polarity"] == "silent"
    assert found.verdicts["shop"]["polarity"] == "not_asked"
    assert found.label == "silence"
    quiet = _one(derive(Inputs(figures, asked)), "S8", "morale")
    assert (quiet.label, quiet.weight) == ("none", 0.0)


def test_a_single_chosen_method_is_labelled_as_such():
    figures = _four(interview=[r.marks("S7", "accuracy", 4, 0, fails=4)])
    found = derive(Inputs(figures, {}, chosen=("interview",)))
    assert [f.label for f in found] == ["single_method"]
    assert found[0].confidence == "moderate"


def test_a_band_and_a_hidden_figure_claim_nothing():
    hidden = r.balance("S2", "clarity", 0.1, 0.8, 3).hide("too_small")
    figures = _four([r.band("S1", "ownership", "low"), hidden])
    found = {(f.subject, f.topic): f for f in derive(Inputs(figures, {}, chosen=("survey",)))}
    assert found["S1", "ownership"].polarity == "mixed"
    assert _sentences(found["S1", "ownership"]) == ["Rather unfavourable, n 5 to 9."]
    assert found["S2", "clarity"].label == "none"
    assert _sentences(found["S2", "clarity"]) == ["Too few answers to be shown."]


def test_one_bad_place_is_not_averaged_away():
    places = [("Harbour", 1, 6), ("North", 6, 6), ("Web", 6, 6), ("Centre", 5, 6)]
    cells = [r.standards("S7", "accuracy", 18, 24)] + [
        r.standards("S7", "accuracy", passed, judged, group=f"location:{name}")
        for name, passed, judged in places
    ]
    found = _one(derive(Inputs(_four(shop=cells), {}, chosen=("shop",))), "S7", "accuracy")
    assert found.polarity == "fails"
    assert _sentences(found)[1] == (
        "At Harbour 1 of 6 times (3 to 57 %), elsewhere 17 of 18."
    )  # fmt: skip
    facts = [Fact.from_json(fact) for fact in found.evidence["facts"]]
    assert title("S7", "accuracy", "fails", facts, {"S7": "Invoicing"}, {}).endswith("at Harbour")


def test_places_that_differ_by_chance_stay_one_picture():
    cells = r.figures("shop", [
        r.standards("S7", "accuracy", passed, 6, group=f"location:{name}")
        for name, passed in (("A", 4), ("B", 5), ("C", 6), ("D", 5))
    ])  # fmt: skip
    assert outlying_location(cells) is None


def test_a_source_that_waits_far_longer_leads_the_evidence():
    waits = [r.wait("all", 1412, 2), r.wait("source:Web form", 412, 14),
             r.wait("source:Phone", 655, 0.3), r.wait("source:Fair", 345, 1.0)]  # fmt: skip
    figures = _four([r.balance("S1", "response_time", 0.17, 0.67, 97)], imports=waits)
    found = _one(derive(Inputs(figures, {})), "S1", "response_time")
    assert _sentences(found)[0] == (
        "Web form: median wait 14 days (12 to 16), n 412. "
        "Phone: median wait 7.2 h (6.4 to 8.0), n 655."
    )
    facts = [Fact.from_json(fact) for fact in found.evidence["facts"]]
    assert title("S1", "response_time", "fails", facts, {"S1": "Lead capture"}, {}) == (
        "Lead capture: it takes too long, a median of 14 days for Web form"
    ).replace("14 days", "14\xa0days")
    assert found.evidence["imports"]


def test_records_alone_make_a_finding_of_low_confidence():
    waits = [r.wait("all", 1412, 2), r.wait("source:Web form", 412, 14),
             r.wait("source:Phone", 655, 0.3)]  # fmt: skip
    found = _one(derive(Inputs(_four(imports=waits), {})), "S1", "response_time")
    assert (found.polarity, found.label, found.confidence) == ("fails", "single_method", "low")


def test_sources_that_wait_alike_are_no_finding():
    waits = [r.wait("all", 900, 2), r.wait("source:A", 412, 2.2), r.wait("source:B", 488, 1.9)]
    figures = r.figures("import", waits)
    assert slower_source(figures, figures[0]) is None
    assert derive(Inputs(figures, {})) == []


def test_a_handful_cannot_outrank_many():
    figures = _four(
        [r.balance("S4", "capacity", 0.18, 0.62, 131)],
        [r.marks("S2", "skills", 2, 0, fails=2)],
    )
    found = derive(Inputs(figures, {}))
    assert [f.subject for f in found] == ["S4", "S2"]


def test_what_one_of_four_methods_sees_stands_behind_what_all_see():
    alone = [r.standards("S6", "promise", 45, 46)]
    figures = _four(
        [r.balance("S6", "promise", 0.4, 0.4), r.balance("S8", "exceptions", 0.6, 0.2, 60)],
        [r.marks("S6", "promise", 5, 2, 2), r.marks("S8", "exceptions", 4, 4)],
        [r.checks("S6", "promise", 8, 6, 3)],
        alone,
    )
    works = [f.subject for f in derive(Inputs(figures, {})) if f.polarity == "works"]
    assert works == ["S8", "S6"]


def test_only_staff_and_interviewees_stand_on_a_side():
    seen = [r.checks("S4>S5", "handoff", 6, 10), r.checks("S4>S5:giver", "handoff", 3, 5)]
    told = [r.marks("S4>S5", "handoff", 4, 4), r.marks("S4>S5:giver", "handoff", 2, 2)]
    found = _one(derive(Inputs(_four(interview=told, shadow=seen), {})), "S4>S5", "handoff")
    assert [f["method"] for f in found.evidence["facts"] if f["kind"] == "side"] == ["interview"]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_words(topic):
    name, works, fails = TOPIC_WORDS[topic]
    assert len({str(name), str(works), str(fails)}) == 3


def test_one_of_something_is_said_in_the_singular():
    one = r.figures("interview", [r.marks("S1", "skills", 1, 1)])[0]
    silent = r.figures("interview", [r.marks("S1", "skills", 1, 0)])[0]
    session = r.figures("shadow", [r.checks("S1", "skills", 1, 0, sessions=1)])[0]
    said = [say(Fact(f.method, f.statistic, {**f.detail, "low": f.low, "high": f.high}, f.n))
            for f in (one, silent, session)]  # fmt: skip
    assert said[0] == "The one interviewee says: it works."
    assert said[1] == "1 interviewee was asked and said nothing about it."
    assert said[2].endswith("in 1 session.")


def test_findings_keep_their_ids_and_leave_with_their_figures(stores: Stores):
    assessment = r.start(stores)
    r.release(stores, assessment, "survey", [r.balance("S4", "capacity", 0.18, 0.62),
                                             r.balance("S6", "accuracy", 0.7, 0.1)])  # fmt: skip
    assert update_findings(stores, assessment) == 2
    ids = _ids(stores)
    r.release(stores, assessment, "survey", [r.balance("S4", "capacity", 0.5, 0.3),
                                             r.balance("S1", "clarity", 0.5, 0.3)])  # fmt: skip
    update_findings(stores, assessment)
    again = _ids(stores)
    assert again["S4", "capacity"] == ids["S4", "capacity"]
    assert ("S6", "accuracy") not in again
    assert ("S1", "clarity") in again


def test_a_finding_with_an_issue_stays(stores: Stores):
    assessment = r.start(stores)
    r.release(stores, assessment, "survey", [r.balance("S4", "capacity", 0.18, 0.62)])
    update_findings(stores, assessment)
    with stores.core.writing() as session:
        finding = session.scalars(select(Finding)).one()
        session.add(Issue(assessment_id=assessment, number=1, title="Stock", origin="finding",
                          origin_key=f"finding:{finding.id}", affected={}, evidence={},
                          created_at=r.NOW))  # fmt: skip
    r.release(stores, assessment, "survey", [r.balance("S6", "accuracy", 0.7, 0.1)])
    assert update_findings(stores, assessment) == 1
    with stores.core.reading() as session:
        kept = session.scalars(select(Finding).where(Finding.id == finding.id)).one()
    assert (kept.label, kept.weight) == ("none", 0.0)


def test_invented_figures_never_become_findings(stores: Stores):
    assessment = r.start(stores)
    r.release(stores, assessment, "survey", [r.balance("S4", "capacity", 0.18, 0.62)],
              rehearsal=True)  # fmt: skip
    assert update_findings(stores, assessment) == 0
    assert _ids(stores) == {}


def _ids(stores: Stores) -> dict[tuple[str, str], int]:
    with stores.core.reading() as session:
        return {(f.subject, f.topic): f.id for f in session.scalars(select(Finding))}
