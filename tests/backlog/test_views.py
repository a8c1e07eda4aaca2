"""The backlog's pages: who may do what, what they say, what happens with bad input."""

from __future__ import annotations

import pytest

from sop_assess.backlog.queries import get_issue
from sop_assess.backlog.service import change, create_by_hand, issue_from_finding

from ..accounts.people import post, signed_in
from . import world
from .test_service import add_finding


@pytest.fixture
def owner(app, sqlite_stores, assessment_id):
    return signed_in(app, sqlite_stores, "owner")


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_empty_backlog_says_how_it_fills(owner, assessment_id):
    page = page_of(owner, f"/a/{assessment_id}/backlog")
    assert "No issue yet." in page
    assert "There are no findings yet." in page


def test_by_hand_then_estimated_then_moved(owner, sqlite_stores, assessment_id):
    base = f"/a/{assessment_id}/backlog"
    answer = post(owner, f"{base}/new", title="Phone menu names a closed branch", subject="S1")
    assert answer.status_code == 303
    assert answer.location.endswith(f"{base}/1")
    answer = post(owner, f"{base}/1", reach="4", impact="1", confidence="low", effort="0,5",
                  owner="Office lead", due_on="2026-12-18", state="doing")  # fmt: skip
    assert answer.status_code == 303
    page = page_of(owner, f"{base}/1")
    assert "Why it scores 4" in page
    assert "4\N{NO-BREAK SPACE}% × 1 × 0.5 ÷ 0.5 = 4" in page
    assert "State: new → doing" in page
    answer = post(owner, f"{base}/1/move", base, state="done")
    assert answer.status_code == 303
    assert "done" in page_of(owner, base)
    assert get_issue(sqlite_stores, assessment_id, 1).state == "done"


def test_an_issue_from_a_finding_shows_its_evidence(owner, sqlite_stores, assessment_id):
    finding_id = add_finding(sqlite_stores, assessment_id)
    path = f"/a/{assessment_id}/backlog/from-finding/{finding_id}"
    answer = post(owner, path, f"/a/{assessment_id}/backlog/new", title="Web enquiries wait",
                  owner="", horizon="immediate")  # fmt: skip
    assert answer.status_code == 303
    page = page_of(owner, answer.location)
    assert "67 % unfavourable" in page
    assert "Interviewee 2" in page
    assert "Why it has no score yet" in page
    listed = page_of(owner, f"/a/{assessment_id}/backlog")
    assert "Give K-1 an owner" in listed
    assert "67\N{NO-BREAK SPACE}% × 3 × 1.0, effort not estimated" in listed


def test_wrong_input_comes_back_with_what_was_typed(owner, assessment_id):
    base = f"/a/{assessment_id}/backlog"
    answer = post(owner, f"{base}/new", title="Kept words", external_link="javascript:alert(1)")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Kept words" in page
    assert "must start with http:// or https://" in page
    post(owner, f"{base}/new", title="Kept words")
    answer = post(owner, f"{base}/1", state="declined")
    assert answer.status_code == 422
    assert "Say why it is declined" in answer.get_data(as_text=True)
    answer = post(owner, f"{base}/1/move", base, state="verified", reason="x")
    assert answer.status_code == 409
    assert "Not moved." in answer.get_data(as_text=True)
    answer = post(owner, f"{base}/1/comments", f"{base}/1", say=" ")
    assert answer.status_code == 422


def test_words_of_people_are_escaped(owner, sqlite_stores, assessment_id):
    payload = "<script>alert(1)</script>"
    fields = {"title": payload, "description": payload, "owner": payload, "cost": payload}
    create_by_hand(sqlite_stores, assessment_id, fields, by=None, now=world.NOW)
    for path in ("", "/1", "?q=%3Cscript%3E"):
        assert payload not in page_of(owner, f"/a/{assessment_id}/backlog{path}")


@pytest.mark.parametrize(
    ("role", "read", "talk", "alter"),
    [("owner", 200, 303, 303), ("planner", 200, 303, 303), ("leader", 200, 303, 403),
     ("reader", 200, 403, 403), ("coder", 403, 403, 403)],
)  # fmt: skip
def test_who_may_what(app, sqlite_stores, assessment_id, role, read, talk, alter):
    create_by_hand(sqlite_stores, assessment_id, {"title": "T"}, by=None, now=world.NOW)
    client = signed_in(app, sqlite_stores, role)
    base = f"/a/{assessment_id}/backlog"
    assert client.get(f"{base}/1").status_code == read
    assert client.get(base).status_code == read
    page = "/account" if read == 403 else f"{base}/1"
    assert post(client, f"{base}/1/comments", page, say="Yes").status_code == talk
    assert post(client, f"{base}/1", page, owner="Bo").status_code == alter


def test_the_csv_is_for_spreadsheets(owner, sqlite_stores, assessment_id):
    create_by_hand(sqlite_stores, assessment_id, {"title": "=1+1"}, by=None, now=world.NOW)
    answer = owner.get(f"/a/{assessment_id}/backlog.csv")
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert b'"\'=1+1"' in answer.data


@pytest.mark.parametrize(
    ("issues", "expected"),
    [
        ([("1", "Ann")], "1 issue. 1 is open."),
        ([("1", ""), ("1", "Bo")], "2 issues. 2 are open. 1 has no owner."),
        ([("1", "Ann"), ("20", "Bo")],
         "2 issues. The first one carries most of the weight."),
        ([("1", ""), ("20", "Bo")],
         "2 issues. The first one carries most of the weight and has no owner."),
        ([("1", ""), ("1", "Bo"), ("1", "")],
         "3 issues. The first 2 carry most of the weight, and 1 of them has no owner."),
        ([("", "")], "1 issue. None has a score yet: estimate the effort of the first ones."),
    ],
)  # fmt: skip
def test_the_heading_is_the_answer(owner, sqlite_stores, assessment_id, issues, expected):
    for effort, name in issues:
        fields = {"title": "T", "reach": "50", "impact": "2", "confidence": "high",
                  "effort": effort, "owner": name}  # fmt: skip
        create_by_hand(sqlite_stores, assessment_id, fields, by=None, now=world.NOW)
    assert f"<h1>{expected}</h1>" in page_of(owner, f"/a/{assessment_id}/backlog")


def test_all_done_has_its_own_words(owner, sqlite_stores, assessment_id):
    finding_id = add_finding(sqlite_stores, assessment_id)
    issue_from_finding(sqlite_stores, assessment_id, finding_id, title="T", by=1, now=world.NOW)
    for state in ("doing", "done"):
        change(sqlite_stores, assessment_id, 1, {"state": state}, by=1, now=world.NOW)
    page = page_of(owner, f"/a/{assessment_id}/backlog")
    assert "None is open: all are done or decided." in page
    assert "Measure again whether K-1 worked" in page
