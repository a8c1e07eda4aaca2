"""People for tests of pages: an account with roles, and a browser in which it is signed in."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from sop_assess.accounts.models import RoleGrant, SignIn, User
from sop_assess.db import Stores, now

MAIL = "ada@firm.example"
PASSWORD = "violet kettle drums nine"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def add_person(
    stores: Stores, *roles: str, scope: str = "company", email: str = "", name: str = "Ada Osei"
) -> int:
    """The id of a person with these roles; a password is not set, signing in works below only."""
    with stores.core.writing() as session:
        user = User(
            email=email or f"person{datetime.now().timestamp()}@firm.example",  # noqa: DTZ005
            name=name, password_hash="unused", created_at=now(),
        )  # fmt: skip
        session.add(user)
        session.flush()
        session.add_all(RoleGrant(user_id=user.id, role=role, scope=scope) for role in roles)
        return user.id


def browser_of(app: Flask, stores: Stores, user_id: int) -> FlaskClient:
    """A browser in which the person is signed in."""
    moment, client = now(), app.test_client()
    sign_in = f"sign-in {user_id} {moment.timestamp()}"
    with stores.core.writing() as session:
        session.add(SignIn(id=sign_in, user_id=user_id, began_at=moment))
    with client.session_transaction() as cookie:
        cookie.permanent = True
        cookie.update(user=user_id, sign_in=sign_in, epoch=0, began=moment.timestamp(),
                      seen=moment.timestamp())  # fmt: skip
    return client


def signed_in(app: Flask, stores: Stores, *roles: str, scope: str = "company") -> FlaskClient:
    """A browser in which a new person with these roles is signed in."""
    return browser_of(app, stores, add_person(stores, *roles, scope=scope))


def token_of(client: FlaskClient, path: str) -> str:
    """The form token on a page."""
    page = client.get(path).get_data(as_text=True)
    found = TOKEN.search(page)
    assert found, f"no form token on {path}"
    return found[1]


def post(client: FlaskClient, path: str, form_page: str | None = None, **fields: object):  # type: ignore[no-untyped-def]
    """Send a form the way a browser does: load its page, then post with the token."""
    token = token_of(client, form_page or path)
    return client.post(path, data={"csrf_token": token, **fields})


def sign_in(client: FlaskClient, password: str = PASSWORD, email: str = MAIL, **more: str):  # type: ignore[no-untyped-def]
    return post(client, "/login", email=email, password=password, **more)
