"""What requests leave behind: no cookie, no mark of the device, no store beside the other."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from sop_assess.config import Settings
from sop_assess.db import Stores

from . import canaries
from .conftest import FULL
from .opened import Survey, survey
from .ours import answers
from .respondent import SAME_ORIGIN, Respondent


@pytest.fixture
def made(stores: Stores, settings: Settings) -> Iterator[Survey]:
    """An open round of six people on each engine."""
    with survey(stores, settings, [6]) as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"] if FULL else ["sqlite"])
def any_engine(request: pytest.FixtureRequest) -> Survey:
    """The same where one engine is enough for the fast version."""
    if request.param == "sqlite":
        found: Survey = request.getfixturevalue("on_sqlite")
        return found
    stores, settings = request.getfixturevalue("postgresql_installation")
    opened: Survey = request.getfixturevalue("stack").enter_context(survey(stores, settings, [6]))
    return opened


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Closes what a test opened."""
    with ExitStack() as found:
        yield found


@pytest.fixture
def on_sqlite(sqlite_stores: Stores, sqlite_settings: Settings) -> Iterator[Survey]:
    """An open round of six people where the engine makes no difference."""
    with survey(sqlite_stores, sqlite_settings, [6]) as found:
        yield found


@contextmanager
def touched(stores: Stores) -> Iterator[set[str]]:
    """The stores to which a connection was taken."""
    seen: set[str] = set()
    listening = []
    for name in ("core", "identity", "ballot"):

        def taken(*_: Any, name: str = name) -> None:
            seen.add(name)

        event.listen(getattr(stores, name).engine, "checkout", taken)
        listening.append((getattr(stores, name).engine, "checkout", taken))
    yield seen
    for target in listening:
        event.remove(*target)


def taken_part(made: Survey, number: int, **headers: str) -> Respondent:
    """A person who opened, started, sent, sent again."""
    device = made.respondent(made.invited[number], **headers)
    for answer, status in (
        (device.start(), 200),
        (device.send(answers(str(number)), made.version), 201),
        (device.send_again(), 200),
    ):
        assert answer.status_code == status, answer.text
    return device


def test_t3_no_request_opens_identity_and_box(made: Survey) -> None:
    device = made.respondent(made.invited[0])
    steps = [
        device.load, device.start, lambda: device.send(answers("1"), made.version),
        device.send_again, device.withdraw, device.send_again,
        made.respondent(made.invited[1]).start, lambda: wrong_requests(made),
    ]  # fmt: skip
    seen = []
    for step in steps:
        with touched(made.stores) as opened:
            step()
        seen.append(opened - {"core"})
    assert seen[1] == {"identity"}
    assert seen[2] == {"ballot"}
    assert all(len(opened) <= 1 for opened in seen[:-1]), seen


def wrong_requests(made: Survey) -> list[TestResponse]:
    """Requests that nobody's device sends, none of which may meet both stores."""
    client = made.app.test_client()
    found = []
    for path in ("", "/issue", "/submit", "/withdraw", "/manifest", "/receipts"):
        for body in ({}, {"code": "x"}, {"prepared": "", "signature": "", "unit": 1, "box": ""}):
            with touched(made.stores) as opened:
                found.append(client.post(f"/s/{made.key}{path}", json=body, headers=SAME_ORIGIN))
                client.get(f"/s/{made.key}{path}")
            assert not {"identity", "ballot"} <= opened, path
    return found


def test_t3_closing_reads_the_box_and_never_the_list_of_people(made: Survey) -> None:
    taken_part(made, 0)
    with touched(made.stores) as opened:
        made.run("end_issuing")
    assert "ballot" not in opened
    with touched(made.stores) as opened:
        made.run("close_round")
    assert "identity" not in opened


def test_t6_no_mark_of_a_request_is_left_anywhere(
    any_engine: Survey, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = any_engine
    sent = [canaries.headers(number) for number in range(4)]
    for number, given in enumerate(sent):
        taken_part(made, number, **given)
        wrong = made.app.test_client().post(
            f"/s/{made.key}/issue", json={"code": "x"}, headers={**SAME_ORIGIN, **given}
        )
        assert wrong.status_code == 422
    made.close(release=False)
    marks = canaries.words(sent)
    assert len(marks) == 4 * 8
    output = capfd.readouterr()
    logs = [("log", f"{caplog.text}{output.out}{output.err}".encode())]
    assert canaries.left(marks, [*canaries.places(made.stores, made.settings), *logs]) == []


def test_t6_the_search_finds_a_mark(on_sqlite: Survey) -> None:
    sent = [canaries.headers(0)]
    note = f"seen {sent[0]['User-Agent']} from {canaries.address(0)}"
    (on_sqlite.settings.instance / "access.log").write_text(note)
    marks = canaries.words(sent)
    found = canaries.left(marks, canaries.places(on_sqlite.stores, on_sqlite.settings))
    assert len(found) == 2


def test_t7_no_answer_sets_a_cookie(on_sqlite: Survey) -> None:
    device = taken_part(on_sqlite, 0, **canaries.headers(0))
    refused = wrong_requests(on_sqlite)
    assert device.withdraw().status_code == 200
    assert len(device.answered) > 5
    for answer in [*device.answered, *refused]:
        assert "Set-Cookie" not in answer.headers
        # An address that does not exist has no policy, so its page looks for a staff cookie.
        if answer.status_code not in {404, 405}:
            assert "Cookie" not in answer.headers.get("Vary", "")


def test_t9_a_scanner_that_opens_and_posts_burns_no_link(on_sqlite: Survey) -> None:
    person = on_sqlite.invited[0]
    client = on_sqlite.app.test_client()
    base = f"/s/{on_sqlite.key}"
    page = client.get(base).text
    assert "<form" not in page.split("<template")[0] or on_sqlite.codes[person.id] not in page
    for path in (base, f"{base}/manifest", f"{base}/issue", f"{base}/submit"):
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            for _ in range(3):
                client.open(path, method=method, headers=SAME_ORIGIN)
                client.open(path, method=method, data={"code": on_sqlite.codes[person.id]})
    taken_part(on_sqlite, 0)
    for expected in (200, 200, 409):
        again = on_sqlite.respondent(person)
        assert again.start().status_code == expected


def respondent_rules(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and method of every address of a survey."""
    return [
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/s/")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def test_t23_a_crash_in_a_handler_tells_nobody(
    on_sqlite: Survey, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = on_sqlite.app
    app.testing = False
    given = canaries.headers(1)
    body = {"code": "canary-body-1", "prepared": "canary-body-2", "box": "canary-body-3"}
    rules = respondent_rules(app)
    assert len(rules) >= 6
    for kind in (RuntimeError, OperationalError):
        for endpoint, method in rules:
            app.view_functions[endpoint] = crashing(kind, app.view_functions[endpoint])
            answer = call(app, endpoint, method, given, body)
            assert answer.status_code == 500
            assert b"canary" not in answer.data
    output = capfd.readouterr()
    text = f"{caplog.text}{output.out}{output.err}"
    assert "failed" in text
    assert "canary" not in text
    assert "127.77." not in text


def call(
    app: Flask, endpoint: str, method: str, headers: dict[str, str], body: dict[str, str]
) -> TestResponse:
    """One request to an endpoint with marks in its address, headers and body."""
    rule = next(r for r in app.url_map.iter_rules() if r.endpoint == endpoint)
    path = rule.rule
    for name in rule.arguments:
        path = path.replace(f"<{name}>", "canary-path")
        path = path.replace("<string(length=2):language>", "en")
    options: dict[str, Any] = {"headers": {**headers, **SAME_ORIGIN}}
    if method == "POST":
        options["json"] = body
    return app.test_client().open(f"{path}?q=canary-query", method=method, **options)


def crashing(kind: type[Exception], view: Any) -> Any:
    """A handler that fails with everything it knows in its message and its locals."""

    def failing(**arguments: Any) -> None:
        known = f"{arguments} {request.get_data()!r} {request.headers} {request.remote_addr}"
        if kind is OperationalError:
            raise OperationalError(known, {"code": known}, RuntimeError(known))
        raise kind(known)

    failing.__dict__.update(getattr(view, "__dict__", {}))
    return failing
