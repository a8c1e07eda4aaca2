"""Every address × every role: open, sent to the sign-in, or refused, as its policy says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BaseConverter, IntegerConverter, Rule

from sop_assess.accounts.policy import of_endpoint
from sop_assess.accounts.roles import ROLES
from sop_assess.db import Stores

from .people import signed_in

OWN, FOREIGN = 1, 2
REACHED = "the view was reached"


@pytest.fixture
def hollow(app: Flask) -> Flask:
    """The site with every view replaced by a word: only the permissions are left."""
    for name, view in list(app.view_functions.items()):

        def stub(**_: object) -> str:
            return REACHED

        stub._policy = view._policy  # type: ignore[attr-defined]
        app.view_functions[name] = stub
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def first_match(pattern: str) -> str:
    """A text that the pattern takes: one of its listed words, or some letters."""
    listed = pattern.strip("(?:)").split("|")
    return next(word for word in ("x", "de", *listed) if re.fullmatch(pattern, word))


def sample(converter: BaseConverter) -> object:
    """A value that this part of an address takes."""
    if isinstance(converter, IntegerConverter):
        return 7
    return first_match(converter.regex)


def addresses(app: Flask, assessment_id: int) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with each of its methods and a filled-in path."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: sample(converter) for name, converter in rule._converters.items()}
        if "assessment_id" in values:
            values["assessment_id"] = assessment_id
        path = adapter.build(rule.endpoint, {**values, **(rule.defaults or {})})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, path


def answers(client: FlaskClient, method: str, path: str) -> int:
    answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code != 200 or REACHED in answer.get_data(as_text=True), path
    return answer.status_code


def test_anonymous_visitors_reach_open_pages_only(hollow: Flask) -> None:
    for rule, method, path in addresses(hollow, OWN):
        is_open = of_endpoint(hollow, rule.endpoint).open
        status = answers(hollow.test_client(), method, path)
        assert status == (200 if is_open else 303), f"{method} {path}"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_and_no_others(
    hollow: Flask, sqlite_stores: Stores, role: str
) -> None:
    for scope, assessment_id, within in (
        ("company", OWN, True),
        (f"assessment:{OWN}", OWN, True),
        (f"assessment:{OWN}", FOREIGN, False),
        (f"assessment:{OWN}0", OWN, False),
    ):
        client = signed_in(hollow, sqlite_stores, role, scope=scope)
        for rule, method, path in addresses(hollow, assessment_id):
            found = of_endpoint(hollow, rule.endpoint)
            scoped = "assessment_id" not in rule.arguments or within
            held = found.audience == "signed_in" or (role in found.roles and scoped)
            status = answers(client, method, path)
            expected = 200 if found.open or held else 403
            assert status == expected, f"{role} ({scope}) {method} {path}"


def test_people_and_log_are_for_administrators_only(app: Flask) -> None:
    for name in app.view_functions:
        if name.startswith("people."):
            assert of_endpoint(app, name).roles == {"administrator"}


def test_results_are_closed_to_who_only_administers_or_collects(app: Flask) -> None:
    """Administrators manage accounts, shoppers visit: neither reads figures by that role."""
    for rule in app.url_map.iter_rules():
        if "results" in rule.rule or "findings" in rule.rule or "report" in rule.rule:
            assert not of_endpoint(app, rule.endpoint).roles & {"administrator", "shopper"}


def test_every_changing_page_of_staff_wants_the_form_token(
    hollow: Flask, sqlite_stores: Stores
) -> None:
    hollow.config["WTF_CSRF_ENABLED"] = True
    client = signed_in(hollow, sqlite_stores, *ROLES)
    for rule, method, path in addresses(hollow, OWN):
        if method != "GET" and not of_endpoint(hollow, rule.endpoint).cookieless:
            assert answers(client, method, path) == 403, f"{method} {path}"
