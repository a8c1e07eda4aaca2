"""Importing in the browser: choose, name the columns, check, confirm, read the result."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest

from sop_assess.db import now
from sop_assess.errors import GoneError, InvalidError, TooLargeError
from sop_assess.imports import uploads
from sop_assess.imports.queries import files_of
from sop_assess.release.queries import current_releases

from ..accounts.people import post, signed_in, token_of
from .files import times_csv

LEADS = times_csv(
    *(f"{i},01.03.2026 08:00,{14 + i % 3}.03.2026 08:00,Web form" for i in range(1, 21)),
    *(f"{i},01.03.2026 08:00,01.03.2026 {10 + i % 8}:00,Phone" for i in range(21, 41)),
    "41,01.03.2026 08:00,,Web form",
)
COLUMNS = {"item": "lead", "start": "received", "end": "in queue", "source": "channel",
           "step": "", "step_label": "Lead to salesperson", "order": "",
           "origin": "CRM export"}  # fmt: skip


@pytest.fixture
def owner(app, sqlite_stores, assessment_id):
    return signed_in(app, sqlite_stores, "owner")


def upload(client, assessment_id, kind, content, name="leads.csv"):
    path = f"/a/{assessment_id}/imports/{kind}"
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(path, data={
        "csrf_token": token_of(client, path), "file": (io.BytesIO(data), name)})  # fmt: skip


def test_times_from_file_to_sentence(owner, sqlite_stores, assessment_id):
    answer = upload(owner, assessment_id, "times", LEADS)
    assert answer.status_code == 303
    columns = answer.location
    page = owner.get(columns).get_data(as_text=True)
    for role, column in (("item", "lead"), ("start", "received"), ("end", "in queue")):
        assert f'<select id="{role}" name="{role}"' in page
        assert f'<option value="{column}" selected>' in page
    page = post(owner, columns, **COLUMNS).get_data(as_text=True)
    assert "<h1>41 rows can be used.</h1>" in page
    assert '<option value="S1&gt;S2" selected>' in page
    answer = post(owner, columns, **COLUMNS, confirmed="1", step_name="Lead to salesperson",
                  step_subject="S1>S2")  # fmt: skip
    assert answer.status_code == 303
    assert "/jobs/" in answer.location
    file = files_of(sqlite_stores, assessment_id)[0]
    page = owner.get(f"/a/{assessment_id}/imports/{file.id}").get_data(as_text=True)
    plain = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "half of what comes by “Web form” waits longer than 14 days" in plain
    assert "1 more never arrived" in plain
    assert "Lead capture to Qualification" in plain
    assert owner.get(columns).status_code == 410
    listed = f"/a/{assessment_id}/imports"
    assert "CRM export" in owner.get(listed).get_data(as_text=True)
    page = f"{listed}/{file.id}"
    assert post(owner, f"{page}/withdraw", page).status_code == 303
    assert "CRM export" not in owner.get(listed).get_data(as_text=True)
    assert current_releases(sqlite_stores, assessment_id) == []
    assert upload(owner, assessment_id, "times", LEADS).status_code == 303


def test_complaints_from_file_to_list(owner, sqlite_stores, assessment_id):
    content = "what;stage\nMr Smith never called;Quote\nWrong invoice;S7\n;S1\n"
    columns = upload(owner, assessment_id, "comments", content).location
    fields = {"text": "what", "stage": "stage", "origin": "Mailbox"}
    page = post(owner, columns, **fields).get_data(as_text=True)
    assert "<h1>2 comments can be used.</h1>" in page
    assert "“[name] never called”" in page
    assert "1 row: no text" in page
    assert post(owner, columns, **fields, confirmed="1").status_code == 303
    file = files_of(sqlite_stores, assessment_id)[0]
    page = owner.get(f"/a/{assessment_id}/imports/{file.id}").get_data(as_text=True)
    assert "<h1>2 comments are in.</h1>" in page
    assert "themes need at least 30" in page


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 workbook", b"\0\1\2", b'a,"b\n1,2\n' * 2, b"\xff\xfea", b"lead,start\n"],
)
def test_a_file_that_cannot_be_read_says_why_at_once(owner, sqlite_stores, assessment_id, content):
    answer = upload(owner, assessment_id, "times", content)
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.get_data(as_text=True)
    assert list((sqlite_stores.files / "uploads").iterdir()) == []


def test_without_a_file(owner, assessment_id):
    path = f"/a/{assessment_id}/imports/times"
    assert post(owner, path).status_code == 422


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"end": ""}, "Choose a column for: End."),
        ({"origin": " "}, "Say where the file comes from."),
        ({"end": "channel"}, "is not a date"),
        ({"start": "nowhere"}, "There is no column called"),
        ({"end": "received"}, "same column"),
        ({"order": "sideways"}, "order of a date"),
    ],
)
def test_wrong_columns_get_a_sentence_and_keep_the_choice(owner, assessment_id, changes, said):
    columns = upload(owner, assessment_id, "times", LEADS).location
    answer = post(owner, columns, **{**COLUMNS, **changes})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert 'value="Lead to salesperson"' in page


def test_a_refusal_speaks_german_with_its_values(owner, assessment_id):
    post(owner, "/account/language", "/account", language="de")
    refused = upload(owner, assessment_id, "times", b"%PDF-1.7").get_data(as_text=True)
    assert "Die Datei ist ein PDF. Speichern Sie das Blatt als CSV (UTF-8)" in refused
    columns = upload(owner, assessment_id, "times", LEADS).location
    refused = post(owner, columns, **{**COLUMNS, "end": "channel"}).get_data(as_text=True)
    assert "Zeile 2, Spalte „channel“: „Web form“ ist kein Datum." in refused


def test_the_same_file_again_is_a_conflict(owner, assessment_id):
    for expected in (303, 409):
        columns = upload(owner, assessment_id, "times", LEADS).location
        assert post(owner, columns, **COLUMNS, confirmed="1").status_code == expected


def test_markup_in_a_file_is_only_text(owner, assessment_id):
    content = 'text,<b>x</b>\n"<script>alert(1)</script>",y\n'
    columns = upload(owner, assessment_id, "comments", content, "<i>.csv").location
    page = owner.get(columns).get_data(as_text=True)
    checked = post(owner, columns, text="text", origin="x").get_data(as_text=True)
    for part in ("<script>alert", "<b>x</b>", "<i>.csv"):
        assert part not in page
        assert part not in checked


@pytest.mark.parametrize("role", ["reader", "leader", "coder"])
def test_only_owner_and_planner_import(app, sqlite_stores, assessment_id, role):
    client = signed_in(app, sqlite_stores, role)
    assert client.get(f"/a/{assessment_id}/imports/times").status_code == 403
    expected = 403 if role == "leader" else 200
    assert client.get(f"/a/{assessment_id}/imports").status_code == expected


def test_uploads_have_random_names_a_limit_and_a_day(sqlite_stores):
    moment = now()
    token = uploads.keep(sqlite_stores, io.BytesIO(b"a,b\n"), "C:\\x\\leads.csv", limit_mb=1,
                         now=moment)  # fmt: skip
    assert uploads.find(sqlite_stores, token).file_name == "leads.csv"
    with pytest.raises(TooLargeError):
        uploads.keep(sqlite_stores, io.BytesIO(b"x" * 1_048_577), "x.csv", limit_mb=1, now=moment)
    with pytest.raises(InvalidError):
        uploads.keep(sqlite_stores, io.BytesIO(b"x"), " ", limit_mb=1, now=moment)
    for wrong in ("../core.sqlite", "..", "", "x" * 32, f"{token}.json"):
        with pytest.raises(GoneError):
            uploads.find(sqlite_stores, wrong)
    path = uploads.find(sqlite_stores, token).path
    old = (moment - timedelta(hours=25)).timestamp()
    for kept in (path, path.with_suffix(".json")):
        os.utime(kept, (old, old))
    uploads.forget_old(sqlite_stores, moment)
    assert list((sqlite_stores.files / "uploads").iterdir()) == []
