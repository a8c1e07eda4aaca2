from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.db import Stores
from sop_assess.roster.queries import unit_tree

from ..accounts.people import post, signed_in, token_of
from .conftest import workbook

LIST = (
    "mail,unit,name\nann@k.example,Sales / Inside,Ann Osei\nbob@k.example,Sales,Bob\nbad,Sales,\n"
)


@pytest.fixture
def planner(app: Flask, sqlite_stores: Stores) -> FlaskClient:
    return signed_in(app, sqlite_stores, "planner")


def upload(client: FlaskClient, content: str | bytes, name: str = "staff.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    token = token_of(client, "/roster/import")
    return client.post("/roster/import",
                       data={"csrf_token": token, "file": (io.BytesIO(data), name)})  # fmt: skip


def test_from_file_to_tree(planner: FlaskClient, sqlite_stores: Stores) -> None:
    assert "Nobody is on the staff list yet." in planner.get("/roster").text
    check = upload(planner, LIST).location
    page = planner.get(check).text
    assert "2 people can be taken in, one line is set aside." in page
    assert "Line 4: “bad”" in page
    assert "Sales / Inside" in page
    assert not unit_tree(sqlite_stores)
    answer = post(planner, check, mode="replace")
    assert (answer.status_code, answer.location) == (303, "/roster")
    page = planner.get("/roster").text
    assert "2 people in 2 units can be asked." in page
    assert "Ann" not in page
    assert "k.example" not in page
    assert planner.get(check).status_code == 410


def test_people_gone_are_counted_and_add_keeps_them(
    planner: FlaskClient, sqlite_stores: Stores, tmp_path: Path
) -> None:
    post(planner, upload(planner, LIST).location, mode="replace")
    rows = [["mail", "unit"], ["cy@k.example", "Sales"]]
    check = upload(planner, workbook(tmp_path / "x.xlsx", rows).read_bytes(), "x.xlsx").location
    page = planner.get(check).text
    assert "2 people of the list are not in the file" in page
    assert "One unit of the list is missing in the file" in page
    assert "ann@" not in page
    post(planner, check, mode="add")
    assert sum(unit.people for unit in unit_tree(sqlite_stores)) == 3


def test_nothing_is_written_without_a_choice_or_without_people(
    planner: FlaskClient, sqlite_stores: Stores
) -> None:
    check = upload(planner, LIST).location
    assert post(planner, check).status_code == 422
    nobody = upload(planner, "mail,unit\nbad,Sales\n").location
    assert "No line of this file can be taken in." in planner.get(nobody).text
    token = token_of(planner, "/roster/import")
    answer = planner.post(nobody, data={"csrf_token": token, "mode": "replace"})
    assert answer.status_code == 422
    assert not unit_tree(sqlite_stores)


@pytest.mark.parametrize("content", ["", "name\nAnn\n", "<script>alert(1)</script>\n"])
def test_a_file_that_is_no_list_gets_its_sentence(planner: FlaskClient, content: str) -> None:
    answer = upload(planner, content)
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.text
    assert "<script>alert" not in answer.text


def test_markup_of_a_bad_line_stays_text(planner: FlaskClient) -> None:
    check = upload(planner, 'mail,unit\n"<img src=x onerror=alert(1)>",<b>Sales</b>\n').location
    page = planner.get(check).text
    assert "<img" not in page
    assert "&lt;img" in page


def test_no_file_and_an_unknown_upload(planner: FlaskClient) -> None:
    assert post(planner, "/roster/import").status_code == 422
    assert planner.get("/roster/import/" + "x" * 32).status_code == 410


@pytest.mark.parametrize("role", ["reader", "leader", "redactor", "shopper"])
def test_readers_see_no_list(app: Flask, sqlite_stores: Stores, role: str) -> None:
    client = signed_in(app, sqlite_stores, role)
    for path in ("/roster", "/roster/import", "/roster/import/" + "x" * 32):
        assert client.get(path).status_code == 403
