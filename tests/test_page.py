"""What templates see: language, navigation, filters."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sop_assess.db import Stores

from .accounts.people import signed_in


def test_the_navigation_shows_what_exists_and_is_allowed(app: Flask, sqlite_stores: Stores) -> None:
    def links(*roles: str) -> set[str]:
        page = signed_in(app, sqlite_stores, *roles).get("/account").get_data(as_text=True)
        return set(re.findall(r'<li><a href="([^"]+)"', page))

    assert "/people" in links("administrator")
    assert "/people" not in links("owner", "leader")


def test_the_language_of_a_page_is_declared(client: FlaskClient) -> None:
    assert '<html lang="de">' in client.get("/login?lang=de").get_data(as_text=True)
    # A browser's wish is no choice: the owner's pages are not all in German yet.
    german = client.get("/login", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert '<html lang="en">' in german.get_data(as_text=True)
    assert '<html lang="en">' in client.get("/login?lang=xx").get_data(as_text=True)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ 0.724 | percent }}", "72\u00a0%"),
        ("{{ 1 | percent }}", "100\u00a0%"),
        ("{{ 0.4 | minutes }}", "24\u00a0s"),
        ("{{ 45 | minutes }}", "45\u00a0min"),
        ("{{ 200 | minutes }}", "3\u00a0h 20\u00a0min"),
        ("{{ 120 | minutes }}", "2\u00a0h"),
        ("{{ 1440 | minutes }}", "1\u00a0day"),
        ("{{ 1800 | minutes }}", "1\u00a0day 6\u00a0h"),
        ("{{ 20160 | minutes }}", "14\u00a0days"),
        ("{{ 1204 | count }}", "1,204"),
        ("{{ {'de': 'Angebot', 'en': 'Quote'} | text }}", "Quote"),
        ("{{ {'de': 'Angebot'} | text }}", "Angebot"),
        ("{{ none | text }}", ""),
        ("{{ 'S3' | stage_name }}", "S3"),
        ("{{ 'S3>S4:giver' | stage_name }}", "S3 to S4"),
        ("{{ none | day }}", ""),
    ],
)
def test_filters_write_values_for_people(app: Flask, template: str, words: str) -> None:
    with app.test_request_context("/"):
        assert app.jinja_env.from_string(template).render() == words


def test_undefined_names_raise(app: Flask) -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ misspelt }}").render()
